"""Predictive margins and average effects against R's svypredmeans, and their properties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.survey import Design, UnsupportedError, VariableError
from tests.survey.models_reference import FITTED, design, quantities
from tests.survey.reference import assert_close

R = quantities("glm")


@pytest.mark.parametrize("case", ["waves", "post"])
def test_margins_and_their_covariance_equal_svypredmeans(case: str) -> None:
    m = design(case).glm("helped ~ age + sex + kind", family="binomial")
    found = m.predictive_margins("kind")
    assert_close(found["estimate"], R[f"{case}.margins"], rtol=FITTED)
    assert_close(found.covariance, R[f"{case}.margins.vcov"], rtol=FITTED)
    conditional = m.predictive_margins("kind", variance="conditional")
    assert_close(conditional.covariance, R[f"{case}.margins.conditional"], rtol=FITTED)


@pytest.mark.parametrize("case", ["waves", "post"])
def test_effects_of_categories_equal_contrasts_of_svypredmeans(case: str) -> None:
    m = design(case).glm("helped ~ age + sex + kind", family="binomial")
    found = m.average_marginal_effects("kind")
    assert found["contrast"].tolist() == ["leisure - job", "study - job"]
    assert_close(found.table[["estimate", "se"]], R[f"{case}.effects"], rtol=FITTED)


def test_margins_of_a_gamma_model_equal_svypredmeans() -> None:
    m = design("waves").glm("spent ~ sex + kind", family="gamma", link="log")
    found = m.predictive_margins("kind")
    assert_close(found["estimate"], R["gamma.margins"], rtol=FITTED)
    assert_close(found.covariance, R["gamma.margins.vcov"], rtol=FITTED)


def test_mean_slope_equals_its_analytic_value_and_both_variances() -> None:
    m = design("waves").glm("helped ~ age + sex + kind", family="binomial")
    estimate, conditional, both = R["waves.slope"]
    assert_close(m.average_marginal_effects("age").table[["estimate", "se"]], [estimate, both], rtol=FITTED)
    assert_close(m.average_marginal_effects("age", variance="conditional")["se"], conditional, rtol=FITTED)


def test_linear_models_have_their_coefficients_as_effects() -> None:
    m = design("waves").glm("score ~ age + sex")
    found = m.average_marginal_effects()
    assert_close(found["estimate"], m.coefficients["estimate"][1:], rtol=1e-9)
    assert_close(found["se"], m.coefficients["se"][1:], rtol=1e-9)


def test_curved_terms_give_the_mean_of_their_slopes() -> None:
    d = design("waves")
    m = d.glm("score ~ log(age) + age + I(age**2)")
    b = m.estimate
    rows = m.matrix.rows
    age, w = d.frame["age"].to_numpy()[rows], d.weights[rows]
    slopes = b[1] / age + b[2] + 2 * b[3] * age
    assert_close(m.average_marginal_effects("age")["estimate"], np.average(slopes, weights=w), rtol=1e-8)


def test_numbers_written_as_categories_and_booleans_get_changes() -> None:
    d = design("waves")
    frame = d.frame.assign(adult=d.frame["age"] >= 40)
    d = Design(frame, weights="weight", strata="stratum", clusters="space")
    m = d.glm("helped ~ C(wave) + adult", family="binomial")
    assert m.average_marginal_effects()["contrast"].tolist() == ["2006 - 2003", "True - False"]


def test_linearised_variance_of_a_saturated_margin_is_that_of_the_mean() -> None:
    # one category, no other term: the margin at the observed values is the weighted mean, and only the covariance
    # of coefficients and averaging gives its design variance
    d = design("post")
    frame = d.frame.assign(x=d.frame["age"] / 10)
    d = Design(frame, weights="weight", strata="stratum", clusters="space")
    m = d.glm("helped ~ x", family="binomial")
    share = m.weights / m.weights.sum()
    each = m.predictions(m.matrix.x, m.matrix.offset)
    total = (
        share[:, None] * (each - share @ each) + m.influences @ m.average_gradient(m.matrix.x, m.matrix.offset, share).T
    )
    from pipeline.survey.sandwich import score_covariance

    se = np.sqrt(score_covariance(d, m.matrix.rows, total))[0, 0]
    assert_close(se, d.mean("helped")["se"], rtol=1e-8)


def test_unknown_variables_and_variances_are_refused() -> None:
    m = design("waves").glm("helped ~ age", family="binomial")
    with pytest.raises(VariableError, match="kind is not in the model"):
        m.average_marginal_effects("kind")
    with pytest.raises(UnsupportedError, match="variance 'bootstrap'"):
        m.average_marginal_effects(variance="bootstrap")
    with pytest.raises(VariableError, match="choose some with values="):
        m.predictive_margins("age")
    assert len(m.predictive_margins("age", values=[20, 40]).table) == 2
    assert isinstance(m.average_marginal_effects().table, pd.DataFrame)
