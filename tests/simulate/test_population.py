"""The finite population has the shares of the table, and the distinctions that the evaluation rests on."""

import numpy as np
import pandas as pd
import pytest

from pipeline.evaluation import load
from pipeline.simulate import Population, draw_population
from tests.simulate.conftest import ROOT

WAVES = ["2003", "2006"]
#: Quotas round to whole persons; the smallest age band has about 4,900.
ROUNDING = 1 / 4000


@pytest.mark.parametrize("wave", WAVES)
def test_numbers_ages_and_equipment_are_those_of_the_table(brittany: Population, wave: str) -> None:
    truth, persons = brittany.truth.users, brittany.waves[wave].persons
    assert len(persons) == truth.total[wave]
    for band, share in truth.age_share[wave].items():
        inside = persons["age_band"] == band
        assert inside.mean() == pytest.approx(share, abs=ROUNDING)
        assert persons.loc[inside, "home_computer"].mean() == pytest.approx(
            truth.home_computer[wave][band], abs=ROUNDING
        )
        assert (persons.loc[inside, "sex"] == 2).mean() == pytest.approx(truth.female_share[band], abs=ROUNDING)
        once = (persons.loc[inside, "visits_here"] == 1).mean()
        assert once == pytest.approx(truth.visits_4w[band][0], abs=ROUNDING)
    for name, share in truth.occupation[wave].items():
        assert (persons["occupation"] == name).mean() == pytest.approx(share, abs=0.005)  # solved by iteration


@pytest.mark.parametrize("wave", WAVES)
def test_demand_holds_by_age_band_and_service(brittany: Population, wave: str) -> None:
    truth, persons = brittany.truth.demand, brittany.waves[wave].persons
    for band, share in truth.any_elaborate[wave].items():
        inside = persons["age_band"] == band
        assert persons.loc[inside, "any_elaborate"].mean() == pytest.approx(share, abs=ROUNDING)
    for item in truth.items:
        assert persons[f"wants_{item}"].mean() == pytest.approx(truth.items_persons[item][wave], abs=ROUNDING)


@pytest.mark.parametrize("wave", WAVES)
def test_who_wants_any_elaborate_service_ticks_one_and_nobody_else_does(brittany: Population, wave: str) -> None:
    persons = brittany.waves[wave].persons
    ticked = persons[[f"wants_{i}" for i in brittany.truth.demand.elaborate]].any(axis=1)
    assert (ticked == persons["any_elaborate"]).all()


@pytest.mark.parametrize("wave", WAVES)
def test_satisfaction_recommendation_and_payment_hold(brittany: Population, wave: str) -> None:
    truth, persons = brittany.truth, brittany.waves[wave].persons
    for item, share in truth.satisfaction.top_two.items():
        concerned = persons[f"sat_{item}"] != 9
        assert (persons.loc[concerned, f"sat_{item}"] >= 4).mean() == pytest.approx(share[wave], abs=ROUNDING)
    notes = persons["sat_overall"].value_counts(normalize=True).sort_index().tolist()
    assert notes == pytest.approx(truth.satisfaction.overall[wave], abs=ROUNDING)
    assert persons["would_pay"].median() == pytest.approx(truth.willingness_to_pay.median[wave])
    if wave == "2006":
        net = 100 * ((persons["recommend"] >= 9).mean() - (persons["recommend"] <= 6).mean())
        assert net == pytest.approx(38, abs=0.1)
    else:
        assert (persons["recommend"] < 0).all()


@pytest.mark.parametrize("wave", WAVES)
def test_visits_and_persons_differ_by_at_least_three_points(brittany: Population, wave: str) -> None:
    population = brittany.waves[wave]
    wants = population.persons["any_elaborate"].to_numpy()
    assert 100 * (wants[population.visits.person].mean() - wants.mean()) >= 3


@pytest.mark.parametrize("wave", WAVES)
def test_everybody_comes_on_as_many_different_open_days_as_they_say(brittany: Population, wave: str) -> None:
    population = brittany.waves[wave]
    days = len(population.days)
    cell = np.repeat(np.arange(len(population.visits.start) - 1), np.diff(population.visits.start))
    came = pd.DataFrame({"link": population.visits.link, "day": cell % days, "space": cell // days})
    assert not came.duplicated(["link", "day"]).any()
    assert (came.groupby("link").size().sort_index().to_numpy() == population.links["here"].to_numpy()).all()
    assert (population.links["space"].to_numpy()[came["link"]] == came["space"]).all()
    assert population.open[came["space"]].all()
    total = population.links.groupby("person")["here"].sum()
    assert (population.links["here"] + population.links["elsewhere"] == population.links["person"].map(total)).all()


def test_the_shift_of_pays_follows_the_table(brittany: Population) -> None:
    shares = {}
    for name, population in brittany.waves.items():
        stratum = brittany.spaces["stratum"].to_numpy()[population.persons["space"]]
        shares[name] = population.persons.groupby(stratum)["any_elaborate"].mean()
    shift = shares["2006"] - shares["2003"]
    told = pd.Series(brittany.truth.demand.pays_shift_logit)
    # Space shifts and the noise of pays of 700 users leave about this much of the ordering.
    assert shift.corr(told.reindex(shift.index)) > 0.6


def test_a_population_is_the_same_every_time_and_scale_multiplies_it(miniature: Population) -> None:
    evaluation = load("miniature", ROOT)
    again = draw_population(evaluation)
    for name in WAVES:
        pd.testing.assert_frame_equal(again.waves[name].persons, miniature.waves[name].persons)
        assert (again.waves[name].visits.person == miniature.waves[name].visits.person).all()
    double = draw_population(evaluation, scale=2.0)
    assert len(double.waves["2003"].persons) == 2 * len(miniature.waves["2003"].persons)
