"""Adjustments of weights that calibration does not make: factors, trimming, scaling, weight share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.survey.domains import Mask, mask_of
from pipeline.survey.errors import UnsupportedError, VariableError
from pipeline.survey.frames import numbers
from pipeline.survey.steps import Step
from pipeline.survey.structure import Floats, known


def weights_of(frame: pd.DataFrame, column: str, role: str = "weights") -> Floats:
    """Return a column (n,) of finite numbers that are not negative.

    Raises
    ------
    VariableError
    """
    known(frame, [column], role)
    values = numbers(frame[column], column, role)
    wrong = ~np.isfinite(values) | (values < 0)
    if wrong.any():
        raise VariableError(
            f"{role} '{column}' is missing, not a number or negative in {int(wrong.sum())} of {len(values)} "
            "rows; give rows that are out of the sample weight 0"
        )
    if not (values > 0).any():
        raise VariableError(f"{role} '{column}' is 0 in every row")
    return values


def refuse_negative(weights: Floats, purpose: str) -> None:
    """Raise where an estimator that has no meaning under negative weights would meet some.

    Raises
    ------
    UnsupportedError
    """
    negative = weights < 0
    if negative.any():
        raise UnsupportedError(
            f"{purpose}: {int(negative.sum())} of {len(weights)} weights are negative (lowest {weights.min():.4g}), "
            "as linear calibration may leave them; calibrate with method='raking', 'logit' or 'truncated', or bounds="
        )


def kish(weights: Floats) -> dict[str, float]:
    """Return rows, sum, Kish design effect and effective size of positive weights (Kish 1965, 11.2).

    Weights that calibration made negative are counted apart, under `negative`.
    """
    w = weights[weights > 0]
    effective = float(w.sum() ** 2 / (w**2).sum())
    return {
        "rows": len(w),
        "negative": int((weights < 0).sum()),
        "sum": float(w.sum()),
        "kish_deff": len(w) / effective,
        "effective_size": effective,
        "min": float(w.min()),
        "max": float(w.max()),
        "cv": float(w.std() / w.mean()),
    }


def reweight_step(frame: pd.DataFrame, weights: Floats, factor: str, where: Any) -> Step:
    """Multiply weights by a column of factors, taken as fixed."""
    inside = mask_of(frame, where)
    values = weights_of(frame.loc[inside], factor, "factor")
    factors = np.ones(len(weights))
    factors[inside] = values
    after = weights * factors
    return Step(
        "reweight",
        weights,
        after,
        replay=lambda w: w * factors[:, None],
        summary=lambda: {"factor": factor, "before": kish(weights), "after": kish(after)},
    )


def trim_step(frame: pd.DataFrame, weights: Floats, upper: float, lower: float, strict: bool, where: Any) -> Step:
    """Pull weights into [lower, upper] and share what was cut equally among the others, as R's trimWeights.

    `strict` repeats until no weight lies outside.

    Raises
    ------
    UnsupportedError
        When the limits leave no weight to receive what was cut.
    """
    if not lower < upper:
        raise UnsupportedError(f"trim: lower limit {lower:g} is not below upper limit {upper:g}")
    concerned = mask_of(frame, where) & (weights != 0)
    after, touched = _trimmed(weights, concerned, upper, lower, strict)
    report = {
        "upper": upper, "lower": lower, "trimmed": int(touched.sum()),
        "weight_moved": float(np.abs(after - weights)[touched].sum()),
        "before": kish(weights), "after": kish(after),
    }  # fmt: skip

    def again(w: Floats) -> Floats:
        columns = [_trimmed(c, concerned & (c != 0), upper, lower, strict)[0] for c in np.ascontiguousarray(w.T)]
        return np.stack(columns, axis=1)

    return Step("trim", weights, after, summary=lambda: report, replay=again)


def _trimmed(weights: Floats, concerned: Mask, upper: float, lower: float, strict: bool) -> tuple[Floats, Mask]:
    """Weights after trimming and the rows whose weight was cut or raised to a limit."""
    after, touched = weights.copy(), np.zeros(len(weights), dtype=bool)
    while True:
        # the slack keeps a weight that sits on the limit from being cut again for rounding
        outside = concerned & ((after < lower * (1 - 1e-12)) | (after > upper * (1 + 1e-12)))
        if not outside.any():
            return after, touched
        rest = concerned & ~outside
        if not rest.any():
            raise UnsupportedError(f"trim: no weight left between {lower:g} and {upper:g} to take up what is cut")
        clipped = np.clip(after, lower, upper)
        moved = float((after - clipped)[outside].sum())
        after[outside] = clipped[outside]
        after[rest] += moved / rest.sum()
        touched |= outside
        if not strict:
            return after, touched


def normalise_step(weights: Floats, total: float | None) -> Step:
    """Scale weights to sum to `total`, the number of rows with a positive weight by default."""
    target = float((weights > 0).sum()) if total is None else float(total)
    if not target > 0:
        raise UnsupportedError(f"normalise: the total must be positive, found {target:g}")
    return Step(
        "normalise", weights, weights * (target / weights.sum()), summary=lambda: {"total": target},
        replay=lambda w: w * (target / w.sum(axis=0)),
    )  # fmt: skip


def share_step(frame: pd.DataFrame, weights: Floats, links: str, cap: float | None, where: Any) -> Step:
    """Divide the weight of a visit by the number of visits that could have reached the person.

    The generalised weight share (Lavallée 2007, Indirect Sampling, ch. 2; Deville and Lavallée 2006): the sum
    over visits of weight / links estimates a total over persons without bias, persons met twice included.
    A cap on links bounds the loss of precision from frequent visitors at the price of a bias, reported as the
    number of rows capped and the change in the total of weights.

    Raises
    ------
    VariableError
        When links is missing, or below 1, in a row with a positive weight.
    """
    known(frame, [links], "links")
    inside = mask_of(frame, where) & (weights != 0)
    values = numbers(frame[links], links, "links")
    wrong = inside & ~(values >= 1)
    if wrong.any() or np.isinf(values[inside]).any():
        raise VariableError(
            f"links '{links}' is missing or below 1 in {int(wrong.sum())} rows with a positive weight; a "
            "respondent has at least the visit at which they were met: impute the others first"
        )
    if cap is not None and not cap >= 1:
        raise UnsupportedError(f"share_weights: cap must be at least 1, found {cap:g}")
    used = values if cap is None else np.minimum(values, cap)
    uncapped, after = weights.copy(), weights.copy()
    uncapped[inside] /= values[inside]
    after[inside] /= used[inside]
    report = {
        "links": links, "cap": cap, "capped": int((used < values)[inside].sum()),
        "total_uncapped": float(uncapped.sum()), "total": float(after.sum()),
        "relative_change": float(after.sum() / uncapped.sum() - 1),
        "kish_deff_uncapped": kish(uncapped)["kish_deff"], "kish_deff": kish(after)["kish_deff"],
        "before": kish(weights), "after": kish(after),
    }  # fmt: skip
    divisor = np.where(inside, used, 1.0)[:, None]
    return Step("share_weights", weights, after, summary=lambda: report, replay=lambda w: w / divisor)
