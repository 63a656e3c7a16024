"""Who was labelled when: months since the label, cohorts, and the columns of group-time effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.panel import Bools, Floats, Panel, Rows, coded, dummies, rows_of
from pipeline.questions.regressors import season_columns, seasons_of
from pipeline.results import Result

#: Bins of months since the label: name, first month, month after the last.
BINS = (("0-5", 0, 6), ("6-11", 6, 12), ("12+", 12, 10_000))
FULL = "12+"
QUARTER = 3


@dataclass(frozen=True)
class Treated:
    """The rows of a panel with what the label needs: since (n,) months since the label, NaN for never labelled.

    controls : (n, k) month effects and the season of the coast.
    """

    rows: Rows
    since: Floats
    controls: Floats

    @property
    def after(self) -> Bools:
        """Return which rows are labelled."""
        return self.since >= 0


@dataclass(frozen=True)
class GroupTime:
    """Columns of the effect of each cohort in each month since its label.

    columns : (n, K) indicators.  since : (K,) months since the label.  weight : (K,) labelled space-months.
    """

    columns: Floats
    since: Floats
    weight: Floats

    def average(self, first: float, stop: float) -> Floats:
        """Return (K,) weights of the mean effect from month ``first`` to before ``stop``; NaN when there is none."""
        inside = np.where((self.since >= first) & (self.since < stop), self.weight, 0.0)
        return inside / inside.sum() if inside.sum() > 0 else np.full(len(inside), np.nan)


def treated_of(panel: Panel, kept: Bools | None = None) -> Treated:
    """Return the rows of a panel, marked (S, M) in ``kept``, with months since the label and controls."""
    rows = rows_of(panel, kept)
    since = rows.month - panel.sites["labelled"].to_numpy(np.float64)[rows.space]
    months = dummies(coded(rows.month))
    seasons = seasons_of(panel, None)
    coast = season_columns(seasons, rows)[:, 11:]
    return Treated(rows, since, np.column_stack([months, coast]))


def group_time(treated: Treated) -> GroupTime:
    """Return the group-time columns: each cohort (month of the label) by each month since it.

    The saturated form of Callaway and Sant'Anna (2021, Journal of Econometrics 225, 200) group-time effects for
    counts (Wooldridge 2023, Econometrics Journal 26, C31, eq. 3.5): every month before the label is the reference,
    and the comparison is with spaces not labelled or not yet.
    """
    cohort = treated.rows.month - treated.since
    after = treated.after
    keys = np.where(after, np.nan_to_num(cohort) * 1000 + np.nan_to_num(treated.since), -1.0)
    cells = np.unique(keys[after])
    columns = (keys[:, None] == cells[None, :]).astype(np.float64)
    return GroupTime(columns, cells % 1000, columns.sum(axis=0))


def counted(context: Context, entry: Entry, panel: Panel, treated: Treated) -> list[Result]:
    """Return how many spaces were labelled, by cohort, and in how many clusters; and how many each effect rests on.

    By type: labelled, and never labelled ones to compare them with. By months since the label: labelled spaces, and
    their clusters, with a return that long after it.
    """
    number = panel.sites["labelled"]
    facts: dict[str, Any] = {
        "analysis": entry.name,
        "measure": "count",
        "population": "spaces",
        "territory_level": "region",
        "territory": context.region,
        "unit": "count",
        "inference": "census",
        "period": panel.period,
        "source": panel.returns.source,
    }
    known = number.dropna()
    made = [
        Result(indicator="labelled", estimate=float(len(known)), n=float(len(number)), **facts),
        Result(
            indicator="projects",
            estimate=float(panel.sites.loc[known.index, "cluster"].nunique()),
            n=float(panel.sites["cluster"].nunique()),
            **facts,
        ),
    ]
    for month, size in known.astype(int).value_counts().sort_index().items():
        name = str(panel.months[0] + int(month))  # type: ignore[call-overload]
        made.append(
            Result(indicator="labelled", estimate=float(size), n=float(len(number)), domain={"cohort": name}, **facts)
        )
    sites = panel.sites
    parts = [
        ({"type": k}, (sites["type"] == k).to_numpy()) for k in sorted(sites.loc[known.index, "type"].dropna().unique())
    ]
    for domain, inside in parts:
        made.append(
            Result(
                indicator="compared",
                estimate=float((inside & number.isna()).sum()),
                n=float(len(number)),
                domain=domain,
                **facts,
            )
        )
    rows = treated.rows
    for name, first, stop in BINS:
        used = np.isin(np.arange(len(sites)), rows.space[(treated.since >= first) & (treated.since < stop)])
        parts.append(({"months_since": name}, used))
    for domain, inside in parts:
        part = sites[inside & number.notna().to_numpy()]
        many = {"labelled": len(part), "projects": part["cluster"].nunique()}
        made += [
            Result(indicator=i, estimate=float(n), n=float(len(number)), domain=domain, **facts)
            for i, n in many.items()
        ]
    return made
