"""Finding the rows that a statement rests on, among those of one entry of the plan and of one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.results import from_to
from pipeline.results.rounding import rounded, shown_decimals
from pipeline.results.significance import published
from pipeline.results.statement import TABLE, Pick
from pipeline.results.time import ends, is_span, place, singles

Row = Mapping[str, Any]

#: Points within which the changes of two shares are each other's opposite: each is printed on its own step.
_ALIKE = 0.11
#: Population of a pick that says no other: whoever the survey of the entry is about.
USERS = "users"


@dataclass(frozen=True)
class Found:
    """A row of results, or that there is none.

    row : None where no result answers.   code : `age_band=15-24` of a list by a column, `demand.email` of one by
    indicator, empty for the whole population.
    """

    row: Row | None
    code: str = ""


@dataclass(frozen=True)
class Times:
    """The waves, or the periods, that the results of a measure are about.

    kind : ``wave`` or ``period``.   order : name -> its place.
    """

    kind: str
    order: Mapping[str, float]

    @property
    def alone(self) -> list[str]:
        """Return the single ones, in order."""
        return sorted(singles(self.order), key=self.order.__getitem__)

    def longest(self, start: Callable[[str], float]) -> tuple[str, str]:
        """Return the ends of the way that starts first, and of those the one that ends last; both empty without one.

        ``start`` gives the place of a single wave or period.
        """
        ways = [ends(name) for name in self.order if is_span(name)]
        return min(ways, key=lambda way: (start(way[0]), -start(way[1])), default=("", ""))


class Index:
    """The rows of a results table, ready to be found; statements name few of them, so that each is made when found.

    Parameters
    ----------
    table : results.
    places : positions in the table by analysis, level and code of the place, wave or period, and measure.
    times : by analysis, measure and indicator (empty for all of them).
    """

    def __init__(
        self,
        table: pd.DataFrame,
        places: Mapping[tuple[str, ...], list[int]],
        times: Mapping[tuple[str, str, str], Times],
    ) -> None:
        self.places, self.times = places, times
        # as objects: arrow arrays give their values one by one, at a hundred times the cost
        self._columns = {str(name): table[name].to_numpy(dtype=object) for name in table.columns}
        self._made: dict[int, dict[str, Any]] = {}

    def rows(self, key: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        """Yield the rows of an analysis, place, time and measure, in the order of the results."""
        for at in self.places.get(key, ()):
            if at not in self._made:
                self._made[at] = {name: values[at] for name, values in self._columns.items()}
            yield self._made[at]


def indexed(table: pd.DataFrame) -> Index:
    """Return the rows of a results table by what a pick says of them."""
    named = ("analysis", "territory_level", "territory", "measure", "indicator", "wave", "period")
    analysis, level, territory, measure, indicator, wave, period = (table[name].astype(str).tolist() for name in named)
    kind = ["wave" if each else "period" for each in wave]
    time = [one or other for one, other in zip(wave, period, strict=True)]
    places: dict[tuple[str, ...], list[int]] = {}
    for at, key in enumerate(zip(analysis, level, territory, time, measure, strict=True)):
        places.setdefault(key, []).append(at)
    met = zip(analysis, measure, indicator, kind, time, strict=True)
    times: dict[tuple[str, str, str], dict[str, dict[str, float]]] = {}
    for (one, of, what, by, when), order in dict(zip(met, table["order"].astype(float), strict=True)).items():
        for each in (what, ""):
            times.setdefault((one, of, each), {}).setdefault(by, {})[when] = order
    return Index(table, places, {key: Times(*max(kinds.items())) for key, kinds in times.items()})


class Selection:
    """The publishable rows that an entry of the plan may state, by place.

    Parameters
    ----------
    index : publishable results (:func:`indexed`).
    analysis : first part of the result_ids of the entry, or of the entry that it looks at.
    contrast : the two waves or periods that the entry compares; first and last of its results where None.
    perimeter : place of the whole, ``region=53``.
    waves : declared waves, where the entry has no result.
    people : population that the persons of the entry's survey stand for, where a pick is about users.
    followed : questions whose change another entry tells: lists of changes by ``domain`` leave it to that one.
    """

    def __init__(
        self,
        index: Index,
        analysis: str,
        contrast: tuple[str, str] | None,
        perimeter: str,
        waves: Sequence[str] = (),
        people: str = USERS,
        followed: frozenset[str] = frozenset(),
    ) -> None:
        self._index, self._times = index, index.times
        self.analysis, self.perimeter = analysis, perimeter
        self._contrast, self._waves, self._people = contrast, list(waves), people
        self._followed = followed

    @cached_property
    def _placed(self) -> dict[str, float]:
        """Return the single waves that the entry has results of, in order."""
        placed = {
            name: times.order[name]
            for key, times in self._times.items()
            if key[0] == self.analysis and times.kind == "wave"
            for name in times.alone
        }
        return dict(sorted(placed.items(), key=lambda each: each[1]))

    @cached_property
    def _periods(self) -> set[str]:
        """Return the single periods that the entry has results of."""
        mine = (times for key, times in self._times.items() if key[0] == self.analysis and times.kind == "period")
        return {name for times in mine for name in times.alone}

    @property
    def contrast(self) -> tuple[str, str]:
        """Return the first and the last wave that statements are about."""
        waves = list(self._placed) or self._waves
        return self._contrast or ((waves[0], waves[-1]) if waves else ("", ""))

    def times(self, pick: Pick) -> tuple[str, str, str]:
        """Return what a pick is counted by, ``wave`` or ``period``, and the first and the last that it is about.

        They are those that the entry contrasts, where it has results of them, be they of other measures; else the
        first and the last of what it has, of a change those of the longest way.
        """
        known = self._of(pick)
        if known is None or known.kind == "wave":
            first, last = self.contrast
        elif self._contrast and ({*self._contrast} <= {*known.order} or from_to(*self._contrast) in known.order):
            first, last = self._contrast
        elif self._contrast and pick.at in ("first", "last") and self._periods.issuperset(self._contrast):
            # what a year lacks is said of that year, never replaced by an earlier one
            first, last = self._contrast
        else:
            alone = known.alone
            first, last = (alone[0], alone[-1]) if alone else known.longest(place)
        unmet = (pick.at in ("change", "over") and not self._contrast) or pick.at == "all"
        if known and unmet and (pick.at == "all" or from_to(first, last) not in known.order):
            start = self._start if known.kind == "wave" else place
            longest = known.longest(start)
            first, last = longest if all(longest) else (first, last)
        return ("wave" if known is None else known.kind, first, last)

    def _start(self, wave: str) -> float:
        return self._placed.get(wave, 0.0)

    def time(self, pick: Pick) -> str:
        """Return the wave or period, or the way from one to another, that a pick means here."""
        _, first, last = self.times(pick)
        known = self._of(pick)
        if pick.at in ("first", "last"):
            # what is only known of periods of several months has no single one: those that start first and last
            several = [] if known is None or known.kind == "wave" or known.alone else sorted(known.order, key=_starts)
            if several:
                return several[0 if pick.at == "first" else -1]
            return first if pick.at == "first" else last
        # accounts of one year name the way from it to itself
        way = [name for name in (known.order if known else ()) if is_span(name) and ends(name) == (first, last)]
        return way[0] if way else from_to(first, last)

    def one(self, pick: Pick, where: str, code: str = "") -> Found:
        """Return the row of a pick that is no list; of one that is, that of a code."""
        if pick.by:
            return next((f for f in self.several(pick, where) if f.code == code), Found(None))
        return next((Found(row) for row in self._found(pick, where) if row["domain"] == pick.domain), Found(None))

    def several(self, pick: Pick, where: str) -> Iterator[Found]:
        """Yield the rows of a list, a code, an indicator or a method each, in the order of the results or by size."""
        listed = list(self._listed(pick, where))
        if pick.by == "domain" and pick.at == "change":
            listed = list(_unmirrored(listed))
        if pick.by == TABLE:
            listed = list(_answers(listed))
        if pick.among:
            listed.sort(key=lambda found: pick.among.index(_name(found.code)))
        yield from largest(listed, pick.most)

    def _listed(self, pick: Pick, where: str) -> Iterator[Found]:
        for row in self._found(pick, where):
            code = _code(row, pick)
            name = _name(code)
            column = code.partition("=")[0] if pick.by == "domain" else ""
            left_out = name in pick.without or column in pick.without or self._is_told(pick, column)
            if code and not left_out and (not pick.among or name in pick.among):
                yield Found(row, code)

    def _is_told(self, pick: Pick, column: str) -> bool:
        """Return whether the change of a question's answers is told as that of an indicator."""
        return pick.at == "change" and column in self._followed

    def _found(self, pick: Pick, where: str) -> Iterator[dict[str, Any]]:
        level, _, code = (self.perimeter if pick.whole else where).partition("=")
        key = (pick.analysis or self.analysis, level, code, self.time(pick), pick.measure)
        population = self._people if pick.population == USERS else pick.population
        for row in self._index.rows(key):
            indicated = not pick.indicator or row["indicator"] == pick.indicator
            of_method = pick.by == "method" or (row["method"] == pick.method and population in ("", row["population"]))
            if indicated and of_method:
                yield row

    def is_asked(self, pick: Pick) -> bool:
        """Return whether the question was put in the wave that a pick is about: something was counted somewhere."""
        known = self._of(pick)
        return known is not None and self.time(pick) in known.order

    def elsewhere(self, pick: Pick) -> bool:
        """Return whether the question was put in another wave than the one that a pick is about."""
        return self._of(pick) is not None

    def compares(self, pick: Pick) -> bool:
        """Return whether there are two waves or periods, where a pick is about a change, or about the first of them."""
        return pick.at in ("last", "over") or self.is_one_of_several(pick)

    def is_one_of_several(self, pick: Pick) -> bool:
        """Return whether what a pick means has a first and a last that differ."""
        _, first, last = self.times(pick)
        return first != last

    def exists(self, pick: Pick) -> bool:
        """Return whether the results have a number such as a pick means, of any place and time."""
        if pick.by == "indicator" and pick.without and not pick.indicator:
            kept = {indicator for analysis, measure, indicator in self._times if self._meant(pick, analysis, measure)}
            return not kept <= {"", *pick.without}
        return self._of(pick) is not None and (not pick.method or pick.by == "method" or self._is_made(pick))

    def _meant(self, pick: Pick, analysis: str, measure: str) -> bool:
        """Return whether a pick looks at a measure of an analysis."""
        return (analysis, measure) == (pick.analysis or self.analysis, pick.measure)

    def _is_made(self, pick: Pick) -> bool:
        """Return whether any number of a pick's indicator is made by its method."""
        analysis = pick.analysis or self.analysis
        of_measure = (
            self._index.rows(key) for key in self._index.places if (key[0], key[-1]) == (analysis, pick.measure)
        )
        return any(
            row["method"] == pick.method and pick.indicator in ("", row["indicator"])
            for rows in of_measure
            for row in rows
        )

    def _of(self, pick: Pick) -> Times | None:
        return self._times.get((pick.analysis or self.analysis, pick.measure, pick.indicator))


