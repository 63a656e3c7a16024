"""Which answer to which question a published share counts, and among whom.

Two analyses call one variable by two names; a reader sees that both rest on the same respondents everywhere and takes
them for one. That "satisfied" is the top answers together, and a mean the answers times their scores, is tried on the
places where everything is printed and believed where it holds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from tests.attack.published import Place, Row

YES = "yes"
_TOGETHER = re.compile(r"[^+]+(\+[^+]+)+")
SHARES = ("share", "distribution")
#: Places that must agree on the number of respondents before two names are taken for one variable.
AGREEING = 2


@dataclass(frozen=True)
class Answer:
    """A published share read: the answers to a variable that it counts, the conditions on those who answered."""

    variable: str
    codes: frozenset[str]
    among: Place
    row: Row

    @property
    def cells(self) -> list[Place]:
        """Return the cells whose masses make up the share."""
        return [self.among | {(self.variable, code)} for code in sorted(self.codes)]


@dataclass(frozen=True)
class Mean:
    """A published mean of the codes of a variable."""

    variable: str
    among: Place
    row: Row


@dataclass
class Readings:
    """All that is read of one population in one wave."""

    answers: list[Answer]
    means: list[Mean]
    codes: dict[str, set[str]]
    complete: set[str]
    n: dict[str, dict[Place, float]]


def read(rows: Iterable[Row]) -> dict[tuple[str, str, str], Readings]:
    """Return the readings of every population, wave and method (a method has weights of its own)."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.inference in ("sample", "nonprobability"):
            groups[row.population, row.when, row.method].append(row)
    return {key: _readings(found) for key, found in sorted(groups.items())}


def _readings(rows: list[Row]) -> Readings:
    answers = [_answer(r) for r in rows if r.unit == "share" and r.measure in SHARES]
    means = [Mean(r.indicator, r.conditions, r) for r in rows if r.measure == "mean" and r.unit == "mean"]
    n = _numbers(answers)
    codes = _codes(answers)
    names = _twins(n, codes)
    answers = _united(answers, names, codes)
    codes = _codes(answers)
    n = _numbers(answers)
    printed = _printed(answers)
    means = _scored(means, n, codes, printed)
    return Readings(answers, means, codes, _complete(codes, printed), n)


def _answer(row: Row) -> Answer:
    domain, indicator = dict(row.domain), row.indicator
    if "answer" in domain:
        variable, code = indicator, domain.pop("answer")
    elif "item" in domain:
        variable, code = f"{indicator}.{domain.pop('item')}", YES
    elif indicator in domain:
        variable, code = indicator, domain.pop(indicator)
    else:
        variable, code = f"{indicator}?", YES
    # answers told together stand as 1+2+3
    codes = code.split("+") if _TOGETHER.fullmatch(code) else [code]
    return Answer(variable, frozenset(codes), row.place | frozenset(domain.items()), row)


def _numbers(answers: list[Answer]) -> dict[str, dict[Place, float]]:
    found: dict[str, dict[Place, float]] = defaultdict(dict)
    for a in answers:
        if not np.isnan(a.row.n):
            found[a.variable][a.among] = a.row.n
    return found


