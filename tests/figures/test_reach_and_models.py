"""Tables of reach and of model-based numbers: what is printed, in what order, and never two numbers confused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from pipeline.evaluation import PlanEntry, load
from pipeline.figures.output import WIDE, Absent, Figure, Paper, Table
from pipeline.figures.plots.reach_map import distances
from pipeline.figures.scope import Scope
from pipeline.figures.tables.across import across, in_lines
from pipeline.figures.tables.models import pays_models, printed
from pipeline.figures.typeface import Typeface
from pipeline.results import Result, blank, frame
from tests.figures.declared import entry
from tests.questions.labelled import ROOT, own_labels

PAPER = Paper(WIDE, Typeface(ROOT / "reports" / "theme" / "fonts"))
DATES = ("2003-12-31", "2006-12-31")


def row(**changes) -> Result:
    fixed = {
        "analysis": "reach",
        "population": "inhabitants",
        "territory_level": "region",
        "territory": "53",
        "inference": "census",
        "source": "register",
        "period": DATES[1],
    }
    return Result(**{**fixed, **changes})


@pytest.fixture(scope="module")
def reached(labels) -> tuple[pd.DataFrame, dict]:
    rows = []
    for date, near in zip(DATES, (0.81, 0.78), strict=True):
        for km, more in ((5, 0.0), (10, 0.15), (20, 0.2)):
            rows.append(row(indicator=f"within_{km}", measure="share", unit="share", estimate=near + more, period=date))
            rows.append(row(indicator=f"beyond_{km}", measure="communes", unit="count", estimate=400 / km, period=date))
    for code, km in (("22001", 0.0), ("22002", 4.0), ("29155", 25.0), ("22004", 12.0)):
        rows.append(row(indicator="nearest", measure="distance", unit="km", estimate=km, domain={"commune": code}))
    for code, people in (("29155", 860.0), ("22004", 4800.0)):
        rows.append(
            row(indicator="beyond_10", measure="count", unit="count", estimate=people, domain={"commune": code})
        )
    for step, (code, gain) in enumerate((("22004", 9000.0), ("29155", 700.0)), 1):
        domain = {"commune": code, "step": step}
        rows.append(row(indicator="next_within_5", measure="gain", unit="count", estimate=gain, domain=domain))
    names = {"22001": "Allineuc", "22002": "Andel", "22004": "Bégard", "29155": "Ouessant"}
    more = {f"commune={c}": {"fr": n, "en": n} for c, n in names.items()}
    known = own_labels(load("miniature", ROOT), PlanEntry(question="reach"))
    return frame(rows), {**labels, **known, **more}


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in line] for line in table.rows]


def test_distances_rise_in_the_table_and_dates_follow_each_other(reached):
    made = entry("reach-distances", "fr").make(Scope(*reached, "region", "fr"))
    assert isinstance(made, Table)
    heads = [line[0] for line in texts(made)]
    assert [h for h in heads if h.startswith("Part")] == [
        f"Part des habitants à moins de {km}\u00a0km d'un espace ouvert" for km in (5, 10, 20)
    ]
    assert [c.key for c in made.columns] == ["indicator", *DATES]


def test_most_peopled_white_commune_comes_first_with_its_distance(reached):
    made = entry("reach-white-areas", "fr").make(Scope(*reached, "region", "fr"))
    assert isinstance(made, Table)
    assert [line[0] for line in texts(made)] == ["Bégard", "Ouessant"]
    assert texts(made)[1][2] == "25,0\u00a0km"


def test_next_locations_stand_in_their_order(reached):
    made = entry("reach-next-locations", "fr").make(Scope(*reached, "region", "fr"))
    assert isinstance(made, Table)
    assert [line[0] for line in texts(made)] == ["Bégard", "Ouessant"]


def test_map_tells_the_shares_in_its_alternative_text_and_needs_communes(reached, shapes):
    places = pd.DataFrame({"code": ["22001", "22002", "22004", "29155"], "x": [0, 1, 2, 3.0], "y": [0, 1, 2, 3.0]})
    whole = dataclasses.replace(shapes, communes=places)
    made = distances(Scope(*reached, "region", "fr", whole), analysis="reach")
    assert isinstance(made, Figure)
    assert "5\u00a0km 78,0" in made.alt
    # a commune without a space but near one has no point
    assert len(made.drawing(PAPER)[0].data) == 3
    assert isinstance(distances(Scope(*reached, "region", "fr", shapes), analysis="reach"), Absent)


def modelled(own: float, direct_shown: bool, model_shown: bool) -> pd.DataFrame:
    shared = {
        "analysis": "demand",
        "indicator": "elaborate",
        "population": "users",
        "unit": "share",
        "measure": "share",
        "period": None,
        "wave": "2006",
        "source": "users",
        "level": 0.95,
        "territory_level": "pays",
        "n": 60,
    }
    table = frame(
        [
            row(**{**shared, "territory": "01", "estimate": own, "se": 0.06, "lower": own - 0.1, "upper": own + 0.1},
                inference="sample"),
            row(**{**shared, "territory": "01", "estimate": 0.46, "se": 0.03, "lower": 0.4, "upper": 0.52},
                inference="model", method="eblup"),
            row(**{**shared, "territory_level": "region", "territory": "53", "estimate": 0.47}, inference="sample"),
        ]
    )  # fmt: skip
    quality = ["publish" if direct_shown else "suppress", "caution" if model_shown else "suppress", "publish"]
    reason = ["" if direct_shown else "np_width", "model" if model_shown else "np_model", ""]
    table = table.assign(quality=quality, reason=reason)
    return blank(table, table["quality"] == "suppress")


@pytest.mark.parametrize(("direct", "model", "expected"), [(True, True, "directe"), (False, True, "par modèle")])
def test_direct_number_is_printed_where_it_may_be_and_the_model_else(labels, direct, model, expected):
    made = pays_models(
        Scope(modelled(0.61, direct, model), labels, "region", "fr"), analysis="demand", indicator="elaborate"
    )
    assert isinstance(made, Table)
    line = texts(made)[0]
    assert line[4] == expected
    assert ("61" in line[2]) == direct
    assert line[3].startswith("46")
    assert "*" not in line[3]


def test_nothing_is_printed_where_neither_may_be(labels):
    table = modelled(0.61, False, False)
    scope = Scope(table, labels, "region", "fr")
    assert isinstance(pays_models(scope, analysis="demand", indicator="elaborate"), Absent)
    assert printed(table.iloc[0], table.iloc[1]) == "none"


def test_groups_stand_beside_the_whole_which_alone_has_its_interval_and_in_lines_with_theirs(labels):
    shared = {
        "analysis": "demand",
        "measure": "share",
        "unit": "share",
        "population": "users",
        "period": None,
        "wave": "2006",
        "inference": "sample",
        "source": "users",
        "n": 500,
        "level": 0.95,
    }
    rows = [row(indicator="elaborate", estimate=0.4, lower=0.35, upper=0.45, **shared)]
    rows += [
        row(indicator="elaborate", estimate=e, lower=e - 0.1, upper=e + 0.1, domain={"age_band": b}, **shared)
        for b, e in (("15-24", 0.5), ("60+", 0.3))
    ]
    made = across(Scope(frame(rows), labels, "region", "fr"), analysis="demand")
    assert isinstance(made, Table)
    assert [c.label for c in made.columns][2:] == ["15-24\u00a0ans", "60\u00a0ans ou plus"]
    assert ["[" in t for t in texts(made)[0]] == [False, True, False, False]
    assert np.isfinite(frame(rows)["estimate"]).all()
    assert made.groups == ()
    asked = {"demand.elaborate:asked": {"fr": "Que voulez-vous ?"}, "demand.elaborate:answer": {"fr": "un service"}}
    below = across(Scope(frame(rows), {**labels, **asked}, "region", "fr"), analysis="demand")
    assert isinstance(below, Table)
    assert (below.groups, texts(below)[0][0]) == (((0, "Que voulez-vous ?"),), "Un service")
    labels = {**labels, "by=sex": {"fr": "Sexe"}, "sex=f": {"fr": "Femmes"}, "by=age_band": {"fr": "Âge"}}
    rows.append(row(indicator="elaborate", estimate=0.45, lower=0.4, upper=0.5, domain={"sex": "f"}, **shared))
    scope = Scope(frame(rows), labels, "region", "fr")
    every = in_lines(scope, analysis="demand", by="age_band,sex")
    assert isinstance(every, Table)
    assert [t[0] for t in texts(every)] == ["15-24\u00a0ans (Âge)", "60\u00a0ans ou plus (Âge)", "Femmes (Sexe)"]
    assert all("[" in t[1] for t in texts(every))
    assert isinstance(in_lines(scope, analysis="demand", by=""), Absent)
