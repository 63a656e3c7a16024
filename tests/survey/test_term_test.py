"""Tests of terms against R's regTermTest, and the tail of sums of chi-squares."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pipeline.survey import VariableError
from pipeline.survey.quadratic_form import tail
from tests.survey.models_reference import FITTED, design, quantities
from tests.survey.reference import assert_close
from tests.survey.test_glm import fitted

R = quantities("glm")
# R finds the saddlepoint by uniroot with an absolute tolerance of 1e-8
SADDLE = 1e-5


@pytest.mark.parametrize(
    ("name", "terms", "rtol"),
    [("waves.binomial", "kind", FITTED), ("post.binomial", "kind", FITTED), ("post.gaussian", "kind:sex", 1e-8)],
)
def test_wald_equals_regtermtest(name: str, terms: str, rtol: float) -> None:
    t = fitted(name).term_test(terms)
    assert_close([t.statistic, t.df, t.ddf, t.p_value], R[f"{name}.wald"], rtol=rtol)


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("waves.binomial", ["kind", "age"]),
        ("post.binomial", ["kind", "age"]),
        ("post.gaussian", ["sex:kind"]),
        ("waves.poisson", ["age"]),
    ],
)
def test_working_likelihood_ratio_equals_regtermtest(name: str, terms: list[str]) -> None:
    t = fitted(name).term_test(terms, method="LRT")
    chisq, df, ddf, p = R[f"{name}.lrt"]
    # R scales the weights before it drops rows with missing values, so the statistic and its effects share a factor
    factor = chisq / t.statistic
    if name != "post.gaussian":
        assert factor == pytest.approx(1, rel=FITTED)
    assert (t.df, t.ddf) == (df, ddf)
    assert_close(t.p_value, p, rtol=SADDLE)
    if f"{name}.lambda" in R:
        assert_close(t.deltas, sorted(np.atleast_1d(R[f"{name}.lambda"]), reverse=True), rtol=FITTED)
    if f"{name}.lrt.satterthwaite" in R:
        other = fitted(name).term_test(terms, method="LRT", approximation="satterthwaite")
        assert_close(other.p_value, R[f"{name}.lrt.satterthwaite"], rtol=1e-5)


def test_one_coefficient_gives_its_t_test() -> None:
    m = fitted("waves.binomial")
    t = m.term_test("age")
    row = m.coefficients.set_index("term").loc["age"]
    assert_close([t.statistic, t.p_value], [row["t"] ** 2, row["p"]], rtol=1e-10)
    assert_close(
        m.term_test("kind[T.study]").statistic, m.coefficients.set_index("term").loc["kind[T.study]", "t"] ** 2
    )


def test_unknown_terms_are_named() -> None:
    with pytest.raises(VariableError, match=r"no term C\(kind\) in the model; it has Intercept, age, sex, kind"):
        fitted("waves.binomial").term_test("C(kind)")


# relative error of each way: a saddlepoint tail is good to a few percent, the numerical integral to its tolerance
TAILS = {"saddlepoint": 0.04, "satterthwaite": 1e-9, "integration": 1e-6}


@pytest.mark.parametrize("approximation", TAILS)
def test_equal_weights_of_chi_squares_are_a_chi_square_or_an_f(approximation: str) -> None:
    rtol = TAILS[approximation]
    assert tail(9.0, np.full(3, 2.0), np.inf, approximation) == pytest.approx(stats.chi2.sf(4.5, 3), rel=rtol)
    assert tail(9.0, np.ones(3), 12, approximation) == pytest.approx(stats.f.sf(3.0, 3, 12), rel=rtol)


def test_tails_agree_with_simulation_for_unequal_weights() -> None:
    rng = np.random.default_rng(11)
    weights = np.array([3.0, 1.0, 0.3])
    draws = rng.chisquare(1, (400_000, 3)) @ weights / (rng.chisquare(20, 400_000) / 20)
    for x in (4.0, 9.0, 16.0):
        simulated = (draws > x).mean()
        # four standard errors of the simulation
        error = 4 * np.sqrt(simulated / 400_000)
        assert tail(x, weights, 20, "integration") == pytest.approx(simulated, abs=error)
        assert tail(x, weights, 20) == pytest.approx(simulated, rel=0.04)


def test_design_of_the_waves_is_the_one_of_the_script() -> None:
    assert design("waves").degrees_of_freedom == R["waves.binomial.fit"][0] + 4
