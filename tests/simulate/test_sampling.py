"""Samples follow the declared design."""

import numpy as np
import pandas as pd
import pytest

from pipeline.evaluation import load
from pipeline.simulate import Population, SampledWaves, draw_sample
from pipeline.simulate.draws import stream
from pipeline.simulate.sampling import DrawnSpaces, entering, first_stage, second_stage
from tests.simulate.conftest import ROOT

WAVES = ["2003", "2006"]


def _spaces(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop_duplicates("site_id").set_index("site_id")


@pytest.mark.parametrize("wave", WAVES)
def test_spaces_are_drawn_by_stratum_at_the_declared_rates(
    brittany: Population, brittany_sample: SampledWaves, wave: str
) -> None:
    drawn = _spaces(brittany_sample.fieldwork[wave])
    truth = brittany.truth.sampling
    assert len(drawn) == truth.spaces[wave]
    counts = drawn.groupby("stratum").size()
    assert counts.min() >= truth.min_per_pays
    size = drawn.groupby("stratum")["spaces_in_pays"].first().astype(int)
    is_open = brittany.spaces[brittany.waves[wave].open]
    assert size.to_dict() == is_open.groupby("stratum").size().to_dict()
    rate = drawn.groupby("stratum")["p_space"].first().astype(float)
    assert np.allclose(rate, counts / size)
    took_part = drawn["participated"] == "yes"
    assert took_part.mean() == pytest.approx(truth.space_participation[wave], abs=0.01)  # whole spaces a stratum
    assert took_part.groupby(drawn["stratum"]).sum().min() >= 2


def test_two_thirds_of_the_first_spaces_are_asked_again(brittany_sample: SampledWaves) -> None:
    first, second = (set(brittany_sample.fieldwork[w]["site_id"]) for w in WAVES)
    assert len(first & second) / len(first) == pytest.approx(0.65, abs=0.03)  # whole spaces, and closures


@pytest.mark.parametrize("wave", WAVES)
def test_each_space_has_two_days_and_the_log_adds_up(brittany_sample: SampledWaves, wave: str) -> None:
    log, users = brittany_sample.fieldwork[wave], brittany_sample.users[wave]
    took_part = log[log["participated"] == "yes"]
    assert (took_part.groupby("site_id")["day"].nunique() == 2).all()
    refused = log[log["participated"] == "no"]
    assert refused["day"].isna().all()
    assert not refused["site_id"].duplicated().any()
    assert (took_part["returned"] <= took_part["entered"]).all()
    returned = took_part.set_index(["site_id", "day"])["returned"].astype(int)
    answered = users.groupby(["site_id", "day"]).size()
    assert answered.reindex(returned.index, fill_value=0).eq(returned).all()
    assert answered.sum() == returned.sum() == len(users)


def test_a_person_answers_at_most_once_a_day_in_a_space(brittany_sample: SampledWaves) -> None:
    for users in brittany_sample.users.values():
        assert not users.duplicated(["person", "site_id", "day"]).any()
        assert users["questionnaire"].is_unique


def _two_stages(population: Population, seed: int) -> dict[str, tuple[DrawnSpaces, float]]:
    """Return, by wave, the spaces drawn and the number of visits estimated from those entering on sampled days."""
    before, drawn = None, {}
    for name, wave in population.waves.items():
        rng = stream(seed, "two stages", name)
        spaces = first_stage(population.truth, population.spaces, wave, before, rng)
        before = spaces.space
        days = second_stage(len(spaces.space), len(wave.days), population.truth.sampling.days, rng)
        rows, cell = entering(wave, spaces, days)
        entered = np.bincount(cell // days.shape[1], minlength=len(spaces.space))
        stratum = population.spaces["stratum"].to_numpy()[spaces.space]
        took_part = pd.Series(spaces.participated).groupby(stratum).transform("mean").to_numpy()
        rate = spaces.sampled / spaces.in_stratum * took_part * days.shape[1] / len(wave.days)
        assert len(rows) == entered.sum()
        drawn[name] = (spaces, float((entered / rate).sum()))
    return drawn


def test_inclusion_is_equal_within_a_stratum_in_both_waves_and_visits_are_unbiased(miniature: Population) -> None:
    redraws = 400
    hits = {w: np.zeros(len(miniature.spaces)) for w in WAVES}
    totals: dict[str, list[float]] = {w: [] for w in WAVES}
    for seed in range(redraws):
        for wave, (drawn, total) in _two_stages(miniature, seed).items():
            hits[wave][drawn.space] += 1
            totals[wave].append(total)
    for wave in WAVES:
        drawn, _ = _two_stages(miniature, 0)[wave]
        rates = dict(
            zip(miniature.spaces["stratum"].to_numpy()[drawn.space], drawn.sampled / drawn.in_stratum, strict=True)
        )
        is_open = miniature.waves[wave].open
        expected = miniature.spaces["stratum"].map(rates).to_numpy(dtype=float)[is_open]
        observed = hits[wave][is_open] / redraws
        # Four and a half standard errors of a proportion over the redraws, for sixty spaces.
        assert np.all(np.abs(observed - expected) <= 4.5 * np.sqrt(expected * (1 - expected) / redraws) + 1e-9)
        assert hits[wave][~is_open].sum() == 0
        error = np.std(totals[wave]) / np.sqrt(redraws)
        assert abs(np.mean(totals[wave]) - len(miniature.waves[wave].visits.person)) < 4 * error


@pytest.mark.parametrize("wave", WAVES)
def test_older_people_return_more_questionnaires(brittany: Population, wave: str) -> None:
    entered = np.zeros(4)
    returned = np.zeros(4)
    population = brittany.waves[wave]
    every = np.bincount(population.persons["band"].to_numpy()[population.visits.person], minlength=4)
    for seed in range(8):
        users = draw_sample(brittany, seed).users[wave]
        returned += np.bincount(population.persons["band"].to_numpy()[users["person"]], minlength=4)
        entered += every
    rate = returned / entered
    told = np.array(list(brittany.truth.sampling.returned_by_age.values()))
    # About 4,000 answers a band: 4 % of the rate; the overall level is set by the wave.
    assert np.allclose(rate / rate.mean(), told / told.mean(), rtol=0.08)


def test_answers_say_why_they_are_missing(brittany_sample: SampledWaves) -> None:
    first, last = (brittany_sample.users[w] for w in WAVES)
    assert (first["recommend__status"] == "not_asked").all()
    for users in (first, last):
        for name in [c.removesuffix("__status") for c in users if c.endswith("__status") and c != "wants__status"]:
            assert (users[name].notna() == (users[f"{name}__status"] == "answered")).all(), name
        assert users.loc[users["home_computer"] == "no", "home_internet__status"].eq("routed").all()
        asked = users["bid_answer"].isin(["yes", "no"])
        assert users.loc[asked, "bid2"].notna().all()
        assert users.loc[~asked, "bid2__status"].eq("routed").all()
        blank = (users["visits_4w__status"] == "no_answer").mean()
        assert blank == pytest.approx(0.02, abs=0.01)  # 2,800 answers: three standard errors are 0.8 points


def test_amounts_are_proposed_in_equal_numbers_within_each_space(brittany_sample: SampledWaves) -> None:
    for users in brittany_sample.users.values():
        counts = users.groupby(["site_id", "bid"]).size().unstack(fill_value=0)
        assert (counts.max(axis=1) - counts.min(axis=1) <= 1).all()


def test_the_second_amount_follows_the_first_answer_and_answers_agree_with_a_willingness(
    brittany: Population, brittany_sample: SampledWaves
) -> None:
    users = brittany_sample.users["2006"]
    worth = brittany.waves["2006"].persons["would_pay"].to_numpy()[users["person"]]
    yes, no = (users["bid_answer"] == "yes").to_numpy(), (users["bid_answer"] == "no").to_numpy()
    bid = users["bid"].to_numpy(dtype=float)
    assert (worth[yes] >= bid[yes]).all()
    assert (worth[no] < bid[no]).all()
    assert (users.loc[yes, "bid2"] == 2 * users.loc[yes, "bid"]).all()
    assert (users.loc[no, "bid2"] == users.loc[no, "bid"] / 2).all()


def test_the_same_seed_gives_the_same_sample_and_another_another(miniature: Population) -> None:
    once, twice, other = (draw_sample(miniature, s) for s in (5, 5, 6))
    for wave in WAVES:
        pd.testing.assert_frame_equal(once.users[wave], twice.users[wave])
        pd.testing.assert_frame_equal(once.fieldwork[wave], twice.fieldwork[wave])
    assert once.users["2003"]["person"].tolist() != other.users["2003"]["person"].tolist()


def test_columns_are_questions_of_the_instrument_or_said_to_be_more(brittany_sample: SampledWaves) -> None:
    evaluation, sample = load("bretagne-cybercommunes", ROOT), brittany_sample
    questions = {c for q in evaluation.instruments["users"].questions for c in q.clean_columns()}
    questions |= {f"{q.name}__status" for q in evaluation.instruments["users"].questions}
    more = {"wave", "site_id", "commune", "pays", "epci", "department", "age_band", "person", "partial"}
    assert set(sample.users["2006"].columns) <= questions | more
    questions = {c for q in evaluation.instruments["fieldwork"].questions for c in q.clean_columns()}
    assert set(sample.fieldwork["2006"].columns) - more == questions
