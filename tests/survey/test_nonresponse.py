"""Nonresponse steps, response rates and multiple imputation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.survey import (
    ConvergenceError,
    Design,
    EmptyDomainError,
    UnsupportedError,
    VariableError,
    combine_imputations,
    over_imputations,
    response_rates,
)
from tests.survey.populations import population, sample
from tests.survey.reference import assert_close, data, quantities

R = quantities("nonresponse")


def survey() -> Design:
    return Design(data("response"), weights="pw", clusters="dnum")


def test_propensities_equal_svyglm_and_carry_their_own_error() -> None:
    d = survey().adjust_nonresponse("responded", predictors=["stype", "meals"])
    stays = d.frame["responded"] == 1
    assert_close(d.weights[stays], (d.base_weights / np.array(R["propensity"]))[stays])
    assert (d.weights[~stays] == 0).all()
    assert_close(d.mean("api00")[["estimate", "se"]], list(R["propensity.mean"].values()))


def test_weighting_cells_keep_cell_totals_and_carry_their_own_error() -> None:
    d = survey().adjust_nonresponse("responded", cells="stype")
    assert_close(pd.Series(d.weights).groupby(d.frame["stype"]).sum(), d.frame.groupby("stype")["pw"].sum())
    assert_close(d.mean("api00")[["estimate", "se"]], list(R["cells.mean"].values()))
    cells = d.report["cells"]
    assert_close(cells["factor"], 1 / cells["rate"])


def test_full_response_changes_nothing() -> None:
    frame = data("response").assign(responded=True)
    d = Design(frame, weights="pw", clusters="dnum")
    adjusted = d.adjust_nonresponse("responded", cells="stype")
    pd.testing.assert_frame_equal(adjusted.mean("api00", by="stype"), d.mean("api00", by="stype"))


def test_classes_of_propensity_are_cells() -> None:
    d = survey().adjust_nonresponse("responded", predictors=["stype", "meals"], classes=5)
    assert len(d.report["cells"]) == 5
    assert_close(d.weights.sum(), d.base_weights.sum())


def test_unknown_eligibility_is_shared_among_known_cases() -> None:
    rng = np.random.default_rng(4)
    frame = data("response").assign(known=lambda f: rng.random(len(f)) < 0.8)
    d = Design(frame, weights="pw", clusters="dnum").adjust_eligibility("known", cells="stype")
    assert_close(d.weights.sum(), frame["pw"].sum())
    assert d.steps[-1].kind == "eligibility"


def test_cells_without_respondents_are_named() -> None:
    frame = data("response").assign(responded=lambda f: np.where(f["stype"] == "H", 0, f["responded"]))
    d = Design(frame, weights="pw", clusters="dnum")
    with pytest.raises(EmptyDomainError, match="stype=H"):
        d.adjust_nonresponse("responded", cells="stype")
    with pytest.raises(ConvergenceError, match="separation"):
        d.adjust_nonresponse("responded", predictors="stype")
    with pytest.raises(UnsupportedError, match="not both"):
        d.adjust_nonresponse("responded", cells="stype", predictors="meals")
    gone = Design(frame.assign(responded=frame["responded"].where(frame.index > 0)), weights="pw")
    with pytest.raises(VariableError, match="missing in 1 rows"):
        gone.adjust_nonresponse("responded")


def test_nonresponse_is_replayed_in_replicates() -> None:
    for options in ({"cells": "stype"}, {"predictors": ["stype", "meals"]}):
        d = survey().adjust_nonresponse("responded", **options)  # type: ignore[arg-type]
        r = d.replicates("JK1")
        # fifteen clusters: the jackknife and linearisation differ by the curvature of the factors
        assert_close(r.mean("api00")["se"], d.mean("api00")["se"], rtol=0.2)


@pytest.mark.slow
def test_error_after_nonresponse_and_raking_is_that_of_repeated_sampling() -> None:
    """400 draws of sample and response; relative standard error of a variance about 7 %."""
    rng = np.random.default_rng(9)
    census = population(6)
    margins = [census.groupby("stratum").size(), census.groupby("age").size()]
    estimates, variances = [], []
    for _ in range(400):
        spaces = np.concatenate([rng.permutation(np.arange(h, 60, 3))[:8] for h in range(3)])
        frame = sample(census, spaces, 4, rng)
        chance = np.where(frame["age"] == "15-24", 0.5, 0.75) - 0.05 * (frame["y"] > 1)
        frame["responded"] = rng.random(len(frame)) < chance
        d = Design(
            frame, weights="weight", strata="stratum", clusters=["space", "day"], population_sizes=["spaces", "days"]
        )
        d = d.adjust_nonresponse("responded", cells=["stratum", "age"]).rake(margins)
        row = d.mean("y").iloc[0]
        estimates.append(row["estimate"])
        variances.append(row["se"] ** 2)
    assert np.mean(variances) / np.var(estimates) == pytest.approx(1, abs=0.2)


COUNTS = {"I": 500, "P": 40, "R": 150, "NC": 200, "O": 30, "UH": 60, "UO": 20, "NE": 80}


def test_response_rates_are_those_of_the_standard_definitions() -> None:
    rates = response_rates(COUNTS).set_index("rate")["estimate"]
    e = 920 / 1000  # eligible among known: 920 eligible, 80 not
    assert_close(rates["RR1"], 500 / (920 + 80))
    assert_close(rates["RR2"], 540 / 1000)
    assert_close(rates["RR3"], 500 / (920 + e * 80))
    assert_close(rates["RR4"], 540 / (920 + e * 80))
    assert_close(rates["RR5"], 500 / 920)
    assert_close(rates["RR6"], 540 / 920)
    assert_close(rates[["COOP1", "COOP2", "COOP3", "COOP4"]], [500 / 720, 540 / 720, 500 / 690, 540 / 690])
    assert_close(rates[["REF1", "REF2", "REF3"]], [150 / 1000, 150 / (920 + e * 80), 150 / 920])
    assert_close(rates[["CON1", "CON2", "CON3"]], [720 / 1000, 720 / (920 + e * 80), 720 / 920])


def test_response_rates_take_a_code_a_case_and_a_given_e() -> None:
    codes = pd.Series(np.repeat(list(COUNTS), list(COUNTS.values())))
    pd.testing.assert_frame_equal(response_rates(codes), response_rates(COUNTS))
    given = response_rates(COUNTS, e=0.5).set_index("rate")["estimate"]
    assert_close(given["RR3"], 500 / (920 + 40))
    with pytest.raises(VariableError, match="unknown disposition Q"):
        response_rates({"I": 1, "Q": 2})
    with pytest.raises(UnsupportedError, match="between 0 and 1"):
        response_rates(COUNTS, e=2)


def tables() -> list[pd.DataFrame]:
    expected = R["rubin"]
    return [
        pd.DataFrame({"variable": ["y"], "estimate": [q], "se": [s], "df": [expected["complete"]], "n": [50]})
        for q, s in zip(expected["q"], expected["s"], strict=True)
    ]


def test_rubin_and_barnard_rubin_equal_the_formulas() -> None:
    expected = R["rubin"]
    combined = combine_imputations(tables()).iloc[0]
    assert_close(
        combined[["estimate", "se", "df", "lower"]], [expected[k] for k in ("estimate", "se", "barnard_rubin", "lower")]
    )
    assert_close(combine_imputations(tables(), rule="rubin")["df"], expected["rubin"])


def test_imputations_that_agree_give_the_complete_data_answer() -> None:
    d = survey()
    combined = over_imputations([d, d, d], lambda design: design.mean("api00", by="stype"))
    alone = d.mean("api00", by="stype")
    assert_close(combined[["estimate", "se"]], alone[["estimate", "se"]])
    assert_close(combined["increase"], [0, 0, 0])
    with pytest.raises(UnsupportedError, match="at least two"):
        combine_imputations(tables()[:1])
    with pytest.raises(UnsupportedError, match="imputation 2 has other estimates"):
        combine_imputations([tables()[0], tables()[1].assign(variable="z")])
