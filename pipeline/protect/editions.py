"""Earlier editions: what readers hold of them when this one appears, and what both together would tell.

What an edition printed stays known, so hiding it now protects nobody: its cell keeps the interval that was printed,
and other cells have to be hidden. What it hid as confidential stays hidden, whatever has become of it since.

Two editions may print one quantity differently, and then it is two quantities. Where the base has moved, their
difference is an amount of its own: that of the answers that came in (or were taken back) since, and if these are of few
people, a reader who subtracts knows them, however many people stand behind either number. So

- where a base of persons has moved by fewer than ``minimum_contributors``, or spaces by fewer than ``minimum_units``,
  the number printed before is printed again, marked ``edition``. A total whose spaces are as many as before may have
  changed by the late months of one of them: it is kept too. A number made of a kept one is kept with it;
- where it has moved by more, the new number is printed, and the difference is a cell beside the others, confidential
  where few people make it: secondary suppression hides the new number where rounding does not hide the difference.
  Not so a share that calibration gave both times: it is that of the margin, whoever answered;
- where as many persons have other weights, nobody came in: the estimate is revised and printed, and what is known of
  the cell is the whole span of the two numbers;
- where the boundaries are of another year, nothing is kept: it may be another place under the same code.

What is not in the table any more (an analysis dropped, a pays split in two) is a cell with the printed interval. If it
was hidden, its amount is in no file: it is worked out as the reader would, as what the known parts leave of a whole, in
equal parts where several are missing. Intervals do not depend on which of the possible tables they are taken around,
only the width that is asked for does. Sums hold within an edition: the places of the old map make the whole, and so do
those of the new one, which is how a split or merged pays would be found.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.protect.cells import Cell, Key, key_of, needed, printed_cell, printed_difference, told_by_error
from pipeline.protect.confidentiality import ACTIVITY, PUBLIC, Thresholds
from pipeline.protect.equations import HALF, Cells, Equation, equations_of, groups, of_answers, places
from pipeline.protect.ledger import EDITIONS, PRINTED
from pipeline.protect.printed import STEP

#: Why a row is read with caution: its number is that of an earlier edition.
KEPT = "edition"
CONFIDENTIAL = "c"
#: Part of a step by which a number may miss its interval: dust of binary fractions.
_DUST = 1e-6
Bools = NDArray[np.bool_]


def hidden_before(table: pd.DataFrame, before: pd.DataFrame) -> Bools:
    """Return which rows (n,) count what an earlier edition hid as confidential."""
    secret = before.loc[before["reason"] == CONFIDENTIAL, "quantity"]
    return table["quantity"].isin(secret).to_numpy()


def kept(table: pd.DataFrame, before: pd.DataFrame, parts: dict[int, list[str]], thresholds: Thresholds) -> Bools:
    """Return which rows (n,) may only print what the last edition that showed them printed."""
    last = _last_shown(before).reindex(_names(table))
    n, was = table["n"].to_numpy(np.float64), last["n"].to_numpy(np.float64)
    moved = np.abs(n - was)
    is_other = np.abs(table["estimate"].to_numpy(np.float64) - last["estimate"]) > (0.5 + _DUST) * last[STEP]
    same_map = (table["boundaries"].to_numpy() == last["boundaries"].to_numpy()) & last["estimate"].notna().to_numpy()
    census = (table["inference"] == "census").to_numpy()
    public = census & table["population"].isin(PUBLIC).to_numpy()
    activity = table["population"].isin(ACTIVITY).to_numpy() & (table["inference"] != "sample").to_numpy()
    persons = ~activity & (moved > 0) & (moved < thresholds.minimum_contributors)
    # returns are of months: the late ones of one space are many
    came = np.abs(table["contributors"].to_numpy(np.float64) - last["contributors"].to_numpy(np.float64))
    spaces = activity & (came < thresholds.minimum_units) & ((came > 0) | (census & is_other.to_numpy()))
    plain = same_map & ~public & (persons | spaces)
    told = set(table["quantity"].to_numpy()[plain])
    made = np.zeros(len(table), dtype=bool)
    made[[i for i, quantities in parts.items() if not told.isdisjoint(quantities)]] = True
    return plain | (made & same_map)


def told_by_kept(table: pd.DataFrame, kept_rows: Bools, parts: dict[int, list[str]]) -> Bools:
    """Return which rows (n,) are made of an exact number that is kept, and would give the new one back."""
    exact = kept_rows & table["population"].isin(ACTIVITY).to_numpy()
    told = set(table["quantity"].to_numpy()[exact])
    made = np.zeros(len(table), dtype=bool)
    made[[i for i, quantities in parts.items() if not told.isdisjoint(quantities)]] = True
    return made & ~kept_rows


def print_again(shown: pd.DataFrame, before: pd.DataFrame, rows: Bools) -> pd.DataFrame:
    """Return the table as it is printed, with the numbers that the last edition printed in some rows."""
    last = _last_shown(before).reindex(_names(shown))
    out = shown.copy()
    for column in PRINTED:
        out[column] = np.where(rows, last[column].to_numpy(np.float64), shown[column].to_numpy(np.float64))
    return out


def _names(table: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([table["quantity"], table["unit"]])


def _last_shown(before: pd.DataFrame) -> pd.DataFrame:
    shown = before[before["quality"] != "suppress"].assign(last=before[EDITIONS].str.rpartition(" ")[2])
    order = shown.sort_values("last", kind="stable")
    return order.drop_duplicates(["quantity", "unit"], keep="last").set_index(["quantity", "unit"])


def unprinted(told: pd.DataFrame, rows: Bools) -> pd.DataFrame:
    """Return the table of which some new numbers stay unprinted: any number of theirs is possible."""
    out = told.copy()
    out.loc[rows, STEP] = np.inf
    out.loc[rows, "estimate"] = told.loc[rows, "exact"]
    out.loc[rows, ["se", "deff"]] = np.nan
    return out


def equations_before(
    cells: Cells, now: Cells, equations: list[Equation], before: pd.DataFrame, thresholds: Thresholds
) -> list[Equation]:
    """Return what follows between the cells of each earlier edition; those of their own are added to ``cells``.

    Parameters
    ----------
    cells : what the new edition prints and its sums leave; changed in place.   now : the same without what sums leave.
    equations : those of the new edition.   before : the ledger.   thresholds : of protection.
    """
    known = {frozenset(k for k, _ in e.terms if k in now) for e in equations}
    found: list[Equation] = []
    for year in sorted({y for text in before[EDITIONS] for y in text.split()}):
        of_year = before[before[EDITIONS].str.split().map(set(year.split()).issubset)]
        found += _Edition(year, cells, now, known, thresholds).equations(of_year)
    return found


@dataclasses.dataclass
class _Edition:
    """One earlier edition: its cells by the key they have there, and the keys that they have among all."""

    year: str
    cells: Cells
    now: Cells
    known: set[frozenset[Key]]
    thresholds: Thresholds
    own: Cells = dataclasses.field(default_factory=dict)
    names: dict[Key, Key] = dataclasses.field(default_factory=dict)
    ties: list[Equation] = dataclasses.field(default_factory=list)

    def equations(self, ledger: pd.DataFrame) -> list[Equation]:
        """Return the equations of the edition, those of the new one left out, and the ties between both."""
        columns = ["quantity", "unit", "reason", "quality", "estimate", STEP, "n", "contributors", "se", "deff"]
        rows = [dict(zip(columns, r, strict=True)) for r in ledger[columns].itertuples(index=False)]
        moved = self._moved(rows)
        unknown: dict[Key, str] = {}
        for row in rows:
            key, answer = _key(str(row["quantity"]))
            if key is None:
                continue
            if row["quality"] != "suppress":
                self._shown(key, answer, row)
            elif row["reason"] == CONFIDENTIAL and key in self.now:
                self._hidden(key, is_moved=(key.scope, key.when) in moved)
            elif row["reason"] == CONFIDENTIAL:
                unknown[key] = answer
        self._fill(unknown)
        return [*self._sums(), *self.ties]

    def _moved(self, rows: list[dict[str, object]]) -> set[tuple[tuple[str, ...], str]]:
        """Return scope and time of which any printed base has moved since."""
        found = set()
        for row in rows:
            key, answer = _key(str(row["quantity"]))
            if key in self.now and row["quality"] != "suppress":
                people = self.now[key].people.get(answer, np.nan)
                if np.isfinite(people) and abs(people - float(str(row["n"]))) > HALF:
                    found.add((key.scope, key.when))
        return found

    def _shown(self, key: Key, answer: str, row: dict[str, object]) -> None:
        """Add a cell that was printed: the new edition's own where it is the same amount."""
        told = {c: float(str(row[c])) for c in ("estimate", "n", STEP, "se", "deff")}
        new = self.now.get(key)
        told["mass"] = told["n"] * (1.0 if new is None else new.weight)
        base = told["mass"] if key.kind in ("share", "mean") else 0.01 if row["unit"] == "point" else 1.0
        if not np.isfinite(base) or base <= 0:
            return
        told |= {"exact": told["estimate"], "contributors": float(str(row["contributors"]))}
        if new is None:
            self._add(key, key, self._printed(key, answer, row, told))
            return
        change = self._change(key, new, answer, row)
        is_near = abs(new.value / base - told["estimate"]) <= told[STEP] * (0.5 + _DUST)
        if (is_near and not abs(change) >= HALF) or (abs(change) < HALF and key.kind != "total"):
            old = self._printed(key, answer, row, told | {"exact": new.value / base} if is_near else told)
            self._same(key, new, min(old.low, new.value), max(old.high, new.value))
            return
        name = dataclasses.replace(key, scope=(*key.scope, f"edition {self.year}"))
        old = self._printed(name, answer, row, told)
        self._add(key, name, old)
        self._tie(key, new, name, old, abs(change), is_given=_is_given(new, answer, told))

    def _change(self, key: Key, new: Cell, answer: str, row: dict[str, object]) -> float:
        """Return by how many respondents or spaces the base has moved; nothing where neither is told."""
        if key.kind in ("share", "mean"):
            return float(np.nan_to_num(new.people.get(answer, np.nan) - float(str(row["n"]))))
        return float(np.nan_to_num(new.count - float(str(row["contributors"]))))

    def _printed(self, key: Key, answer: str, row: dict[str, object], told: dict[str, float]) -> Cell:
        """Return a cell of this edition; how many gave an answer is taken for their share of the base."""
        text = f"{row['quantity']} edition {self.year}"
        if key.kind == "difference":
            cell = printed_difference(text, told, 0.01 if row["unit"] == "point" else 1.0)
        else:
            near = told_by_error(*(np.array([told[c]]) for c in ("exact", "se", "deff")))
            cell = printed_cell(key, answer, text, {**told, "sharp": float(near[0])})
        cell.count = cell.value if key.kind == "share" else np.nan
        cell.held = (cell.low, cell.high)
        return cell

    def _add(self, key: Key, name: Key, cell: Cell) -> None:
        self.own[key], self.names[key] = cell, name
        self.cells.setdefault(name, cell)

    def _same(self, key: Key, new: Cell, low: float, high: float) -> None:
        """Remember of a cell of the new edition that it was printed before."""
        new.held = (max(new.held[0], low), min(new.held[1], high))
        if not new.hidden:
            new.low, new.high = max(new.low, low), min(new.high, high)
        self.own[key], self.names[key] = new, key

    def _hidden(self, key: Key, *, is_moved: bool) -> None:
        """Add a cell that was hidden: if answers came in since, it may have been one of few people then."""
        new = self.now[key]
        self.own[key], self.names[key] = new, key
        new.hidden = True
        least = self.thresholds.minimum_contributors
        if is_moved and key.kind == "share" and least <= new.count < 2 * least:
            new.primary = True

    def _tie(self, key: Key, new: Cell, name: Key, old: Cell, moved: float, *, is_given: bool) -> None:
        """Add the difference of two editions as a cell that nobody prints; that of a given share tells of nobody."""
        change = new.value - old.value
        sign = 1.0 if change >= 0 else -1.0
        late = dataclasses.replace(key, scope=(*key.scope, f"since {self.year}"))
        size = moved if key.kind == "share" and moved > 0 else np.inf
        cell = Cell(late, f"since {self.year} {new.quantity}", {"": size}, abs(change), 0.0, max(size, abs(change)))
        cell.hidden = True
        cell.primary = abs(change) > _DUST and not key.is_public and self._is_few(key, moved, abs(change))
        cell.primary &= not is_given
        cell.width = min(needed(cell, self.thresholds), size)
        self.cells[late] = cell
        self.ties.append(Equation(((key, 1.0), (name, -1.0), (late, -sign)), 0.0, 0.0))

    def _is_few(self, key: Key, moved: float, amount: float) -> bool:
        """Return whether so few came in that their amount may not be known, or so few of them gave the answer."""
        if key.kind == "total":
            return moved < self.thresholds.minimum_units
        least = self.thresholds.minimum_contributors
        return moved < least or (key.kind == "share" and amount < least)

    def _fill(self, unknown: dict[Key, str]) -> None:
        """Add cells that were hidden and are in no table: what the others leave of a whole, in equal parts."""
        asked = {k: a for k, a in unknown.items() if k.kind in ("share", "total")}
        keys = [*self.own, *asked]
        for whole, parts, _ in [*groups(keys), *places(keys)]:
            missing = [p for p in parts if p in asked and p not in self.own]
            if whole not in self.own or not missing:
                continue
            known, total = [self.own[p] for p in parts if p in self.own], self.own[whole]
            value = max(total.value - sum(c.value for c in known), 0.0) / len(missing)
            size = np.inf
            if whole.kind == "share":
                base = total.size - sum(c.sizes.get(asked[missing[0]], c.size) for c in known)
                size = max(base, 1.0) / len(missing)
            for key in missing:
                self._add(key, key, self._guessed(key, asked[key], min(value, size), size))
        self._fill_answers({k: a for k, a in asked.items() if k not in self.own and k.kind == "share"})

    def _fill_answers(self, asked: dict[Key, str]) -> None:
        """Add single answers that were hidden and are in no table: what the other answers leave of their base."""
        beside: dict[tuple[Key, str], list[Key]] = {}
        for key in [*self.own, *asked]:
            for answer in self.own[key].sizes if key in self.own else [asked[key]]:
                if len(dict(key.conditions).get(answer, ())) == 1 and "." not in answer:
                    beside.setdefault((key.without(answer), answer), []).append(key)
        for (_, answer), keys in beside.items():
            missing, known = [k for k in keys if k not in self.own], [self.own[k] for k in keys if k in self.own]
            if not missing or not known:
                continue
            size = known[0].sizes[answer]
            value = max(size - sum(c.value for c in known), 0.0) / len(missing)
            for key in missing:
                self._add(key, key, self._guessed(key, answer, min(value, size), size))

    def _guessed(self, key: Key, answer: str, value: float, size: float) -> Cell:
        sizes = {answer if key.kind == "share" else "": size}
        cell = Cell(key, f"{key} edition {self.year}", sizes, value, 0.0, size, count=value)
        cell.hidden = cell.primary = True
        cell.width = min(needed(cell, self.thresholds), size)
        return cell

    def _sums(self) -> Iterator[Equation]:
        """Return the equations of the edition in the keys that its cells have among all."""
        before = set(self.own)
        made = equations_of(self.own, self.thresholds)
        left = {k for k in self.own if k not in before}
        joint = {**self.now, **{k: c for k, c in self.own.items() if self.names.get(k) == k}}
        for equation in [*made, *of_answers(joint)]:
            is_new = any(self.names.get(k, k) != k for k, _ in equation.terms if k not in left)
            shape = frozenset(self.names.get(k, k) for k, _ in equation.terms if k not in left)
            if not is_new and shape in self.known:
                continue
            self.known.add(shape)
            terms = []
            for key, weight in equation.terms:
                name = self._name(key, is_left=key in left)
                self.cells.setdefault(name, self.own.get(key) or self.now[key])
                terms.append((name, weight))
            yield Equation(tuple(terms), equation.low, equation.high)

    def _name(self, key: Key, *, is_left: bool) -> Key:
        if is_left:
            return dataclasses.replace(key, scope=(*key.scope, f"edition {self.year}"))
        return self.names.get(key, key)


def _is_given(new: Cell, answer: str, told: dict[str, float]) -> bool:
    """Return whether calibration gave a share its value before, and the same now: whoever answered has no part in it.

    It is an estimate of a sample (which has a design effect) without error; a census counts those who answered.
    """
    if told["se"] != 0 or not np.isfinite(told["deff"]) or new.key.kind != "share":
        return False
    share = new.value / new.sizes.get(answer, new.size)
    return 0 < told["estimate"] < 1 and abs(share - told["estimate"]) <= told[STEP] * (0.5 + _DUST)


def _key(text: str) -> tuple[Key | None, str]:
    """Return the cell of a quantity; that of a difference is the difference itself."""
    key, answer = key_of(text)
    if key is None and text.startswith(("difference(share{", "difference(mean{")):
        return Key("difference", (text,), "", None, ()), ""
    return key, answer
