"""Errors of functions of totals and of other estimates: they are those of the estimates they are made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.survey import smooth
from pipeline.survey.errors import EmptyDomainError, VariableError

from .reference import data, design


def test_a_ratio_as_a_function_of_totals_has_the_error_of_the_ratio() -> None:
    sample = design("apiclus2")
    frame = data("apiclus2")
    inside = frame["enroll"].notna().to_numpy()
    values = frame[["api.stu", "enroll"]].fillna(0).to_numpy(float)
    made = smooth.of_totals(sample, values, lambda t: np.array([t[0] / t[1]]), inside)
    expected = sample.ratio("api.stu", "enroll", where=inside).iloc[0]
    assert made.estimate[0] == pytest.approx(expected["estimate"], rel=1e-12)
    # the derivative is numerical: its relative error is that of a central difference with step 1e-5
    assert made.se[0] == pytest.approx(expected["se"], rel=1e-8)
    assert (made.lower[0], made.upper[0]) == pytest.approx((expected["lower"], expected["upper"]), rel=1e-8)
    assert made.df == expected["df"]


def test_a_difference_of_waves_keeps_the_covariance_of_common_units() -> None:
    rng = np.random.default_rng(2)
    space = np.repeat(np.arange(30), 8)
    frame = pd.DataFrame({"space": np.tile(space, 2), "wave": np.repeat(["a", "b"], 240), "w": rng.uniform(1, 2, 480)})
    frame["y"] = rng.normal(size=480) + np.tile(np.repeat(rng.normal(size=30), 8), 2)
    from pipeline.survey import Design

    sample = Design(frame, weights="w", clusters="space", waves="wave")
    sides = [(frame["wave"] == w).to_numpy() for w in ("a", "b")]
    values = np.column_stack([v for s in sides for v in (frame["y"] * s, s * 1.0)])
    made = smooth.of_totals(sample, values, lambda t: np.array([t[2] / t[3] - t[0] / t[1]]))
    expected = sample.contrast("mean", "y", by="wave", over=("wave", "b", "a")).iloc[0]
    assert made.estimate[0] == pytest.approx(expected["estimate"], rel=1e-12)
    assert made.se[0] == pytest.approx(expected["se"], rel=1e-8)
    assert made.p_value[0] == pytest.approx(expected["p_value"], rel=1e-6)


def test_effects_by_group_average_over_the_group_and_their_total_over_everyone() -> None:
    frame = data("apistrat").assign(good=lambda t: (t["api00"] > 650).astype(float))
    from pipeline.survey import Design

    fit = Design(frame, weights="pw", strata="stype").glm("good ~ meals + awards", family="binomial")
    whole = fit.predictive_margins("awards", variance="linearised")
    groups = fit.predictive_margins("awards", variance="linearised", by="stype")
    share = frame.groupby("stype")["pw"].sum() / frame["pw"].sum()
    for contrast, part in groups.table.groupby("contrast"):
        mixed = (part.set_index("stype")["estimate"] * share).sum()
        expected = whole.table.set_index("contrast").loc[contrast, "estimate"]
        assert mixed == pytest.approx(expected, rel=1e-12)
    # strata are drawn apart and their sizes known: within one, margins are those of a model average over its rows
    assert (groups.table["se"] > 0).all()
    assert len(groups.table) == 6


def test_what_a_function_cannot_take_is_refused() -> None:
    sample = design("apistrat")
    n = len(data("apistrat"))
    with pytest.raises(EmptyDomainError):
        smooth.of_totals(sample, np.ones((n, 1)), lambda t: t, np.zeros(n, dtype=bool))
    with pytest.raises(VariableError, match="missing"):
        smooth.of_totals(sample, np.full((n, 1), np.nan), lambda t: t)
    with np.errstate(divide="ignore"), pytest.raises(VariableError, match="not finite"):
        smooth.of_totals(sample, np.zeros((n, 1)), lambda t: 1 / t)
