"""The area model equals published numbers and R, keeps its word when nothing differs, and errs as it says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.questions.small_areas.benchmark import benchmarked, gap_variance
from pipeline.questions.small_areas.fay_herriot import fay_herriot
from pipeline.questions.small_areas.goodness import goodness, shapiro_francia
from pipeline.questions.small_areas.prediction import Direct, predict
from pipeline.questions.small_areas.scale import SCALES
from pipeline.questions.small_areas.smoothing import pooled_design_effect, smoothed
from pipeline.questions.small_areas.variance_of_effects import variance_of_effects

FOLDER = Path(__file__).parents[2] / "reference" / "small_areas"


@pytest.fixture(scope="module")
def milk():
    table = pd.read_csv(FOLDER / "milk.csv")
    areas = [(table["major_area"] == k).astype(float) for k in (2, 3, 4)]
    return table["direct_est"].to_numpy(), table["std_error"].to_numpy() ** 2, np.column_stack([np.ones(43), *areas])


@pytest.fixture(scope="module")
def printed():
    return json.loads((FOLDER / "fay_herriot.json").read_text())


def test_milk_expenditure_as_published(milk):
    # Rao and Molina (2015) and the R package sae (Molina and Marhuenda 2015, The R Journal 7(1)), REML
    model = fay_herriot(*milk)
    np.testing.assert_allclose(model.beta, [0.968189, 0.132780, 0.226946, -0.241301], atol=5e-7)
    assert model.variance == pytest.approx(0.0185502, abs=2e-7)
    # mseFH() of sae and samplics 0.6.1 print these mean squared errors of the first five areas
    np.testing.assert_allclose(model.mse[:5], [0.013460, 0.005373, 0.005702, 0.008542, 0.009580], atol=5e-7)


@pytest.mark.parametrize("method", ["reml", "ml", "moment"])
def test_every_method_equals_r(milk, printed, method):
    model, r = fay_herriot(*milk, method), printed[method]
    # R's optimize() finds the maximum to about 1e-7; the moment equation is solved to rounding
    assert model.variance == pytest.approx(r["variance"], rel=1e-6)
    np.testing.assert_allclose(model.beta, r["beta"], rtol=1e-6)
    np.testing.assert_allclose(model.predicted, r["eblup"], rtol=1e-6)
    np.testing.assert_allclose(model.mse, r["mse"], rtol=1e-6)


def test_moment_estimates_equal_a_second_library(milk):
    # samplics 0.6.1, EblupAreaModel(method=FitMethod.fh), same data
    model = fay_herriot(*milk, "moment")
    assert model.variance == pytest.approx(0.016420263654128544, rel=1e-9)
    np.testing.assert_allclose(model.mse[:5], [0.01275701, 0.00531447, 0.0056322, 0.00832347, 0.00928352], atol=5e-9)


def test_a_variance_of_zero_is_replaced_by_the_adjusted_likelihood_and_said(milk, printed):
    _, d, x = milk
    close = x @ np.array(printed["reml"]["beta"]) + 0.3 * np.sqrt(d) * np.sin(np.arange(1, 44))
    assert variance_of_effects(close, d, x) == 0
    model = fay_herriot(close, d, x)
    assert model.adjusted
    assert model.variance == pytest.approx(printed["close"]["variance"], rel=1e-5)  # flat top: optimize() stops early
    np.testing.assert_allclose(model.mse, printed["close"]["mse"], rtol=1e-5)
    assert (model.shrinkage > 0).all()


def test_prediction_lies_between_the_direct_estimate_and_the_regression(milk):
    y, _, _ = milk
    model = fay_herriot(*milk)
    low, high = np.minimum(y, model.synthetic), np.maximum(y, model.synthetic)
    assert ((low <= model.predicted) & (model.predicted <= high)).all()


def test_precise_areas_keep_their_direct_estimate(milk):
    y, d, x = milk
    d = d.copy()
    d[7] = 1e-12
    model = fay_herriot(y, d, x)
    assert model.predicted[7] == pytest.approx(y[7], abs=1e-9)
    assert model.mse[7] == pytest.approx(1e-12, rel=1e-3)


def test_area_without_a_sample_has_the_regression_and_the_error_of_an_area_effect(milk):
    model = fay_herriot(*milk)
    centre, mse = model.elsewhere(np.array([[1.0, 0, 0, 1]]))
    assert centre[0] == pytest.approx(0.968189 - 0.241301, abs=1e-6)
    assert mse[0] > model.variance


def test_unusable_input_is_refused_in_one_message(milk):
    y, d, x = milk
    with pytest.raises(AnalyseError, match="too few areas"):
        fay_herriot(y[:6], d[:6], x[:6])
    with pytest.raises(AnalyseError, match="repeat each other"):
        fay_herriot(y, d, np.column_stack([x, x[:, 1]]))
    with pytest.raises(AnalyseError, match="above zero"):
        fay_herriot(y, np.zeros(43), x)


def _shares(rng, areas=21, n=None, sd=0.05):
    n = np.geomspace(20, 400, areas).round() if n is None else n
    truth = np.sin(np.arcsin(np.sqrt(0.45)) + rng.normal(0, sd, areas)) ** 2
    effect = 1.7
    size = np.maximum((n / effect).round(), 2)
    estimate = rng.binomial(size.astype(int), truth) / size
    reference = truth.mean() * (1 - truth.mean()) / n
    variance = estimate * (1 - estimate) / size
    return truth, Direct(estimate, np.where(variance > 0, variance, np.nan), reference, n, n * 10.0)


@pytest.mark.parametrize("scale", ["arcsine", "logit", "linear"])
@pytest.mark.parametrize("smoothing", ["design_effect", "variance_function"])
def test_benchmarked_areas_add_up_to_the_direct_region(scale, smoothing):
    _, direct = _shares(np.random.default_rng(3))
    found = predict(direct, np.ones((21, 1)), scale, smoothing, "reml")
    w = direct.weights / direct.weights.sum()
    assert w @ found.estimate == pytest.approx(w @ direct.estimate, abs=1e-12)
    assert ((found.lower < found.estimate) & (found.estimate < found.upper)).all()


def test_unsampled_area_is_synthetic_and_less_precise_than_any_other():
    _, direct = _shares(np.random.default_rng(4))
    n, estimate = direct.n.copy(), direct.estimate.copy()
    n[0], estimate[0] = 0, np.nan
    found = predict(
        Direct(estimate, direct.variance, direct.reference, n, np.where(n > 0, direct.weights, 0)),
        np.ones((21, 1)),
        "arcsine",
        "design_effect",
        "reml",
    )
    assert not found.sampled[0]
    assert found.shrinkage[0] == 0
    assert found.mse[0] > found.mse[1:].max()


def test_share_of_nobody_is_refused_on_the_logit_scale():
    _, direct = _shares(np.random.default_rng(5))
    estimate = direct.estimate.copy()
    estimate[0] = 0.0
    extreme = Direct(estimate, direct.variance, direct.reference, direct.n, direct.weights)
    with pytest.raises(AnalyseError, match="no place for a share of 0 or 1"):
        predict(extreme, np.ones((21, 1)), "logit", "design_effect", "reml")
    assert np.isfinite(predict(extreme, np.ones((21, 1)), "arcsine", "design_effect", "reml").estimate).all()


def test_way_back_from_the_arcsine_scale_is_the_mean_not_the_median():
    centre, variance = np.array([0.3, 0.7, 1.2]), np.array([0.04, 0.01, 0.02])
    closed = 0.5 * (1 - np.cos(2 * centre) * np.exp(-2 * variance))
    # the closed form lets the normal variable pass a quarter turn, where the scale stops: less than 1 in 10^2 here
    np.testing.assert_allclose(SCALES["arcsine"].mean(centre, variance), closed, atol=2e-3)
    spread = 0.125 * (1 + np.cos(4 * centre) * np.exp(-8 * variance)) - (closed - 0.5) ** 2
    np.testing.assert_allclose(SCALES["arcsine"].spread(centre[1:2], variance[1:2]), spread[1:2], rtol=1e-6)
    draws = np.random.default_rng(1).normal(-1.0, 0.5, 400_000)
    mean = SCALES["logit"].mean(np.array([-1.0]), np.array([0.25]))[0]
    # 400,000 draws of standard deviation 0.1: four standard errors
    assert mean == pytest.approx((1 / (1 + np.exp(-draws))).mean(), abs=4 * 0.1 / np.sqrt(400_000))


def test_pooled_design_effect_ignores_areas_without_a_variance_and_needs_some():
    reference, n = np.full(6, 0.01), np.array([10.0, 20, 30, 40, 50, 60])
    variance = np.array([np.nan, 0.02, 0.02, 0.02, 0.02, 0.02])
    assert pooled_design_effect(variance, reference, n) == pytest.approx(2.0)
    with pytest.raises(AnalyseError, match="too few areas"):
        pooled_design_effect(np.where(n > 30, np.nan, variance), reference, n)
    values, _ = smoothed(0.4 / n, reference, n, "variance_function")
    np.testing.assert_allclose(values, 0.4 / n)


def test_benchmark_moves_imprecise_areas_more_and_adds_to_their_error():
    moved = benchmarked(np.array([0.4, 0.5]), np.array([1e-4, 9e-4]), np.array([0.5, 0.6]), np.ones(2), 1e-4)
    moves = moved.predicted - [0.4, 0.5]
    assert moves[1] == pytest.approx(9 * moves[0])
    assert (moved.mse > [1e-4, 9e-4]).all()
    assert gap_variance(np.ones(2), np.ones(2), np.ones(2), np.ones((2, 1)), np.ones((1, 1))) == 0


def test_normality_is_rejected_at_its_level_when_true_and_often_when_false():
    rng = np.random.default_rng(8)
    normal = np.array([shapiro_francia(rng.normal(size=21))[1] for _ in range(2000)])
    skewed = np.array([shapiro_francia(rng.exponential(size=21))[1] for _ in range(300)])
    # 2,000 draws: 0.05 has a standard error of 0.005; Royston's approximation adds about as much
    assert 0.03 < (normal < 0.05).mean() < 0.07
    assert (skewed < 0.05).mean() > 0.8


def test_goodness_flags_predictions_that_the_direct_estimates_contradict(milk):
    y, d, _ = milk
    model = fay_herriot(*milk)
    assert goodness(model, y, d).distance_p > 0.5
    assert goodness(model, y + 3 * np.sqrt(d), d).distance_p < 0.001


def test_model_errs_less_than_direct_estimates_and_as_it_says():
    rng = np.random.default_rng(11)
    runs = 120
    truth, model, direct, claimed, covered = [], [], [], [], []
    for _ in range(runs):
        t, d = _shares(rng)
        found = predict(d, np.ones((21, 1)), "arcsine", "design_effect", "reml")
        truth.append(t), model.append(found.estimate), direct.append(d.estimate), claimed.append(found.mse)
        covered.append((found.lower <= t) & (t <= found.upper))
    real, plain = (np.mean((np.array(v) - truth) ** 2, axis=0) for v in (model, direct))
    # the ten smallest areas, where the model has something to add
    assert real[:10].mean() < 0.5 * plain[:10].mean()
    # 120 runs of 21 areas: the mean squared error has a relative standard error of about 3 %
    assert np.mean(claimed) == pytest.approx(real.mean(), rel=0.15)
    # 2,520 intervals, correlated within runs: about one point of standard error
    assert 0.92 < np.mean(covered) < 0.98
