"""Counts of visits are of the period that their file declares, a month by default, or the reading stops."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.clean_table import Assembled
from pipeline.ingest.conventions import weeks_apart
from pipeline.ingest.faults import Fault, some
from pipeline.ingest.periods import NAMED, period_named
from pipeline.instrument import Question

#: Months in which counts of longer periods are dated, by the period: at its start or at its end.
_DATED = (
    ("year", ({1}, {12})),
    ("half-year", ({1, 7}, {6, 12})),
    ("quarter", ({1, 4, 7, 10}, {3, 6, 9, 12})),
)


#: Fewest different days that show a rhythm.
_FEWEST_DAYS = 4
#: Counts further apart than this are not those of weeks.
_WEEKLY = dt.timedelta(days=21)


def not_months(evaluation: Evaluation, source: Source, assembled: Assembled) -> list[Fault]:
    """Return why the counts of a source are not of its period: some are of another one; or, where none is declared,
    all are dated alike over two years or more, or all days are a number of weeks apart.

    Nothing where records are visits one by one.
    """
    month = evaluation.instruments[source.name].by_role("month")
    if source.kind != "attendance" or source.signins or month is None:
        return []
    if mixed := _mixed(source, assembled, month):
        return mixed
    if source.period != "month" or any(spec.period == "month" for spec in source.files.values()):
        return []
    if month.type == "date":
        return _weeks(source, assembled, month)
    if month.type != "month":
        return []
    met = sorted(map(str, assembled.clean[month.name].dropna().unique()))
    years, months = {m[:4] for m in met}, {int(m[5:7]) for m in met if m[5:7].isdigit()}
    period = next((p for p, dated in _DATED if any(months and months <= d for d in dated)), None)
    if len(years) < 2 or period is None:
        return []
    first = int(assembled.clean["_line"].iloc[int(np.flatnonzero(assembled.clean[month.name] == met[0])[0])])
    return [
        Fault(
            f"the counts seem to be those of a {period}, not of a month",
            source.first_file,
            line=first,
            column=month.column or month.name,
            found=some(met),
            allowed="counts of single months: a count of a longer period is never read as one",
            action=f"add `period: {period}` to the file in evaluation.yaml; if these are the counts of those months"
            " alone, `period: month`",
        )
    ]


def _mixed(source: Source, assembled: Assembled, month: Question) -> list[Fault]:
    """Return why counts are of several periods: the first that names another one than that of its source."""
    column = f"{month.name}__unreadable"
    left = assembled.seen[column].dropna() if column in assembled.seen else pd.Series(dtype="str")
    others = {t: p for t in dict.fromkeys(left.astype(str)) for p in NAMED if period_named(t, p)}
    if not others:
        return []
    at = assembled.clean.loc[left[left.isin(list(others))].index[0]]
    return [
        Fault(
            f"counts of a {next(iter(others.values()))} stand among those of a {source.period}",
            str(at["_file"]),
            line=int(at["_line"]),
            column=month.column or month.name,
            found=some(others),
            allowed=f"counts of one period: {source.period}",
            action="declare what the counts are of (`period: " + " | ".join(NAMED) + "`); of several periods, put each"
            " in a file and source of its own, or leave out those that add up the others",
        )
    ]


def _weeks(source: Source, assembled: Assembled, month: Question) -> list[Fault]:
    """Return why counts dated by a day are those of weeks: a week over two months is of neither."""
    days = sorted({d.date() for d in pd.to_datetime(assembled.clean[month.name]).dropna().unique()})
    if len(days) < _FEWEST_DAYS or not weeks_apart(days) or min(b - a for a, b in pairwise(days)) > _WEEKLY:
        return []
    return [
        Fault(
            "the counts seem to be those of a week, not of a month",
            source.first_file,
            line=int(assembled.clean["_line"].iloc[0]),
            column=month.column or month.name,
            found=some(f"{d:%Y-%m-%d}" for d in days),
            allowed="counts of single months, or of single days, which are added up by month",
            action="ask for monthly or daily counts; if each day stands for its month, add `period: month` to the file"
            " in evaluation.yaml",
        )
    ]