def _codes(answers: list[Answer]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for a in answers:
        found[a.variable] |= a.codes
    return found


def _printed(answers: list[Answer]) -> dict[tuple[str, Place], dict[str, Row]]:
    found: dict[tuple[str, Place], dict[str, Row]] = defaultdict(dict)
    for a in answers:
        if len(a.codes) == 1 and not a.row.hidden:
            found[a.variable, a.among][next(iter(a.codes))] = a.row
    return found


def _same_people(one: dict[Place, float], other: dict[Place, float]) -> bool:
    common = one.keys() & other.keys()
    return len(common) >= min(AGREEING, len(one)) and all(one[p] == other[p] for p in common)


def _twins(n: dict[str, dict[Place, float]], codes: dict[str, set[str]]) -> dict[str, str]:
    """Return, for a variable, the fuller one whose name ends with its own and that the same people answered."""
    found = {}
    for short in n:
        name = short.removesuffix("?")
        for long in n:
            ends = long != short and long[-1:] != "?" and (long == name or long.endswith((f".{name}", f"_{name}")))
            if ends and (len(codes[long]) > 1 or "." in long) and _same_people(n[short], n[long]):
                found[short] = long
    return {short: _last(short, found) for short in found}


def _last(name: str, found: dict[str, str]) -> str:
    """Return the end of a chain of names: "overall?" is "overall", which is "sat_overall"."""
    while name in found:
        name = found[name]
    return name


def _united(answers: list[Answer], names: dict[str, str], codes: dict[str, set[str]]) -> list[Answer]:
    printed = _printed(answers)
    tops = {}
    for short, long in names.items():
        single = codes[short] == {YES} and len(codes[long]) > 1
        tops[short] = _top(short, long, codes[long], printed) if single else None
    united = []
    for a in answers:
        long = names.get(a.variable)
        if long is None or (tops[a.variable] is None and not a.codes <= codes[long]):
            united.append(a)
        else:
            united.append(replace(a, variable=long, codes=tops[a.variable] or a.codes))
    return united


def _top(
    short: str, long: str, codes: set[str], printed: dict[tuple[str, Place], dict[str, Row]]
) -> frozenset[str] | None:
    """Return the top codes whose shares add up to the share of ``short`` wherever all of them are printed."""
    order = sorted((c for c in codes if _number(c) is not None), key=lambda c: float(c), reverse=True)
    for size in (2, 1, 3):
        top = order[:size]
        tried = [
            (shown[YES], [printed[long, place][c] for c in top])
            for (variable, place), shown in printed.items()
            if variable == short and set(top) <= printed.get((long, place), {}).keys()
        ]
        if tried and all(_overlap(whole, parts) for whole, parts in tried):
            return frozenset(top)
    return None


def _overlap(whole: Row, parts: list[Row]) -> bool:
    return sum(p.low for p in parts) <= whole.high and sum(p.high for p in parts) >= whole.low


def _number(code: str) -> float | None:
    try:
        return float(code)
    except ValueError:
        return None


def _scored(
    means: list[Mean],
    n: dict[str, dict[Place, float]],
    codes: dict[str, set[str]],
    printed: dict[tuple[str, Place], dict[str, Row]],
) -> list[Mean]:
    by_name: dict[str, list[Mean]] = defaultdict(list)
    for m in means:
        by_name[m.variable].append(m)
    kept = []
    for name, found in by_name.items():
        people = {m.among: m.row.n for m in found}
        for long in codes:
            scored = len(codes[long]) > 2 and all(_number(c) is not None for c in codes[long])
            if scored and (long == name or long.endswith(f"_{name}")) and _same_people(people, n[long]):
                united = [replace(m, variable=long) for m in found]
                kept += united if all(_mean_holds(m, codes[long], printed) for m in united) else []
    return kept


def _mean_holds(mean: Mean, codes: set[str], printed: dict[tuple[str, Place], dict[str, Row]]) -> bool:
    shown = printed.get((mean.variable, mean.among), {})
    if mean.row.hidden or shown.keys() != codes:
        return True
    low = sum(float(c) * shown[c].low for c in codes)
    high = sum(float(c) * shown[c].high for c in codes)
    return low <= mean.row.high and high >= mean.row.low


def _complete(codes: dict[str, set[str]], printed: dict[tuple[str, Place], dict[str, Row]]) -> set[str]:
    """Return the variables whose answers make a whole: they do wherever all are printed, and somewhere all are."""
    found = set()
    for variable, all_codes in codes.items():
        full = [list(s.values()) for (v, _), s in printed.items() if v == variable and s.keys() == all_codes]
        sums = [(sum(r.low for r in rows), sum(r.high for r in rows)) for rows in full]
        if len(all_codes) > 1 and sums and all(low <= 1 <= high for low, high in sums):
            found.add(variable)
    return found
