"""From direct estimates of areas to model-based shares and changes that meet the region's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import AnalyseError
from pipeline.questions.small_areas.benchmark import Benchmarked, benchmarked, gap_variance
from pipeline.questions.small_areas.fay_herriot import AreaModel, fay_herriot
from pipeline.questions.small_areas.goodness import Goodness, goodness
from pipeline.questions.small_areas.scale import SCALES, Scale, ScaleName
from pipeline.questions.small_areas.smoothing import Smoothing, smoothed
from pipeline.questions.small_areas.variance_of_effects import Method

Floats = NDArray[np.float64]
Z = 1.959963984540054
_INSIDE = 1e-6


@dataclass(frozen=True)
class Direct:
    """Direct estimates of areas.

    Parameters
    ----------
    estimate : (m,) shares, or differences of shares, NaN without answers.
    variance : (m,) their estimated sampling variances, NaN where there is none.
    reference : (m,) variances of simple random samples of the same sizes.
    n : (m,) answers (harmonic mean of the waves for a difference); weights : (m,) persons.
    """

    estimate: Floats
    variance: Floats
    reference: Floats
    n: Floats
    weights: Floats


@dataclass(frozen=True)
class Predicted:
    """Model-based numbers of every area on the scale of shares, and what they rest on.

    sampled : (m,) whether the area has answers; the others are synthetic. The rest has one value an area; ``model``,
    ``goodness`` and ``bench`` are about the sampled areas.
    """

    estimate: Floats
    mse: Floats
    lower: Floats
    upper: Floats
    shrinkage: Floats
    sampled: NDArray[np.bool_]
    model: AreaModel
    goodness: Goodness
    bench: Benchmarked
    design_effect: float


def predict(direct: Direct, x: Floats, scale_name: ScaleName, smoothing: Smoothing, method: Method) -> Predicted:
    """Predict every area from its direct estimate and its covariates.

    Parameters
    ----------
    direct : direct estimates of m areas.
    x : (m, p) covariates with the intercept.
    scale_name : scale of the model; ``linear`` for differences.

    Raises
    ------
    AnalyseError
        When the scale cannot take a share of 0 or 1, or the model cannot be fitted.
    """
    scale = SCALES[scale_name]
    sampled = np.isfinite(direct.estimate) & (direct.n > 0)
    y, weights = direct.estimate[sampled], direct.weights[sampled]
    if not scale.takes_bounds and ((y <= 0) | (y >= 1)).any():
        raise AnalyseError(
            f"the {scale_name} scale has no place for a share of 0 or 1",
            found=f"{int(((y <= 0) | (y >= 1)).sum())} areas where nobody or everybody answered yes",
            action="use scale: arcsine",
        )
    variance, effect = smoothed(direct.variance[sampled], direct.reference[sampled], direct.n[sampled], smoothing)
    z, psi = _there(scale, y, weights, variance, effect, direct.n[sampled], smoothing)
    model = fay_herriot(z, psi, x[sampled], method)
    estimate, mse = np.full(len(sampled), np.nan), np.full(len(sampled), np.nan)
    mean = scale.mean(model.predicted, model.conditional_variance)
    back = 1 / scale.slope(_clipped(mean, scale))
    share = weights / weights.sum()
    spread = gap_variance(share * back, model.shrinkage, model.variance + psi, x[sampled], model.beta_covariance)
    bench = benchmarked(mean, scale.spread(model.predicted, model.mse), y, weights, spread)
    estimate[sampled], mse[sampled] = bench.predicted, bench.mse
    if not sampled.all():
        centre, error = model.elsewhere(x[~sampled])
        estimate[~sampled], mse[~sampled] = scale.mean(centre, error), scale.spread(centre, error)
    shrinkage = np.zeros(len(sampled))
    shrinkage[sampled] = model.shrinkage
    lower, upper = _interval(scale, estimate, mse)
    checks = goodness(model, z, psi)
    return Predicted(estimate, mse, lower, upper, shrinkage, sampled, model, checks, bench, effect)


def _there(
    scale: Scale, y: Floats, weights: Floats, variance: Floats, effect: float, n: Floats, smoothing: Smoothing
) -> tuple[Floats, Floats]:
    """Return direct estimates and sampling variances on the scale of the model.

    The slope is taken at the region's share, not at the area's own: an area's variance must not depend on the chance
    of its sample. On the arcsine scale the pooled design effect then gives 1 / (4 n_effective) exactly (Efron and
    Morris 1975; Carter and Rolph 1974).
    """
    if scale.name == "linear":
        return y, variance
    if scale.name == "arcsine" and smoothing == "design_effect":
        return scale.forward(y), effect / (4 * n)
    centre = np.full(len(y), np.average(y, weights=weights))
    return scale.forward(y), variance * scale.slope(centre) ** 2


def _clipped(values: Floats, scale: Scale) -> Floats:
    return values if scale.name == "linear" else np.clip(values, _INSIDE, 1 - _INSIDE)


def _interval(scale: Scale, estimate: Floats, mse: Floats) -> tuple[Floats, Floats]:
    """Return limits (m,) computed on the scale of the model, so that those of a share stay between 0 and 1."""
    inside = _clipped(estimate, scale)
    centre, half = scale.forward(inside), Z * np.sqrt(mse) * scale.slope(inside)
    return scale.inverse(centre - half), scale.inverse(centre + half)
