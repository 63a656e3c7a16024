"""Estimates over several imputations of the same data (Rubin 1987; Barnard and Rubin 1999)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.survey.errors import UnsupportedError
from pipeline.survey.intervals import symmetric
from pipeline.survey.structure import Floats

if TYPE_CHECKING:
    from pipeline.survey.design import Design

NUMBERS = ("estimate", "se", "lower", "upper", "df", "n", "n_effective", "deff", "p_value")
RULES = ("barnard_rubin", "rubin")


def combine_imputations(
    tables: Sequence[pd.DataFrame], level: float = 0.95, rule: str = "barnard_rubin"
) -> pd.DataFrame:
    """Combine tables of the same estimates, one an imputed data set.

    Parameters
    ----------
    tables : m tables of `Design.mean` and its like, the same rows in the same order.
    rule : degrees of freedom; barnard_rubin bounds them by those of the complete data (the tables' df), rubin does not.

    Returns
    -------
    DataFrame: the labels, estimate, se, lower, upper, df, n, between (variance between imputations), within (mean of
    the variances), increase (relative increase of variance due to missing values), missing_information.

    Raises
    ------
    UnsupportedError
        Fewer than two tables, or tables that are not of the same estimates.
    """
    if rule not in RULES:
        raise UnsupportedError(f"rule '{rule}' is not known; choose barnard_rubin or rubin")
    if len(tables) < 2:
        raise UnsupportedError(f"multiple imputation needs at least two data sets, found {len(tables)}")
    labels = tables[0][[c for c in tables[0] if c not in NUMBERS]]
    for k, table in enumerate(tables[1:], start=2):
        if not set(labels.columns) <= set(table.columns) or not labels.equals(table[labels.columns]):
            raise UnsupportedError(f"imputation {k} has other estimates than the first: domains or variables differ")
    m = len(tables)
    estimates = np.stack([t["estimate"].to_numpy(np.float64) for t in tables])
    within = np.mean([t["se"].to_numpy(np.float64) ** 2 for t in tables], axis=0)
    between = estimates.var(axis=0, ddof=1)
    total = within + (1 + 1 / m) * between
    complete = np.min([t["df"].to_numpy(np.float64) for t in tables], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        increase = (1 + 1 / m) * between / within
        df = _degrees(m, increase, complete, rule)
        missing = (increase + 2 / (df + 3)) / (increase + 1)
    estimate, se = estimates.mean(axis=0), np.sqrt(total)
    lower, upper = symmetric(estimate, se, df, level)
    return labels.assign(
        estimate=estimate, se=se, lower=lower, upper=upper, df=df,
        n=np.min([t["n"].to_numpy() for t in tables], axis=0),
        within=within, between=between, increase=increase, missing_information=missing,
    )  # fmt: skip


def over_imputations(
    designs: Sequence[Design], estimate: Callable[[Design], pd.DataFrame], level: float = 0.95, **options: Any
) -> pd.DataFrame:
    """Estimate on every imputed design and combine: `over_imputations(designs, lambda d: d.mean("y", by="g"))`."""
    return combine_imputations([estimate(design) for design in designs], level, **options)


def _degrees(m: int, increase: Floats, complete: Floats, rule: str) -> Floats:
    old = (m - 1) * (1 + 1 / increase) ** 2
    if rule == "rubin":
        return old
    observed = (complete + 1) / (complete + 3) * complete / (1 + increase)
    return 1 / (1 / old + 1 / observed)
