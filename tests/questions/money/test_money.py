"""Money of the simulated programme: totals recovered, spaces never told, criteria of the label."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline import results
from pipeline.errors import AnalyseError
from pipeline.evaluation import load
from pipeline.protect import protect
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, entries
from pipeline.questions.money import answer as money
from pipeline.questions.money.criteria import Criterion, met
from pipeline.simulate import draw_population
from pipeline.simulate.attendance import draw_attendance
from pipeline.simulate.costs import cost_truth, draw_costs
from pipeline.simulate.label_criteria import with_criteria
from pipeline.simulate.workshops import draw_workshops
from tests.questions.attendance_panel import ROOT


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    evaluation = load("bretagne-cybercommunes", ROOT)
    population = draw_population(evaluation, scale=0.05)  # money does not depend on how many users a space has
    costs = draw_costs(population, population.truth.costs).rename(columns={"space_id": "site_id"})
    counts = draw_attendance(population)
    visits = counts.assign(visits=counts["visits"].where(counts["received"]).astype("Float64")).drop(columns="space")
    spaces = with_criteria(population.spaces, population.truth)
    costs["pays"] = costs["site_id"].map(spaces.set_index("site_id")["pays"])
    cycles = draw_workshops(population, counts, population.truth.workshops).cycles
    tables = {"attendance": visits, "register": spaces, "costs": costs, "workshops": cycles}
    for source, table in tables.items():
        (folder / source).mkdir()
        table.to_parquet(folder / source / "all.parquet", index=False)
    return Context(evaluation, folder, folder), costs, spaces


@pytest.fixture(scope="module")
def entry(programme):
    return next(e for e in entries(programme[0].evaluation) if e.question == "money")


@pytest.fixture(scope="module")
def table(programme, entry):
    return results.frame(money.answer(programme[0], entry)).set_index("result_id", drop=False)


def value(table, result_id):
    return table.loc[result_id, "estimate"]


def test_amounts_are_those_that_were_simulated(programme, table):
    truth = cost_truth(programme[1], "53")
    found = table["estimate"].reindex(truth["result_id"])
    assert list(found) == pytest.approx(list(truth["value"]))


def test_the_region_paid_the_known_sum_until_2004(programme, table):
    # 5,284,000 euros (Localtis), within the half a per cent that inhabitants of 1999 or of 2003 make of 1.80 euro
    lines = programme[1]
    own = lines[(lines["financer"] == "region") & (lines["year"] <= 2004)]
    assert own["amount"].sum() == 5_284_000
    head = "money.spending.per_inhabitant/expenditure/period=1998..2004/region=53/financer=region/population_year="
    assert value(table, f"{head}1999") == pytest.approx(5_284_000 / 2_906_197)
    assert value(table, f"{head}2003") == pytest.approx(5_284_000 / 3_009_249)


def test_pays_and_years_add_up_to_the_region(table):
    euros = table[(table["measure"] == "amount") & (table["indicator"] == "spending") & (table["domain"] == "")]
    total = value(table, "money.spending.amount/expenditure/period=1998..2006/region=53")
    years = euros[euros["period"].str.len() == 4]
    assert years["estimate"].sum() == pytest.approx(total)
    assert euros.loc[euros["territory_level"] == "pays", "estimate"].sum() == pytest.approx(total)


def test_renewal_is_paid_by_region_and_communes_and_no_more(table):
    head = "money.renewal.{}/spaces/period=2006-12-31/region=53{}"
    cost = value(table, head.format("cost", ""))
    for rule in ("phase1", "phase1_expenditure", "phase2", "call_activities", "call_networks"):
        tail = f"/rule={rule}"
        paid = value(table, head.format("aid", tail))
        assert paid + value(table, head.format("remaining", tail)) == pytest.approx(cost)
        assert value(table, head.format("aid_payable", tail)) <= paid
    assert value(table, head.format("aid_payable", "/rule=call_networks")) == 90_000


def test_every_amount_has_contributors_and_no_space_is_named(table):
    spent = table[table["population"] == "expenditure"]
    assert spent["contributors"].notna().all()
    assert set(spent["territory_level"]) == {"region", "pays"}


def test_an_amount_that_one_space_dominates_is_masked_and_cannot_be_worked_out(programme, entry):
    context, lines, _ = programme
    changed = lines.copy()
    one = changed.index[(changed["financer"] == "europe") & (changed["year"] == 2001)][0]
    changed.loc[one, "amount"] = 1e8
    folder = context.ingest
    changed.to_parquet(folder / "costs" / "all.parquet", index=False)
    try:
        out, _ = protect(results.frame(money.answer(Context(context.evaluation, folder, folder), entry)))
    finally:
        lines.to_parquet(folder / "costs" / "all.parquet", index=False)
    out = out.set_index("result_id")
    europe = out.loc["money.spending.amount/expenditure/period=2001/region=53/financer=europe"]
    assert (europe["quality"], europe["reason"]) == ("suppress", "c")
    years = [f"money.spending.amount/expenditure/period={y}/region=53/financer=europe" for y in range(1998, 2007)]
    whole = "money.spending.amount/expenditure/period=1998..2006/region=53/financer=europe"
    assert out.loc[[*years, whole], "estimate"].isna().sum() >= 2
    assert np.isnan(out.loc[whole.replace("amount", "share", 1), "estimate"])


def test_criteria_are_met_together_and_the_unknown_is_not_a_no():
    criterion = Criterion.model_validate(
        {"name": "post", "all_of": [{"question": "status", "codes": ["permanent"]}, {"question": "days", "minimum": 5}]}
    )
    spaces = pd.DataFrame({"status": ["permanent", "permanent", "other", None], "days": [5, 4, None, 5]})
    assert list(met(spaces, criterion).fillna(False)) == [True, False, False, False]
    assert met(spaces, criterion).isna().tolist() == [False, False, False, True]


def test_labelled_spaces_meeting_all_criteria_are_counted(programme, table):
    spaces = programme[2]
    here = spaces[spaces["closed"].isna() & spaces["label_date"].notna()]
    expected = ((here["facilitator_2006"] == "permanent") & (here["full_time"] == "yes")).sum()
    found = table.loc["money.label_criteria.labelled/spaces/period=2006-12-31/region=53/criterion=all"]
    assert (found["estimate"], found["n"]) == (expected, len(here))


def test_settings_that_cannot_be_answered_say_what_is_allowed(programme, entry):
    def changed(**settings):
        return Entry(entry.evaluation, entry.index, "money", "money", False, {**entry.settings, **settings})

    with pytest.raises(AnalyseError, match="no line of the accounts"):
        money.answer(programme[0], changed(payer="nobody"))
    with pytest.raises(AnalyseError, match="kind costs"):
        money.answer(programme[0], changed(source="absent"))
    label = {"date": "2006-12-31", "criteria": [{"name": "x", "all_of": [{"question": "y", "codes": ["1"]}]}]}
    with pytest.raises(AnalyseError, match="no such question"):
        money.answer(programme[0], changed(label=label))


def test_trainee_hours_have_one_source_and_the_other_agrees(programme, entry, table):
    cost = "money.unit_cost.per_training_hour/expenditure/period=2006/region=53/allocation=everything"
    settings = {**entry.settings, "unit_costs": {"year": 2006, "hours": "visits", "hours_per_visit": 2}}
    other = Entry(entry.evaluation, entry.index, entry.question, entry.name, False, settings)
    by_visits = results.frame(money.answer(programme[0], other)).set_index("result_id")
    # simulated meetings last two hours each: both sources tell the same hours, and they are not added up
    assert value(table, cost) == pytest.approx(by_visits.loc[cost, "estimate"])
    each = "money.training_hours.per_workshop_visit/workshops/period=2006/region=53"
    assert value(table, each) == pytest.approx(2.0)
    assert each not in by_visits.index


def test_what_a_payer_pays_as_holder_is_its_own_and_neither_aid_nor_left_to_others(programme, entry):
    both = {**entry.settings, "payer": "commune", "holders": "commune"}
    made = money.answer(programme[0], Entry(entry.evaluation, entry.index, "money", "money", False, both))
    shares = {r.indicator for r in made if r.measure == "share" and r.indicator in ("own", "aid", "remaining")}
    assert shares == {"own"}
