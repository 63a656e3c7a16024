"""Rao-Scott Cochran-Armitage test of a linear trend of shares over ordered groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from pipeline.survey.errors import UnsupportedError, VariableError, listed
from pipeline.survey.sandwich import design_degrees, score_covariance, usable_rows
from pipeline.survey.structure import Floats, Ints, factorized

if TYPE_CHECKING:
    from pipeline.survey.design import Design


@dataclass(frozen=True)
class Trend:
    """A test that a share has no linear trend.

    statistic : signed t, positive when the share rises with the scores; its square is `pearson` / `deff`.
    df : degrees of freedom.   p_value : two-sided.   pearson : Cochran-Armitage X2 of weighted shares times n.
    deff : design effect of the trend.   slope : change of the share for one unit of score, least squares.
    category : whose share.   scores : group -> score.   n : rows used.
    """

    statistic: float
    df: int
    p_value: float
    pearson: float
    deff: float
    slope: float
    category: Any
    scores: Mapping[Any, float]
    n: int


def trend(
    design: Design,
    outcome: str,
    by: str,
    category: Any = None,
    scores: Mapping[Any, float] | None = None,
    where: Any = None,
) -> Trend:
    """Test a linear trend of the share of a category over ordered groups.

    The Cochran-Armitage X2 is divided by the design effect of its numerator (Rao and Scott 1981, JASA 76, 221,
    for one degree of freedom, where both orders of correction agree), and its signed root is held against t.

    Parameters
    ----------
    outcome : column; `category` is the value whose share is followed, by default the last of two.
    by : column of groups.   scores : group -> number; by default the numbers themselves, or 1, 2, 3... for an
        ordered category.

    Raises
    ------
    EmptyDomainError, UnsupportedError, VariableError
    """
    rows = usable_rows(design, [outcome, by], where, "trend")
    y, category = _indicator(design, rows, outcome, category)
    x, table = _group_scores(design, rows, by, scores)
    w = design.weights[rows]
    total = w.sum()
    share, centre = float(w @ y / total), float(w @ x / total)
    product = (y - share) * (x - centre)
    association = float(w @ product / total)
    spread_x, spread_y = float(w @ (x - centre) ** 2 / total), share * (1 - share)
    if spread_x <= 0 or spread_y <= 0:
        raise UnsupportedError(f"trend: '{outcome}' or '{by}' does not vary here")
    v = float(score_covariance(design, rows, (w * (product - association) / total)[:, None])[0, 0])
    n, df = len(rows), design_degrees(design, rows)
    t = association / np.sqrt(v) if v > 0 else np.nan
    return Trend(
        t, df, float(2 * special.stdtr(df if df > 0 else np.nan, -abs(t))), n * association**2 / (spread_x * spread_y),
        n * v / (spread_x * spread_y), association / spread_x, category, table, n,
    )  # fmt: skip


def _indicator(design: Design, rows: Ints, outcome: str, category: Any) -> tuple[Floats, Any]:
    values = design.frame[outcome].iloc[rows]
    codes, categories = factorized(design.frame, outcome)
    present = categories[np.unique(codes[rows])]
    if category is None:
        if len(present) != 2:
            raise VariableError(f"trend: '{outcome}' has {len(present)} values; name one with category=")
        category = present[1]
    elif category not in list(present):
        raise VariableError(f"trend: '{outcome}' has no value {category!r} here; it has {listed(present)}")
    return (values == category).to_numpy(dtype=np.float64), category


def _group_scores(
    design: Design, rows: Ints, by: str, scores: Mapping[Any, float] | None
) -> tuple[Floats, dict[Any, float]]:
    column = design.frame[by]
    codes, categories = factorized(design.frame, by)
    present = np.unique(codes[rows])
    groups = list(categories[present])
    if scores is None:
        if isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered:
            scores = {group: float(i + 1) for i, group in enumerate(groups)}
        elif pd.api.types.is_numeric_dtype(column):
            scores = {group: float(group) for group in groups}
        else:
            raise VariableError(f"trend: '{by}' is neither a number nor an ordered category; give scores=")
    missing = [group for group in groups if group not in scores]
    if missing:
        raise VariableError(f"trend: no score for {by} {listed(missing)}")
    value = np.zeros(len(categories))
    value[present] = [float(scores[group]) for group in groups]
    return value[codes[rows]], {group: float(scores[group]) for group in groups}
