"""The table of opening hours of an evaluation's spaces, over the months of its attendance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline import territory
from pipeline.errors import TerritoryError
from pipeline.evaluation import Evaluation
from pipeline.evaluation.periods import placed, whole_range
from pipeline.ingest.sites.opening_hours import COLUMNS, Holidays, hours_by_month
from pipeline.ingest.sites.territories import official


def opening_table(evaluation: Evaluation, register: pd.DataFrame, months: pd.PeriodIndex) -> pd.DataFrame:
    """Return site_id, month, hours, open_days and basis (`opening_hours` or `hours_week`) of every space of a register.

    Parameters
    ----------
    register : accepted entries of the first register of the evaluation.
    """
    source = next(iter(evaluation.sources("sites")))
    instrument = evaluation.instruments[source.name]
    named = {role: instrument.by_role(role) for role in ("opening_hours", "hours", "opened", "closed")}  # type: ignore[arg-type]
    if not len(months) or (named["opening_hours"] is None and named["hours"] is None):
        return pd.DataFrame(columns=COLUMNS)

    def column(role: str, kind: str) -> pd.Series:
        q = named[role]
        return pd.Series(None, index=register.index, dtype=kind) if q is None else register[q.name]  # type: ignore[call-overload]

    texts = column("opening_hours", "str").astype("str")
    given = [None if pd.isna(t) else str(t) for t in texts]
    years = range(months[0].year, months[-1].year + 1)
    school = pd.DatetimeIndex([])
    if any(t and "SH" in t for t in given):
        school = territory.school_holidays(years, _zone(evaluation))
    public = territory.public_holidays(years) if any(t and "PH" in t for t in given) else pd.DatetimeIndex([])
    return hours_by_month(
        given,
        column("hours", "Float64").to_numpy(dtype=float, na_value=np.nan).tolist(),
        pd.to_datetime(column("opened", "datetime64[us]")).tolist(),
        pd.to_datetime(column("closed", "datetime64[us]")).tolist(),
        register["site_id"].astype(str).tolist(),
        months,
        Holidays(public, school),
    )


def _zone(evaluation: Evaluation) -> str:
    if not official(evaluation):
        raise TerritoryError(
            "school holidays need a region",
            where=str(evaluation.folder / "evaluation.yaml"),
            found=f"territory.level: {evaluation.settings.territory.level}",
            action="leave SH out of the opening hours, or name an official level",
        )
    return evaluation.settings.territory.code


def months_of(evaluation: Evaluation, tables: Mapping[str, pd.DataFrame]) -> pd.PeriodIndex:
    """Return every month from the first to the last of the attendance received.

    Parameters
    ----------
    tables : monthly counts by source, under the instrument's names or those of the roles.
    """
    found: list[pd.Period] = []
    for name, table in tables.items():
        q = evaluation.instruments[name].by_role("month")
        column = q.name if q is not None and q.name in table else "month"
        if column in table and table[column].notna().any():
            at = whole_range(placed(table[column].dropna(), evaluation.source(name).period))
            found += [pd.Period(day, freq="M") for day in (at[0].start_time, at[-1].end_time)]
    return pd.period_range(min(found), max(found), freq="M") if found else pd.PeriodIndex([], freq="M")
