"""Responses that were not completed, and bookings that were not honoured: the column that tells them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.readers.received import Received
from pipeline.ingest.scaffold.interview_state import came_of, finished_of
from pipeline.ingest.tools.webform import own_columns


def described(labels: dict[str, dict[Any, str]] | None = None, **columns: list[Any]) -> Described:
    """Return a file of columns of texts; labels of values by column."""
    held = {n.replace("_", " "): pd.Series(v, dtype="str") for n, v in columns.items()}
    received = Received(
        "a.csv", list(held), pd.DataFrame(held), pd.RangeIndex(2, 2 + len(next(iter(held.values())))).to_numpy()
    )
    each = [Column(n, "", "text", (labels or {}).get(n, {}), [], s) for n, s in held.items()]
    return Described("a.csv", "csv", received.n, each, [], [], {}, received)


@pytest.mark.parametrize(
    ("header", "values", "finished"),
    [
        ("Finished", ["True", "False"], "True"), ("Brouillon", ["0", "1"], "0"),
        ("Statut", ["Terminé", "En cours"], "Terminé"),
        ("Response_status", ["Completed", "Partial"], "Completed"), ("enquete_complete", ["1", "0"], "1"),
        ("PROG_SAISIE", ["Enregistré", "En cours"], "Enregistré"),
    ],
)  # fmt: skip
def test_states_of_several_tools(header: str, values: list[str], finished: str) -> None:
    """A state in words, or a mark under a header that says what it marks."""
    table = described(**{header: [values[0], values[0], values[1], values[0]], "q": ["a", "b", "a", "b"]})
    assert finished_of(table) == (header.replace("_", " "), [finished])


def test_states_by_their_labels() -> None:
    """Files of statistics hold codes of states."""
    table = described({"outcome": {1: "Complete", 2: "Partial"}}, outcome=["1", "2", "1"], q=["a", "b", "a"])
    assert finished_of(table) == ("outcome", ["1"])


@pytest.mark.parametrize(
    ("header", "values"),
    [("Statut", ["Salarié", "Retraité"]), ("Avez_vous_terminé", ["Oui", "Non"]),
     ("Où_en_êtes_vous", ["Terminé", "En cours"]),
     ("Finished", ["True", "True"]), ("Enregistré", ["1", "7"])],
)  # fmt: skip
def test_answers_are_no_states(header: str, values: list[str]) -> None:
    """A status in life, and how far somebody has come with something, are answers where others follow them."""
    follow = {"q": ["a", "b"] * 5, "r": ["a", ""] * 5}
    assert finished_of(described(**{header: values * 5, **follow})) is None


@pytest.mark.parametrize(("last", "told"), [("", True), ("c", False)])
def test_states_under_any_header_are_told_by_what_breaks_off_after_them(last: str, told: bool) -> None:
    """Unfinished responses leave the last questions blank."""
    follow: dict[str, list[Any]] = {q: ["a", ""] * 5 for q in ("q2", "q3")}
    table = described(où=["Terminé", "En cours"] * 5, q1=["a", "b"] * 5, **follow, q4=["c", last] * 5)
    assert finished_of(table) == (("où", ["Terminé"]) if told else None)


def test_bookings_of_those_who_came_are_told_by_what_is_known_of_them() -> None:
    """Who did not come has no hour of arrival."""
    assert came_of(described(state=["attended", "no show"] * 3, at=["10:05", ""] * 3)) == ("state", ["attended"])
    assert came_of(described(state=["attended", "no show"] * 3, at=["", "10:05"] * 3)) is None


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        (["Progress", "Finished"], ["StartDate", "EndDate"]),
        (["Collector ID", "IP Address"], ["Respondent ID", "Start Date"]),
        (["Alias de l'enquête", "Langues"], ["Contribution ID", "Date de création"]),
        (["CLE", "TEMPS_SAISIE", "LANG_SAISIE"], ["DATE_SAISIE"]),
    ],
)  # fmt: skip
def test_exports_of_web_forms(own: list[str], kept: list[str]) -> None:
    """Tools write columns of their own beside the answers; their dates and the number of a response are kept."""
    assert own_columns([*kept, *own, "Q1"]) == set(own)
    assert own_columns([*own, "Q1"]) == set()
