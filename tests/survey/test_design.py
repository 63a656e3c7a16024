"""What a design accepts, refuses and keeps."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from pipeline.survey import (
    Design,
    DesignError,
    EmptyDomainError,
    LonelyPsuError,
    PopulationSizeError,
    UnsupportedError,
    VariableError,
)
from pipeline.survey.domains import domains_of
from tests.survey.reference import assert_close, data, design


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    n = 120
    return pd.DataFrame(
        {
            "h": np.repeat(["a", "b", "c"], 40),
            "psu": np.tile(np.repeat(np.arange(8), 5), 3),
            "day": np.tile(np.arange(5) // 2, 24),
            "N": np.repeat([20, 30, 40], 40),
            "M": 10,
            "w": rng.uniform(1, 4, n),
            "y": rng.normal(10, 2, n),
            "x": rng.uniform(1, 2, n),
            "g": rng.choice(["u", "v", "w"], n),
        }
    )


def test_first_stage_correction_without_second_stage_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(PopulationSizeError, match="first stage alone"):
        Design(frame, weights="w", strata="h", clusters=["psu", "day"], population_sizes=["N"])


def test_labels_that_start_again_need_nested(frame: pd.DataFrame) -> None:
    with pytest.raises(DesignError, match="not nested in strata: psu 0, 1"):
        Design(frame, weights="w", strata="h", clusters="psu", nested=False)


def test_lonely_stratum_is_named_by_default(frame: pd.DataFrame) -> None:
    alone = frame[(frame["h"] != "b") | (frame["psu"] == 3)]
    with pytest.raises(LonelyPsuError, match="h=b"):
        Design(alone, weights="w", strata="h", clusters="psu").mean("y")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"w": -1.0}, VariableError, "negative"),
        ({"w": np.nan}, VariableError, "missing"),
        ({"h": None}, DesignError, "stratum 'h' is missing in 120 rows"),
        ({"N": 3}, PopulationSizeError, "8 units in the sample"),
        ({"N": np.arange(120) + 100}, PopulationSizeError, "varies within stratum h=a"),
    ],
)
def test_bad_columns_are_named(frame: pd.DataFrame, change: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        Design(frame.assign(**change), weights="w", strata="h", clusters="psu", population_sizes="N")


def test_missing_weights_are_asked_for(frame: pd.DataFrame) -> None:
    with pytest.raises(DesignError, match="no weights"):
        Design(frame, strata="h", clusters="psu")


def test_empty_domain_is_reported_in_those_words(frame: pd.DataFrame) -> None:
    d = Design(frame, weights="w", strata="h", clusters="psu")
    with pytest.raises(EmptyDomainError, match="empty domain"):
        d.mean("y", where=frame["y"] > 1000)


def test_by_columns_may_not_take_the_names_of_results(frame: pd.DataFrame) -> None:
    with pytest.raises(VariableError, match="by: column n has the name"):
        Design(frame.assign(n=1), weights="w").mean("y", by="n")


def test_text_outcomes_are_sent_to_proportion(frame: pd.DataFrame) -> None:
    with pytest.raises(VariableError, match="proportion"):
        Design(frame, weights="w").mean("g")


def test_normalised_weights_forbid_totals_and_keep_means(frame: pd.DataFrame) -> None:
    d = Design(frame, weights="w", strata="h", clusters="psu")
    scaled = d.normalise()
    assert scaled.weights.sum() == pytest.approx(len(frame))
    pd.testing.assert_frame_equal(scaled.mean("y", by="g"), d.mean("y", by="g"))
    with pytest.raises(UnsupportedError, match="totals"):
        scaled.total("y")
    with pytest.raises(UnsupportedError, match="totals"):
        scaled.contrast("total", "y", by="g", rest=True)


def test_missing_outcomes_never_drop_a_unit(frame: pd.DataFrame) -> None:
    d = Design(frame, weights="w", strata="h", clusters="psu")
    gone = frame.assign(y=frame["y"].where(frame["psu"] != 0))
    missing = Design(gone, weights="w", strata="h", clusters="psu").mean("y")
    pd.testing.assert_frame_equal(missing, d.mean("y", where=frame["psu"] != 0))


def test_rows_of_weight_zero_count_as_units_and_not_as_respondents(frame: pd.DataFrame) -> None:
    zero = frame.assign(w=frame["w"].where(frame["psu"] != 0, 0.0))
    table = Design(zero, weights="w", strata="h", clusters="psu").mean("y")
    d = Design(frame, weights="w", strata="h", clusters="psu")
    pd.testing.assert_frame_equal(table, d.mean("y", where=frame["psu"] != 0))


def test_shuffling_rows_and_relabelling_units_changes_nothing(frame: pd.DataFrame) -> None:
    d = Design(frame, weights="w", strata="h", clusters=["psu", "day"], population_sizes=["N", "M"])
    other = frame.assign(psu="u" + frame["psu"].map(lambda v: str((v * 5 + 3) % 8)))
    other = other.sample(frac=1, random_state=3)
    again = Design(other, weights="w", strata="h", clusters=["psu", "day"], population_sizes=["N", "M"])
    pd.testing.assert_frame_equal(d.mean(["y", "x"], by="g"), again.mean(["y", "x"], by="g"), rtol=1e-10)


def test_scaling_weights_leaves_means_and_scales_totals(frame: pd.DataFrame) -> None:
    d = Design(frame, weights="w", strata="h", clusters="psu")
    scaled = Design(frame.assign(w=frame["w"] * 7), weights="w", strata="h", clusters="psu")
    pd.testing.assert_frame_equal(d.mean("y", by="g"), scaled.mean("y", by="g"), rtol=1e-10)
    assert_close(scaled.total("y")["se"], 7 * d.total("y")["se"])


def test_domain_totals_add_up(frame: pd.DataFrame) -> None:
    d = Design(frame, weights="w", strata="h", clusters="psu")
    parts = d.covariance("total", "y", by=["g", "h"])
    whole = d.total("y")
    assert_close(d.total("y", by=["g", "h"])["estimate"].sum(), whole["estimate"])
    assert_close(np.sqrt(parts.sum()), whole["se"])


def test_sampling_fractions_may_stand_for_population_sizes(frame: pd.DataFrame) -> None:
    d = Design(frame, weights="w", strata="h", clusters="psu", population_sizes="N")
    fractions = Design(frame.assign(N=8 / frame["N"]), weights="w", strata="h", clusters="psu", population_sizes="N")
    assert_close(fractions.mean("y")["se"], d.mean("y")["se"])


def test_part_against_rest_equals_the_difference_of_two_masks(frame: pd.DataFrame) -> None:
    stype = pd.Series({"E": 4421, "H": 755, "M": 1018}).rename_axis("stype")
    d = design("apiclus1").rake([stype])
    for statistic, variable in (("mean", ["api00", "enroll"]), ("total", "enroll"), ("proportion", "awards")):
        table = d.contrast(statistic, variable, by="stype", rest=True)
        part = d.frame.assign(part=np.where(d.frame["stype"] == "H", "H", "rest"))
        alone = Design(part, weights="pw", clusters="dnum", population_sizes="fpc").rake([stype])
        expected = alone.contrast(statistic, variable, over=("part", "H", "rest"))
        of_h = table[table["stype"] == "H"]
        assert_close(of_h["estimate"], expected["estimate"])
        assert_close(of_h["se"], expected["se"])
        # what the few units of the part say about its noise, never more than all units say
        few = part.loc[part["part"] == "H", "dnum"].nunique() - 1
        assert ((of_h["df"] >= few) & (of_h["df"].to_numpy() <= expected["df"].to_numpy())).all()
        assert of_h["n"].tolist() == expected["n"].tolist()


def test_domains_made_once_give_what_their_columns_and_mask_give_each_time(frame: pd.DataFrame) -> None:
    d = Design(frame, weights="w", strata="h", clusters="psu")
    inside = frame["day"] < 2
    made = domains_of(frame, ["g", "h"], inside, d.weights)
    pd.testing.assert_frame_equal(d.mean(["y", "x"], by=made), d.mean(["y", "x"], by=["g", "h"], where=inside))
    contrasts = [
        d.contrast("mean", "y", by=by, where=where, over=("g", "u", "v"))
        for by, where in ((made, None), (["g", "h"], inside))
    ]
    pd.testing.assert_frame_equal(*contrasts)
    rest = [
        d.contrast("mean", "y", by=by, where=where, rest=True) for by, where in ((made, None), (["g", "h"], inside))
    ]
    pd.testing.assert_frame_equal(*rest)


def test_domains_of_other_rows_and_a_second_mask_are_refused(frame: pd.DataFrame) -> None:
    d = Design(frame, weights="w", strata="h", clusters="psu")
    with pytest.raises(VariableError, match="have their own mask"):
        d.mean("y", by=domains_of(frame, "g", None), where=frame["day"] < 2)
    with pytest.raises(VariableError, match="domains of 119 rows"):
        d.mean("y", by=domains_of(frame.iloc[1:], "g", None))


def test_combinations_without_domains_compare_variables() -> None:
    d = design("apiclus1")
    table = d.contrast("mean", ["api00", "api99"], combinations={"gain": {"api00": 1, "api99": -1}})
    gained = Design(
        d.frame.assign(gain=d.frame["api00"] - d.frame["api99"]), weights="pw", clusters="dnum", population_sizes="fpc"
    ).mean("gain")
    assert_close(table[["estimate", "se", "lower", "upper"]], gained[["estimate", "se", "lower", "upper"]])


def test_contrast_names_what_it_cannot_find() -> None:
    d = design("apistrat")
    with pytest.raises(VariableError, match="no level 'X'; found 'E', 'H', 'M'"):
        d.contrast("mean", "api00", over=("stype", "X", "H"))
    with pytest.raises(VariableError, match="no estimate for 'X'"):
        d.contrast("mean", "api00", by="stype", combinations={"c": {"X": 1}})
    with pytest.raises(UnsupportedError, match="exactly one"):
        d.contrast("mean", "api00", by="stype")


def test_categorical_by_columns_keep_their_order() -> None:
    frame = data("apistrat").assign(
        stype=lambda f: pd.Categorical(f["stype"], categories=["M", "Z", "E", "H"], ordered=True)
    )
    d = Design(frame, weights="pw", strata="stype")
    assert d.mean("api00", by="stype")["stype"].tolist() == ["M", "E", "H"]
    assert d.proportion("stype")["category"].tolist() == ["M", "Z", "E", "H"]


def test_a_small_part_against_a_large_rest_has_nearly_the_degrees_of_the_part() -> None:
    rng = np.random.default_rng(3)
    psu = np.repeat(np.arange(104), 10)
    frame = pd.DataFrame({"psu": psu, "part": np.where(psu < 4, "few", "many"), "w": 1.0})
    frame["y"] = rng.normal(size=104)[psu] + rng.normal(size=len(psu))
    table = Design(frame, weights="w", clusters="psu").contrast("mean", "y", by="part", rest=True).set_index("part")
    # four units: three degrees, and a little for the noise of the hundred others
    assert 3 <= table.loc["few", "df"] < 4.5
    assert table.loc["few", "df"] == pytest.approx(table.loc["many", "df"])


def test_hundreds_of_parts_against_their_rest_take_memory_by_rows_and_not_by_parts() -> None:
    rng = np.random.default_rng(5)
    rows, parts, outcomes = 4_000, 400, [f"y{i}" for i in range(20)]
    frame = pd.DataFrame(rng.integers(0, 2, (rows, len(outcomes))).astype(float), columns=outcomes)
    frame["part"], frame["psu"], frame["w"] = np.arange(rows) % parts, np.arange(rows) // 4, rng.uniform(1, 5, rows)
    d = Design(frame, weights="w", clusters="psu")
    tracemalloc.start()
    table = d.contrast("mean", outcomes, by="part", rest=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(table) == parts * len(outcomes)
    # every row beside every estimate would be 32 million entries, of 8 bytes at least
    assert peak < 60e6
