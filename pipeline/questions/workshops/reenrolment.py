"""The share of trainees that enrol again after a cycle, by year, age and theme, and its change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from pipeline.instrument import Role
from pipeline.instrument.affirmation import affirmed
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.workshops.product_limit import (
    LEVEL,
    ProductLimit,
    interval,
    product_limit,
    standard_error,
    totals,
)
from pipeline.questions.workshops.spells import Spells, spells
from pipeline.results import Result

_ROLES: tuple[Role, ...] = ("identifier", "starts", "ends", "completed", "theme", "sex", "occupation")
#: Only persons followed over the whole window: no model of the follow-up, fewer persons.
CLOSED = "closed_window"


@dataclass(frozen=True)
class Enrolments:
    """Clean enrolments of one source: person, site_id, starts, ends, completed, theme, age_band; and spaces."""

    table: pd.DataFrame
    spaces: pd.Index
    source: str


@dataclass(frozen=True)
class _Estimate:
    """One share with what a change needs: the influence of every space (G,), and the persons and events behind it."""

    result: ProductLimit
    influence: NDArray[np.float64]
    persons: int
    spaces: int


def read_enrolments(context: Context, entry: Entry, source: str | None) -> Enrolments | None:
    """Return the enrolments of the first source of that kind, or of the one named; None where there is none.

    Raises
    ------
    AnalyseError
        When the named source does not exist, or its instrument lacks a question.
    """
    found = [s.name for s in context.evaluation.sources("enrolments") if source in (None, s.name)]
    if not found:
        if source is not None:
            raise entry.no_source(context.evaluation, "enrolments", "enrolments", source)
        return None
    table = context.by_role(found[0], _ROLES, ("site_id", "age_band")).rename(columns={"identifier": "person"})
    lacking = [c for c in ("person", "starts", "ends", "completed") if c not in table]
    if lacking:
        raise entry.no_roles(context.evaluation, found[0], lacking)
    asked = context.instrument(found[0]).by_role("completed")
    assert asked is not None
    table = table.assign(
        starts=pd.to_datetime(table["starts"]),
        ends=pd.to_datetime(table["ends"]),
        completed=affirmed(asked, table["completed"]),
    )
    return Enrolments(table, pd.Index(sorted(table["site_id"].dropna().unique())), found[0])


def reenrolment_rows(
    context: Context,
    entry: Entry,
    enrolments: Enrolments,
    years: Sequence[int],
    contrast: tuple[int, int] | None,
    window: int,
    until: dt.date | None,
    by: Sequence[str],
) -> Iterator[Result]:
    """Yield the share of each year, whole and cut, its sensitivity, its follow-up, and the changes between years."""
    made: dict[int, dict[tuple[str, str], _Estimate]] = {}
    writer = _Writer(context, entry, enrolments.source)
    for year in years:
        found = spells(enrolments.table, year, _covered(enrolments.table, year, until))
        if found.people.empty:
            raise entry.error("the list of enrolments holds no cycle that ended in this year", "years", found=year)
        made[year] = dict(_estimates(enrolments, found, window, by))
        for (name, code), each in made[year].items():
            yield writer.share(each, str(year), {name: code} if name else None)
        closed = found.followed >= window
        if closed.any():
            yield writer.share(_estimate(enrolments, found, window, closed), str(year), None, CLOSED)
        n = float(len(found.people))
        yield writer.row("followed", "share", "share", "census", str(year), estimate=float(closed.mean()), n=n)
        spaces = float(found.people["site_id"].nunique())
        yield writer.row("lists", "count", "count", "census", str(year), estimate=spaces, n=n)
    if contrast:
        old, new = (made[y] for y in contrast)
        for key in (k for k in new if k in old):
            domain = {key[0]: key[1]} if key[0] else None
            yield writer.shift(old[key], new[key], f"{contrast[0]}..{contrast[1]}", domain)


def _covered(table: pd.DataFrame, year: int, until: dt.date | None) -> pd.Timestamp:
    """Return the last day up to which the list can show a new cycle: the end of the years on end that it holds."""
    held = set(table["starts"].dt.year.dropna().astype(int))
    last = year
    while last + 1 in held:
        last += 1
    end = pd.Timestamp(last, 12, 31)
    return min(end, pd.Timestamp(until)) if until is not None else end


def _estimates(
    enrolments: Enrolments, found: Spells, window: int, by: Sequence[str]
) -> Iterator[tuple[tuple[str, str], _Estimate]]:
    everyone = np.ones(len(found.people), dtype=bool)
    yield ("", ""), _estimate(enrolments, found, window, everyone)
    for name in (n for n in by if n in found.people):
        for code in sorted(found.people[name].dropna().astype(str).unique()):
            yield (name, code), _estimate(enrolments, found, window, (found.people[name] == code).to_numpy(dtype=bool))


def _estimate(enrolments: Enrolments, found: Spells, window: int, chosen: NDArray[np.bool_]) -> _Estimate:
    made = product_limit(found.time[chosen], found.event[chosen], float(window))
    cluster = enrolments.spaces.get_indexer(pd.Index(found.people["site_id"][chosen])).astype(np.int64)
    each = totals(made.influence, cluster, len(enrolments.spaces))
    return _Estimate(made, each, int(chosen.sum()), len(np.unique(cluster)))


@dataclass(frozen=True)
class _Writer:
    """Writes rows of the region about trainees."""

    context: Context
    entry: Entry
    source: str

    def row(
        self, indicator: str, measure: str, unit: str, inference: str, period: str, **values: float | str | object
    ) -> Result:
        fixed = {"territory_level": "region", "territory": self.context.region, "population": "trainees"}
        return Result(
            **{  # type: ignore[arg-type]
                **fixed,
                "analysis": self.entry.name,
                "indicator": indicator,
                "measure": measure,
                "unit": unit,
                "inference": inference,
                "period": period,
                "confirmatory": self.entry.confirmatory,
                "source": self.source,
                **values,
            }
        )

    def share(
        self, made: _Estimate, year: str, domain: Mapping[str, object] | None, method: str | None = None
    ) -> Result:
        happened, df = made.result.happened, made.spaces - 1
        se = standard_error(made.influence, made.spaces)
        lower, upper = interval(happened, se, df)
        # somebody must have been followed to the end of the window for its share to be known
        known = made.result.at_risk > 0
        return self.row(
            "re_enrolment",
            "share",
            "share",
            "model",
            year,
            estimate=happened if known else np.nan,
            se=se,
            lower=lower,
            upper=upper,
            level=LEVEL,
            df=float(df),
            n=float(made.persons),
            contributors=float(min(made.result.events, made.persons - made.result.events)),
            domain=domain,
            method=method,
        )

    def shift(self, old: _Estimate, new: _Estimate, period: str, domain: Mapping[str, object] | None) -> Result:
        """Return the change in points; spaces of both years bring their covariance with them."""
        difference = new.influence - old.influence
        spaces = int(((new.influence != 0) | (old.influence != 0)).sum())
        se, df = 100 * standard_error(difference, spaces), float(spaces - 1)
        value = 100 * (new.result.happened - old.result.happened)
        half = float(stats.t.ppf(0.5 + LEVEL / 2, df)) * se if df >= 1 else np.nan
        p = float(2 * stats.t.sf(abs(value) / se, df)) if df >= 1 and se > 0 else np.nan
        return self.row(
            "re_enrolment",
            "shift",
            "point",
            "model",
            period,
            estimate=value,
            se=se,
            lower=value - half,
            upper=value + half,
            level=LEVEL,
            df=df,
            n=float(min(old.persons, new.persons)),
            contributors=float(min(old.result.events, new.result.events)),
            p_value=p,
            domain=domain,
        )
