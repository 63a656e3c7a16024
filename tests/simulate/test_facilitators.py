"""The simulated survey of facilitators: shares of every type exact, questionnaires returned as declared."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.errors import SimulateError
from pipeline.evaluation import load
from pipeline.simulate.facilitators import FacilitatorSurvey, answers_of, draw_facilitators
from pipeline.simulate.parameters import Facilitators, Truth, load_truth
from pipeline.simulate.spaces import draw_spaces
from tests.simulate.conftest import ROOT


@pytest.fixture(scope="module")
def truth() -> Truth:
    return load_truth(load("bretagne-cybercommunes", ROOT))


@pytest.fixture(scope="module")
def asked(truth: Truth) -> Facilitators:
    assert truth.facilitators is not None
    return truth.facilitators


@pytest.fixture(scope="module")
def spaces(truth: Truth) -> pd.DataFrame:
    return draw_spaces(load("bretagne-cybercommunes", ROOT), truth)


@pytest.fixture(scope="module")
def survey(truth: Truth, asked: Facilitators, spaces: pd.DataFrame) -> FacilitatorSurvey:
    return draw_facilitators(spaces, truth, asked, seed=3)


def test_every_type_has_its_declared_shares(asked: Facilitators, survey: FacilitatorSurvey) -> None:
    for kind, group in survey.spaces.groupby("site_type"):
        # shares are hit to the nearest space
        assert abs(group["partners_anpe"].mean() - asked.boxes["partners"]["anpe"][str(kind)]) <= 0.5 / len(group)
        free = (group["tariff"] == "free").mean()
        assert abs(free - asked.answers["tariff"][str(kind)]["free"]) <= 1 / len(group)


def test_questionnaires_come_back_as_declared(asked: Facilitators, survey: FacilitatorSurvey) -> None:
    outcome = survey.mailing["outcome"].value_counts()
    assert outcome.sum() == len(survey.spaces) == 381
    assert outcome["undeliverable"] == asked.undeliverable
    assert outcome["returned"] == len(survey.returned)
    reached = survey.mailing[survey.mailing["outcome"] != "undeliverable"]
    rates = (reached["outcome"] == "returned").groupby(reached["site_type"]).mean()
    for kind, rate in asked.returned.items():
        assert rates[kind] == pytest.approx(rate, abs=0.01)
    assert (survey.mailing["participated"] == "yes").sum() == len(survey.returned)


def test_another_seed_changes_who_answers_and_not_the_answers(
    truth: Truth, asked: Facilitators, spaces: pd.DataFrame, survey: FacilitatorSurvey
) -> None:
    other = draw_facilitators(spaces, truth, asked, seed=4)
    pd.testing.assert_frame_equal(other.spaces, survey.spaces)
    assert set(other.returned["space_id"]) != set(survey.returned["space_id"])


def test_a_type_without_shares_is_named(truth: Truth, asked: Facilitators, spaces: pd.DataFrame) -> None:
    short = asked.model_copy(update={"returned": {"A": 0.9, "B": 0.7}})
    with pytest.raises(SimulateError, match="type of space"):
        answers_of(spaces, truth, short)
