"""What goes with overall satisfaction: weighted ordinal regression on the items, and their shares of what is explained.

Both describe answers of the same person given at the same moment; neither shows that improving an item would raise
satisfaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from pydantic import Field

from pipeline.questions.entry import Entry, Strict
from pipeline.questions.estimates import LEVEL, Subject, over_columns
from pipeline.questions.outcomes import numbers
from pipeline.questions.satisfaction.shapley import MOST, driver_shares
from pipeline.results import Result
from pipeline.survey import SurveyError
from pipeline.survey.ordinal import Ordinal
from pipeline.survey.parallel_lines import parallel_lines


class Drivers(Strict):
    """Settings: ``of``, the overall rating, and the ``items`` that it is set against, two to twelve."""

    of: str
    """The overall rating."""
    items: list[str] = Field(min_length=2, max_length=MOST)
    """Ratings it is set against, two to twelve."""


def drivers(entry: Entry, subject: Subject, settings: Drivers, names: Mapping[str, str]) -> list[Result]:
    """Return, wave by wave, the odds ratio of one more note of each item and its share of the explained variance.

    A wave that did not ask one of the items, or whose answers cannot carry the regression, is left out. ``names``:
    item -> name in result_ids.
    """
    columns = pd.DataFrame({item: numbers(subject.frame[item]) for item in (settings.of, *settings.items)})
    columns.index = subject.frame.index
    design = over_columns(subject.design, columns)
    made: list[Result] = []
    for wave in subject.waves:
        here = (subject.frame["wave"] == wave).to_numpy(bool)
        if columns[here].isna().all().any():
            continue
        told = partial(_row, entry, subject, wave, names[settings.of])
        try:
            odds = design.ordinal(f"{settings.of} ~ {' + '.join(settings.items)}", where=here)
        except SurveyError:
            # too few answers, or all alike: nothing to tell of this wave
            continue
        rows = {str(r["term"]): r for r in odds.coefficients.to_dict("records")}
        for item in settings.items:
            row = rows[item]
            made.append(
                told(
                    measure="odds_ratio",
                    unit="odds_ratio",
                    estimate=float(np.exp(row["estimate"])),
                    se=float(np.exp(row["estimate"]) * row["se"]),
                    limits=(float(np.exp(row["lower"])), float(np.exp(row["upper"]))),
                    df=odds.df,
                    n=odds.n,
                    item=names[item],
                    p_value=float(row["p"]),
                )
            )
        made += _assumption(told, odds, [names[item] for item in settings.items])
        parts = driver_shares(
            subject.design, columns[settings.of].to_numpy(), columns[settings.items].to_numpy(), where=here
        )
        for i, part in enumerate([*(names[item] for item in settings.items), None]):
            made.append(
                told(
                    measure="explained",
                    unit="share",
                    estimate=float(parts.estimate[i]),
                    se=float(parts.se[i]),
                    limits=(float(parts.lower[i]), float(parts.upper[i])),
                    df=parts.df,
                    n=parts.n,
                    item=part,
                )
            )
    return made


def _assumption(told: Callable[..., Result], odds: Ordinal, items: Sequence[str]) -> list[Result]:
    """Return the tests that a note more counts alike at every step of the overall rating, all items and each."""
    tested = parallel_lines(odds)
    if tested is None:
        return []
    pairs = [(None, tested.whole), *zip(items, tested.each, strict=True)]
    return [
        told(
            measure="parallel_lines",
            unit="score",
            estimate=test.f,
            se=np.nan,
            limits=(np.nan, np.nan),
            df=float(test.df),
            n=odds.n,
            item=item,
            p_value=test.p_value,
        )
        for item, test in pairs
        if np.isfinite(test.f)
    ]


def _row(
    entry: Entry,
    subject: Subject,
    wave: str,
    indicator: str,
    measure: str,
    unit: str,
    estimate: float,
    se: float,
    limits: tuple[float, float],
    df: float,
    n: float,
    item: str | None,
    p_value: float = np.nan,
) -> Result:
    return Result(
        analysis=entry.name,
        indicator=indicator,
        measure=measure,
        population=subject.population,
        territory_level="region",
        territory=subject.region,
        unit=unit,
        inference="model",
        wave=wave,
        domain={} if item is None else {"item": item},
        estimate=estimate,
        se=se,
        lower=limits[0],
        upper=limits[1],
        level=LEVEL,
        df=df,
        n=n,
        p_value=p_value,
        confirmatory=entry.confirmatory,
        source=subject.source,
    )
