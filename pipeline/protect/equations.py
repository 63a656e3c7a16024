"""Equations: what follows from what, for a reader who knows every base.

Answers sum to their base, groups and places to the whole without them, years to their period. What the parts leave of
the whole (a space outside every unit, people who did not tell their age) is a cell of its own: nobody prints it, and
it may be one person's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.protect.cells import WHOLE, Cell, Key, key_of, needed
from pipeline.protect.confidentiality import ACTIVITY, EVENTS, LISTED, RECORDED, Thresholds
from pipeline.results.quantity import ANSWERED, VALUE, Quantity, Where, parse
from pipeline.results.time import begin, ends, is_span, is_year, years

#: Parts and whole of one amount that differ by rounding only.
_NOTHING_LEFT = 1e-6
#: Half a respondent: bases that differ by less are the same.
HALF = 0.5


@dataclass(frozen=True)
class Equation:
    """``low <= sum of weight x cell <= high``; keys beside their weights."""

    terms: tuple[tuple[Key, float], ...]
    low: float
    high: float


Cells = dict[Key, Cell]
#: Variables and the answers to each that nobody gave two of.
Apart = list[tuple[str, list[Key]]]
#: Lengths of periods, in months, and those within each.
_FINER = {12: (3, 1), 3: (1,)}


def equations_of(cells: Cells, thresholds: Thresholds) -> list[Equation]:
    """Return the equations between cells; what parts leave of a whole is added to ``cells``, never printed."""
    _unite(cells)
    printed = list(cells)
    found: list[Equation] = []
    for whole, parts, by in [
        *groups(printed),
        *places(printed),
        *_periods(printed),
        *_within(printed),
        *_said(printed),
    ]:
        found.append(_sum(cells, whole, parts, by, thresholds))
    apart = [*_apart(cells)]
    found += _answers(cells, apart)
    found += _scores(cells, apart)
    found += _differences(cells)
    return [*found, *_unions(cells)]


def of_answers(cells: Cells) -> list[Equation]:
    """Return the equations between answers to one question alone, wherever they were given."""
    apart = [*_apart(cells)]
    return [*_answers(cells, apart), *_scores(cells, apart), *_unions(cells)]


def groups(keys: list[Key]) -> Iterator[tuple[Key, list[Key], str]]:
    """Cells of the codes of one variable, and the cell without that variable."""
    known = set(keys)
    parts: dict[tuple[Key, str], list[Key]] = {}
    for key in keys:
        for name, codes in key.conditions:
            if len(codes) == 1 and codes[0] not in (ANSWERED, VALUE):
                parts.setdefault((key.without(name), name), []).append(key)
    for (whole, name), given in parts.items():
        if whole in known and (len(given) > 1 or whole.kind == "total"):
            yield whole, given, name


def places(keys: list[Key]) -> Iterator[tuple[Key, list[Key], str]]:
    """Cells of the units of one level, and the cell of the whole."""
    known = set(keys)
    parts: dict[tuple[Key, str], list[Key]] = {}
    wholes = {key.at(None): key for key in keys if key.where is not None and key.where.level == WHOLE}
    for key in keys:
        if key.where is not None and key.where.level != WHOLE and not key.where.rest:
            whole = wholes.get(key.at(None))
            if whole is not None:
                parts.setdefault((whole, key.where.level), []).append(key)
    for (whole, level), given in parts.items():
        if whole in known:
            yield whole, given, level


def _periods(keys: list[Key]) -> Iterator[tuple[Key, list[Key], str]]:
    """Amounts of the years of a period, and the period: of activity and money, whose years have nothing in common."""
    known = set(keys)
    for key in keys:
        kind, _, name = key.when.partition("=")
        if key.kind != "total" or kind != "period" or key.scope[0] not in ACTIVITY or not is_span(name):
            continue
        if all(map(is_year, ends(name))):
            each = [dataclasses.replace(key, when=f"period={year}") for year in years(name)]
            if all(k in known for k in each):
                yield key, each, "period"


def _within(keys: list[Key]) -> Iterator[tuple[Key, list[Key], str]]:
    """Amounts of the months or quarters of a longer period, and that period, of what is recorded day by day."""
    parts: dict[Key, dict[str, Key]] = {}
    for key in keys:
        kind, _, name = key.when.partition("=")
        if key.kind == "total" and kind == "period" and key.scope[0] in RECORDED and not is_span(name) and begin(name):
            parts.setdefault(dataclasses.replace(key, when=""), {})[name] = key
    for named in parts.values():
        for name, whole in named.items():
            for finer in _FINER.get(_length(name), ()):
                inside = [k for n, k in named.items() if _length(n) == finer and _begins_in(n, name)]
                if inside:
                    yield whole, inside, f"period{finer}"


def _said(keys: list[Key]) -> Iterator[tuple[Key, list[Key], str]]:
    """Amounts of each category of what is recorded, and of the records that say one: nothing is left of it."""
    parts: dict[tuple[Key, str], list[Key]] = {}
    recorded = [k for k in keys if k.kind == "total" and k.scope[0] in RECORDED]
    for key in recorded:
        for name, codes in key.conditions:
            if len(codes) == 1 and codes[0] not in (ANSWERED, VALUE):
                parts.setdefault((key.without(name), name), []).append(key)
    for key in recorded:
        for name, codes in key.conditions:
            if codes == (ANSWERED,) and (found := parts.get((key.without(name), name))):
                yield key, found, f"{name}~said"


def _length(name: str) -> int:
    """Return the months of a period; 0 where it is neither a month, a quarter nor a year."""
    if is_year(name):
        return 12
    return 3 if "-Q" in name else 1 if len(name) == len("2005-03") else 0


def _begins_in(name: str, whole: str) -> bool:
    one, other = begin(name), begin(whole)
    if one is None or other is None:
        return False
    return 0 <= 12 * (one.year - other.year) + one.month - other.month < _length(whole)


def _sum(cells: Cells, whole: Key, parts: list[Key], by: str, thresholds: Thresholds) -> Equation:
    """Return the equation of a whole and its parts; what they leave is one more cell."""
    total, each = cells[whole], [cells[p] for p in parts]
    terms = [(whole, -1.0), *((p, 1.0) for p in parts)]
    rest = total.value - sum(c.value for c in each)
    size, people = (_left_of(total, each, by, of) for of in ("sizes", "people"))
    count = total.count - sum(c.count for c in each) if whole.kind == "share" else rest
    is_left = people > HALF if np.isfinite(people) else abs(count) > _NOTHING_LEFT * max(abs(total.value), 1.0)
    if not is_left or count < -_NOTHING_LEFT * max(abs(total.value), 1.0):
        return Equation(tuple(terms), -rest, -rest)
    left = dataclasses.replace(whole, conditions=tuple(sorted([*whole.conditions, (f"!{by}", ("",))])))
    size = max(size, 0.0)
    value = float(np.clip(rest, 0.0, size)) if whole.kind != "mean" else rest
    cells[left] = _left(left, total, value, size, people)
    if whole.kind == "total":
        apart = _is_place(parts[0], whole)
        if whole.scope[0] in EVENTS:
            cells[left].primary = _is_few_events(total, each, value, by, thresholds, apart=apart)
        else:
            cells[left].primary = _is_few_units(total, each, value, thresholds, apart=apart)
    else:
        # those who did not answer are told by every base; only what they answered to something else is theirs
        cells[left].primary = _is_few_people(whole, count, people, thresholds) and not all(by in c.sizes for c in each)
    cells[left].width = needed(cells[left], thresholds)
    drift = value - rest
    return Equation((*terms, (left, 1.0)), drift, drift)


def _is_place(part: Key, whole: Key) -> bool:
    """Return whether a part is another place: every space lies in one, where it may have visits of many groups."""
    return part.where != whole.where


def _is_few_people(whole: Key, count: float, people: float, thresholds: Thresholds) -> bool:
    """Return whether what is left of answers or of a mean may not be known, as it may not where it is printed."""
    if whole.is_public:
        return False
    if whole.kind != "share":
        return 0 < people < thresholds.minimum_contributors
    return 0 < count < thresholds.minimum_contributors or 0 < people - count < thresholds.minimum_complement


def _is_few_units(total: Cell, parts: list[Cell], rest: float, thresholds: Thresholds, *, apart: bool) -> bool:
    """Return whether what is left of an amount may be of so few spaces, or so much of one, that it may not be known.

    Spaces of places add up. Groups share theirs: what they leave is of as many as it takes at the least, each with the
    most that one has of the whole; groups that a model completes, each for itself, leave nobody's.
    """
    population, _, weight, method = total.key.scope[:4]
    if weight or population not in (*ACTIVITY, *LISTED) or (method and not apart):
        return False
    if not apart and np.isinf(total.largest):
        # accounts that name no space are the programme's: no space has a part of them
        return False
    units = total.count - sum(c.count for c in parts)
    if not apart:
        units = max(units, np.ceil(rest / total.largest))
    is_dominated = population in ACTIVITY and thresholds.dominance * rest < total.largest < np.inf
    return bool(not units >= thresholds.minimum_units or is_dominated)


def _is_few_events(
    total: Cell, parts: list[Cell], rest: float, by: str, thresholds: Thresholds, *, apart: bool
) -> bool:
    """Return whether what is left of records of persons may be of so few that it may not be known.

    In places, as few as where it is printed. Of groups, records that say no category tell nothing of anybody; those
    without a theme that nearly all have say what a few persons did not come for.
    """
    persons = total.count - sum(c.count for c in parts)
    if apart:
        return bool(persons < thresholds.minimum_contributors or thresholds.dominance * rest < total.largest < np.inf)
    if "." not in by:
        return False
    persons = max(persons, np.ceil(rest / total.largest)) if 0 < total.largest < np.inf else persons
    return bool(persons < thresholds.minimum_complement)


def _left_of(total: Cell, parts: list[Cell], by: str, of: str) -> float:
    """Return how much of the whole's base (``sizes`` or ``people``) is in no part's; infinite where they share one."""
    whole, each = getattr(total, of), [getattr(p, of) for p in parts]
    told = sorted(a for a in whole if a != by and all(a in p for p in each))
    return whole[told[0]] - sum(p[told[0]] for p in each) if told and told[0] else np.inf


def _left(key: Key, total: Cell, rest: float, size: float, people: float) -> Cell:
    """Return the cell that parts leave of a whole; nobody prints it."""
    low = -np.inf if key.kind == "mean" and rest < 0 else 0.0
    high = size if key.kind == "share" else np.inf
    return Cell(
        key, f"rest of {total.quantity} {key.conditions}", {"": size}, rest, low, high, hidden=True, people={"": people}
    )


def _unite(cells: Cells) -> None:
    """Add, in place, cells of several answers that a part tells together and its whole one by one; nobody prints them.

    Units tell answers 1, 2 and 3 as one number, the region each: the region's sum is that of the units all the same.
    """
    wholes = sorted({k.where for k in cells if k.where is not None and k.where.level == WHOLE}, key=str)
    for key, cell in list(cells.items()):
        for name in cell.sizes if key.kind == "share" else ():
            codes = dict(key.conditions).get(name, ())
            if len(codes) < 2 or "~" in name:
                continue
            is_part = key.where is not None and key.where.level != WHOLE and not key.where.rest
            larger = [key.at(w) for w in wholes if is_part]
            larger += [key.without(other) for other, _ in key.conditions if other != name]
            for whole in (k for k in larger if k not in cells):
                singles = [cells.get(whole.given(name, (c,))) for c in codes]
                told = [c for c in singles if c is not None and name in c.sizes]
                if len(told) == len(codes):
                    cells[whole] = _union(whole, name, told)


def _union(key: Key, name: str, singles: list[Cell]) -> Cell:
    size, people = singles[0].sizes[name], singles[0].people[name]
    value, count = sum(c.value for c in singles), sum(c.count for c in singles)
    text = " and ".join(c.quantity for c in singles)
    return Cell(key, text, {name: size}, value, 0.0, size, count, hidden=True, people={name: people})


def _apart(cells: Cells) -> Iterator[tuple[str, list[Key]]]:
    """Return the answers to each question, wherever it was asked, that nobody gave two of.

    They are single answers, and answers told together of which not each is told alone.
    """
    found: dict[tuple[Key, str], list[Key]] = {}
    for key, cell in cells.items():
        for answer in cell.sizes if key.kind == "share" else ():
            codes = dict(key.conditions).get(answer, ())
            if codes and codes[0] not in (ANSWERED, VALUE) and "." not in answer and "~" not in answer:
                found.setdefault((key.without(answer), answer), []).append(key)
    for (_, answer), keys in found.items():
        taken: set[str] = set()
        apart = []
        for key in sorted(keys, key=lambda k: len(dict(k.conditions)[answer])):
            codes = dict(key.conditions)[answer]
            if taken.isdisjoint(codes):
                apart.append(key)
                taken.update(codes)
        yield answer, apart


def _answers(cells: Cells, apart: Apart) -> Iterator[Equation]:
    """Answers to a question sum to at most those who answered: to all of them where no answer is missing."""
    for answer, keys in apart:
        size, people = cells[keys[0]].sizes[answer], cells[keys[0]].people[answer]
        given, summed = (sum(getattr(cells[k], of) for k in keys) for of in ("count", "value"))
        if len(keys) > 1 and all(abs(cells[k].people[answer] - people) < HALF for k in keys) and given <= people + HALF:
            is_whole = abs(given - people) < HALF
            yield Equation(tuple((k, 1.0) for k in keys), summed if is_whole else 0.0, summed if is_whole else size)


def _unions(cells: Cells) -> Iterator[Equation]:
    """A cell of several answers is the sum of theirs (satisfied: 4 and 5); one of several boxes is at least each."""
    for key, cell in list(cells.items()):
        for name, codes in key.conditions:
            if name.endswith("~1_of"):
                boxes = [key.without(name).given(f"{name.partition('~')[0]}.{c}", ("1",)) for c in codes]
                if all(b in cells for b in boxes):
                    yield Equation(((key, -1.0), *((b, 1.0) for b in boxes)), 0.0, np.inf)
                    yield from (Equation(((key, 1.0), (b, -1.0)), 0.0, np.inf) for b in boxes)
            if "~" in name or len(codes) < 2 or key.kind != "share":
                continue
            singles = [key.given(name, (c,)) for c in codes]
            is_sum = all(s in cells for s in singles)
            # of what an earlier edition alone printed, nobody knows how many gave it
            is_old = is_sum and not all(cells[s].rows for s in singles)
            if is_old or (is_sum and abs(sum(cells[s].count for s in singles) - cell.count) < HALF):
                drift = sum(cells[s].value for s in singles) - cell.value
                yield Equation(((key, -1.0), *((s, 1.0) for s in singles)), drift, drift)


def _scores(cells: Cells, apart: Apart) -> Iterator[Equation]:
    """A mean is its answers times their scores; answers told together count for their lowest to their highest score."""
    for answer, keys in apart:
        mean = dataclasses.replace(keys[0].given(answer, (VALUE,)), kind="mean")
        if mean not in cells:
            continue
        scores = {k: [_score(code) for code in dict(k.conditions)[answer]] for k in keys}
        if any(np.isnan(s) for each in scores.values() for s in each):
            continue
        if abs(sum(cells[k].count for k in keys) - cells[mean].respondents) >= HALF:
            continue
        lowest, highest = (tuple((k, end(scores[k])) for k in keys) for end in (min, max))
        under, over = (sum(s * cells[k].value for k, s in told) - cells[mean].value for told in (lowest, highest))
        if lowest == highest:
            yield Equation(((mean, -1.0), *lowest), under, under)
        else:
            yield Equation(((mean, -1.0), *lowest), -np.inf, max(under, 0.0))
            yield Equation(((mean, -1.0), *highest), min(over, 0.0), np.inf)


def _score(code: str) -> float:
    try:
        return float(code)
    except ValueError:
        return np.nan


def _differences(cells: Cells) -> Iterator[Equation]:
    """A difference is that of its levels; one between waves narrows each level as if the other were known."""
    wholes = sorted({k.where for k in cells if k.where is not None and k.where.level == WHOLE}, key=str)
    for key in [k for k in cells if k.kind == "difference"]:
        of, less = (_level(cells, wholes, q) for q in parse(key.scope[0]).of)
        if of is None or less is None:
            continue
        if {k.when for k, _ in of} != {k.when for k, _ in less}:
            _narrow(cells, cells.pop(key), [*of, *((k, -w) for k, w in less)])
            continue
        terms: dict[Key, float] = {key: -1.0}
        for level, sign in ((of, 1.0), (less, -1.0)):
            for cell, weight in level:
                terms[cell] = terms.get(cell, 0.0) + sign * weight
        drift = sum(w * cells[k].value for k, w in terms.items())
        yield Equation(tuple(terms.items()), drift, drift)


def _narrow(cells: Cells, difference: Cell, levels: list[tuple[Key, float]]) -> None:
    """Narrow, in place, what is known of cells shown by a difference shown, each as if the others were known."""
    if difference.hidden:
        return
    for key, weight in levels:
        cell = cells[key]
        ends = [(x - difference.value) / weight for x in (difference.low, difference.high)]
        cell.low, cell.high = max(cell.low, cell.value + min(ends)), min(cell.high, cell.value + max(ends))


def _level(cells: Cells, places: list[Where], quantity: Quantity) -> list[tuple[Key, float]] | None:
    """Return a level as a sum of cells; that of the rest of the whole is the whole less its unit."""
    key, _ = key_of(quantity.text)
    if key is None or key.where is None:
        return None
    if not key.where.rest:
        return [(key, 1 / cells[key].size)] if key in cells and cells[key].size > 0 else None
    unit = key.at(Where(key.where.level, key.where.code))
    wholes = [k for k in (key.at(w) for w in places) if k in cells]
    if unit not in cells or not wholes:
        return None
    size, people = (getattr(cells[wholes[0]], of) - getattr(cells[unit], of) for of in ("size", "respondents"))
    return [(wholes[0], 1 / size), (unit, -1 / size)] if people > HALF and size > 0 else None
