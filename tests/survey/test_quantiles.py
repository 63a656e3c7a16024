"""Quantiles, variances and correlations against R, and the interval by likelihood."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.survey import Design, UnsupportedError
from tests.survey.reference import assert_close, design, quantities

R = quantities("quantiles")
P = [0.1, 0.25, 0.5, 0.75, 0.9]
DESIGNS = ["apistrat", "apiclus1", "apiclus2"]
RULES = ["math", "school", *(f"hf{k}" for k in range(1, 10))]


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("rule", RULES)
def test_quantile_rules_equal_r(name: str, rule: str) -> None:
    assert_close(design(name).quantile("api00", P, qrule=rule)["estimate"], R[f"{name}.rule.{rule}"])


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("interval", ["mean", "beta", "xlogit", "asin"])
def test_woodruff_intervals_equal_r(name: str, interval: str) -> None:
    table, expected = design(name).quantile("api00", P, interval=interval), R[f"{name}.interval.{interval}"]
    for column in ("estimate", "lower", "upper", "se"):
        assert_close(table[column], [np.nan if v is None else v for v in expected[column]])


def test_woodruff_intervals_after_post_stratification_use_residuals() -> None:
    wide = pd.Series({"No": 1072, "Yes": 5122}).rename_axis("sch.wide")
    d = design("apiclus1").post_stratify(wide)
    table, expected = d.quantile("api00", P), R["post.interval.mean"]
    for column in ("estimate", "lower", "upper", "se"):
        assert_close(table[column], expected[column])
    assert_close(d.variance("api00")[["estimate", "se"]], [R["post.var"]["estimate"], R["post.var"]["se"]])


@pytest.mark.parametrize("name", DESIGNS)
def test_quantiles_by_domain_equal_r_and_each_mask(name: str) -> None:
    d = design(name)
    assert_close(d.quantile("api00", 0.5, by="stype")["estimate"], R[f"{name}.by"])
    by = d.quantile(["api00", "api99"], [0.3, 0.5], by="stype", qrule="hf7")
    for kind in "EHM":
        alone = d.quantile(["api00", "api99"], [0.3, 0.5], where=d.frame["stype"] == kind, qrule="hf7")
        pd.testing.assert_frame_equal(
            by[by["stype"] == kind].drop(columns="stype").reset_index(drop=True), alone, rtol=1e-9
        )


@pytest.mark.parametrize("name", DESIGNS)
def test_variances_equal_svyvar(name: str) -> None:
    d = design(name)
    assert_close(d.variance("api00")[["estimate", "se"]], list(R[f"{name}.var"].values()))
    by = d.variance("api00", by="stype")
    assert_close(by["estimate"], R[f"{name}.var_by"]["estimate"])
    assert_close(by["se"], R[f"{name}.var_by"]["se"])


@pytest.mark.parametrize("name", DESIGNS)
def test_correlations_are_the_delta_method_on_svyvar(name: str) -> None:
    table = design(name).correlation(["api00", "api99"])
    assert_close(table[["estimate", "se"]], list(R[f"{name}.cor"].values()))
    assert table["variable"].tolist() == ["api00 ~ api99"]


@pytest.mark.parametrize("name", DESIGNS)
def test_likelihood_interval_is_that_of_r_up_to_its_interpolation(name: str) -> None:
    table = design(name).proportion("comp.imp", interval="likelihood").set_index("category")
    # R interpolates the profile between ten points with a spline
    assert_close(table.loc["Yes", ["lower", "upper"]], R[f"{name}.likelihood"], rtol=2e-4)


@pytest.mark.parametrize("rule", [*RULES, "shahvaish"])
def test_equal_weights_give_the_textbook_quantile(rule: str) -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"y": rng.permutation(np.arange(1.0, 102.0)), "w": 1.0})
    found = Design(frame, weights="w").quantile("y", [0.25, 0.5, 0.8], qrule=rule)["estimate"]
    assert_close(found, np.quantile(frame["y"], [0.25, 0.5, 0.8]), atol=1.5, rtol=0)  # rules differ by a step at most
    numpy_name = {"hf4": "interpolated_inverted_cdf", "hf5": "hazen", "hf6": "weibull", "hf7": "linear",
                  "hf8": "median_unbiased", "hf9": "normal_unbiased", "hf1": "inverted_cdf"}.get(rule)  # fmt: skip
    if numpy_name:
        assert_close(found, np.quantile(frame["y"], [0.25, 0.5, 0.8], method=numpy_name))


def test_domains_without_observations_have_no_quantile() -> None:
    frame = pd.DataFrame({"g": list("aabbcc"), "y": [1.0, 2, np.nan, np.nan, 5, 9], "w": 1.0})
    table = Design(frame, weights="w").quantile("y", 0.5, by="g")
    assert_close(table["estimate"], [1, np.nan, 5])
    assert table["n"].tolist() == [2, 0, 2]


def test_unknown_rules_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="qrule 'type7'"):
        design("apistrat").quantile("api00", 0.5, qrule="type7")
    with pytest.raises(UnsupportedError, match="interval 'score'"):
        design("apistrat").quantile("api00", 0.5, interval="score")
