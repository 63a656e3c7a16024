"""Design variance of estimating equations: bread, scores by row, bread (Binder 1983, Int. Stat. Rev. 51, 279).

The scores are weight times estimating function; their sums get the variance of any other total, calibration
residuals, finite population corrections and common units of waves included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from pipeline.survey import taylor
from pipeline.survey.domains import mask_of, names_of
from pipeline.survey.errors import EmptyDomainError, UnsupportedError
from pipeline.survey.intervals import t_quantile
from pipeline.survey.structure import Floats, Ints, distinct, known

if TYPE_CHECKING:
    from pipeline.survey.design import Design


def usable_rows(design: Design, columns: list[str], where: Any, purpose: str) -> Ints:
    """Return the rows (indices) inside the mask, with a positive weight and no missing value in the columns.

    Raises
    ------
    EmptyDomainError, VariableError
    """
    known(design.frame, columns, purpose)
    inside = mask_of(design.frame, where) & (design.weights != 0)
    if not inside.any():
        raise EmptyDomainError(f"{purpose}: empty domain, the mask selects no row with a positive weight")
    for column in names_of(columns):
        inside &= _observed(design.frame[column])
    rows = np.flatnonzero(inside)
    if len(rows) == 0:
        raise EmptyDomainError(
            f"{purpose}: empty domain, every row of the mask misses at least one of {', '.join(columns)}"
        )
    return rows


def _observed(values: pd.Series) -> NDArray[np.bool_]:
    """Return which values (n,) are there; the codes of categories tell at once."""
    found = values.array
    return np.asarray(found.codes >= 0 if isinstance(found, pd.Categorical) else values.notna(), dtype=bool)


def design_degrees(design: Design, rows: Ints) -> int:
    """Return primary units less strata among the rows (R's `degf` of the subset)."""
    stage = design.stages[0]
    units = distinct(stage.unit[rows])
    psus, strata = distinct(stage.shared[units]), distinct(stage.group[stage.unit_stratum[units]])
    return len(psus) - len(strata)


def spread(design: Design, rows: Ints, scores: Floats) -> Floats:
    """Return scores (len(rows), k) laid over all n rows of the design, zero elsewhere."""
    if len(rows) == len(design.frame):
        return scores
    out = np.zeros((len(design.frame), scores.shape[1]))
    out[rows] = scores
    return out


def score_covariance(design: Design, rows: Ints, scores: Floats) -> Floats:
    """Return the design covariance (k, k) of the sums of weighted scores (len(rows), k)."""
    if design.forms.needs_presence and not _reaches_all(design, rows):
        raise UnsupportedError(
            "tests and models of a domain that leaves out whole sampling units are not defined with "
            f"lonely_psu='{design.lonely_psu}' here; choose remove or certainty, or merge strata"
        )
    return taylor.covariance(design.forms, spread(design, rows, scores))


def _reaches_all(design: Design, rows: Ints) -> bool:
    unit = design.stages[0].unit
    return len(distinct(unit[rows])) == len(design.stages[0].unit_stratum)


def coefficient_table(terms: list[str], estimate: Floats, se: Floats, df: float, level: float) -> pd.DataFrame:
    """Return term, estimate, se, t, p, lower, upper; t, p and limits as far as df is positive."""
    half = t_quantile(df, level) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        t = estimate / se
    return pd.DataFrame(
        {
            "term": pd.Series(terms, dtype=object),
            "estimate": estimate,
            "se": se,
            "t": t,
            "p": two_sided(t, df),
            "lower": estimate - half,
            "upper": estimate + half,
        }
    )


def two_sided(t: Floats | float, df: float) -> NDArray[Any]:
    """Return the two-sided p of a t statistic, NaN without degrees of freedom."""
    return 2 * special.stdtr(df if df > 0 else np.nan, -np.abs(t))
