"""Answers of one cell that holds several, some of which hold the mark that parts them: « Internet, e-mail, Jeux »."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterable

from pipeline.ingest.lexicon import folded

#: Parts that stand side by side by chance do so in fewer records than this.
RECORDS = 3


def parts_of(text: str, separator: str) -> list[str]:
    """Return the parts of one cell; `{a,"b, c"}` is how a database writes a list, whatever separator is declared."""
    return [p.strip() for p in _as_typed(text, separator)]


def _as_typed(text: str, separator: str) -> list[str]:
    parts = next(csv.reader([text[1:-1]]), []) if _is_list(text) else text.split(separator)
    return [p for p in parts if p.strip()]


def _is_list(text: str) -> bool:
    return text.startswith("{") and text.endswith("}")


def alike(text: str, separator: str) -> str:
    """Return a text to compare by: without case, accents, and blanks beside the mark."""
    return folded(separator.join(p.strip() for p in text.split(separator)))


def options_of(text: str, separator: str, known: Collection[str]) -> list[str]:
    """Return the answers of a cell; where parts that follow each other make one that is known, the longest is taken.

    Parameters
    ----------
    known : answers, as `alike` returns them.
    """
    parts = _as_typed(text, separator)
    found: list[str] = []
    while parts:
        lengths = range(1 if _is_list(text) else len(parts), 1, -1)
        n = next((n for n in lengths if alike(separator.join(parts[:n]), separator) in known), 1)
        found.append(separator.join(parts[:n]).strip())
        parts = parts[n:]
    return found


def options_seen(cells: Counter[str], separator: str) -> dict[str, list[str]]:
    """Return each cell with its answers, as far as all the cells tell which parts are one answer.

    A part continues the one before where it never stands without it, nor that one without such a part; where it never
    begins a cell, in small letters, and all that begins one has a capital; where a parenthesis is open; or where a
    blank follows the mark inside answers and none follows it between them.
    """
    typed = {cell: _as_typed(cell, separator) for cell in cells}
    if any(map(_is_list, cells)):
        return {cell: [p.strip() for p in parts] for cell, parts in typed.items()}
    blanks = _blanks_tell(typed.values())
    inside = set() if blanks else _continuations(typed, cells)
    found: dict[str, list[str]] = {}
    for cell, parts in typed.items():
        whole = parts[:1]
        for part in parts[1:]:
            opened = whole[-1].count("(") > whole[-1].count(")")
            if opened or (part.startswith(" ") if blanks else part.strip() in inside):
                whole[-1] += separator + part
            else:
                whole.append(part)
        found[cell] = [w.strip() for w in whole]
    return found


def _blanks_tell(typed: Iterable[list[str]]) -> bool:
    after, first = set(), set()
    for parts in typed:
        first |= {p.strip() for p in parts[:1]}
        after |= set(parts[1:])
    spaced = {p.strip() for p in after if p.startswith(" ")}
    close = {p for p in after if not p.startswith(" ")}
    return bool(spaced) and bool(close) and spaced.isdisjoint(close | first)


def _continuations(typed: dict[str, list[str]], cells: Counter[str]) -> set[str]:
    """Return the parts that continue the one before them, wherever they stand."""
    before: dict[str, set[str | None]] = {}
    after: dict[str, set[str | None]] = {}
    given: Counter[str] = Counter()
    for cell, parts in typed.items():
        names = [p.strip() for p in parts]
        for one, part, next_ in zip([None, *names[:-1]], names, [*names[1:], None], strict=True):
            before.setdefault(part, set()).add(one)
            after.setdefault(part, set()).add(next_)
            given[part] += cells[cell]
    begins = [part for part, ones in before.items() if None in ones]
    capitals = all(not part[0].islower() for part in begins)

    def bound(part: str) -> bool:
        (one, *others) = before[part]
        return one is not None and not others and given[part] >= RECORDS

    found = set()
    for part, ones in before.items():
        (one, *_) = ones
        small = capitals and None not in ones and part[0].islower() and given[part] >= RECORDS
        only = bound(part) and all(n is not None and bound(n) for n in after[str(one)])
        if small or only:
            found.add(part)
    return found
