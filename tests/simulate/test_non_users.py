"""The simulated telephone survey of non-users: a population with the shares of truth.yaml, a weighted sample of it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.evaluation import load
from pipeline.simulate.non_users import NonUserSurvey, draw_non_users, draw_sample_of, non_user_truth
from pipeline.simulate.parameters import NonUsers, load_truth
from tests.simulate.conftest import ROOT


@pytest.fixture(scope="module")
def asked() -> NonUsers:
    found = load_truth(load("bretagne-cybercommunes", ROOT)).non_users
    assert found is not None
    return found.model_copy(update={"pays": ["01", "03"], "n": 400})  # two of them: the same draws in less time


@pytest.fixture(scope="module")
def survey(asked) -> NonUserSurvey:
    evaluation = load("bretagne-cybercommunes", ROOT)
    return draw_non_users(evaluation, load_truth(evaluation), asked, seed=3)


def test_population_has_the_declared_shares(asked, survey):
    assert survey.persons["knows_space"].mean() == pytest.approx(asked.knows_a_space, abs=1e-5)
    for item, share in asked.reasons.items():
        assert survey.persons[f"reasons_{item}"].mean() == pytest.approx(share, abs=1e-5)


def test_sample_has_its_size_in_every_pays_and_adds_up_to_the_population(asked, survey):
    assert survey.sample.groupby("stratum").size().to_dict() == dict.fromkeys(asked.pays, asked.n // len(asked.pays))
    assert survey.sample["weight"].sum() == pytest.approx(len(survey.persons))
    ages = survey.sample.groupby("age_band")["weight"].sum()
    np.testing.assert_allclose(ages, survey.persons.groupby("age_band").size())


def test_older_people_answer_more_often_and_weights_undo_it(survey):
    raw = (survey.sample["age_band"] == "60+").mean()
    true = (survey.persons["age_band"] == "60+").mean()
    assert raw > true + 0.03


def test_only_people_of_the_age_of_the_survey_are_asked(survey):
    assert survey.sample["age"].between(15, 110).all()
    assert survey.sample["interview"].is_unique


def test_truth_has_the_result_ids_of_the_analysis(survey):
    truth = non_user_truth(survey.persons, "2006", "53").set_index("result_id")["value"]
    assert truth["non_users.knows.share/non_users/wave=2006/region=53"] == pytest.approx(0.58, abs=1e-5)
    assert "non_users.wants_photo_software.share/non_users/wave=2006/region=53/age_band=60+" in truth


def test_weighted_shares_of_samples_surround_the_truth(asked, survey):
    samples = [draw_sample_of(survey.persons, asked, seed) for seed in range(20)]
    shares = [np.average(s["reasons_afraid"], weights=s["weight"]) for s in samples]
    # 20 samples of 400 with unequal weights: a standard error of about 0.4 points on their mean
    assert np.mean(shares) == pytest.approx(asked.reasons["afraid"], abs=0.016)
