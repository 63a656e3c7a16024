"""The question of payment on the simulated Brittany, and its parts under known truth."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipeline.errors import AnalyseError
from pipeline.questions import estimates
from pipeline.questions.estimates import Subject
from pipeline.questions.payment import answer as payment
from pipeline.questions.payment.agreement import shift_of_second
from pipeline.questions.payment.answers import double_bounded
from pipeline.questions.payment.bids import asked
from pipeline.questions.payment.left_out import used
from pipeline.questions.payment.likelihood import fit
from pipeline.questions.payment.refusal import warning
from pipeline.questions.payment.settings import Settings
from pipeline.questions.payment.spike import Spike
from pipeline.survey import Design, VariableError
from pipeline.weighting import one_wave
from tests.questions.conftest import entry, known

SETTINGS: dict[str, Any] = {
    "bid": "bid",
    "answer": "bid_answer",
    "follow_up": "bid2",
    "second": "bid2_answer",
    "zero": "pay_anything",
    "protest": ["protest"],
    "prices": [5, 10, 20, 30, 50, 80],
    "by": "occupation",
    "covariates": {"occupation": "employed", "home_computer": "no", "visits_4w": None},
    "contrast": ["2003", "2006"],
    "others": ["logistic"],
    "replicates": 60,
}


@pytest.fixture(scope="module")
def told(brittany: Any) -> pd.DataFrame:
    """What the question answers on one sample, by result_id."""
    from pipeline import results

    return results.frame(payment.answer(brittany.context, entry(SETTINGS, "payment"))).set_index("result_id")


def test_medians_and_shares_are_those_of_the_population(told: pd.DataFrame, brittany: Any) -> None:
    for wave, median in (("2003", 22), ("2006", 20)):
        row = told.loc[f"payment.subscription.median/users/wave={wave}/region=53"]
        # one sample: within three standard errors of the truth
        assert abs(row["estimate"] - median) < 3 * row["se"]
        for price in (5, 10, 20, 30, 50, 80):
            end = f"users/wave={wave}/region=53/price={price}"
            observed, curve = (
                told.loc[f"payment.accept.share/{end}"],
                told.loc[f"payment.subscription.acceptance/{end}"],
            )
            truth = brittany.truth[f"payment.accept.share/{end}"]
            assert abs(observed["estimate"] - truth) < 3.5 * observed["se"]
            # the population is a mixture of groups with log-logistic amounts, not quite log-logistic itself
            assert abs(curve["estimate"] - truth) < 3.5 * curve["se"] + 0.01


def test_exclusion_and_revenue_follow_from_acceptance(told: pd.DataFrame) -> None:
    end = "users/wave=2006/region=53/occupation=retired/price=20"
    share = told.loc[f"payment.subscription.acceptance/{end}", "estimate"]
    assert told.loc[f"payment.subscription.exclusion/{end}", "estimate"] == pytest.approx(1 - share)
    assert told.loc[f"payment.subscription.revenue/{end}", "estimate"] == pytest.approx(20 * share)


def test_means_are_in_their_order_and_the_linear_one_misses_the_median(told: pd.DataFrame) -> None:
    end = "users/wave=2006/region=53"
    value = {
        m: told.loc[f"payment.subscription.{m}/{end}", "estimate"] for m in ("turnbull", "mean_truncated", "kristrom")
    }
    assert value["turnbull"] < value["mean_truncated"]
    assert value["turnbull"] < value["kristrom"]
    logistic = told.loc[f"payment.subscription.median.logistic/{end}"]
    assert logistic["lower"] > 20
    fits = {m: told.loc[f"payment.fit.log_likelihood.{m}/{end}", "estimate"] for m in ("log_logistic", "logistic")}
    assert fits["log_logistic"] > fits["logistic"]


def test_effects_of_occupation_and_visits_are_those_simulated(told: pd.DataFrame) -> None:
    end = "users/wave=2003..2006/region=53"
    truth = {"occupation=unemployed": np.expm1(-0.35), "occupation=pupil_student": np.expm1(-0.35)}
    for domain, value in {**truth, "visits_4w=doubled": 2**0.15 - 1}.items():
        row = told.loc[f"payment.subscription.effect/{end}/{domain}"]
        assert abs(row["estimate"] - value) < 3.5 * row["se"]
        assert row["p_value"] < 0.01
    assert told.loc[f"payment.subscription.evolution/{end}", "unit"] == "ratio"


def test_answers_agree_and_no_warning_is_raised_by_default(told: pd.DataFrame) -> None:
    for wave in ("2003", "2006"):
        row = told.loc[f"payment.second_answer.effect/users/wave={wave}/region=53"]
        # one sample: a statistic beyond four standard errors would be no accident
        assert abs(row["estimate"]) < 4 * row["se"]
        assert told.loc[f"quality_checks.refusal_of_payment.warning/records/wave={wave}/region=53", "estimate"] == 0
        assert told.loc[f"payment.zero.share/users/wave={wave}/region=53", "estimate"] == 0


def test_who_is_left_out_and_who_is_not_are_everybody_asked(told: pd.DataFrame, brittany: Any) -> None:
    frame = brittany.context.clean("users", ["wave", "bid_answer", "bid_answer__status"])
    for wave in ("2003", "2006"):
        end = f"users/wave={wave}/region=53"
        usable = told.loc[f"payment.usable.share/{end}"]
        out = told.loc[[f"payment.left_out.share/{end}/left_out={r}" for r in ("protest", "dont_know", "no_answer")]]
        assert usable["estimate"] + out["estimate"].sum() == pytest.approx(1)
        # the base is everybody who was asked, answer or not
        asked_here = frame[frame["wave"] == wave]
        assert {usable["n"], *out["n"]} == {float(len(asked_here))}
        plain = (asked_here["bid_answer__status"].astype(str) == "dont_know").mean()
        # weights differ between persons: the shares of persons and of questionnaires are near, not the same
        assert out["estimate"].iloc[1] == pytest.approx(plain, abs=0.02)


def test_protests_counted_as_refusals_stand_beside_the_median_and_lower_it(told: pd.DataFrame) -> None:
    for wave in ("2003", "2006"):
        end = f"users/wave={wave}/region=53"
        main = told.loc[f"payment.subscription.median/{end}"]
        other = told.loc[f"payment.subscription.median.protest_refuses/{end}"]
        protests = told.loc[f"payment.left_out.share/{end}/left_out=protest", "estimate"]
        assert other["estimate"] < main["estimate"]
        assert other["n"] - main["n"] == pytest.approx(
            protests * told.loc[f"payment.usable.share/{end}", "n"], rel=0.25
        )


def test_persons_not_asked_are_neither_used_nor_left_out() -> None:
    status = pd.Series(["answered", "answered", "dont_know", "refused", "no_answer", "routed", "not_asked"])
    frame = pd.DataFrame({"bid": 10.0, "a": ["yes", "protest", None, None, None, None, None], "wave": "2006"})
    answers = asked(
        frame,
        Settings.model_validate(
            {"format": "single", "bid": "bid", "answer": "a", "protest": ["protest"], "prices": [10]}
        ),
    )
    found = used(status, answers)
    assert [*found[:5]] == ["usable", "protest", "dont_know", "no_answer", "no_answer"]
    assert found[5:].isna().all()


def test_many_true_zeros_raise_the_warning_and_lower_the_median(brittany: Any) -> None:
    source = brittany.context.survey(None)
    people = estimates.subjects(brittany.context, source)["users"]
    settings = Settings.model_validate(SETTINGS)
    frame = people.frame
    twice = (frame["bid2_answer"] == "no") & (frame["bid_answer"] == "no")
    refused = twice & (np.arange(len(frame)) % 3 == 0)
    answers = asked(frame.assign(pay_anything=frame["pay_anything"].mask(refused, "no")), settings)
    assert warning(entry(SETTINGS, "payment"), people, answers, "2006").estimate == 1
    here = (frame["wave"] == "2006").to_numpy(bool)
    plain = asked(frame, settings)
    medians = [
        Spike(people.design, fit(people.design, a.bounds, where=here), np.where(here, a.zero, np.nan)).amounts(80)
        for a in (plain, answers)
    ]
    # the same persons refuse every price: the median must stay near, the curve of the others must not replace it
    assert medians[1].estimate[0] == pytest.approx(medians[0].estimate[0], rel=0.12)
    alone = fit(people.design, answers.bounds, where=here).quantile(0.5)
    assert alone > 1.05 * medians[1].estimate[0]


@pytest.mark.slow
def test_the_scenario_of_refusal_raises_the_warning(tmp_path: Path) -> None:
    context = known("bretagne-cybercommunes", tmp_path, scenario="refusal_of_payment").context
    rows = {r.wave: r.estimate for r in payment.answer(context, entry(SETTINGS, "payment")) if r.measure == "warning"}
    assert rows == {"2003": 1.0, "2006": 1.0}


def test_a_question_that_does_not_exist_is_named(brittany: Any) -> None:
    with pytest.raises(AnalyseError, match="no such question"):
        payment.answer(brittany.context, entry({**SETTINGS, "zero": "nothing"}, "payment"))
    with pytest.raises(AnalyseError, match="needs bid"):
        payment.answer(brittany.context, entry({"prices": [5], "answer": "bid_answer"}, "payment"))


def test_one_wave_alone_has_the_weights_of_the_stack_and_replicates(brittany: Any) -> None:
    weighted = brittany.context.weighted("users")
    alone = one_wave(weighted, "2006").person
    rows = (weighted.frame["wave"] == "2006").to_numpy()
    # both rake to a tolerance of 1e-10
    np.testing.assert_allclose(alone.weights, weighted.person.weights[rows], rtol=1e-8)
    made = alone.replicates("bootstrap", n=50, seed=3)
    values = alone.frame["visits_4w"].astype(float).to_numpy()
    used = ~np.isnan(values)
    found = made.of_weights(lambda w: np.array([np.average(values[used], weights=w[used])]))
    usual = made.mean("visits_4w")
    np.testing.assert_allclose(
        found[["estimate", "se"]].to_numpy()[0], usual[["estimate", "se"]].to_numpy()[0], rtol=1e-9
    )
    with pytest.raises(VariableError, match="not finite"):
        made.of_weights(lambda w: np.array([np.nan]))


def simulated(seed: int, shift: float = 0.0, zeros: float = 0.0, n: int = 1500) -> SimpleNamespace:
    rng = np.random.default_rng(seed)
    space = np.repeat(np.arange(n // 15), 15)
    log_pay = np.log(22) + rng.logistic(size=n) / 1.6 + 0.2 * rng.normal(size=n // 15)[space]
    nothing = rng.uniform(size=n) < zeros
    bid = rng.choice([5.0, 10, 20, 30, 50, 80], size=n)
    yes = ((log_pay >= np.log(bid)) & ~nothing).astype(float)
    follow = np.where(yes == 1, 2 * bid, bid / 2)
    second = ((log_pay + shift >= np.log(follow)) & ~nothing).astype(float)
    design = Design(pd.DataFrame({"w": np.ones(n), "space": space}), weights="w", clusters="space")
    return SimpleNamespace(design=design, bid=bid, yes=yes, follow=follow, second=second, nothing=nothing, n=n)


def test_a_shift_of_second_answers_is_found_with_its_error() -> None:
    s = simulated(3, shift=-0.15)
    found = shift_of_second(s.design, s.bid, s.yes, s.follow, s.second, "log_logistic", np.ones(s.n, bool))
    assert abs(found.estimate + 0.15) < 3 * found.se
    assert found.p_value < 0.01
    low, high = found.interval(0.95)
    assert low < found.estimate < high


@pytest.mark.slow
def test_intervals_of_the_shift_and_of_the_median_with_zeros_cover_the_truth() -> None:
    inside, runs = np.zeros(2), 200
    # one in two of everybody: 0.5 / 0.88 of those who would pay something; spaces add variance 0.04 to the log
    rng = np.random.default_rng(0)
    draws = np.log(22) + rng.logistic(size=400_000) / 1.6 + 0.2 * rng.normal(size=400_000)
    truth = float(np.exp(np.quantile(draws, 1 - 0.5 / 0.88)))
    for run in range(runs):
        s = simulated(1000 + run, shift=-0.1, zeros=0.0, n=900)
        found = shift_of_second(s.design, s.bid, s.yes, s.follow, s.second, "log_logistic", np.ones(s.n, bool))
        low, high = found.interval(0.95)
        inside[0] += low <= -0.1 <= high
        s = simulated(3000 + run, zeros=0.12, n=900)
        bounds = double_bounded(s.bid, s.yes, s.follow, s.second)
        bounds = dataclasses.replace(
            bounds, low=np.where(s.nothing, np.nan, bounds.low), high=np.where(s.nothing, np.nan, bounds.high)
        )
        median = Spike(s.design, fit(s.design, bounds), s.nothing.astype(float)).amounts(80)
        inside[1] += median.lower[0] <= truth <= median.upper[0]
    low, high = stats.binom.ppf([0.0005, 0.9995], runs, 0.95) / runs
    assert ((inside / runs >= low) & (inside / runs <= high)).all()


def test_cards_and_amounts_given_are_read_too(brittany: Any) -> None:
    rng = np.random.default_rng(5)
    people = estimates.subjects(brittany.context, brittany.context.survey(None))["users"]
    n = len(people.frame)
    amount = np.exp(3 + 0.6 * rng.logistic(size=n)).round(2)
    amount[::10] = 0.0
    frame = pd.DataFrame({"amount": amount, "wave": people.frame["wave"].to_numpy()})
    given = asked(frame, Settings.model_validate({"format": "open", "amount": "amount", "prices": [10]}))
    assert np.nansum(given.zero) == len(range(0, n, 10))
    assert np.isnan(given.bounds.low[0])
    card = np.array([0.0, 5.0, 10.0, 20.0])
    frame["amount"] = card[np.searchsorted(card, amount, side="right") - 1]
    ticked = asked(
        frame, Settings.model_validate({"format": "card", "amount": "amount", "card": card[1:], "prices": [10]})
    )
    assert (ticked.bounds.low[0], ticked.bounds.high[0]) == (0.0, 5.0)


def test_the_subject_is_a_person(brittany: Any) -> None:
    people = estimates.subjects(brittany.context, brittany.context.survey(None))["users"]
    assert isinstance(people, Subject)
    assert people.population == "users"
