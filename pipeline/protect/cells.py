"""Cells: what the rows of a table count, once each, however many analyses print it.

A cell has a place, conditions (variable and codes) and an amount that adds up over codes, groups, places and periods:
respondents who gave an answer, the sum of their scores, visits, euros. Shares and means are amounts over a base that
is printed beside them, so that what is known of one is known of the other. Amounts of persons are weighted, as
the shares are, in respondents of mean weight: answers, groups and places add up in weights alone.
"""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.protect.confidentiality import PUBLIC, RECORDED, Thresholds, counts_a_list
from pipeline.protect.limits import told_by_limits
from pipeline.protect.printed import STEP, last_digit
from pipeline.results.quantity import ANSWERED, NOTHING, VALUE, Quantity, Where, parse
from pipeline.results.time import is_span, is_year

Floats = NDArray[np.float64]
#: Level of the places that make up the whole.
WHOLE = "region"
#: Condition of a cell: variable and codes.
Conditions = tuple[tuple[str, tuple[str, ...]], ...]
#: What a hidden cell of each kind costs: details of a unit and of the whole, means and sums of answers, totals of the
#: whole without a group, which stay unless nothing else makes a confidential number safe; among those, several answers
#: together (who is satisfied) are what is asked for, and one answer of a scale gives way, however often it is printed.
DETAIL, DETAIL_OF_WHOLE, SUMMARY, TOTAL, TOGETHER = 1.0, 1.5, 3.0, 1000.0, 10.0


#: What is possible where no earlier edition printed a cell.
EVERYTHING = (-np.inf, np.inf)
#: How the text of a difference of two shares or means begins.
_DIFFERENCE = ("difference(share{", "difference(mean{")


@dataclass(frozen=True)
class Key:
    """Whose amount, where, under which conditions; ``kind`` is share, mean, total or difference."""

    kind: str
    scope: tuple[str, ...]
    when: str
    where: Where | None
    conditions: Conditions

    @functools.cached_property
    def _hash(self) -> int:
        return hash((self.kind, self.scope, self.when, self.where and self.where.code, self.conditions))

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        return "|".join([self.kind, *self.scope, self.when, str(self.where), repr(self.conditions)])

    def without(self, name: str) -> Key:
        """Return the cell without the condition ``name``."""
        kept = tuple(c for c in self.conditions if c[0] != name)
        return Key(self.kind, self.scope, self.when, self.where, kept)

    def given(self, name: str, codes: tuple[str, ...]) -> Key:
        """Return the cell with the condition ``name`` set to ``codes``."""
        kept = [c for c in self.conditions if c[0] != name]
        return Key(self.kind, self.scope, self.when, self.where, tuple(sorted([*kept, (name, codes)])))

    @property
    def is_public(self) -> bool:
        """Return whether this is a fact of a register or an account: no answer of a sample, which has weights."""
        return self.scope[0] in PUBLIC and not self.scope[2]

    def at(self, where: Where | None) -> Key:
        """Return the same cell elsewhere."""
        return Key(self.kind, self.scope, self.when, where, self.conditions)


@dataclass
class Cell:
    """One amount and what is printed of it.

    Parameters
    ----------
    key : what is counted.   quantity : canonical text.   value : the amount.
    sizes : variable that is counted (empty for totals) -> the base that the amount is a part of, infinite for totals.
    people : variable that is counted -> the respondents of that base, unweighted; as many as its size by default.
    low, high : what a reader knows who sees it printed.
    count : respondents who gave the answer, or spaces of a total.   largest : most that one space has of a total.
    rows : positions in the table.
    primary : whether it may not be known.   hidden : whether it is not printed.   width : interval that it needs.
    cost : of hiding it.   held : what an earlier edition printed of it, so that hiding it leaves no more.
    """

    key: Key
    quantity: str
    sizes: dict[str, float]
    value: float
    low: float
    high: float
    count: float = np.nan
    rows: list[int] = field(default_factory=list)
    primary: bool = False
    hidden: bool = False
    width: float = 0.0
    cost: float = DETAIL
    held: tuple[float, float] = EVERYTHING
    people: dict[str, float] = field(default_factory=dict)
    largest: float = np.inf

    def __post_init__(self) -> None:
        self.people = self.people or dict(self.sizes)

    @property
    def respondents(self) -> float:
        """Return the respondents of the smallest base; infinite for totals."""
        return min(self.people.values())

    @property
    def weight(self) -> float:
        """Return the mean weight of those in the smallest base; 1 for totals."""
        return self.size / self.respondents if 0 < self.respondents < np.inf and self.size < np.inf else 1.0

    @property
    def size(self) -> float:
        """Return the smallest base: no amount of persons is above it."""
        return min(self.sizes.values())


