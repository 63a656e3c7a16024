"""Whether visits broke at a declared date: level and slope after it against what the months before announced.

One series, no comparison group: whatever else happened at that date is in the break too.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.interruption.autoregression import Autoregression, regress
from pipeline.questions.monthly_series import hierarchy
from pipeline.questions.panel import facts, read_panel
from pipeline.questions.quantities import each_modelled
from pipeline.questions.returns import ReturnsSettings
from pipeline.results import Result
from pipeline.results.measure import Measure

LEVEL = 0.95
#: Months needed on each side of the date.
LEAST = 12

#: The kinds of numbers of this question.
MEASURES = (
    *(Measure(name, "ratio", "change") for name in ("trend", "level_change", "slope_change")),
    Measure("rho", "coefficient"),
    Measure("remaining", "coefficient"),
)


class Settings(ReturnsSettings):
    """Settings: the ``date`` of the interruption; the months before its month are the reference."""

    date: dt.date
    """Date of the interruption; the months before its month are the reference."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return the change of level and of slope at the date, the autocorrelation and a test of what it leaves.

    Raises
    ------
    AnalyseError
        When there are fewer than twelve months on one side of the date.
    """
    settings = entry.checked(Settings)
    panel = read_panel(context, entry, settings)
    tree = hierarchy(panel)
    y = np.log(tree.values[0])
    months = len(panel.months)
    at = (settings.date.year - panel.months[0].year) * 12 + settings.date.month - panel.months[0].month
    if not LEAST <= at <= months - LEAST:
        raise entry.error(
            "too few months on one side of the date",
            "date",
            found=f"{max(at, 0)} months before, {max(months - at, 0)} from it on",
            allowed=f"{LEAST} on each side",
        )
    time = np.arange(months, dtype=np.float64)
    after = (time >= at).astype(np.float64)
    season = np.eye(12)[np.asarray(panel.months.month) - 1][:, 1:]
    x = np.column_stack([np.ones(months), time / 12, after, after * (time - at) / 12, season])
    found = regress(y, x)
    since = {"since": settings.date.isoformat()[:7]}
    about = facts(context, entry, panel, indicator="visits", domain=since, n=float(months))
    made = [
        _change(found, j, measure, about) for j, measure in ((1, "trend"), (2, "level_change"), (3, "slope_change"))
    ]
    told = {**about, "unit": "coefficient", "indicator": "autocorrelation"}
    made.append(Result(measure="rho", estimate=found.rho, **told))
    made.append(
        Result(measure="remaining", method="ljung_box", estimate=found.ljung_box, p_value=found.ljung_box_p, **told)
    )
    return [*each_modelled(entry, made)]


def _change(found: Autoregression, j: int, measure: str, about: dict[str, Any]) -> Result:
    low, high = found.interval(j, LEVEL)
    ratio = float(np.exp(found.beta[j]))
    return Result(
        measure=measure,
        unit="ratio",
        estimate=ratio - 1,
        se=ratio * float(found.se[j]),
        lower=float(np.exp(low)) - 1,
        upper=float(np.exp(high)) - 1,
        level=LEVEL,
        df=float(found.df),
        p_value=found.p_value(j),
        **about,
    )
