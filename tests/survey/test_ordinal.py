"""Cumulative link models against R, their derivatives against finite differences, and what bad data must say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.survey import Design, SeparationError, UnsupportedError, VariableError
from pipeline.survey.ordinal import derivatives
from tests.survey.models_reference import FITTED, design, quantities
from tests.survey.reference import assert_close

R = quantities("likelihood")
MODELS = {
    "waves.logit": ("waves", "content ~ age + sex + kind", "logit"),
    "waves.probit": ("waves", "content ~ age + sex + kind", "probit"),
    "post.logit": ("post", "content ~ age + C(wave)", "logit"),
    "strat.logit": ("strat", "third ~ meals + ell", "logit"),
}


def with_thirds() -> Design:
    d = design("strat")
    third = pd.cut(d.frame["api00"], [0, 580, 720, 1000])
    return Design(d.frame.assign(third=third), weights="pw", strata="stype", population_sizes="fpc")


@pytest.mark.parametrize("name", MODELS)
def test_coefficients_and_sandwich_equal_r(name: str) -> None:
    case, formula, link = MODELS[name]
    m = (with_thirds() if case == "strat" else design(case)).ordinal(formula, link=link)
    scale = np.sqrt(np.diag(R[f"{name}.vcov"]))
    assert_close(m.estimate, R[f"{name}.coef"], rtol=FITTED)
    assert_close(m.estimate, R[f"{name}.clm"], rtol=FITTED)
    # the reference takes the Hessian by Richardson extrapolation of the scores
    assert_close(
        m.covariance / np.outer(scale, scale), R[f"{name}.vcov"] / np.outer(scale, scale), rtol=FITTED, atol=FITTED
    )
    assert_close(m.deviance, R[f"{name}.deviance"], rtol=1e-9)
    assert m.df == R[f"{name}.df"]
    # svyolr stops where BFGS does, and its Hessian is a finite difference of first order
    assert_close(m.estimate, R[f"{name}.svyolr"], rtol=1e-5)
    assert_close(m.coefficients["se"], R[f"{name}.svyolr.se"], rtol=2e-3)


def test_weights_are_used() -> None:
    d = design("waves")
    plain = Design(d.frame.assign(one=1.0), weights="one", strata="stratum", clusters="space")
    weighted, unweighted = (x.ordinal("content ~ age").estimate for x in (d, plain))
    assert np.abs(weighted / unweighted - 1).max() > 0.01
    # a weight of 2 on everyone of one sex is the same as having them twice
    frame = d.frame.assign(two=np.where(d.frame["sex"] == "F", 2.0, 1.0), one=1.0)
    doubled = pd.concat([frame, frame[frame["sex"] == "F"]], ignore_index=True)
    assert_close(
        Design(frame, weights="two").ordinal("content ~ age + kind").estimate,
        Design(doubled, weights="one").ordinal("content ~ age + kind").estimate,
        rtol=1e-9,
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["logit", "probit"]), st.integers(0, 3), st.integers(3, 5))
def test_gradient_and_hessian_are_those_of_finite_differences(seed: int, link: str, p: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(40, p)), rng.integers(0, k, 40)
    w, offset = rng.uniform(0.2, 3, 40), rng.normal(0, 0.3, 40)
    b = np.r_[rng.normal(0, 0.5, p), np.sort(rng.normal(0, 1, k - 1)) + 0.4 * np.arange(k - 1)]
    _, gradient, hessian = derivatives(b, x, y, w, offset, link)
    h = 1e-5
    for j in range(len(b)):
        e = h * np.eye(len(b))[j]
        up, down = derivatives(b + e, x, y, w, offset, link), derivatives(b - e, x, y, w, offset, link)
        # central differences: h^2 in truncation and 1e-16 / h in rounding of sums of about 100
        assert gradient[j] == pytest.approx((up[0] - down[0]) / (2 * h), abs=2e-6)
        np.testing.assert_allclose(hessian[j], (up[1] - down[1]) / (2 * h), atol=2e-5)


def test_probabilities_sum_to_one_and_their_gradients_agree() -> None:
    m = design("waves").ordinal("content ~ age + sex")
    table = m.predict(pd.DataFrame({"age": [20, 70], "sex": ["F", "M"]}, index=["a", "b"]))
    np.testing.assert_allclose(table.groupby("row")["estimate"].sum(), 1)
    x, offset, share = m.matrix.x, m.matrix.offset, m.weights / m.weights.sum()
    np.testing.assert_allclose(
        m.average_gradient(x, offset, share), np.einsum("i,ikj->kj", share, m.row_gradient(x, offset)), atol=1e-12
    )
    effects = m.average_marginal_effects("age")
    assert abs(effects["estimate"].sum()) < 1e-12
    assert effects.table["category"].tolist() == ["not", "little", "rather", "very"]


def test_two_ways_of_testing_a_term_agree_roughly() -> None:
    m = design("waves").ordinal("content ~ age + sex + kind")
    wald, ratio = m.term_test("kind"), m.term_test("kind", method="LRT")
    assert ratio.p_value == pytest.approx(wald.p_value, abs=0.1)
    assert ratio.statistic > 0
    with pytest.raises(UnsupportedError, match="thresholds"):
        m.term_test("not|little", method="LRT")


def test_separation_and_unordered_outcomes_are_refused() -> None:
    x = np.arange(60.0)
    frame = pd.DataFrame({"x": x, "y": np.repeat([1, 2, 3], 20), "w": 1.0})
    with pytest.raises(SeparationError, match=r"separation.*x predict"):
        Design(frame, weights="w").ordinal("y ~ x")
    with pytest.raises(VariableError, match="ordered category"):
        design("waves").ordinal("means ~ age")
    with pytest.raises(VariableError, match="glm takes two"):
        design("waves").ordinal("helped ~ age")
    with pytest.raises(UnsupportedError, match="link 'cloglog'"):
        design("waves").ordinal("content ~ age", link="cloglog")
