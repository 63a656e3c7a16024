"""What is most worth saying: by strength, then by size against the margin that the evaluation declared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.results.statement import STRENGTHS, Statement

#: At most so many statements of one question: a page of findings is not a page about demand.
MOST_OF_ONE = 2


def ranked(statements: Iterable[Statement], place: str, most: int | None = None) -> list[Statement]:
    """Return the statements of a place that have a strength and a margin, the strongest and largest first.

    Where none has a margin, those that have a strength.

    Parameters
    ----------
    place : ``region=53``.   most : how many to keep; all where None.
    """
    strong = [s for s in statements if s.place == place and s.strength]
    # without two waves or years nothing has moved: then what was passed or not is what there is to say
    graded = [s for s in strong if s.size is not None] or strong
    graded.sort(key=lambda s: (STRENGTHS.index(s.strength), -(s.size or 0.0)))
    kept: list[Statement] = []
    for each in graded:
        if sum(k.question == each.question for k in kept) < MOST_OF_ONE:
            kept.append(each)
    return kept if most is None else kept[:most]


def by_id(statements: Sequence[Statement]) -> dict[str, Statement]:
    """Return statements, and the items of those that are lists, by their id."""
    every = [*statements, *(item for s in statements for item in s.items)]
    return {s.id: s for s in every}
