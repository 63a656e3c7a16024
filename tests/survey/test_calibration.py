"""Calibration against R's `calibrate`, and what it must say when it cannot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.survey import ConvergenceError, Design, MarginError, UnsupportedError
from tests.survey.reference import assert_close, data, design, quantities

R = quantities("calibration")
STYPE = pd.Series({"E": 4421, "H": 755, "M": 1018}).rename_axis("stype")
TOTALS = {"api99": 3914069}
BOUNDS = {"logit": (0.3, 3), "truncated": (0.5, 2.2)}
WIDE = {"logit": (0.2, 5), "truncated": (0.2, 4)}

# R stops at 1e-13 of the totals where it can; its weights then stand 1e-10 from the solution
WEIGHTS = 1e-8


def calibrated(name: str, method: str) -> Design:
    bounds = (WIDE if name == "apiclus2" else BOUNDS).get(method, (-np.inf, np.inf))
    return design(name).calibrate([STYPE], totals=TOTALS, method=method, bounds=bounds, tolerance=1e-13)


@pytest.mark.parametrize("name", ["apistrat", "apiclus1", "apiclus2"])
@pytest.mark.parametrize("method", ["linear", "raking", "logit", "truncated"])
def test_weights_and_standard_errors_equal_r(name: str, method: str) -> None:
    key = f"{name}.{method}"
    if f"{key}.weights" not in R:
        pytest.skip("R does not converge here")
    d = calibrated(name, method)
    assert_close(d.weights[:25], R[f"{key}.weights"], rtol=WEIGHTS)
    assert_close([d.g_weights.min(), d.g_weights.max()], R[f"{key}.g"], rtol=WEIGHTS)
    table = d.mean(["api00", "meals"])
    assert_close(table["estimate"], R[f"{key}.mean"]["estimate"])
    assert_close(table["se"], R[f"{key}.mean"]["se"])
    assert_close(d.covariance("mean", ["api00", "meals"]), R[f"{key}.mean"]["cov"])
    assert_close(
        d.total("enroll", missing="omit")[["estimate", "se"]], [R[f"{key}.total"]["estimate"], R[f"{key}.total"]["se"]]
    )
    by = d.mean("api00", by="stype")
    assert_close(by["estimate"], R[f"{key}.by"]["estimate"])
    assert_close(by["se"], R[f"{key}.by"]["se"])


@pytest.mark.parametrize("method", ["linear", "raking", "logit", "truncated"])
def test_calibrated_weights_reproduce_every_margin(method: str) -> None:
    d = calibrated("apiclus1", method)
    balance = d.report["margins"]
    assert_close(balance["after"], balance["population"], rtol=1e-9)
    assert balance["margin"].tolist() == ["stype"] * 3 + ["api99"]
    zero = d.total("api99")["se"][0]
    assert zero < 1e-9 * design("apiclus1").total("api99")["se"][0]


def test_raking_distance_is_raking() -> None:
    wide = pd.Series({"No": 1072, "Yes": 5122}).rename_axis("sch.wide")
    one = design("apiclus2").calibrate([STYPE, wide], method="raking")
    other = design("apiclus2").rake([STYPE, wide])
    assert_close(one.weights, other.weights, rtol=1e-8)
    assert_close(one.mean("api00")["se"], other.mean("api00")["se"])


def test_proportions_and_percentages_of_a_population_are_counts() -> None:
    counts = design("apiclus1").calibrate([STYPE])
    for unit in (1.0, 100.0):
        shares = design("apiclus1").calibrate([STYPE * (unit / STYPE.sum())], population=6194)
        assert_close(shares.weights, counts.weights)
    with pytest.raises(MarginError, match="need population="):
        design("apiclus1").calibrate([STYPE / STYPE.sum()])
    with pytest.raises(MarginError, match="6194 in all, population= says 7000"):
        design("apiclus1").calibrate([STYPE], population=7000)


def test_population_alone_is_a_constraint() -> None:
    d = design("apiclus1").calibrate(totals=TOTALS, population=6194)
    assert_close(d.weights.sum(), 6194)
    assert_close(d.weights @ d.frame["api99"], 3914069)


def test_q_weights_give_the_ratio_estimator_of_r() -> None:
    d = Design(data("apiclus1_enroll"), weights="pw", clusters="dnum", population_sizes="fpc")
    ratio = d.calibrate(totals={"enroll": 3811472}, q="inv").total("api.stu")
    assert_close(ratio[["estimate", "se"]], [R["q.ratio"]["estimate"], R["q.ratio"]["se"]])
    margins = d.calibrate([STYPE], totals={"enroll": 3811472}, q="inv")
    assert_close(margins.weights[:25], R["q.margins.weights"])
    table = margins.total("api.stu")
    assert_close(table[["estimate", "se"]], [R["q.margins"]["estimate"], R["q.margins"]["se"]])


def test_trimming_equals_trim_weights() -> None:
    d = design("apiclus2")
    assert_close(d.trim(upper=60, lower=20).weights, R["trim.once"])
    assert_close(d.trim(upper=60, strict=True).weights, R["trim.strict"])
    assert_close(d.trim(upper=60, lower=20).mean("api00")["se"], R["trim.mean"]["se"])


def test_bounds_may_differ_by_unit() -> None:
    upper = np.where(data("apiclus1")["stype"] == "E", 1.8, 3.0)
    d = design("apiclus1").calibrate([STYPE], TOTALS, method="logit", bounds=(0.3, upper), tolerance=1e-13)
    assert_close(d.weights[:25], R["unit_bounds.weights"], rtol=WEIGHTS)
    assert_close(d.mean("api00")["se"], R["unit_bounds.mean"]["se"])
    assert (d.g_weights < upper).all()


def test_calibrating_twice_gives_the_weights_of_r() -> None:
    d = design("apiclus1").calibrate([STYPE]).calibrate(totals=TOTALS, population=6194)
    assert_close(d.weights[:25], R["twice.weights"])


def test_bounds_too_narrow_name_the_category_furthest_off() -> None:
    with pytest.raises(ConvergenceError, match=r"margin stype, category \w stands at .* inside the bounds"):
        design("apiclus1").calibrate([STYPE], totals=TOTALS, method="logit", bounds=(0.95, 1.05))


@pytest.mark.parametrize(
    ("method", "bounds", "words"),
    [
        ("linear", (0.5, 2), "use 'truncated'"),
        ("logit", (-np.inf, np.inf), "needs bounds"),
        ("logit", (1.1, 2), "strictly between"),
        ("ridge", (0, 2), "not known"),
    ],
)
def test_methods_and_bounds_that_do_not_go_together_are_refused(method: str, bounds: tuple, words: str) -> None:
    with pytest.raises(UnsupportedError, match=words):
        design("apiclus1").calibrate([STYPE], method=method, bounds=bounds)


def test_ridge_meets_conflicting_margins_half_way() -> None:
    wide = pd.Series({"No": 1072, "Yes": 5522}).rename_axis("sch.wide")
    with pytest.raises(MarginError, match="conflict"):
        design("apiclus1").calibrate([STYPE, wide])
    even = design("apiclus1").calibrate([STYPE, wide], ridge=0.01)
    assert 6194 < even.weights.sum() < 6594
    first = design("apiclus1").calibrate([STYPE, wide], ridge={"sch.wide": 0.01})
    assert_close(first.weights.sum(), 6194, rtol=1e-8)
    balance = even.report["margins"]
    worst = (balance["after"] / balance["population"] - 1).abs().max()
    assert 0 < worst < 0.2


def test_a_tiny_ridge_is_calibration() -> None:
    ridge = design("apiclus1").calibrate([STYPE], TOTALS, ridge=1e-9)
    exact = design("apiclus1").calibrate([STYPE], TOTALS)
    assert_close(
        ridge.weights, exact.weights, rtol=1e-5
    )  # the slack itself is of the order of 1e-9 times the multipliers
    assert_close(ridge.mean("api00")["se"], exact.mean("api00")["se"], rtol=1e-5)


def test_missing_auxiliary_is_counted() -> None:
    with pytest.raises(MarginError, match=r"'enroll' is missing in \d+ rows"):
        design("apiclus2").calibrate(totals={"enroll": 1e6}, population=6194)
