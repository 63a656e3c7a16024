"""Multinomial logits against R, their derivatives against finite differences, and what bad data must say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.survey import Design, RankDeficiencyError, SeparationError, UnsupportedError, VariableError
from pipeline.survey.multinomial import derivatives
from tests.survey.models_reference import FITTED, design, quantities
from tests.survey.reference import assert_close

R = quantities("likelihood")
MODELS = {
    "waves.multinomial": ("waves", "means ~ age + sex + kind"),
    "post.multinomial": ("post", "means ~ age + C(wave)"),
}


@pytest.mark.parametrize("name", MODELS)
def test_coefficients_and_sandwich_equal_r(name: str) -> None:
    case, formula = MODELS[name]
    m = design(case).multinomial(formula)
    scale = np.sqrt(np.diag(R[f"{name}.vcov"]))
    assert_close(m.estimate, R[f"{name}.coef"], rtol=FITTED)
    # the reference takes the Hessian by Richardson extrapolation of the scores
    assert_close(
        m.covariance / np.outer(scale, scale), R[f"{name}.vcov"] / np.outer(scale, scale), rtol=FITTED, atol=FITTED
    )
    assert_close(m.deviance, R[f"{name}.deviance"], rtol=1e-9)
    # nnet stops where BFGS does
    assert_close(m.estimate, R[f"{name}.multinom"], rtol=1e-5)
    assert m.df == R[f"{name}.df"] + 1 - m.matrix.x.shape[1]


def test_two_categories_are_the_binomial_model() -> None:
    d = design("post")
    two, glm = d.multinomial("helped ~ age + kind"), d.glm("helped ~ age + kind", family="binomial")
    for column in ("estimate", "se", "lower", "upper"):
        assert_close(two.coefficients[column], glm.coefficients[column], rtol=1e-8)
    assert_close(two.term_test("kind").p_value, glm.term_test("kind").p_value, rtol=1e-8)
    assert_close(two.term_test("kind", "LRT").p_value, glm.term_test("kind", "LRT").p_value, rtol=1e-8)
    effects, others = two.average_marginal_effects(), glm.average_marginal_effects()
    assert_close(effects.table.loc[effects["category"] == 1, "se"], others["se"], rtol=1e-8)


def test_reference_changes_coefficients_and_not_predictions() -> None:
    d = design("waves")
    one, other = d.multinomial("means ~ age + sex"), d.multinomial("means ~ age + sex", reference="car")
    assert (one.reference, other.reference) == ("bike", "car")
    a = one.predict().pivot(index="row", columns="category", values="se")
    b = other.predict().pivot(index="row", columns="category", values="se")
    np.testing.assert_allclose(a, b[a.columns], rtol=1e-8)
    assert_close(one.estimate[3:6], -other.estimate[:3], rtol=1e-8)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(2, 4))
def test_gradient_and_hessian_are_those_of_finite_differences(seed: int, p: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, w = rng.normal(size=(40, p)), rng.integers(0, k, 40), rng.uniform(0.2, 3, 40)
    b = rng.normal(0, 0.7, p * (k - 1))
    _, gradient, hessian = derivatives(b, x, y, w)
    h = 1e-5
    for j in range(len(b)):
        e = h * np.eye(len(b))[j]
        up, down = derivatives(b + e, x, y, w), derivatives(b - e, x, y, w)
        # central differences: h^2 in truncation and 1e-16 / h in rounding of sums of about 100
        assert gradient[j] == pytest.approx((up[0] - down[0]) / (2 * h), abs=2e-6)
        np.testing.assert_allclose(hessian[j], (up[1] - down[1]) / (2 * h), atol=2e-5)


def test_weights_are_used_as_frequencies_would_be() -> None:
    frame = design("waves").frame
    frame = frame.assign(two=np.where(frame["sex"] == "F", 2.0, 1.0), one=1.0)
    doubled = pd.concat([frame, frame[frame["sex"] == "F"]], ignore_index=True)
    assert_close(
        Design(frame, weights="two").multinomial("means ~ age + kind").estimate,
        Design(doubled, weights="one").multinomial("means ~ age + kind").estimate,
        rtol=1e-9,
    )


def test_separation_and_redundant_columns_are_reported_in_those_words() -> None:
    rng = np.random.default_rng(4)
    g = np.repeat(["a", "b", "c"], 30)
    y = np.where(g == "c", "v", rng.choice(["u", "v", "t"], 90))
    d = Design(pd.DataFrame({"g": g, "y": y, "x": rng.normal(size=90), "w": 1.0}), weights="w")
    with pytest.raises(SeparationError, match=r"separation.*v: g\[T.c\]"):
        d.multinomial("y ~ g")
    with pytest.raises(RankDeficiencyError, match="rank deficiency"):
        d.multinomial("y ~ x + I(2 * x)")
    with pytest.raises(VariableError, match="reference 'z' is not a value"):
        d.multinomial("y ~ x", reference="z")
    with pytest.raises(UnsupportedError, match="all categories or of none"):
        d.multinomial("y ~ x").term_test("v: x", method="LRT")