def _unmirrored(listed: list[Found]) -> Iterator[Found]:
    """Yield changes of shares; of two categories that make a whole the growing one, for the other says the same."""
    columns: dict[str, list[Found]] = {}
    for found in listed:
        columns.setdefault(found.code.partition("=")[0], []).append(found)
    for some in columns.values():
        rows = [f.row for f in some if f.row is not None and published(f.row)]
        shares = all(r["unit"] == "point" for r in rows)
        mirrored = shares and len(rows) == len(some) == 2 and abs(sum(r["estimate"] for r in rows)) < _ALIKE
        yield from [max(some, key=lambda f: f.row["estimate"] if f.row else 0.0)] if mirrored else some


def _name(code: str) -> str:
    """Return what sets a row apart within its list: the code of a column, the name of an indicator or a method."""
    return code.rpartition("=")[2] if "=" in code else code.rpartition(".")[2]


def largest(found: Iterable[Found], most: int) -> Iterator[Found]:
    """Yield so many of the largest published numbers, of the smallest below 0, or all as they come where 0.

    What may not be published stands behind the largest: each of them may be larger than any that is told.
    """
    found = list(found)
    if not most:
        yield from found
        return
    sign = 1 if most < 0 else -1
    sized = [(f.row["estimate"], f) for f in found if f.row is not None and published(f.row)]
    sized.sort(key=lambda each: sign * each[0])
    shown = [rounded(size, shown_decimals(f.row)) for size, f in sized if f.row is not None]
    # the smallest are so beside others: never more than half of them
    number = min(-most, len(sized) // 2) if most < 0 else most
    # what prints alike is not parted
    yield from (f for (_, f), value in zip(sized, shown, strict=True) if value in shown[:number])
    if most > 0:
        yield from (f for f in found if f.row is not None and not published(f.row))


def _answers(listed: list[Found]) -> Iterator[Found]:
    """Yield the cross-tables of answers: a characteristic by another tells nothing of what was answered."""
    cut = {f.code.rpartition("by=")[2] for f in listed}
    yield from (f for f in listed if f.row is not None and f.row["indicator"] not in cut)


def _starts(period: str) -> float:
    return place(ends(period)[0])


def _code(row: Row, pick: Pick) -> str:
    """Return the label key of what sets a row of a list apart; empty where it does not belong to the list."""
    if pick.by in ("indicator", "method"):
        told = f"{row['analysis']}.{row['indicator']}" if pick.by == "indicator" else f"method={row['method']}"
        return told if row["domain"] == pick.domain and (pick.by == "indicator" or row["method"]) else ""
    if pick.by == TABLE:
        cut = dict(part.split("=", 1) for part in row["domain"].split("/"))
        said = f"{row['indicator']}={cut['item']}" if "item" in cut else f"by={row['indicator']}"
        return f"{said}/{TABLE}:by={cut['by']}"
    if pick.by == "domain":
        return "" if "/" in row["domain"] else str(row["domain"])
    parts = str(row["domain"]).split("/")
    own = [part for part in parts if part.startswith(f"{pick.by}=")]
    rest = "/".join(p for p in parts if p not in own)
    # `than=` holds whatever the value
    held = rest == pick.domain or (pick.domain.endswith("=") and rest.startswith(pick.domain) and "/" not in rest)
    return own[0] if own and held else ""
