"""Everything that records are told by has a label: what is recorded, its rates, its categories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluation import PlanEntry
from tests.questions.labelled import own_labels
from tests.questions.records.made_up import DESKS, LOANS, desks, loans, programme


def labels(folder: Path, instrument: dict[str, Any], table: Any, **settings: Any) -> dict[str, dict[str, str]]:
    evaluation = programme(folder, instrument, table)
    return own_labels(evaluation, PlanEntry(question="records", id="kept", settings=settings))


def test_what_is_recorded_has_the_forms_of_sentences(tmp_path: Path) -> None:
    made = labels(tmp_path, LOANS, loans())
    assert made["record=kept"] == {"fr": "prêts", "en": "loans"}
    assert made["record=kept:de"] == {"fr": "de prêts", "en": "of loans"}
    assert made["population=events:kept"] == {"fr": "prêts", "en": "loans"}
    assert made["equipment=laptop"]["fr"] == "Laptop"
    assert made["use=school"]["fr"] == "School"


def test_a_noun_that_begins_with_a_vowel_is_elided(tmp_path: Path) -> None:
    noun = {"fr": {"one": "activité", "many": "activités"}}
    made = labels(tmp_path, {**LOANS, "record": noun}, loans())
    assert made["record=kept:de"]["fr"] == "d'activités"
    assert made["record=kept"]["en"] == "records"


def test_an_entry_may_call_what_it_counts_otherwise_than_the_instrument_calls_a_row(tmp_path: Path) -> None:
    noun = {"fr": {"one": "séance", "many": "séances", "gender": "f"}}
    made = labels(tmp_path, LOANS, loans(), record=noun)
    assert made["record=kept"] == {"fr": "séances", "en": "loans"}


@pytest.mark.parametrize(
    ("settings", "key", "said"),
    [
        ({}, "kept.use", "Postes loués"),
        ({"rates": [{"name": "days", "used": "occupied", "offered": "desks"}]}, "kept.days", "Jours occupés"),
        (
            {"rates": [{"name": "days", "used": "occupied", "offered": "desks", "label": {"fr": "occupation"}}]},
            "kept.days",
            "Occupation",
        ),
    ],
)
def test_a_rate_is_called_by_its_label_or_by_what_was_used(
    tmp_path: Path, settings: dict[str, Any], key: str, said: str
) -> None:
    assert labels(tmp_path, DESKS, desks(), **settings)[key]["fr"] == said


@pytest.mark.parametrize(
    ("several", "named", "said"),
    [(True, False, "enregistrements (Prêts)"), (False, False, "enregistrements"), (True, True, "prêts")],
)
def test_records_that_nothing_names_are_told_apart_by_the_title_of_their_source(
    tmp_path: Path, several: bool, named: bool, said: str
) -> None:
    evaluation = programme(tmp_path, LOANS if named else {**LOANS, "record": {}}, loans())
    [source] = evaluation.settings.sources
    if several:
        evaluation.settings.sources.append(source.model_copy(update={"name": "other"}))
    made = own_labels(evaluation, PlanEntry(question="records", id="kept", settings={"source": source.name}))
    assert made["record=kept"]["fr"] == made["group=events:kept"]["fr"] == said