def cells_of(table: pd.DataFrame, primary: np.ndarray, hidden: np.ndarray, thresholds: Thresholds) -> dict[Key, Cell]:
    """Return the cells that a table prints, by key, in the order of their quantities.

    Parameters
    ----------
    table : results as printed (with ``step``), beside the columns ``exact`` and ``contributors`` of the private ones.
    primary, hidden : (rows,) what may not be known; what is not shown, for whatever reason.
    thresholds : of protection.
    """
    cells: dict[Key, Cell] = {}
    told = table["quantity"].astype(str).tolist()
    order = sorted(range(len(told)), key=told.__getitem__)
    columns = {c: table[c].to_numpy(np.float64) for c in ("estimate", "exact", STEP, "n", "contributors", "se", "deff")}
    columns["mass"] = masses(table)
    columns["largest"] = _largest(table)
    columns["least"], columns["most"] = told_by_limits(table)
    columns["sharp"] = told_by_error(columns["exact"], columns["se"], columns["deff"])
    points = (table["unit"] == "point").to_numpy()
    counted = ~(np.isnan(columns["exact"]) | table["quantity"].isin(["", NOTHING.text]).to_numpy())
    names, numbers = list(columns), np.column_stack(list(columns.values())).tolist()
    for row in order:
        if not counted[row]:
            continue
        text, values = told[row], dict(zip(names, numbers[row], strict=True))
        key, answer = key_of(text)
        if key is not None:
            cell = printed_cell(key, answer, text, values)
        elif text.startswith(_DIFFERENCE):
            cell = printed_difference(text, values, 0.01 if points[row] else 1.0)
            key = cell.key
        else:
            continue
        kept = cells.setdefault(key, cell)
        if kept is not cell:
            # a transposed cross is a part of another base
            scale = kept.value / cell.value if cell.value else 1.0
            kept.low = max(kept.low, kept.value + (cell.low - cell.value) * scale)
            kept.high = min(kept.high, kept.value + (cell.high - cell.value) * scale)
            kept.sizes.update(cell.sizes)
            kept.people.update(cell.people)
        kept.rows.append(row)
        kept.primary |= bool(primary[row])
        kept.hidden |= bool(hidden[row]) or bool(primary[row])
    for cell in cells.values():
        cell.width = needed(cell, thresholds)
        cell.cost = _cost(cell) * (1 + _part(cell))
    return cells


def weigh(cells: dict[Key, Cell], parts: dict[int, list[str]]) -> None:
    """Add to the cost of a cell, in place, the rows that would have to be hidden with it."""
    followers = Counter(quantity for quantities in parts.values() for quantity in set(quantities))
    for cell in cells.values():
        cell.cost *= 1 + followers[cell.quantity] / max(len(cell.rows), 1)


def masses(table: pd.DataFrame) -> np.ndarray:
    """Return the weighted base of every row (rows,), in respondents of mean weight; those themselves without weights.

    The mean is that of the largest base of a population, source, wave: one unit for all that is added up.
    """
    n, mass = (table[c].to_numpy(np.float64) for c in ("n", "mass"))
    scope = [table[c].astype(str) for c in ("population", "source", "wave")]
    largest = pd.Series(np.where(mass > 0, n, np.nan), table.index).groupby(scope).transform("max")
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = pd.Series(np.where(n == largest, mass / n, np.nan), table.index).groupby(scope).transform("max")
        scaled: np.ndarray = np.where(mass > 0, mass / weight.to_numpy(np.float64), n)
    return scaled


def _largest(table: pd.DataFrame) -> np.ndarray:
    """Return the most that one contributor has of every amount (rows,): one each in a list, no limit where unknown."""
    share, amount = (table[c].to_numpy(np.float64) for c in ("largest_share", "exact"))
    largest: np.ndarray = np.where(counts_a_list(table), 1.0, np.where(np.isnan(share), np.inf, share * amount))
    return largest


def needed(cell: Cell, thresholds: Thresholds) -> float:
    """Return the width of the interval that a reader must be left with: of respondents of the base's mean weight."""
    least = thresholds.minimum_complement * cell.weight if cell.key.kind == "share" else 0.0
    return max(thresholds.protection * abs(cell.value), least)


@functools.lru_cache(maxsize=200_000)
def key_of(text: str) -> tuple[Key | None, str]:
    """Return the cell that a quantity counts, and the variable counted; none for what no sum leads to."""
    return cell_key(parse(text))


