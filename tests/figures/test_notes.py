"""Under a figure stand whom it is about, who was asked, where its numbers come from and what its signs mean."""

import pandas as pd

from pipeline.figures.notes import hidden_territories, notes_of, population, signs, source
from pipeline.figures.scope import Scope
from tests.figures.kinds import kind_texts
from tests.lexicon import with_shared

OWN = {
    **kind_texts(),
    "population=users": {"fr": "usagers de 15 ans ou plus des 381 espaces", "en": "users"},
    "source=users": {"fr": "enquête auprès des usagers", "en": "survey of users"},
    "source=attendance": {"fr": "relevés de fréquentation", "en": "attendance returns"},
    "region=53": {"fr": "Bretagne", "en": "Brittany"},
    "synthetic": {"fr": "données simulées", "en": "synthetic data"},
}


def own(**changes: dict[str, str]) -> Scope:
    return Scope(pd.DataFrame(), with_shared({**OWN, **changes}), "region", "fr")


def champ(table: pd.DataFrame, labels: dict[str, dict[str, str]], bases: list[str]) -> str:
    found = {**labels, "base=AGE>=18": {"fr": "personnes de 18 ans ou plus"}}
    scope = Scope(table, found, "region", "fr")
    rows = scope.rows("demand", "elaborate", "share", population="users").head(len(bases)).assign(base=bases)
    return notes_of(scope, rows, "", "").population


def test_a_base_restricts_the_champ(table: pd.DataFrame, labels: dict[str, dict[str, str]]) -> None:
    assert champ(table, labels, ["all", "all"]) == "usagers de 15 ans ou plus, Bretagne."
    restricted = champ(table, labels, ["AGE>=18", "AGE>=18"])
    assert restricted == "usagers de 15 ans ou plus, Bretagne, personnes de 18 ans ou plus."


def test_a_base_of_some_lines_is_said_to_be_of_some_lines(
    table: pd.DataFrame, labels: dict[str, dict[str, str]]
) -> None:
    assert "pour une partie des lignes" in champ(table, labels, ["all", "AGE>=18"])


def test_users_and_their_visits_and_runs_of_years_are_said_briefly() -> None:
    scope = own()
    assert population(["visits"], [], scope) == "visites."
    assert population(["users", "visits"], ["region=53"], scope).endswith("381 espaces et leurs visites, Bretagne.")
    assert source(["users", "attendance"], ["2003", "2006"], scope) == (
        "enquête auprès des usagers\u202f; relevés de fréquentation 2003 et 2006 (données simulées)."
    )
    assert source(["users"], ["2003", "2004", "2005"], scope).startswith("enquête auprès des usagers 2003 à 2005")
    runs = ["2003", "2004", "2005", "2007", "2008"]
    assert source(["users"], runs, scope).startswith("enquête auprès des usagers 2003 à 2005, 2007 et 2008 (")
    assert source(["users"], ["2003", "2005", "2006"], scope).startswith("enquête auprès des usagers 2003, 2005 et")


def test_notes_explain_the_signs_shown_and_no_other() -> None:
    assert signs(["ns", "48 %", "c"], own()) == [
        "c\u00a0: donnée couverte par le secret statistique.",
        "ns\u00a0: effectif insuffisant pour publier.",
    ]
    assert hidden_territories(["Auray", "Dinan"], own()) == "Résultats non publiables\u00a0: Auray et Dinan."
    assert hidden_territories([], own()) == ""
