"""Links from visits to persons: how many visits of the period lead to one respondent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.errors import WeightError


@dataclass(frozen=True)
class Links:
    """Visits of the period by respondent, imputed where the question was left blank.

    values : (n,) links, at least 1, not capped.
    imputed : (n,) True where the answer was missing.
    """

    values: pd.Series
    imputed: pd.Series


def links_of(
    here: pd.Series, elsewhere: pd.Series | None, cells: pd.DataFrame, weights: pd.Series, maximum: float | None = None
) -> Links:
    """Return the number of visits of the period, here and elsewhere, that could have led to each respondent.

    The generalised weight share divides the visit weight by this number (Lavallée 2007, *Indirect sampling*, ch. 2;
    Ardilly and Le Blanc, Survey Methodology 27, 2001). The interview itself is one visit, so links are at least 1. A
    missing answer takes the harmonic mean of its cell: what enters the estimate is 1/links, whose mean it keeps.

    Parameters
    ----------
    here, elsewhere : (n,) reported visits of the period; missing allowed, ``elsewhere`` missing counts as none.
    cells : (n, k) imputation cells, such as wave and age band.
    weights : (n,) visit weights.
    maximum : opening days of the period: a person cannot visit one space more often.

    Raises
    ------
    WeightError
        When no respondent of a wave answered.
    """
    visits = here.astype("float64")
    if maximum is not None:
        visits = visits.clip(upper=maximum)
    more = elsewhere.astype("float64").fillna(0.0) if elsewhere is not None else 0.0
    links = (visits.clip(lower=1.0) + more).where(visits.notna())
    imputed = links.isna()
    if imputed.all() and len(links):
        raise WeightError("nobody answered the question that counts visits, so no person weight can be made")
    if imputed.any():
        links = links.fillna(_harmonic_mean(links, cells, weights)).fillna(
            _harmonic_mean(links, cells.iloc[:, :1], weights)
        )
        overall = np.average(1 / links[links.notna()], weights=weights[links.notna()])
        links = links.fillna(1 / overall)
    return Links(links, imputed)


def _harmonic_mean(links: pd.Series, cells: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Return (n,) the weighted harmonic mean of links in each row's cell, missing where the cell has none."""
    known = links.notna()
    cell = cells.groupby(list(cells.columns), dropna=False, sort=False).ngroup().to_numpy()
    inverse = np.bincount(cell, weights=(weights / links).where(known, 0.0))
    total = np.bincount(cell, weights=weights.where(known, 0.0))
    mean = np.divide(total, inverse, out=np.full(len(total), np.nan), where=inverse > 0)
    return pd.Series(mean[cell], index=links.index)
