"""Distances, catchments and next locations against brute force; the simulated region within its known ranges."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from pipeline import territory
from pipeline.errors import AnalyseError
from pipeline.protect import protect
from pipeline.questions.entry import entries
from pipeline.questions.reach import answer as reach
from pipeline.questions.reach.coverage import best_locations, by_sea, catchments, nearest
from pipeline.results import frame
from tests.questions.conftest import ROOT

DATES = ["2003-12-31", "2006-12-31"]
ISLANDS = [["29083"], ["56009", "56114", "56152", "56241"]]


@pytest.fixture(scope="module")
def places():
    rng = np.random.default_rng(2)
    at = rng.uniform(0, 40, (30, 2))
    distance = np.hypot(*(at[:, None] - at).T)
    return distance, rng.random(30) < 0.15, rng.integers(100, 5000, 30).astype(float)


@pytest.fixture(scope="module")
def table(brittany):
    context = brittany.with_plan("reach", dates=DATES, islands=ISLANDS)
    return frame(reach.answer(context, entries(context.evaluation)[0])).set_index("result_id", drop=False)


def within(distance, served, people, km):
    return people[(distance[:, served] < km).any(axis=1)].sum()


def test_first_location_is_the_best_there_is(places):
    distance, served, people = places
    gains = []
    for at in range(30):
        more = served.copy()
        more[at] = True
        gains.append(within(distance, more, people, 8) - within(distance, served, people, 8))
    step = best_locations(distance, served, people, 8, 1)[0]
    assert step.gain == pytest.approx(max(gains))
    assert gains[step.at] == pytest.approx(max(gains))


def test_greedy_pair_reaches_at_least_its_guaranteed_part_of_the_best_pair(places):
    distance, served, people = places
    base = within(distance, served, people, 8)
    best = 0.0
    for pair in itertools.combinations(range(30), 2):
        more = served.copy()
        more[list(pair)] = True
        best = max(best, within(distance, more, people, 8) - base)
    found = sum(s.gain for s in best_locations(distance, served, people, 8, 2))
    assert (1 - 1 / np.e) * best <= found <= best + 1e-9


def test_locations_stop_when_everybody_is_reached(places):
    distance, served, people = places
    steps = best_locations(distance, served, people, 8, 20)
    assert sum(s.gain for s in steps) + within(distance, served, people, 8) == pytest.approx(people.sum())
    assert [s.gain for s in steps] == sorted((s.gain for s in steps), reverse=True)
    assert best_locations(distance, served, people, 100, 3) == []


def test_catchments_share_out_everybody_among_served_communes(places):
    distance, served, people = places
    near = nearest(distance, served)
    caught = catchments(near, people)
    assert caught.sum() == pytest.approx(people.sum())
    assert (caught[~served] == 0).all()
    assert (near.km[served] == 0).all()


def test_nobody_is_near_without_a_space(places):
    distance, served, people = places
    near = nearest(distance, np.zeros_like(served))
    assert np.isinf(near.km).all()
    assert catchments(near, people).sum() == 0


def test_an_island_without_a_space_is_reached_by_sea_only(places):
    distance, _, _ = places
    served = np.zeros(30, dtype=bool)
    served[[0, 5]] = True
    crossing = by_sea(nearest(distance, served), [np.array([5, 6]), np.array([7])], 30)
    assert crossing[7]
    assert not crossing[5]
    assert crossing.sum() <= 2


def test_reach_agrees_with_the_population_near_open_sites(brittany, table):
    communes = territory.load_communes(ROOT, "53", 2023)
    people = territory.population_by_unit(ROOT, "53", "commune", None, 2006).set_index("code")["population"]
    communes = communes.assign(population=communes["code"].map(people))
    spaces = brittany.population.spaces
    day = pd.Timestamp("2006-12-31")
    is_open = (spaces["opened"] <= day) & (spaces["closed"].isna() | (spaces["closed"] > day))
    sites = communes[communes["code"].isin(spaces.loc[is_open, "commune"])]
    for km in (5, 10, 20):
        known = territory.population_within(communes, sites, km)
        row = table.loc[f"reach.within_{km}.share/inhabitants/period=2006-12-31/region=53"]
        assert row["estimate"] == pytest.approx(known.share, abs=1e-9)


@pytest.mark.parametrize(("km", "low", "high"), [(20, 0.999, 1.0), (10, 0.97, 0.995), (5, 0.70, 0.85)])
def test_simulated_region_lies_in_the_ranges_of_the_programme(table, km, low, high):
    # the programme aimed at every inhabitant within 20 km; the ranges are those of the simulation's anchors
    share = table.at[f"reach.within_{km}.share/inhabitants/period=2006-12-31/region=53", "estimate"]
    assert low <= share <= high


def test_closures_never_bring_a_commune_nearer(table):
    # shares of inhabitants may still rise: people move
    for km in (5, 10, 20):
        before, after = (
            table.at[f"reach.beyond_{km}.communes/inhabitants/period={d}/region=53", "estimate"] for d in DATES
        )
        assert after >= before


def test_white_communes_add_up_to_the_people_beyond(table):
    whole = table.at["reach.beyond_10.count/inhabitants/period=2006-12-31/region=53", "estimate"]
    one_by_one = table[table["result_id"].str.startswith("reach.beyond_10.count") & table["domain"].ne("")]
    assert one_by_one["estimate"].sum() == pytest.approx(whole)
    number = table.at["reach.beyond_10.communes/inhabitants/period=2006-12-31/region=53", "estimate"]
    assert number == len(one_by_one)


def test_next_location_gains_what_it_says(brittany, table):
    step = table[table["result_id"].str.contains("next_within_5.gain") & table["domain"].str.contains("step=1")]
    code = step["domain"].iloc[0].split("/")[0].removeprefix("commune=")
    changed = brittany.population.spaces.copy()
    where = changed.index[changed["closed"].notna()][0]
    changed.loc[where, ["commune", "opened", "closed"]] = [code, pd.Timestamp("2000-01-01"), pd.NaT]
    folder = brittany.context.ingest.parent / "one_more"
    (folder / "register").mkdir(parents=True)
    changed.to_parquet(folder / "register" / "all.parquet")
    import dataclasses

    context = brittany.with_plan("reach", dates=["2006-12-31"], islands=ISLANDS, take_up=False)
    context = dataclasses.replace(context, ingest=folder)
    more = frame(reach.answer(context, entries(context.evaluation)[0])).set_index("result_id")
    key = "reach.within_5.count/inhabitants/period=2006-12-31/region=53"
    assert more.at[key, "estimate"] - table.at[key, "estimate"] == pytest.approx(step["estimate"].iloc[0])


def test_take_up_is_users_over_inhabitants_with_the_error_of_the_users(brittany, table):
    row = table.loc["reach.take_up.rate/inhabitants/wave=2006/region=53"]
    people = territory.population_by_unit(ROOT, "53", "region", None, 2006, [15, 25, 45, 60])["population"].sum()
    truth = brittany.truth["profile.users.count/users/wave=2006/region=53"] / people
    assert row["inference"] == "sample"
    assert row["lower"] < truth < row["upper"]
    # about 1.25 % of inhabitants of 15 or over: facts of the simulation
    assert 0.010 < row["estimate"] < 0.015


def test_everything_about_inhabitants_and_places_may_be_published(table):
    public, _ = protect(table.reset_index(drop=True))
    census = public[public["inference"] == "census"]
    assert (census["quality"] == "publish").all()
    rates = public[public["result_id"].str.contains("take_up") & (public["territory_level"] == "region")]
    assert (rates["quality"] != "suppress").all()


def test_unknown_island_is_refused(brittany):
    context = brittany.with_plan("reach", dates=DATES, islands=[["99999"]])
    with pytest.raises(AnalyseError, match="no such commune"):
        reach.answer(context, entries(context.evaluation)[0])


def test_nobody_is_near_or_far_within_one_commune(brittany, monkeypatch):
    context = brittany.with_plan("reach", dates=DATES)
    every = territory.load_communes
    monkeypatch.setattr(territory, "load_communes", lambda *given: every(*given).head(1))
    with pytest.raises(AnalyseError, match="centres of communes"):
        reach.answer(context, entries(context.evaluation)[0])
