"""Steps of weighting: what they reproduce, refuse and do to standard errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.survey import ConvergenceError, Design, MarginError, UnsupportedError, VariableError
from tests.survey.populations import population, sample, two_stage
from tests.survey.reference import assert_close, data, design


@pytest.fixture(scope="module")
def visits() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    return sample(population(4), np.arange(24), 3, rng)


@pytest.fixture(scope="module")
def census() -> pd.DataFrame:
    return population(4)


def margin(frame: pd.DataFrame, *by: str) -> pd.Series:
    return frame.groupby(list(by) if len(by) > 1 else by[0]).size().astype(float)


def test_raked_weights_reproduce_every_margin(visits: pd.DataFrame, census: pd.DataFrame) -> None:
    d = two_stage(visits).rake([margin(census, "stratum", "links"), margin(census, "age")])
    for by in (["stratum", "links"], ["age"]):
        achieved = pd.Series(d.weights).groupby([visits[c] for c in by]).sum()
        assert_close(achieved, margin(census, *by), rtol=1e-9)
    balance = d.report["margins"]
    assert_close(balance["after"], balance["population"], rtol=1e-9)


def test_totals_of_the_margins_have_no_error_left(visits: pd.DataFrame, census: pd.DataFrame) -> None:
    frame = visits.assign(one=1.0)
    d = two_stage(frame).rake([margin(census, "stratum"), margin(census, "age")])
    plain = two_stage(frame).total("one", by="age")
    # the quadratic form is left with rounding only
    assert (d.total("one", by="age")["se"] < 1e-9 * plain["se"]).all()


def test_post_stratification_is_raking_to_one_margin(visits: pd.DataFrame, census: pd.DataFrame) -> None:
    once, raked = (
        two_stage(visits).post_stratify(margin(census, "age")),
        two_stage(visits).rake([margin(census, "age")]),
    )
    assert_close(once.weights, raked.weights)
    pd.testing.assert_frame_equal(once.mean("y", by="stratum"), raked.mean("y", by="stratum"))


def test_a_mask_confines_a_step_to_its_rows(visits: pd.DataFrame, census: pd.DataFrame) -> None:
    inside = visits["stratum"] == 1
    d = two_stage(visits).rake([margin(census[census["stratum"] == 1], "age")], where=inside)
    assert_close(d.weights[~inside], visits.loc[~inside, "weight"])
    alone = visits[inside].reset_index(drop=True)
    by_hand = two_stage(alone).rake([margin(census[census["stratum"] == 1], "age")])
    assert_close(d.mean("y", where=inside)["se"], by_hand.mean("y")["se"])
    # the other strata keep the variance that they had
    assert_close(d.mean("y", where=~inside)["se"], two_stage(visits).mean("y", where=~inside)["se"])


def test_a_joint_margin_by_wave_is_a_step_for_each_wave(visits: pd.DataFrame, census: pd.DataFrame) -> None:
    other = visits.assign(wave=1, y=visits["y"] + 1)
    frame = pd.concat([visits, other], ignore_index=True)
    both = pd.concat([census.assign(wave=0), census.assign(wave=1)])
    joint = two_stage(frame, waves="wave").rake([margin(both, "wave", "age"), margin(both, "wave", "stratum")])
    by_mask = two_stage(frame, waves="wave")
    for wave in (0, 1):
        by_mask = by_mask.rake([margin(census, "age"), margin(census, "stratum")], where=frame["wave"] == wave)
    assert_close(joint.weights, by_mask.weights, rtol=1e-8)
    assert_close(
        joint.covariance("mean", "y", by=["wave", "links"]),
        by_mask.covariance("mean", "y", by=["wave", "links"]),
        rtol=1e-7,
    )


def test_weight_share_keeps_the_residuals_of_the_raking_before_it(visits: pd.DataFrame, census: pd.DataFrame) -> None:
    margins = [margin(census, "stratum"), margin(census, "age")]
    raked = two_stage(visits).rake(margins)
    persons = raked.share_weights("links")
    assert_close(persons.weights, raked.weights / visits["links"])
    # the total over persons is the total over visits of y / links, residuals on visit margins included
    share = two_stage(visits.assign(share=visits["y"] / visits["links"], one=1 / visits["links"])).rake(margins)
    assert_close(persons.total("y")[["estimate", "se"]], share.total("share")[["estimate", "se"]])
    assert_close(persons.mean("y")[["estimate", "se"]], share.ratio("share", "one")[["estimate", "se"]])


def test_steps_are_undone_in_reverse_order(visits: pd.DataFrame, census: pd.DataFrame) -> None:
    """Two rakings in sequence against residuals taken by hand, last step first."""
    frame = visits.assign(one=1.0)
    first, second = margin(census, "age"), margin(census, "stratum", "links")
    d = two_stage(frame).post_stratify(first).post_stratify(second)
    w0, w1, w2 = d.base_weights, d.steps[0].after, d.steps[1].after
    u = frame["y"].to_numpy()
    cell = frame.groupby(["stratum", "links"]).ngroup().to_numpy()
    age = frame.groupby("age").ngroup().to_numpy()
    e2 = u - (np.bincount(cell, w1 * u) / np.bincount(cell, w1))[cell]
    v = e2 * w2 / w1
    e1 = v - (np.bincount(age, w0 * v) / np.bincount(age, w0))[age]
    by_hand = two_stage(frame.assign(z=e1 * w1 / w0)).total("z")
    assert_close(d.total("y")["se"], by_hand["se"])


def test_cap_on_links_is_reported(visits: pd.DataFrame) -> None:
    d = two_stage(visits).share_weights("links", cap=2)
    assert d.report["capped"] == (visits["links"] == 4).sum()
    assert d.report["total"] > d.report["total_uncapped"]
    assert_close(d.report["total"], d.weights.sum())


@pytest.mark.parametrize("links", [0, np.nan])
def test_links_below_one_are_refused(visits: pd.DataFrame, links: float) -> None:
    frame = visits.assign(links=visits["links"].where(visits.index != 3, links))
    with pytest.raises(VariableError, match="below 1 in 1 rows"):
        two_stage(frame).share_weights("links")


def test_factors_multiply_and_may_be_zero(visits: pd.DataFrame) -> None:
    frame = visits.assign(f=np.where(visits["age"] == "45+", 0.0, 2.0))
    d = two_stage(frame).reweight("f")
    assert_close(d.weights, frame["weight"] * frame["f"])
    assert d.mean("y")["n"][0] == (frame["f"] > 0).sum()


def test_trimming_equals_r_trim_weights() -> None:
    # trimWeights(dclus2, upper=60, lower=20): cut weights shared equally among the others, once
    d = design("apiclus2").trim(upper=60, lower=20)
    w = design("apiclus2").weights
    outside = (w > 60) | (w < 20)
    expected = np.clip(w, 20, 60)
    expected[~outside] += (w - expected)[outside].sum() / (~outside).sum()
    assert_close(d.weights, expected)
    assert_close(d.weights.sum(), w.sum())
    strict = design("apiclus2").trim(upper=60, strict=True)
    assert strict.weights.max() <= 60 * (1 + 1e-9)
    assert_close(strict.weights.sum(), w.sum())


def test_trimming_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="no weight left"):
        design("apiclus2").trim(upper=1)


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        ({"E": 4421, "H": 755}, "rows have a category that the margin lacks: 'M'; the margin has 'E', 'H'"),
        ({"E": 4421, "H": 755, "M": 1018, "Z": 5}, "empty cell, no row for Z"),
        ({"E": 4421, "H": 755, "M": 0}, "population total 0 for M"),
        ({"E": 4421, "H": 755, "M": -1}, "negative for M"),
        ({"E": 4421, "H": np.nan, "M": 1}, "missing, infinite or negative for H"),
    ],
)
def test_margins_that_do_not_fit_are_named(totals: dict, words: str) -> None:
    with pytest.raises(MarginError, match=words):
        design("apistrat").rake([pd.Series(totals).rename_axis("stype")])


def test_margins_that_count_different_populations_are_named() -> None:
    stype = pd.Series({"E": 4421, "H": 755, "M": 1018}).rename_axis("stype")
    wide = pd.Series({"No": 1072, "Yes": 6000}).rename_axis("sch.wide")
    with pytest.raises(MarginError, match=r"stype counts 6194 in all, sch\.wide 7072"):
        design("apistrat").rake([stype, wide])


def test_missing_margin_variable_and_unnamed_index_are_refused() -> None:
    frame = data("apistrat").assign(stype=lambda f: f["stype"].where(f.index > 2))
    margin_of = pd.Series({"E": 4421, "H": 755, "M": 1018})
    with pytest.raises(MarginError, match="missing in 3 rows"):
        Design(frame, weights="pw").rake([margin_of.rename_axis("stype")])
    with pytest.raises(MarginError, match="named"):
        Design(frame, weights="pw").rake([margin_of])


def test_raking_that_cannot_converge_names_the_category_furthest_off() -> None:
    frame = pd.DataFrame({"a": ["x", "x", "y"], "b": ["u", "v", "u"], "w": 1.0})
    # the only v rows are x rows, so x cannot be below v
    a = pd.Series({"x": 1.0, "y": 9.0}).rename_axis("a")
    b = pd.Series({"u": 4.0, "v": 6.0}).rename_axis("b")
    with pytest.raises(
        ConvergenceError, match=r"margin a, category x stands at .* for 1 .*sparse cells: .*b=v \(1 rows\)"
    ):
        Design(frame, weights="w").rake([a, b], max_iterations=200)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5), st.integers(2, 4))
def test_raking_reproduces_margins_of_any_table(seed: int, rows: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"a": np.repeat(np.arange(rows), columns), "b": np.tile(np.arange(columns), rows)})
    frame = frame.loc[rng.permutation(np.repeat(frame.index, 3))].reset_index(drop=True)
    frame["w"] = rng.uniform(0.5, 2, len(frame))
    truth = rng.uniform(1, 50, (rows, columns))
    a = pd.Series(truth.sum(axis=1), index=pd.RangeIndex(rows, name="a"))
    b = pd.Series(truth.sum(axis=0), index=pd.RangeIndex(columns, name="b"))
    d = Design(frame, weights="w").rake([a, b])
    assert_close(np.bincount(frame["a"], d.weights), a, rtol=1e-9)
    assert_close(np.bincount(frame["b"], d.weights), b, rtol=1e-9)


@pytest.mark.slow
def test_raked_person_estimates_have_the_error_of_repeated_sampling() -> None:
    """400 draws; relative standard error of a variance about 7 %, and linearisation of 24 spaces is rough."""
    rng = np.random.default_rng(3)
    census = population(6)
    margins = [margin(census, "age"), margin(census, "stratum")]
    truth = np.average(census["y"], weights=1 / census["links"])
    estimates, variances, covered = [], [], 0
    for _ in range(400):
        spaces = np.concatenate([rng.permutation(np.arange(h, 60, 3))[:8] for h in range(3)])
        d = two_stage(sample(census, spaces, 3, rng)).rake(margins).share_weights("links")
        row = d.mean("y").iloc[0]
        estimates.append(row["estimate"])
        variances.append(row["se"] ** 2)
        covered += row["lower"] <= truth <= row["upper"]
    assert np.mean(variances) / np.var(estimates) == pytest.approx(1, abs=0.2)
    assert covered / 400 == pytest.approx(0.95, abs=0.035)
