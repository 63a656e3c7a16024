"""Workshops of the simulated programme: counts recovered, people who come back, spaces never told alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline import results
from pipeline.errors import AnalyseError
from pipeline.evaluation import load
from pipeline.protect import protect
from pipeline.questions import families
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, entries
from pipeline.questions.workshops import answer as workshops
from pipeline.questions.workshops.product_limit import interval, product_limit, standard_error, totals
from pipeline.questions.workshops.spells import spells
from pipeline.simulate import draw_population
from pipeline.simulate.attendance import draw_attendance
from pipeline.simulate.workshops import draw_workshops, workshop_truth
from tests.questions.attendance_panel import ROOT
from tests.questions.conftest import table_of

SHARE = "workshops.re_enrolment.share/trainees/period={}/region=53"


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    evaluation = load("bretagne-cybercommunes", ROOT)
    population = draw_population(evaluation, scale=0.15)
    drawn = draw_workshops(population, draw_attendance(population), population.truth.workshops)
    places = population.spaces.set_index("site_id")["pays"]
    lists = drawn.enrolments.rename(columns={"space_id": "site_id"})
    bands = pd.cut(
        lists["age"], [0, 15, 25, 45, 60, 120], right=False, labels=["0-14", "15-24", "25-44", "45-59", "60+"]
    )
    for name, table in {
        "workshops": drawn.cycles.assign(pays=drawn.cycles["site_id"].map(places)),
        "enrolments": lists.assign(pays=lists["site_id"].map(places), age_band=bands.astype(str)),
    }.items():
        (folder / name).mkdir()
        table.to_parquet(folder / name / "all.parquet", index=False)
    return Context(evaluation, folder, folder), drawn, workshop_truth(drawn, population.truth.workshops, "53")


@pytest.fixture(scope="module")
def entry(programme):
    return next(e for e in entries(programme[0].evaluation) if e.question == "workshops")


@pytest.fixture(scope="module")
def table(programme, entry):
    made = families.adjust(table_of(workshops, workshops.answer(programme[0], entry)))
    return made.set_index("result_id", drop=False)


def asked(entry, **changes):
    return Entry(entry.evaluation, entry.index, entry.question, entry.name, False, {**entry.settings, **changes})


def test_counts_and_fill_rates_are_those_that_were_simulated(programme, table):
    truth = programme[2][~programme[2]["indicator"].str.contains("re_enrolment")]
    found = table["estimate"].reindex(truth["result_id"])
    assert list(found) == pytest.approx(list(truth["value"]))


def test_pays_and_themes_add_up_to_the_region(table):
    hours = table[(table["indicator"] == "hours") & (table["measure"] == "count") & (table["period"] == "2006")]
    whole = hours[(hours["territory_level"] == "region") & (hours["domain"] == "")]["estimate"].iloc[0]
    assert hours[hours["domain"].str.startswith("theme=")]["estimate"].sum() == pytest.approx(whole)
    # a few communes lie in no pays
    assert 0.97 * whole < hours[hours["territory_level"] == "pays"]["estimate"].sum() <= whole


@pytest.mark.parametrize("year", [2003, 2006])
def test_intervals_hold_the_share_that_came_back(programme, table, year):
    truth = programme[2].set_index("result_id")["value"]
    row = table.loc[SHARE.format(year)]
    assert row["lower"] < truth[SHARE.format(year)] < row["upper"]
    assert row["inference"] == "model"
    assert row["df"] < row["n"] / 10


def test_a_plain_share_of_an_unfinished_list_would_be_too_low(programme, table):
    lists = programme[1].enrolments
    rows = lists.rename(columns={"participant": "person"}).assign(completed=lists["completed"] == "yes")
    found = spells(rows, 2006, pd.Timestamp("2006-12-31"))
    naive = (found.event & (found.time <= 183)).mean()
    assert naive < table.loc[SHARE.format(2006), "lower"]


def test_the_change_uses_the_spaces_of_both_years(table):
    shift = table.loc["workshops.re_enrolment.shift/trainees/period=2003..2006/region=53"]
    old, new = (table.loc[SHARE.format(y)] for y in (2003, 2006))
    assert shift["estimate"] == pytest.approx(100 * (new["estimate"] - old["estimate"]))
    apart = 100 * np.hypot(old["se"], new["se"])
    assert shift["se"] < apart  # the same spaces are high in both years
    assert shift["p_adjusted"] >= shift["p_value"]


def test_spells_begin_with_the_first_completed_cycle_and_end_with_the_next_or_the_list():
    day = pd.to_datetime
    rows = pd.DataFrame(
        [
            ("a", "2006-01-02", "2006-01-30", True),
            ("a", "2006-03-01", "2006-03-29", True),
            ("b", "2006-02-01", "2006-03-01", False),
            ("b", "2006-04-01", "2006-04-29", True),
            ("c", "2006-12-01", "2006-12-21", True),
            ("d", "2006-05-01", "2006-05-29", True),
            ("d", "2006-05-15", "2006-06-12", False),
            ("e", "2005-12-20", "2006-01-10", True),
            ("f", "2006-12-15", "2007-01-10", True),
        ],
        columns=["person", "starts", "ends", "completed"],
    ).assign(starts=lambda t: day(t["starts"]), ends=lambda t: day(t["ends"]), site_id="E1")
    found = spells(rows, 2006, pd.Timestamp("2006-12-31"))
    told = dict(zip(found.people["person"], zip(found.time, found.event, strict=True), strict=True))
    assert told == {
        "a": (30.0, True),
        "b": (246.0, False),  # the cycle that was left does not count, nor is anything after it a return
        "c": (10.0, False),
        "d": (0.0, True),  # the next one began before the first had ended
        "e": (355.0, False),
    }


def test_a_list_cut_short_by_a_declared_day_follows_nobody_further(programme, entry, table):
    short = results.frame(workshops.answer(programme[0], asked(entry, until="2006-09-30"))).set_index("result_id")
    followed = "workshops.followed.share/trainees/period=2006/region=53"
    assert short.loc[followed, "estimate"] < table.loc[followed, "estimate"]


def test_a_window_that_nobody_was_followed_through_gives_no_share(programme, entry):
    made = results.frame(workshops.answer(programme[0], asked(entry, window_days=400))).set_index("result_id")
    assert np.isnan(made.loc[SHARE.format(2003), "estimate"])


def test_few_people_and_single_spaces_are_masked(programme, entry):
    out, _ = protect(results.frame(workshops.answer(programme[0], entry)))
    shown = out[out["quality"] != "suppress"]
    assert not out["territory_level"].isin(["space", "site"]).any()
    private = results.frame(workshops.answer(programme[0], entry)).set_index("result_id")
    trainees = shown[(shown["population"] == "trainees") & (shown["measure"] == "share")]
    assert (private.loc[trainees["result_id"], "contributors"].dropna() >= 11).all()
    cycles = shown[(shown["population"] == "workshops") & (shown["unit"] != "point")]
    assert (private.loc[cycles["result_id"], "contributors"] >= 3).all()


def test_an_evaluation_without_lists_is_told_without_them(programme, entry):
    context = programme[0]
    without = [s for s in context.evaluation.settings.sources if s.kind != "enrolments"]
    settings = context.evaluation.settings.model_copy(update={"sources": without})
    bare = Context(
        context.evaluation.__class__(**{**vars(context.evaluation), "settings": settings}), *[context.ingest] * 2
    )
    made = results.frame(workshops.answer(bare, entry))
    assert set(made["population"]) == {"workshops"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"years": [2001], "contrast": None}, "no cycle of workshops"),
        ({"contrast": [2003, 2004]}, "two of the"),
        ({"source": "x"}, "kind"),
    ],
)
def test_settings_that_cannot_be_answered_are_refused(programme, entry, changes, said):
    with pytest.raises(AnalyseError, match=said):
        list(workshops.answer(programme[0], asked(entry, **changes)))


@pytest.mark.slow
def test_programmes_drawn_anew_are_recovered(programme):
    population = draw_population(programme[0].evaluation, scale=0.3)
    attendance, asked_for = draw_attendance(population), population.truth.workshops
    errors, inside = [], 0
    for seed in range(25):
        own = population.truth.model_copy(update={"population_seed": seed})
        drawn = draw_workshops(replace(population, truth=own), attendance, asked_for)
        truth = workshop_truth(drawn, asked_for, "53").set_index("result_id")["value"][SHARE.format(2006)]
        lists = drawn.enrolments.rename(columns={"participant": "person"})
        found = spells(lists.assign(completed=lists["completed"] == "yes"), 2006, pd.Timestamp("2006-12-31"))
        made = product_limit(found.time, found.event, 183.0)
        space, spaces = pd.factorize(found.people["space_id"])
        se = standard_error(totals(made.influence, space.astype(np.int64), len(spaces)), len(spaces))
        low, high = interval(made.happened, se, len(spaces) - 1)
        inside += low < truth < high
        errors.append(100 * (made.happened - truth))
    # what happened in the spaces drawn varies less than the interval, which also covers other spaces
    assert inside >= 23
    # the supply of cycles has a season, so those followed less long differ a little: under half a standard error
    assert abs(np.mean(errors)) < 1.5