def cell_key(quantity: Quantity) -> tuple[Key | None, str]:
    """Return what :func:`key_of` returns of a quantity."""
    if quantity.of or quantity.where is None or quantity.stat not in ("share", "mean", "total"):
        return None, ""
    if quantity.stat != "total" and (quantity.method or not quantity.base):
        return None, ""
    scope = (quantity.population, quantity.source, quantity.weight, quantity.method)
    told = {**dict(quantity.base), **dict(quantity.numerator)}
    names = _versions(told)
    conditions = tuple(sorted((names.get(n, n), codes) for n, codes in told.items() if n not in names.values()))
    if quantity.stat == "share" and any(codes == (VALUE,) for _, codes in conditions):
        return None, ""
    answer = "" if quantity.stat == "total" else "&".join(names.get(n, n) for n, _ in quantity.numerator)
    return Key(quantity.stat, scope, quantity.when, quantity.where, conditions), answer


def _versions(told: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Return variables whose codes are those of one version of them: ``class=1&class~a1=*`` is ``class~a1=1``.

    Else the parts of a version would have no whole: those who are in none of its classes have no condition at all.
    """
    versions = {n.partition("~")[0]: n for n, codes in told.items() if "~" in n and codes == (ANSWERED,)}
    return {name: version for name, version in versions.items() if name in told}


def printed_cell(key: Key, answer: str, quantity: str, row: dict[str, float]) -> Cell:
    """Return the cell of a share, mean or total as it is printed: ``exact`` beside the columns of its row."""
    is_exact = row[STEP] <= 1 and row["exact"] == row["estimate"] == round(row["exact"])
    half = 0.0 if key.kind == "total" and is_exact else row[STEP] / 2
    if key.kind == "total":
        low, high = row["estimate"] - half, row["estimate"] + half
        largest = row.get("largest", np.inf)
        return Cell(key, quantity, {"": np.inf}, row["exact"], low, high, row["contributors"], largest=largest)
    base, people = row["mass"], {answer: row["n"]}
    low = max(row["estimate"] - half, row.get("least", -np.inf)) - row["exact"]
    high = min(row["estimate"] + half, row.get("most", np.inf)) - row["exact"]
    value = row["exact"] * base
    if key.kind == "mean":
        return Cell(key, quantity, {answer: base}, value, value + low * base, value + high * base, people=people)
    low, high = max(low, -row["sharp"]), min(high, row["sharp"])
    ends = max(value + low * base, 0.0), min(value + high * base, base)
    return Cell(key, quantity, {answer: base}, value, *ends, row["contributors"], people=people)


def printed_difference(quantity: str, row: dict[str, float], scale: float) -> Cell:
    """Return the difference of two levels, on their scale."""
    key = Key("difference", (quantity,), "", None, ())
    value, half = row["exact"] * scale, row[STEP] * scale / 2
    return Cell(key, quantity, {"": np.inf}, value, row["estimate"] * scale - half, row["estimate"] * scale + half)


def told_by_error(p: Floats, se: Floats, deff: Floats) -> Floats:
    """Return how near shares (rows,) are known from their printed errors, design effects and n: se² = deff p(1-p)/n."""
    told = np.isfinite(se) & np.isfinite(deff) & (se > 0) & (deff > 0) & (p != 0.0) & (p != 1.0)
    near = np.full(len(p), np.inf)
    p, se, deff = p[told], se[told], deff[told]
    # printed with two digits, each errs by half of its last one
    loose = 2 * (0.5 * last_digit(se)) / se + 0.5 * last_digit(deff) / deff
    near[told] = p * (1 - p) * loose / np.maximum(np.abs(1 - 2 * p), loose)
    return near


def _is_short(key: Key) -> bool:
    """Return whether this is a month or a quarter of what is recorded, which gives way before its year does."""
    kind, _, name = key.when.partition("=")
    return key.scope[0] in RECORDED and kind == "period" and not (is_year(name) or is_span(name))


def _part(cell: Cell) -> float:
    """Return the part of its base that a share is, 0 of anything else: of two that protect as well the rarer goes."""
    return min(max(cell.value / cell.size, 0.0), 1.0) if 0 < cell.size < np.inf and cell.key.kind == "share" else 0.0


def _cost(cell: Cell) -> float:
    counted = set("&".join(cell.sizes).split("&"))
    others = [codes for name, codes in cell.key.conditions if name not in counted]
    is_grouped = len(cell.sizes) > 1 or any(codes not in ((ANSWERED,), (VALUE,)) for codes in others)
    is_whole = cell.key.where is not None and cell.key.where.level == WHOLE
    sums_up = any(len(codes) > 1 for name, codes in cell.key.conditions if name in counted)
    if is_whole and not is_grouped:
        total = SUMMARY if _is_short(cell.key) else TOTAL
        return total * (TOGETHER if sums_up else 1.0) * len(cell.rows)
    detail = DETAIL_OF_WHOLE if is_whole else DETAIL
    return (SUMMARY if sums_up or cell.key.kind == "mean" else detail) * len(cell.rows)
