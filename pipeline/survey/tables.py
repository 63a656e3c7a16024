"""From linearised estimates to the table that a caller reads: standard errors, intervals, design effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.survey import taylor
from pipeline.survey.intervals import effective_size, proportion_interval, symmetric
from pipeline.survey.linearised import Linearised
from pipeline.survey.structure import Floats, Ints

if TYPE_CHECKING:
    from pipeline.survey.sample import Sample

COLUMNS = ["variable", "category", "estimate", "se", "lower", "upper", "df", "n", "n_effective", "deff"]


def degrees_of_freedom(design: Sample, presence: sparse.csr_array) -> Ints:
    """Return primary units less strata (c,) among the rows marked by each column of presence (n, c).

    The count of R's `degf` for the subset design.
    """
    psus = sparse.csr_array(design.psu_rows @ presence)
    strata = sparse.csr_array(design.stratum_rows @ presence)
    c = presence.shape[1]
    return np.bincount(psus.indices, minlength=c) - np.bincount(strata.indices, minlength=c)


def standard_errors(design: Sample, linear: Linearised) -> Floats:
    """Return the standard errors (m,), NaN where there is no estimate."""
    presence = linear.presence[:, linear.cell] if design.forms.needs_presence else None
    v = taylor.variances(design.forms, linear.scores, linear.combine, presence)
    return np.where(np.isnan(linear.estimate), np.nan, np.sqrt(v))


def design_effect(se: Floats, srs_variance: Floats) -> Floats:
    """Return the variance of estimates as a multiple of that of simple random sampling.

    Missing where simple sampling has no variance, as where all answers are alike: what rounding leaves of the standard
    error there is no effect of the design.
    """
    return np.where(srs_variance > 0, se**2 / srs_variance, np.nan)


def tabulate(
    design: Sample, linear: Linearised, level: float, interval: str | None = None, keep: Ints | None = None
) -> pd.DataFrame:
    """Return the table of estimates: by-columns, then `COLUMNS`.

    `interval` names an interval for proportions; None gives estimate -/+ t se.
    """
    se = standard_errors(design, linear)
    df = degrees_of_freedom(design, linear.presence)[linear.cell]
    n = linear.n.astype(np.float64)
    degrees = df.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        deff = design_effect(se, linear.srs_variance)
        if interval is None:
            lower, upper = symmetric(linear.estimate, se, degrees, level)
            effective = n / deff
        else:
            lower, upper = proportion_interval(linear.estimate, se, n, degrees, level, interval)
            effective = effective_size(linear.estimate, se, n)
    values = [linear.variable, linear.category, linear.estimate, se, lower, upper, df, linear.n, effective, deff]
    return labelled(linear, dict(zip(COLUMNS, values, strict=True)))


def labelled(linear: Linearised, columns: dict[str, object]) -> pd.DataFrame:
    """Return the by-columns of each estimate, then the columns given."""
    by = linear.domains.table.iloc[linear.domain]
    # one construction: adding columns one by one costs more than the estimates
    return pd.DataFrame({**{name: by[name].array for name in by.columns}, **columns})
