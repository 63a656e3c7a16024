"""Levels, shifts and gaps against sums written out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.questions import estimates
from pipeline.questions.outcomes import Event, Outcome
from tests.questions.conftest import entry, subject_of


def outcome(frame: pd.DataFrame, values: np.ndarray | None = None, unit: str = "share", **changes) -> Outcome:
    values = frame["y"].to_numpy() if values is None else values
    base = changes.pop("base", dict.fromkeys(sorted(frame["wave"].unique()), "all"))
    return Outcome("elaborate", unit, unit, values, base, Event({"y": [1]}, ("y",)), **changes)


def by_id(rows) -> pd.DataFrame:
    from pipeline.results import frame

    return frame(rows).set_index("result_id")


def weighted_mean(rows: pd.DataFrame) -> float:
    return float((rows["w"] * rows["y"]).sum() / rows["w"].sum())


def cluster_variance(rows: pd.DataFrame, mean: float) -> float:
    """Variance of a weighted mean over spaces drawn with replacement, for the reference of these tests."""
    scores = ((rows["y"] - mean) * rows["w"]).groupby(rows["space"]).sum() / rows["w"].sum()
    n = len(scores)
    return float(n / (n - 1) * ((scores - scores.mean()) ** 2).sum())


def test_levels_are_weighted_means_of_each_domain(answers):
    table = by_id(estimates.levels(entry(), subject_of(answers, clusters="space"), [outcome(answers)], by=["age_band"]))
    for (wave, band), rows in answers.groupby(["wave", "age_band"]):
        row = table.loc[f"demand.elaborate.share/users/wave={wave}/region=53/age_band={band}"]
        assert row["estimate"] == pytest.approx(weighted_mean(rows), rel=1e-12)
        assert row["n"] == len(rows)
        assert row["contributors"] == rows["y"].sum()
        assert row["n_effective"] <= row["n"]
        assert row["lower"] < row["estimate"] < row["upper"]


def test_shift_of_waves_without_a_common_space_adds_their_variances(answers):
    subject = subject_of(answers, clusters="space")
    row = by_id(estimates.shifts(entry(), subject, [outcome(answers)], ("2003", "2006"))).iloc[0]
    waves = [answers[answers["wave"] == w] for w in ("2003", "2006")]
    means = [weighted_mean(w) for w in waves]
    variance = sum(cluster_variance(w, m) for w, m in zip(waves, means, strict=True))
    assert row["unit"] == "point"
    assert row["estimate"] == pytest.approx(100 * (means[1] - means[0]), rel=1e-10)
    assert row["se"] == pytest.approx(100 * np.sqrt(variance), rel=1e-10)


def test_shift_of_common_spaces_counts_their_covariance(answers):
    common = answers.assign(space=answers["space"] % 20)
    # answers of a space move together over time: the covariance is large and positive
    common["y"] = ((common["space"] % 2 == 0) ^ (np.arange(400) % 10 == 0)).astype(float)
    apart = by_id(estimates.shifts(entry(), subject_of(common.assign(space=answers["space"]), clusters="space"),
                                   [outcome(common)], ("2003", "2006"))).iloc[0]  # fmt: skip
    shared = by_id(
        estimates.shifts(entry(), subject_of(common, clusters="space"), [outcome(common)], ("2003", "2006"))
    ).iloc[0]
    assert shared["estimate"] == pytest.approx(apart["estimate"])
    assert shared["se"] < 0.5 * apart["se"]


@pytest.mark.parametrize("together", [1, 800])
def test_outcomes_of_many_respondents_are_estimated_some_at_a_time_to_the_same_numbers(
    answers, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    subject = subject_of(answers, clusters="space")
    asked = [
        outcome(answers, np.where(np.arange(len(answers)) % k, answers["y"], np.nan), domain={"k": str(k)})
        for k in (3, 5, 7)
    ]

    def made() -> pd.DataFrame:
        rows = estimates.levels(entry(), subject, asked, by=["pays"]) + estimates.gaps(entry(), subject, asked, "2006")
        return by_id(rows + estimates.shifts(entry(), subject, asked, ("2003", "2006")))

    at_once = made()
    loaded: list[int] = []
    whole = estimates.over_columns
    monkeypatch.setattr(estimates, "VALUES", together)
    monkeypatch.setattr(
        estimates, "over_columns", lambda d, c: loaded.append(sum(n.startswith("_outcome") for n in c)) or whole(d, c)
    )
    pd.testing.assert_frame_equal(made(), at_once, rtol=1e-12)
    assert max(loaded) == max(1, together // len(answers)) < len(asked)


def test_gap_compares_a_part_with_everybody_else_in_the_region(answers):
    table = by_id(estimates.gaps(entry(), subject_of(answers, clusters="space"), [outcome(answers)], "2006"))
    now = answers[answers["wave"] == "2006"]
    inside, outside = now[now["pays"] == "01"], now[now["pays"] != "01"]
    row = table.loc["demand.elaborate.gap/users/wave=2006/pays=01"]
    assert row["estimate"] == pytest.approx(100 * (weighted_mean(inside) - weighted_mean(outside)), rel=1e-10)
    # people of no pays belong to the rest, and get no row of their own
    assert list(table.index) == [f"demand.elaborate.gap/users/wave=2006/pays={p}" for p in ("01", "02")]


def test_missing_answers_leave_the_base_without_leaving_the_design(answers):
    values = answers["y"].to_numpy().copy()
    values[::7] = np.nan
    row = by_id(estimates.levels(entry(), subject_of(answers, clusters="space"), [outcome(answers, values)])).iloc[0]
    kept = answers[(answers["wave"] == "2003") & ~np.isnan(values)]
    assert row["estimate"] == pytest.approx(weighted_mean(kept), rel=1e-12)
    assert row["n"] == len(kept)


def test_a_unit_where_nobody_answered_is_told_without_an_estimate(answers):
    values = np.where((answers["pays"] == "02") & (answers["wave"] == "2006"), np.nan, answers["y"])
    table = by_id(
        estimates.levels(entry(), subject_of(answers, clusters="space"), [outcome(answers, values)], by=["pays"])
    )
    row = table.loc["demand.elaborate.share/users/wave=2006/pays=02"]
    assert np.isnan(row["estimate"])
    assert row["n"] == 0


def test_a_band_outside_the_base_is_not_told(answers):
    values = np.where(answers["age_band"] == "15-24", np.nan, answers["y"])
    table = by_id(
        estimates.levels(entry(), subject_of(answers, clusters="space"), [outcome(answers, values)], by=["age_band"])
    )
    assert not table.index.str.contains("15-24").any()


def test_a_wave_that_did_not_ask_has_no_row_and_no_shift(answers):
    asked = outcome(answers, np.where(answers["wave"] == "2006", answers["y"], np.nan), base={"2006": "all"})
    subject = subject_of(answers, clusters="space")
    assert {r.wave for r in estimates.levels(entry(), subject, [asked])} == {"2006"}
    assert estimates.shifts(entry(), subject, [asked], ("2003", "2006")) == []


@pytest.mark.parametrize("everybody", [0.0, 1.0])
def test_unanimous_answers_are_exactly_none_or_all(answers, everybody):
    subject = subject_of(answers, clusters="space")
    rows = estimates.levels(entry(), subject, [outcome(answers, np.full(400, everybody))], by=["age_band"])
    assert {r.estimate for r in rows} == {everybody}
    # the interval still says how few were asked
    assert all(r.upper - r.lower > 0 for r in rows)


def test_totals_are_sums_of_weights_without_a_design_effect(answers):
    row = by_id(estimates.totals(entry(), subject_of(answers, clusters="space"), "users")).iloc[0]
    assert row["estimate"] == pytest.approx(answers.loc[answers["wave"] == "2003", "w"].sum(), rel=1e-12)
    assert np.isnan(row["deff"])


def test_the_design_keeps_its_own_columns(answers):
    subject = subject_of(answers, clusters="space")
    before = list(subject.frame.columns)
    estimates.levels(entry(), subject, [outcome(answers)])
    assert list(subject.frame.columns) == before


def test_a_change_between_unanimous_answers_is_not_known_without_error(answers):
    part = answers["pays"] == "01"
    frame = answers.assign(y=np.where(part, 1.0, answers["y"]))
    subject = subject_of(frame, clusters="space")
    sure = outcome(answers, frame["y"].to_numpy())
    rows = {r.territory: r for r in estimates.shifts(entry(), subject, [sure], ("2003", "2006"), by=["pays"])}
    all_yes, other = rows["01"], rows["02"]
    assert all_yes.estimate == pytest.approx(0, abs=1e-9)
    # some 65 answers a wave, all yes: the rule of three says that a share may be 4 or 5 points lower
    assert -12 < all_yes.lower < -2
    assert 2 < all_yes.upper < 12
    assert other.se > all_yes.se > 0


def test_a_total_is_never_said_to_be_below_those_who_were_counted() -> None:
    seen = pd.DataFrame(
        {"estimate": [42.0, 400.0], "se": [6.0, 20.0], "lower": [28.0, 359.0], "upper": [56.0, 441.0],
         "n": [40, 40], "df": [9.0, 9.0]}
    )  # fmt: skip
    made = estimates._above_counted(seen, 0.95)
    assert 40 < made.loc[0, "lower"] < 42 < made.loc[0, "upper"]
    assert made.loc[1, ["lower", "upper"]].tolist() == [359.0, 441.0]  # already possible: left as it is
