"""The Champ says who was asked, where a question was put to some only."""

import pandas as pd

from pipeline.figures.scope import Scope
from pipeline.figures.writing import notes_of


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
