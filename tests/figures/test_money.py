"""Tables of money: totals last, shares beside amounts, euros as French readers write them, masked cells as signs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.figures.output import Table
from pipeline.figures.scope import Scope
from pipeline.results import Result, blank, frame
from pipeline.wording.numbers import NARROW, NO_BREAK
from tests.figures.declared import entry

NAMES = {
    "financer=region": "Région",
    "financer=commune": "Communes et groupements",
    "rule=phase1": "Première phase",
    "rule=phase2": "Deuxième phase",
    "criterion=quality": "Animation de qualité",
}


def row(**changes) -> Result:
    fixed = {
        "analysis": "money",
        "indicator": "spending",
        "measure": "amount",
        "population": "expenditure",
        "territory_level": "region",
        "territory": "53",
        "unit": "euro",
        "inference": "census",
        "source": "costs",
        "n": 40.0,
    }
    return Result(**{**fixed, **changes})


def rows() -> pd.DataFrame:
    made = []
    for period, region, commune in (
        ("2003..2004", 5_284_000.0, 1_000_000.0),
        ("2003", 3e6, 4e5),
        ("2004", 2.284e6, 6e5),
    ):
        made.append(row(period=period, estimate=region + commune))
        made.append(row(period=period, estimate=region, domain={"financer": "region"}))
        made.append(row(period=period, estimate=commune, domain={"financer": "commune"}))
    made.append(
        row(
            measure="per_inhabitant",
            period="2003..2004",
            estimate=1.8,
            domain={"financer": "region", "population_year": 1999},
        )
    )
    cost = {"indicator": "unit_cost", "period": "2004"}
    made.append(row(**cost, measure="per_visit", estimate=5.97, domain={"costs": "current"}))
    made.append(row(**cost, measure="per_training_hour", estimate=14.4, domain={"allocation": "everything"}))
    for rule, aid in (("phase1", 800_000.0), ("phase2", 500_000.0)):
        fixed = {"indicator": "renewal", "population": "spaces", "period": "2004-12-31", "domain": {"rule": rule}}
        made += [row(**fixed, measure=m, estimate=v) for m, v in (("aid", aid), ("remaining", 1e6 - aid))]
        made.append(row(**fixed, measure="aid_share", unit="share", estimate=aid / 1e6))
        made.append(row(**fixed, measure="capped", unit="count", estimate=17.0))
        made.append(row(**fixed, measure="aid_payable", estimate=aid / 2))
    fixed = {"indicator": "label_criteria", "population": "spaces", "period": "2004-12-31", "unit": "count"}
    made += [
        row(**fixed, measure="labelled", estimate=v, n=43.0, domain={"criterion": c})
        for c, v in (("quality", 43.0), ("all", 39.0))
    ]
    return frame(made)


@pytest.fixture
def scope(labels) -> Scope:
    names = {key: {"fr": name, "en": name} for key, name in NAMES.items()}
    own = {**names, "source=costs": {"fr": "comptes", "en": "accounts"}}
    return Scope(rows(), {**own, **{key: text for key, text in labels.items() if key not in own}}, "region", "fr")


def texts(table: object) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[cell.text for cell in line] for line in table.rows]


def test_financers_come_before_the_whole_in_euros(scope):
    made = texts(entry("money-accounts", "fr").make(scope))
    assert [line[0] for line in made] == ["Région", "Communes et groupements", "Ensemble"]
    assert made[0][1] == f"5{NARROW}284{NARROW}000{NO_BREAK}€"
    assert made[2][1] == f"6{NARROW}284{NARROW}000{NO_BREAK}€"


def test_unit_costs_name_their_denominator_and_their_allocation(scope):
    made = texts(entry("money-costs", "fr").make(scope))
    assert [line[0] for line in made] == [
        "Par habitant (Région, population de 1999)",
        "Coût par visite (Fonctionnement et personnel)",
        "Coût par heure-stagiaire (Toutes les dépenses, borne supérieure)",
    ]
    assert [line[2] for line in made] == [f"1,80{NO_BREAK}€", f"5,97{NO_BREAK}€", f"14,40{NO_BREAK}€"]


def test_renewal_shows_aid_and_remainder_of_each_rule(scope):
    made = texts(entry("money-equipment", "fr").make(scope))
    assert made[0][1:4] == [f"800{NARROW}000{NO_BREAK}€", f"200{NARROW}000{NO_BREAK}€", f"80{NARROW}%"]
    assert [line[0] for line in made] == ["Première phase", "Deuxième phase"]


def test_criteria_show_how_many_meet_them_and_of_how_many(scope):
    assert texts(entry("money-label-criteria", "fr").make(scope)) == [
        ["Animation de qualité", "43", "43"],
        ["Tous les critères", "39", "43"],
    ]


def test_a_masked_amount_is_a_sign_and_its_estimate_is_nowhere(labels, scope):
    table = rows()
    hidden = table["domain"] == "financer=commune"
    table = blank(table, hidden).assign(
        quality=np.where(hidden, "suppress", "publish"), reason=np.where(hidden, "c_dominance", "")
    )
    made = entry("money-accounts", "fr").make(Scope(table, scope.labels, "region", "fr"))
    assert isinstance(made, Table)
    line = next(r for r in made.rows if r[0].text == "Communes et groupements")
    assert {c.text for c in line[1:2]} == {"c"}
    assert f"1{NARROW}000{NARROW}000" not in str(made)
