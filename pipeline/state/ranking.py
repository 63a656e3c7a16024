"""What is most worth saying: by strength, then by size against the margin that the evaluation declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.results.statement import STRENGTHS, Statement

#: At most so many statements on one analysis, whoever asks: a page of findings is not a page about demand.
MOST_OF_ONE = 2
#: Verdicts against a threshold that the evaluation declared.
_DECIDED = ("above", "below")


def ranked(statements: Iterable[Statement], place: str, most: int | None = None) -> list[Statement]:
    """Return the statements of a place that have a strength and a margin, the strongest and largest first.

    Where none has a margin, those that were decided against a threshold. Of a number that a further method estimates
    too, the direct estimate is the one to say.

    Parameters
    ----------
    place : ``region=53``.   most : how many to keep; all where None.
    """
    strong = [s for s in statements if s.place == place and s.strength]
    # without two waves or years nothing has moved: then a threshold that was passed or not is what there is to say
    graded = [s for s in strong if s.size is not None] or [s for s in strong if s.declared and s.verdict in _DECIDED]
    graded.sort(key=lambda s: (STRENGTHS.index(s.strength), -(s.size or 0.0)))
    direct = {_subject(s) for s in graded if not _method(s)}
    kept: list[Statement] = []
    for each in graded:
        again = bool(_method(each)) and _subject(each) in direct
        if not again and sum(_analysis(k) == _analysis(each) for k in kept) < MOST_OF_ONE:
            kept.append(each)
    return kept if most is None else kept[:most]


def _analysis(statement: Statement) -> str:
    return _named(statement)[0] if statement.result_ids else statement.question


def _method(statement: Statement) -> str:
    return ".".join(_named(statement)[3:])


def _subject(statement: Statement) -> tuple[str, ...]:
    """Return what the number of a statement is of, whatever estimates it."""
    return (*_named(statement)[:3], *"".join(statement.result_ids[:1]).split("/")[1:])


def _named(statement: Statement) -> list[str]:
    """Return analysis, indicator, measure and method of a statement's number, as its identifier names them."""
    return "".join(statement.result_ids[:1]).partition("/")[0].split(".")


def by_id(statements: Sequence[Statement]) -> dict[str, Statement]:
    """Return statements, and the items of those that are lists, by their id."""
    return {s.id: s for one in statements for s in (one, *_items(one))}


def _items(statement: Statement) -> Iterator[Statement]:
    for item in statement.items:
        yield item
        yield from _items(item)
