"""What printed changes, gaps, sums and pages say of a hidden number beside the shares themselves."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.attack.masses import Found
from tests.attack.published import Row, files_of

#: Level that a difference is taken of.
LEVELS = {"shift": ("share", "distribution"), "distribution_shift": ("distribution",), "gap": ("share",)}
#: A part's weight in the whole is its part of the respondents, at most this many times more or less.
UNEVEN = 2.0
#: Measures that add up over parts, and that a measure "by" of the same cell multiplied by its n gives back.
SUMS = ("count", "amount", "total")
PER = ("per_space", "mean")
#: Populations whose numbers are those of spaces, and the part of its value within which a rest of theirs is known.
ACTIVITY, NEARLY = ("visits", "expenditure", "funding", "receipts", "workshops"), 0.10
_SHOWN = re.compile(r'data-result="([^"]+)"[^>]*>([^<]*)<')

Key = tuple[str, str, str, str, frozenset[tuple[str, str]]]


def of_changes(rows: Iterable[Row]) -> list[Found]:
    """Return the intervals of hidden levels of which the other wave and the change are printed, or the gap."""
    rows = list(rows)
    levels = {(_key(r, r.measure), r.when): r for r in rows if r.unit == "share"}
    found = []
    for row in rows:
        if row.hidden or row.unit != "point":
            continue
        for measure in LEVELS.get(row.measure, ()):
            key = _key(row, measure)
            found += _gap(row, key, levels) if row.measure == "gap" else _shift(row, key, levels)
    return found


def _shift(row: Row, key: Key, levels: dict[tuple[Key, str], Row]) -> list[Found]:
    first, _, last = row.when.partition("..")
    a, b = levels.get((key, first)), levels.get((key, last))
    if a is None or b is None or a.hidden == b.hidden:
        return []
    low, high = row.low / 100, row.high / 100
    if a.hidden:
        return [Found(a.id, b.low - high, b.high - low, "change")]
    return [Found(b.id, a.low + low, a.high + high, "change")]


def _gap(row: Row, key: Key, levels: dict[tuple[Key, str], Row]) -> list[Found]:
    here = levels.get((key, row.when))
    whole = levels.get(((*key[:4], frozenset(row.domain.items())), row.when))
    if here is None or whole is None or not here.hidden or whole.hidden:
        return []
    part = here.n / whole.n if here.n > 0 else 0.1
    ends = [whole.low, whole.high]
    moved = [
        e + (1 - w) * g / 100
        for e in ends
        for w in (part / UNEVEN, min(part * UNEVEN, 1.0))
        for g in (row.low, row.high)
    ]
    return [Found(here.id, min(moved), max(moved), "gap")]


def _key(row: Row, measure: str) -> Key:
    return (row.indicator, measure, row.method, row.population, row.conditions)


def of_sums(rows: Iterable[Row]) -> list[Found]:
    """Return what a printed whole less its other printed parts leaves to a single hidden part, and the reverse.

    Parts make up a whole where they do so in every cell of the series that is printed in full.
    """
    series: dict[tuple[str, ...], dict[frozenset[tuple[str, str]], Row]] = defaultdict(dict)
    for r in rows:
        if r.measure.partition(".")[0] in SUMS and r.inference != "sample":
            series[r.indicator, r.measure, r.method, r.population, r.when, r.unit][r.conditions] = r
    return [f for cells in series.values() for f in _differences(cells)]


def _differences(cells: dict[frozenset[tuple[str, str]], Row]) -> list[Found]:
    split: dict[str, dict[frozenset[tuple[str, str]], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for place, row in cells.items():
        for name, code in place:
            split[name][place - {(name, code)}].append(row)
    found = []
    for wholes in split.values():
        known = [(cells[w], parts) for w, parts in wholes.items() if w in cells]
        full = [(w, p) for w, p in known if not w.hidden and not any(r.hidden for r in p)]
        exact = bool(full) and all(sum(r.low for r in p) <= w.high and sum(r.high for r in p) >= w.low for w, p in full)
        for whole, parts in known:
            found += _left(whole, parts, exact=exact or not full)
    return found


def _left(whole: Row, parts: list[Row], *, exact: bool) -> list[Found]:
    hidden = [r for r in parts if r.hidden]
    low, high = sum(r.low for r in parts if not r.hidden), sum(r.high for r in parts if not r.hidden)
    if whole.hidden:
        return [] if hidden or not exact else [Found(whole.id, low, high, "sum")]
    if not exact or len(hidden) != 1:
        return [Found(r.id, 0.0, max(whole.high - low, 0.0), "at most") for r in hidden]
    return [Found(hidden[0].id, max(whole.low - high, 0.0), whole.high - low, "rest of a sum")]


def alone(rows: Iterable[Row]) -> list[str]:
    """Return the printed wholes whose units are all printed, and leave something nearly known: what lies outside.

    Of activity, whether it is counted, completed by a model or what weights are made to add up to.
    """
    series: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for r in rows:
        if r.measure in SUMS and r.population in ACTIVITY:
            domain = frozenset(r.domain.items())
            series[r.indicator, r.measure, r.method, r.population, r.when, r.unit, domain].append(r)
    found = []
    for cells in series.values():
        whole, units = [r for r in cells if not r.place], [r for r in cells if r.place]
        if len(whole) == 1 and units and not any(r.hidden for r in (*whole, *units)):
            low, high = whole[0].low - sum(r.high for r in units), whole[0].high - sum(r.low for r in units)
            if low > 0 and high - low < NEARLY * (low + high) / 2:
                found.append(whole[0].id)
    return found


def of_means(rows: Iterable[Row]) -> list[Found]:
    """Return hidden sums of which the mean of the cell and the number of its units are printed."""
    rows = list(rows)
    hidden = {
        (r.indicator, r.method, r.population, r.when, r.conditions): r
        for r in rows
        if r.hidden and r.measure.partition(".")[0] in SUMS
    }
    found = []
    for r in rows:
        total = hidden.get((r.indicator, r.method, r.population, r.when, r.conditions))
        if total is not None and not r.hidden and r.measure.partition(".")[0] in PER and r.n > 0:
            found.append(Found(total.id, r.low * r.n, r.high * r.n, "mean and n"))
    return found


def of_pages(rows: Iterable[Row], site: Path) -> list[Found]:
    """Return hidden numbers that a page of the site prints after all."""
    hidden = {r.id: r for r in rows if r.hidden}
    found = []
    for page in files_of(site, "html"):
        for key, text in _SHOWN.findall(page.read_text(encoding="utf-8")):
            if key in hidden and (number := _number(text)) is not None:
                # a share stands in percent; a bare number beside it is how many answered
                scale = 100.0 if hidden[key].unit == "share" else 1.0
                if scale > 1 and "%" not in text:
                    continue
                low, high = (number + side * _half(text) for side in (-1, 1))
                found.append(Found(key, low / scale, high / scale, f"page {page.name}"))
    return found


def _half(text: str) -> float:
    """Return half a unit of the last digit that is shown."""
    return 0.5 * 10.0 ** -len("".join(re.findall(r"[.,](\d+)", text)))


def _number(text: str) -> float | None:
    told = re.sub(r"[\s\u00a0\u202f%]", "", text).replace(",", ".").replace("\u2212", "-").lstrip("+")
    return float(told) if re.fullmatch(r"-?\d+(\.\d+)?", told) else None
