"""Generalised linear models against R's svyglm, and what bad data must say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.survey import (
    Design,
    EmptyDomainError,
    RankDeficiencyError,
    SeparationError,
    SurveyError,
    UnsupportedError,
    VariableError,
)
from pipeline.survey.errors import ConvergenceError
from pipeline.survey.glm import Glm
from tests.survey.models_reference import FITTED, design, quantities, waves_frame
from tests.survey.reference import assert_close

R = quantities("glm")
MODELS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "strat.gaussian": ("strat", "api00 ~ ell + meals + mobility", {}),
    "clus2.gaussian": ("clus2", "api00 ~ ell + stype + api99:meals", {}),
    "post.gaussian": ("post", "score ~ age + sex * kind", {}),
    "domain.gaussian": (
        "waves", "score ~ age + C(kind)", {"where": lambda f: (f["wave"] == 2006) & (f["age"] >= 30)}
    ),
    "clus2.binomial": ("clus2", "sch.wide ~ ell + meals + mobility", {"family": "binomial"}),
    "nhanes.binomial": ("nhanes", "HI_CHOL ~ C(race) + agecat + C(RIAGENDR)", {"family": "binomial"}),
    "waves.binomial": ("waves", "helped ~ age + sex + kind", {"family": "binomial"}),
    "post.binomial": ("post", "helped ~ age + sex + kind + C(wave)", {"family": "binomial"}),
    "domain.binomial": (
        "post", "helped ~ age + kind", {"family": "binomial", "where": lambda f: f["stratum"] != "city"}
    ),
    "waves.probit": ("waves", "helped ~ age + kind", {"family": "binomial", "link": "probit"}),
    "waves.cloglog": ("waves", "helped ~ age + kind", {"family": "binomial", "link": "cloglog"}),
    "waves.poisson": ("waves", "visits ~ age + sex", {"family": "poisson", "offset": "log(days)"}),
    "clus2.poisson": ("clus2", "api.stu ~ meals", {"family": "poisson", "offset": "log(enroll)"}),
    "waves.gamma": ("waves", "spent ~ age + sex", {"family": "gamma"}),
    "post.gammalog": ("post", "spent ~ age + kind", {"family": "gamma", "link": "log"}),
    "waves.nb": (
        "waves", "visits ~ age + sex",
        {"family": "negative_binomial", "offset": "log(days)", "theta": R["waves.nb.theta"]},
    ),
    "post.nb": ("post", "visits ~ kind + C(wave)", {"family": "negative_binomial", "theta": R["post.nb.theta"]}),
    "waves.nb2": ("waves", "visits ~ age + sex", {"family": "negative_binomial", "theta": 2.0}),
}  # fmt: skip


def fitted(name: str) -> Glm:
    case, formula, arguments = MODELS[name]
    return design(case).glm(formula, **arguments)


@pytest.mark.parametrize("name", MODELS)
def test_coefficients_covariance_p_and_intervals_equal_svyglm(name: str) -> None:
    m = fitted(name)
    # least squares is linear; the others iterate
    rtol = 1e-8 if name.endswith("gaussian") else FITTED
    scale = np.sqrt(np.abs(np.diag(R[f"{name}.vcov"])))
    assert_close(m.coefficients["estimate"], R[f"{name}.coef"], rtol=rtol)
    assert_close(
        m.covariance / np.outer(scale, scale), R[f"{name}.vcov"] / np.outer(scale, scale), rtol=rtol, atol=rtol
    )
    assert_close(m.coefficients[["lower", "upper"]], R[f"{name}.confint"], rtol=rtol, atol=rtol * scale.min())
    df, n, dispersion = R[f"{name}.fit"]
    assert (m.df, m.n) == (df, n)
    assert_close(m.dispersion, dispersion, rtol=rtol)
    # the far tail multiplies relative errors of t by about t^2
    assert_close(m.coefficients["p"], R[f"{name}.p"], rtol=100 * rtol, atol=1e-15)


@pytest.mark.parametrize("name", ["waves.nb", "post.nb"])
def test_estimated_theta_gives_the_joint_sandwich_of_all_parameters(name: str) -> None:
    case, formula, arguments = MODELS[name]
    m = design(case).glm(formula, **{**arguments, "theta": None})
    scale = np.sqrt(np.diag(R[f"{name}.joint.vcov"]))
    assert_close([*m.estimate, m.theta], R[f"{name}.joint"], rtol=FITTED)
    # MASS stops early on theta
    assert_close(m.theta, R[f"{name}.theta.mass"], rtol=1e-4)
    k = len(scale) - 1
    expected = np.array(R[f"{name}.joint.vcov"])[:k, :k] / np.outer(scale[:k], scale[:k])
    assert_close(m.covariance / np.outer(scale[:k], scale[:k]), expected, rtol=FITTED, atol=FITTED)
    assert_close(m.theta_se, scale[k], rtol=FITTED)


def test_predictions_and_their_errors_equal_predict_svyglm() -> None:
    new = pd.DataFrame({"age": [20, 47, 70], "sex": ["F", "M", "F"], "kind": ["job", "study", "leisure"]})
    m = fitted("waves.binomial")
    for kind in ("link", "response"):
        assert_close(m.predict(new, kind)[["estimate", "se"]], R[f"waves.binomial.predict.{kind}"], rtol=FITTED)
    table = m.predict(new)
    assert ((table["lower"] > 0) & (table["upper"] < 1)).all()


def test_prediction_of_unseen_categories_and_missing_values_is_not_the_reference() -> None:
    m = fitted("waves.binomial")
    with pytest.raises(VariableError, match="cannot be evaluated"):
        m.predict(pd.DataFrame({"age": [20], "sex": ["F"], "kind": ["other"]}))
    with pytest.raises(VariableError, match="no column kind"):
        m.predict(pd.DataFrame({"age": [20], "sex": ["F"]}))
    gap = m.predict(pd.DataFrame({"age": [20.0, np.nan], "sex": ["F", "F"], "kind": ["job", "job"]}))
    assert gap["estimate"].notna().tolist() == [True, False]


def test_influences_of_the_fit_sum_to_zero_and_weights_scale_out() -> None:
    d = design("waves")
    m = d.glm("visits ~ age + sex", family="negative_binomial", offset="log(days)")
    np.testing.assert_allclose(m.influences.sum(axis=0) / np.abs(m.influences).sum(axis=0), 0, atol=1e-10)
    heavier = Design(d.frame.assign(w9=d.frame["weight"] * 900), weights="w9", strata="stratum", clusters="space")
    again = heavier.glm("visits ~ age + sex", family="negative_binomial", offset="log(days)")
    assert_close(again.coefficients["se"], m.coefficients["se"], rtol=1e-8)


def test_offset_as_column_expression_or_numbers_is_the_same() -> None:
    d = design("waves")
    frame = d.frame.assign(logdays=np.log(d.frame["days"]))
    d = Design(frame, weights="weight", strata="stratum", clusters="space")
    one, *others = [
        d.glm("visits ~ age", family="poisson", offset=offset).coefficients["estimate"]
        for offset in ("log(days)", "logdays", frame["logdays"].to_numpy())
    ]
    for other in others:
        assert_close(other, one, rtol=1e-12)


def test_category_outcome_models_its_last_value() -> None:
    d = design("clus2")
    text = d.glm("awards ~ meals", family="binomial")
    number = d.glm("awards == 'Yes' ~ meals", family="binomial")
    assert text.success == "Yes"
    assert_close(text.coefficients["estimate"], number.coefficients["estimate"], rtol=1e-12)


def test_reference_level_can_be_chosen() -> None:
    d = design("waves")
    first = d.glm("score ~ kind").coefficients.set_index("term")["estimate"]
    other = d.glm('score ~ C(kind, contr.treatment("study"))').coefficients["estimate"]
    assert other[0] == pytest.approx(first["Intercept"] + first["kind[T.study]"])


def test_nearly_dependent_powers_of_a_year_keep_their_digits() -> None:
    d = design("waves")
    rng = np.random.default_rng(5)
    frame = d.frame.assign(year=rng.integers(1995, 2007, len(d.frame)))
    frame["centred"] = frame["year"] - 2000
    d = Design(frame, weights="weight", strata="stratum", clusters="space")
    raw = d.glm("helped ~ year + I(year**2)", family="binomial").coefficients
    centred = d.glm("helped ~ centred + I(centred**2)", family="binomial").coefficients
    # year^2 loses seven digits to the intercept and the year before anything is fitted
    assert_close(raw.loc[2, ["estimate", "se"]], centred.loc[2, ["estimate", "se"]], rtol=1e-6)


# --- named failures ----------------------------------------------------------------------------------


def toy(**columns: Any) -> Design:
    frame = pd.DataFrame(columns)
    return Design(frame.assign(w=1.0), weights="w")


def test_complete_separation_is_reported_in_those_words() -> None:
    d = toy(x=np.arange(40.0), y=(np.arange(40) >= 20).astype(float))
    for link in ("logit", "probit", "cloglog"):
        with pytest.raises(SurveyError, match="separation"):
            d.glm("y ~ x", family="binomial", link=link)


def test_separation_by_one_category_names_the_term() -> None:
    rng = np.random.default_rng(1)
    g = np.repeat(["a", "b", "c"], 40)
    y = np.where(g == "c", 1.0, rng.integers(0, 2, 120))
    with pytest.raises(SeparationError, match=r"separation.*g\[T.c\]"):
        toy(g=g, y=y, x=rng.normal(size=120)).glm("y ~ x + g", family="binomial")
    counts = np.where(g == "b", 0.0, rng.poisson(2, 120) + 1)
    with pytest.raises(SeparationError, match=r"separation.*g\[T.b\]"):
        toy(g=g, y=counts).glm("y ~ g", family="poisson")


def test_outcome_that_never_varies_is_separation() -> None:
    with pytest.raises(SeparationError, match=r"the outcome is 1.0 in all 9 rows"):
        toy(x=np.arange(9.0), y=np.ones(9)).glm("y ~ x", family="binomial")


def test_extreme_but_overlapping_data_are_no_separation() -> None:
    x = np.r_[np.arange(50.0), 24.0, 26.0]
    y = np.r_[(np.arange(50) >= 25).astype(float), 1.0, 0.0]
    m = toy(x=x, y=y).glm("y ~ x", family="binomial")
    assert 0 < m.coefficients.loc[1, "estimate"] < 5


def test_rank_deficiency_names_the_column() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=50)
    d = toy(x=x, twice=2 * x + 1, zero=np.zeros(50), y=rng.normal(size=50))
    with pytest.raises(RankDeficiencyError, match=r"rank deficiency.*twice is a linear combination"):
        d.glm("y ~ x + twice")
    with pytest.raises(RankDeficiencyError, match=r"rank deficiency.*zero is always 0"):
        d.glm("y ~ x + zero")


def test_divergent_irls_is_reported_in_those_words() -> None:
    x = np.tile(np.arange(20.0), 3)
    d = toy(x=x, y=np.maximum(10 - x, 0))
    with pytest.raises(ConvergenceError, match=r"IRLS diverged.*identity link"):
        d.glm("y ~ x", family="poisson", link="identity")


def test_counts_without_overdispersion_refuse_a_negative_binomial() -> None:
    y = np.tile([1.0, 2.0, 3.0], 40)
    with pytest.raises(ConvergenceError, match="theta grows without limit"):
        toy(y=y, x=np.arange(120.0)).glm("y ~ x", family="negative_binomial")


def test_empty_domains_and_impossible_outcomes_are_refused() -> None:
    d = design("waves")
    with pytest.raises(EmptyDomainError, match="empty domain"):
        d.glm("score ~ age", where=d.frame["age"] > 500)
    with pytest.raises(VariableError, match="gamma takes positive numbers"):
        d.glm("visits ~ age", family="gamma")
    with pytest.raises(VariableError, match="binomial needs two"):
        d.glm("means ~ age", family="binomial")
    with pytest.raises(VariableError, match="expected 'outcome ~ terms'"):
        d.glm("score")
    with pytest.raises(VariableError, match="cannot be evaluated"):
        d.glm("score ~ nothing")
    with pytest.raises(VariableError, match="not finite"):
        d.glm("score ~ log(visits)")
    with pytest.raises(UnsupportedError, match="does not go with poisson"):
        d.glm("visits ~ age", family="poisson", link="logit")
    with pytest.raises(UnsupportedError, match="family 'tweedie'"):
        d.glm("visits ~ age", family="tweedie")


def test_rows_missing_a_variable_leave_the_domain_not_the_design() -> None:
    d = design("waves")
    m = d.glm("score ~ age")
    explicit = d.glm("score ~ age", where=d.frame["score"].notna())
    assert m.n == d.frame["score"].notna().sum()
    assert_close(m.covariance, explicit.covariance, rtol=1e-12)


def test_a_category_with_one_value_in_the_domain_is_named() -> None:
    d = design("waves")
    with pytest.raises(VariableError, match="kind has one category only"):
        d.glm("score ~ age + kind", where=d.frame["kind"] == "job")


def test_columns_named_like_functions_and_with_spaces_are_columns() -> None:
    d = design("waves")
    frame = d.frame.assign(**{"C": d.frame["age"], "log": d.frame["age"], "my age": d.frame["age"]})
    d = Design(frame, weights="weight", strata="stratum", clusters="space")
    plain = d.glm("score ~ age + C(kind)").estimate
    assert_close(d.glm("score ~ `my age` + C(kind)").estimate, plain, rtol=1e-12)
    assert d.glm("log(spent) ~ C(kind)").n == len(frame)


def test_missing_text_predicts_nothing() -> None:
    found = fitted("waves.binomial").predict(
        pd.DataFrame({"age": [30, 30], "sex": ["F", None], "kind": ["job", "job"]})
    )
    assert found["estimate"].notna().tolist() == [True, False]


def test_change_between_waves_of_one_list_is_the_contrast_of_the_design() -> None:
    d = Design(waves_frame(), weights="weight", strata="stratum", clusters="space", waves="wave")
    change = d.contrast("mean", "helped", over=("wave", 2006, 2003))
    assert_close(d.glm("helped ~ C(wave)").coefficients.loc[1, ["estimate", "se"]], change.loc[0, ["estimate", "se"]])


# --- properties --------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["gaussian", "binomial", "poisson", "gamma"]), st.floats(0.001, 1000))
def test_order_of_rows_labels_of_units_and_scale_of_weights_change_nothing(
    seed: int, family: str, factor: float
) -> None:
    outcome = {"gaussian": "score", "binomial": "helped", "poisson": "visits", "gamma": "spent"}[family]
    frame = waves_frame()
    one = Design(frame, weights="weight", strata="stratum", clusters="space").glm(f"{outcome} ~ age + kind", family)
    rng = np.random.default_rng(seed)
    label = dict(zip(range(1, 61), rng.permutation(1000)[:60], strict=True))
    moved = frame.assign(weight=frame["weight"] * factor, space=frame["space"].map(label))
    moved = moved.sample(frac=1, random_state=seed)
    two = Design(moved, weights="weight", strata="stratum", clusters="space").glm(f"{outcome} ~ age + kind", family)
    assert_close(two.coefficients["estimate"], one.coefficients["estimate"], rtol=1e-7)
    assert_close(two.coefficients["se"], one.coefficients["se"], rtol=1e-7)


def test_rows_of_weight_zero_are_outside_the_fit() -> None:
    frame = waves_frame()
    silent = frame.assign(weight=np.where(frame["sex"] == "F", 0.0, frame["weight"]))
    zero = Design(silent, weights="weight", strata="stratum", clusters="space").glm("helped ~ age", "binomial")
    domain = design("waves").glm("helped ~ age", "binomial", where=frame["sex"] != "F")
    assert zero.n == domain.n
    assert_close(zero.covariance, domain.covariance, rtol=1e-12)


def test_one_dummy_is_the_difference_of_two_shares() -> None:
    d = design("post")
    m = d.glm("helped ~ sex")
    t = d.t_test("helped", by="sex")
    assert_close(
        m.coefficients.loc[1, ["estimate", "se", "lower", "upper", "p"]],
        [t.estimate, t.se, t.lower, t.upper, t.p_value],
    )
    effect = d.glm("helped ~ sex", "binomial").average_marginal_effects(variance="linearised")
    assert_close(effect.table.loc[0, ["estimate", "se"]], [t.estimate, t.se])


@pytest.mark.slow
def test_intervals_of_a_logit_slope_cover_at_their_level() -> None:
    rng = np.random.default_rng(8)
    clusters, size, covered, runs = 40, 25, 0, 600
    for _ in range(runs):
        unit = np.repeat(np.arange(clusters), size)
        x = rng.normal(size=clusters * size) + rng.normal(0, 0.5, clusters)[unit]
        # a random shift whose marginal slope is known: probit with normal shifts stays a probit
        latent = 0.5 * x + rng.normal(0, 0.6, clusters)[unit] + rng.normal(size=len(x))
        frame = pd.DataFrame({"unit": unit, "x": x, "y": (latent > 0).astype(float), "w": rng.uniform(0.5, 2, len(x))})
        row = Design(frame, weights="w", clusters="unit").glm("y ~ x", "binomial", link="probit").coefficients.loc[1]
        covered += row["lower"] <= 0.5 / np.sqrt(1 + 0.36) <= row["upper"]
    # nominal 95 %: 93 to 97 leaves three standard errors of 600 runs
    assert 0.93 <= covered / runs <= 0.97
