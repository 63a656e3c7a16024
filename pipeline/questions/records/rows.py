"""Results about records: of one period or wave, and of the change from one to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.quantities import counted as quantity_counted
from pipeline.questions.quantities import diagnostic
from pipeline.questions.records.counting import Sum, added, counted
from pipeline.questions.records.periods import COMMON, Period, common
from pipeline.questions.records.reading import Bools, Cut, Records
from pipeline.results import Result
from pipeline.results.quantity import ANSWERED, VALUE, Codes, Quantity, difference, ratio, statistic
from pipeline.results.time import from_to

#: Indicator of how many records there are, in all and in shorter periods, and of how much of a period is covered.
ALL, SHORTER, COVERED, COMPARED = "records", "by_period", "covered", "compared"


@dataclass(frozen=True)
class Part:
    """Some of the records of a time: those of a place (None: everywhere) and of a cut (None: all)."""

    period: Period
    months: frozenset[int]
    unit: str | None
    inside: Bools
    cut: Cut | None = None

    @property
    def told(self) -> Bools:
        """Return which records (n,) are counted."""
        return self.inside if self.cut is None else self.inside & self.cut.inside

    @property
    def known(self) -> Bools:
        """Return which records (n,) say whether they belong to the cut."""
        return self.inside if self.cut is None else self.inside & self.cut.known

    @property
    def restricted(self) -> bool:
        """Return whether it leaves out months of its period that others would count."""
        return self.months != self.period.covered


@dataclass(frozen=True)
class Writer:
    """Writes the rows of an entry about its records."""

    context: Context
    entry: Entry
    records: Records

    def part(self, period: Period, unit: str | None, months: frozenset[int], cut: Cut | None = None) -> Part:
        """Return the records of a period, place and cut, in some months of the period."""
        inside = period.among(months)
        if unit is not None:
            inside = inside & (self.records.unit == unit)
        return Part(period, months, unit, inside, cut)

    def levels(self, part: Part) -> Iterator[Result]:
        """Yield the number of records of a part, its share, and what its records amount to and use."""
        found = counted(self.records, part.told)
        yield self._row(part, ALL if part.cut is None else self._name(part.cut), "count", "count", found.value, found)
        if part.cut is not None:
            yield self._share(part, found)
        for name, values in self.records.amounts.items():
            made = added(self.records, values, part.told)
            euro = name in self.records.euros
            # parts of a unit, as those of a full-time post, are not rounded to whole ones
            whole = "count" if np.all(np.mod(values[np.isfinite(values)], 1) == 0) else "mean"
            if name not in self.records.averages:
                yield self._row(part, name, "total", "euro" if euro else whole, made.value if made.n else np.nan, made)
            yield self._row(part, name, "mean", "euro" if euro else "mean", made.mean, made)
        for rate in self.records.rates:
            used, offered = (added(self.records, v, part.told) for v in (rate.used, rate.offered))
            if offered.value > 0:
                yield self._row(part, rate.name, "used", "count", used.value, used)
                yield self._row(part, rate.name, "offered", "count", offered.value, offered)
                yield self._row(part, rate.name, "rate", "rate", used.value / offered.value, offered)

    def said(self, period: Period, cut: Cut) -> Result:
        """Return how many records say to which category of a question they belong: what its shares are of."""
        part = self.part(period, None, period.covered, cut)
        found = counted(self.records, part.known)
        row = self._row(replace(part, cut=None), self._name(cut), "count", "count", found.value, found)
        what = quantity_counted(row, "total", {self._what(ALL): VALUE}, {self._name(cut): ANSWERED})
        return replace(row, quantity=what)

    def shorter(self, period: Period) -> Result:
        """Return the number of records of a shorter period."""
        part = self.part(period, None, period.covered)
        found = counted(self.records, part.told)
        return self._row(part, SHORTER, "count", "count", found.value, found)

    def covered(self, period: Period, partial: bool) -> Iterator[Result]:
        """Yield how much of a period the file covers; where one of the periods is ``partial``, the months of each."""
        if not period.is_wave:
            months = float(len(period.covered))
            yield self._material(COVERED, "share", "share", months / period.months, period.name)
            if partial:
                yield self._material(COVERED, "months", "count", months, period.name)

    def changes(self, first: Period, last: Period, unit: str | None, cut: Cut | None = None) -> Iterator[Result]:
        """Yield the changes of a place and cut from one time to another, over the months that both cover."""
        months = common(first, last)
        old, new = (self.part(p, unit, months, cut) for p in (first, last))
        if not (months or first.is_wave) or ((old.restricted or new.restricted) and (unit or cut)):
            # parts of a period less than whole would be known of units and categories from what is told of the whole
            return
        before, after = (counted(self.records, p.told) for p in (old, new))
        name = ALL if cut is None else self._name(cut)
        yield self._change(old, new, name, "evolution", "ratio", _relative(before.value, after.value), (before, after))
        if cut is not None:
            yield self._shift_of_share(old, new, (before, after))
        for amount, values in self.records.amounts.items():
            sums = tuple(added(self.records, values, p.told) for p in (old, new))
            euro = amount in self.records.euros
            grown = _relative(sums[0].value, sums[1].value)
            if amount not in self.records.averages:
                yield self._change(old, new, amount, "evolution", "ratio", grown, sums)
            moved = sums[1].mean - sums[0].mean
            yield self._change(old, new, amount, "mean_shift", "euro" if euro else "mean", moved, sums)
        for rate in self.records.rates:
            used, offered = (
                tuple(added(self.records, v, p.told) for p in (old, new)) for v in (rate.used, rate.offered)
            )
            if all(o.value > 0 for o in offered):
                moved = 100 * (used[1].value / offered[1].value - used[0].value / offered[0].value)
                yield self._change(old, new, rate.name, "shift", "point", moved, offered)

    def compared(self, first: Period, last: Period) -> Iterator[Result]:
        """Yield how many months two times have in common, where that is not all of both."""
        months = common(first, last)
        if not first.is_wave and len(months) < first.months:
            period = from_to(first.name, last.name)
            yield self._material(COMPARED, "months", "count", float(len(months)), period)

    def _share(self, part: Part, found: Sum) -> Result:
        base = float(part.known.sum())
        share = found.value / base if base else np.nan
        cut = part.cut
        assert cut is not None
        return replace(self._row(part, self._name(cut), "share", "share", share, found), n=base)

    def _shift_of_share(self, old: Part, new: Part, sums: tuple[Sum, Sum]) -> Result:
        bases = [float(p.known.sum()) for p in (old, new)]
        shares = [s.value / b if b else np.nan for s, b in zip(sums, bases, strict=True)]
        assert new.cut is not None
        return self._change(old, new, self._name(new.cut), "shift", "point", 100 * (shares[1] - shares[0]), sums)

    def _name(self, cut: Cut) -> str:
        return next(iter(cut.domain))

    def _row(self, part: Part, indicator: str, measure: str, unit: str, value: float, found: Sum) -> Result:
        facts = {"estimate": value, "n": found.n, "contributors": found.contributors, "largest_share": found.largest}
        facts["coverage"] = self._coverage(part, found, measure)
        if measure not in ("count", "share") and (part.cut is not None or part.unit is not None):
            # how many records of a part say an amount tells how many it has, which may be hidden
            facts |= {"n": np.nan, "coverage": np.nan}
        made = self._made(part, indicator, measure, unit, part.period.name, part.period.is_wave, **facts)
        return replace(made, quantity=self.quantity(made, part, indicator, measure))

    def _coverage(self, part: Part, found: Sum, measure: str) -> float:
        """Return which part of the records that should be behind a number are: received, usable, and known."""
        if measure == "count":
            return self.records.coverage
        among, told = (part.inside, part.known) if measure == "share" else (part.told, None)
        had = float(told.sum()) if told is not None else found.n
        return self.records.coverage * had / float(among.sum()) if among.any() else np.nan

    def _change(
        self, old: Part, new: Part, indicator: str, measure: str, unit: str, value: float, sums: tuple[Sum, ...]
    ) -> Result:
        made = self._made(
            new, indicator, measure, unit, from_to(old.period.name, new.period.name), new.period.is_wave,
            estimate=value,
            n=min(s.n for s in sums),
            contributors=min([*(s.contributors for s in sums), *self._left_out(old), *self._left_out(new)]),
            largest_share=float(np.fmax(sums[0].largest, sums[1].largest)),
            coverage=self.records.coverage,
        )  # fmt: skip
        level = {"evolution": "total", "mean_shift": "mean", "shift": "rate" if new.cut is None else "share"}[measure]
        if measure == "evolution" and indicator not in self.records.amounts:
            level = "count"
        both = [self.quantity(self._at(made, p), p, indicator, level) for p in (new, old)]
        what = statistic("evolution", *both) if measure == "evolution" else difference(both[0], both[1])
        return replace(made, quantity=what)

    def _left_out(self, part: Part) -> Iterator[float]:
        """Yield on whom the months rest that a change leaves out: the whole less the change tells them."""
        left = part.period.inside & ~part.inside
        if left.any():
            yield counted(self.records, left).contributors

    def _at(self, row: Result, part: Part) -> Result:
        name = part.period.name
        return replace(row, wave=name, period=None) if part.period.is_wave else replace(row, wave=None, period=name)

    def quantity(self, row: Result, part: Part, indicator: str, measure: str) -> Quantity:
        """Return what a level of a part counts: a sum over its records, or a ratio of two."""
        method = COMMON if part.restricted else ""
        among: Codes = {} if part.cut is None else part.cut.among

        def total(what: str, of: Codes) -> Quantity:
            return quantity_counted(row, "total", {self._what(what): VALUE}, of, method)

        if measure == "count":
            return total(ALL, among)
        if measure == "share":
            return ratio(total(ALL, among), total(ALL, {self._known(part): ANSWERED}))
        if measure in ("total", "mean"):
            amount = total(indicator, among)
            known = total(f"{ALL}.{indicator}", among)
            # with its total, a mean tells how many records say their amount, and so how many there are
            return amount if measure == "total" else statistic("mean_of_records", amount, known, total(ALL, among))
        rate = next(r for r in self.records.rates if r.name == indicator)
        used, offered = (total(key, among) for key in rate.keys)
        return {"used": used, "offered": offered, "rate": ratio(used, offered)}[measure]

    def _what(self, name: str) -> str:
        # rows that made one record together count otherwise than one by one
        return f"{name}.{self.records.once}" if self.records.once else name

    def _known(self, part: Part) -> str:
        assert part.cut is not None
        return self._name(part.cut)

    def _material(self, indicator: str, measure: str, unit: str, value: float, period: str) -> Result:
        """Return a number about the file itself."""
        made = self._made(None, indicator, measure, unit, period, False, estimate=value, n=float(self.records.n))
        return diagnostic(replace(made, population="records"))

    def _made(
        self, part: Part | None, indicator: str, measure: str, unit: str, time: str, is_wave: bool, **facts: Any
    ) -> Result:
        cut = None if part is None else part.cut
        domain: Mapping[str, object] | None = None if cut is None else cut.domain
        return Result(
            analysis=self.entry.name,
            indicator=indicator,
            measure=measure,
            population=self.records.population,
            **self.context.where(None if part is None else part.unit),
            unit=unit,
            inference="census",
            wave=time if is_wave else None,
            period=None if is_wave else time,
            domain=domain,
            confirmatory=self.entry.confirmatory,
            source=self.records.source,
            **facts,
        )


def _relative(before: float, after: float) -> float:
    return after / before - 1 if before else np.nan
