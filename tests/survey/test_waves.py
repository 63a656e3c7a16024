"""Stacked waves: one list of units, a sample of it in every wave, with more or less overlap."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.survey import Design, PopulationSizeError
from tests.survey.populations import population, sample, two_stage
from tests.survey.reference import assert_close


def stacked(overlap: int, size: int = 24, seed: int = 5) -> pd.DataFrame:
    """Two waves of `size` spaces of 60, `overlap` of them common, balanced over three strata."""
    rng = np.random.default_rng(seed)
    visits = population(2)
    first = np.arange(size)
    second = np.arange(size - overlap, 2 * size - overlap)
    later = visits.assign(y=visits["y"] + 0.4)
    return pd.concat([sample(visits, first, 3, rng, 0), sample(later, second, 3, rng, 1)], ignore_index=True)


def with_replacement(frame: pd.DataFrame, **extra: object) -> Design:
    return Design(frame, weights="weight", strata="stratum", clusters="space", **extra)  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [two_stage, with_replacement])
@pytest.mark.parametrize("overlap", [24, 12, 0])
def test_each_wave_has_the_standard_error_of_its_own_sample(make: object, overlap: int) -> None:
    frame = stacked(overlap)
    both = make(frame, waves="wave").mean("y", by=["wave", "age"])  # type: ignore[operator]
    for wave in (0, 1):
        alone = make(frame[frame["wave"] == wave]).mean("y", by="age")  # type: ignore[operator]
        assert_close(
            both.loc[both["wave"] == wave, ["estimate", "se", "df", "deff"]], alone[["estimate", "se", "df", "deff"]]
        )


def test_full_overlap_without_correction_is_one_sample() -> None:
    frame = stacked(24)
    assert_close(
        with_replacement(frame, waves="wave").covariance("mean", "y", by=["wave", "age"]),
        with_replacement(frame).covariance("mean", "y", by=["wave", "age"]),
    )


def test_full_overlap_with_correction_shares_the_first_stage_only() -> None:
    frame = stacked(24)
    frame["wave_day"] = frame["wave"] * 100 + frame["day"]
    v = two_stage(frame, waves="wave").covariance("mean", "y", by="wave")
    # the stack as one sample: the same first stage, and days of both waves drawn from twice ten
    one = frame.assign(days=20)
    first_stage = Design(
        one.assign(all=1.0), weights="weight", strata="stratum", clusters="space", population_sizes="spaces"
    ).covariance("mean", "y", by="wave")
    assert_close(v[0, 1], first_stage[0, 1])


def test_partial_overlap_equals_the_hand_formula() -> None:
    frame = stacked(12)
    d = two_stage(frame, waves="wave")
    table = d.mean("y", by="wave")
    means = table.set_index("wave")["estimate"]
    sums = frame.groupby("wave")["weight"].sum()
    z = frame["weight"] * (frame["y"] - frame["wave"].map(means)) / frame["wave"].map(sums)
    totals = z.groupby([frame["wave"], frame["stratum"], frame["space"]]).sum()
    expected = 0.0
    for h in range(3):
        a, b = totals[0][h], totals[1][h]
        common = a.index.intersection(b.index)
        n_a, n_b, n_ab = len(a), len(b), len(common)
        da = (a - a.mean())[common] * np.sqrt(n_a / (n_a - 1))
        db = (b - b.mean())[common] * np.sqrt(n_b / (n_b - 1))
        expected += (n_ab - n_a * n_b / 20) / n_ab * (da * db).sum()
    assert_close(d.covariance("mean", "y", by="wave")[0, 1], expected)
    shift = d.contrast("mean", "y", over=("wave", 1, 0))
    assert_close(shift["se"] ** 2, (table["se"] ** 2).sum() - 2 * expected)


def test_waves_without_common_units_are_independent() -> None:
    d = with_replacement(stacked(0), waves="wave")
    table = d.mean("y", by="wave")
    assert_close(d.contrast("mean", "y", over=("wave", 1, 0))["se"] ** 2, (table["se"] ** 2).sum())


@pytest.mark.parametrize("make", [two_stage, with_replacement])
def test_samples_drawn_apart_share_no_unit_whatever_its_code(make: object) -> None:
    frame = stacked(24)
    apart = make(frame, waves="wave", shared_units=False)  # type: ignore[operator]
    # R: svydesign(ids = ~space + day, strata = ~interaction(wave, stratum), nest = TRUE, ...), one sample of both waves
    nested = make(frame.assign(stratum=frame["wave"] * 10 + frame["stratum"]))  # type: ignore[operator]
    columns = ["estimate", "se", "df"]
    for domain in (["wave"], ["wave", "age"]):
        assert_close(apart.mean("y", by=domain)[columns], nested.mean("y", by=domain)[columns])
    assert_close(apart.covariance("mean", "y", by="wave")[0, 1], 0, atol=1e-12)
    of_ages = {"by": "age", "over": ("wave", 1, 0)}
    assert_close(apart.contrast("mean", "y", **of_ages)[columns], nested.contrast("mean", "y", **of_ages)[columns])
    assert apart.degrees_of_freedom == nested.degrees_of_freedom == 2 * (24 - 3)
    shared = make(frame, waves="wave").contrast("mean", "y", over=("wave", 1, 0))  # type: ignore[operator]
    change = apart.contrast("mean", "y", over=("wave", 1, 0))
    assert shared["se"][0] < change["se"][0]
    # svycontrast(svyby(~y, ~wave, design, svymean, covmat = TRUE), c(-1, 1)) of R's survey 4.1.1 prints, of these data:
    printed = {two_stage: 0.17401, with_replacement: 0.21522}
    assert change["se"][0] == pytest.approx(printed[make], abs=5e-6)  # type: ignore[index]


def test_population_sizes_that_differ_by_wave_ask_for_waves() -> None:
    frame = stacked(12)
    frame["spaces"] += frame["wave"]
    with pytest.raises(PopulationSizeError, match="waves="):
        two_stage(frame)
    assert two_stage(frame, waves="wave").degrees_of_freedom == 36 - 3


@pytest.mark.slow
@pytest.mark.parametrize("overlap", [24, 12, None])
def test_standard_error_of_a_change_is_that_of_repeated_sampling(overlap: int | None) -> None:
    """400 draws of two waves from a fixed population (None: drawn independently, overlap left to chance).

    The relative standard error of a variance over 400 draws is about 7 %, three of them 0.2.
    """
    rng = np.random.default_rng(11)
    visits = population(2)
    later = visits.assign(y=visits["y"] + 0.4)
    estimates, variances = [], []
    for _ in range(400):
        first, second = [], []
        for h in range(3):
            spaces = rng.permutation(np.arange(h, 60, 3))
            first.append(spaces[:8])
            again = rng.permutation(spaces)[:8]
            second.append(again if overlap is None else spaces[8 - overlap // 3 : 16 - overlap // 3])
        frame = pd.concat(
            [sample(visits, np.concatenate(first), 3, rng, 0), sample(later, np.concatenate(second), 3, rng, 1)],
            ignore_index=True,
        )
        shift = two_stage(frame, waves="wave").contrast("mean", "y", over=("wave", 1, 0))
        estimates.append(shift["estimate"][0])
        variances.append(shift["se"][0] ** 2)
    assert np.mean(variances) / np.var(estimates) == pytest.approx(1, abs=0.2)
