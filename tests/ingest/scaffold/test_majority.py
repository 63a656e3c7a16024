"""A few bad cells change nothing of what a column is: its type and role stay, and reading tells the cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import PipelineError
from pipeline.evaluation import load
from pipeline.ingest.scaffold.columns import draft_of
from pipeline.ingest.scaffold.majority import few, nearly_unique
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.ingest.stage import read_sources

from .drafting import TODAY, plain, questions
from .drafting import drafted as draft
from .test_drafts import column

HEAD = "Identifiant;Date d'enquête;Quel est votre âge ?;Êtes-vous satisfait ?;Pondération"
SCALE = ("Très satisfait", "Plutôt satisfait", "Plutôt pas satisfait", "Pas du tout satisfait")
#: Column that a bad cell stands in -> its place in a row.
AT = {name: i for i, name in enumerate(HEAD.split(";"))}


def rows(n: int = 60) -> list[list[str]]:
    return [
        [str(500 + i), f"{4 + i % 20:02d}/11/2024", str(18 + i * 7 % 45), SCALE[i % 4], f"0,{71 + i % 9}"]
        for i in range(n)
    ]  # fmt: skip


def spoiled(cells: dict[tuple[int, str], str]) -> list[str]:
    table = rows()
    for (row, name), text in cells.items():
        table[row][AT[name]] = text
    return [HEAD, *(";".join(r) for r in table)]


@pytest.mark.parametrize(
    ("name", "bad", "reason"),
    [
        ("Identifiant", "501", "repeated_key"),
        ("Identifiant", "", "missing_required"),
        ("Date d'enquête", "31/02/2024", "not_a_date"),
        ("Quel est votre âge ?", "quarante", "not_a_number"),
        ("Quel est votre âge ?", "142", "out_of_range"),
        ("Êtes-vous satisfait ?", "bof", "unknown_code"),
        ("Pondération", "n.d.", "no_weight"),
        ("Pondération", "", "no_weight"),
        ("Pondération", "-1,2", "no_weight"),
        ("Pondération", "0", "no_weight"),
        ("Pondération", "un", "not_a_number"),
    ],
)
def test_one_bad_cell_sets_its_record_aside_and_leaves_the_column_what_it_is(
    tmp_path: Path, name: str, bad: str, reason: str
) -> None:
    lines = spoiled({(30, name): bad})
    made = draft(tmp_path, {"enquete.csv": lines})
    found = questions(made)
    assert {c: (q["type"], q.get("role")) for c, q in found.items()} == {
        "Identifiant": ("key", "respondent"),
        "Date d'enquête": ("date", None),
        "Quel est votre âge ?": ("number", "age"),
        "Êtes-vous satisfait ?": ("likert", "outcome"),
        "Pondération": ("number", "weight"),
    }
    assert plain(made.settings["sources"][0]["design"]) == {"weights": "Ponderation"}
    assert list(found["Êtes-vous satisfait ?"]["codes"]) == [
        "Pas_du_tout_satisfait", "Plutot_pas_satisfait", "Plutot_satisfait", "Tres_satisfait",
    ]  # fmt: skip
    new_evaluation("essai", [tmp_path / "enquete.csv"], tmp_path, lambda standing: False, TODAY)
    failures = read_sources(load("essai", tmp_path)).failures
    assert failures[["line", "reason"]].to_numpy().tolist() == [[32, reason]]


def test_a_file_without_a_bad_cell_has_nothing_set_aside(tmp_path: Path) -> None:
    (tmp_path / "enquete.csv").write_text("\n".join(spoiled({})) + "\n", encoding="utf-8")
    new_evaluation("essai", [tmp_path / "enquete.csv"], tmp_path, lambda standing: False, TODAY)
    assert read_sources(load("essai", tmp_path)).failures.empty


def test_a_column_of_many_other_cells_is_no_number() -> None:
    half = [str(i) for i in range(40)] + [f"de {i} à {i + 5}, ou plus" for i in range(40)]
    made = draft_of(column("Revenu", *half, times=1), None)
    assert made is not None
    assert made.content["type"] == "open"


def test_an_answer_in_words_that_several_gave_among_codes_is_an_answer() -> None:
    made = draft_of(column("Choix", *("1", "2", "3") * 30, *("Autre",) * 4, times=1), None)
    assert made is not None
    assert {str(c) for c in made.content["codes"]} == {"1", "2", "3", "Autre"}


def test_a_code_typed_once_otherwise_is_none_of_the_codes() -> None:
    made = draft_of(column("Choix", *("1", "2", "3") * 30, "?", times=1), None)
    assert made is not None
    assert list(made.content["codes"]) == [1, 2, 3]


@pytest.mark.parametrize(
    ("values", "told"),
    [(["a"] * 100 + ["b"] * 5, True), (["a"] * 100 + ["b"] * 6, False), (["a"] * 10 + ["b"], False)],
)
def test_few_are_a_twentieth_at_most_of_twenty_or_more(values: list[Any], told: bool) -> None:
    assert few(pd.Series(values), {"b"}) is told


def test_numbers_of_households_of_several_persons_are_no_keys_of_persons() -> None:
    assert nearly_unique(pd.Series([*range(100), 5]))
    assert not nearly_unique(pd.Series([i // 2 for i in range(100)]))


def test_words_among_numbers_that_are_no_slips_are_answers(tmp_path: Path) -> None:
    lines = [f"{i};{(str(20 + i % 40), 'majeur')[i % 4 == 0]};{('oui', 'non')[i % 2]}" for i in range(100)]
    found = questions(draft(tmp_path, {"enquete-2024.csv": ["id;Quel est votre âge ?;Êtes-vous venu ?", *lines]}))
    assert found["Quel est votre âge ?"].get("role") != "age"


@pytest.mark.parametrize("bad", ["", "20225", "?"])
def test_a_record_whose_wave_was_not_typed_leaves_the_waves_what_they_are(tmp_path: Path, bad: str) -> None:
    table = [[("2022", "2024")[i % 2], str(18 + i * 7 % 45), ("Oui", "Non")[i % 3 == 0]] for i in range(60)]
    table[30][0] = bad
    lines = ["Année;Quel est votre âge ?;Êtes-vous venu ?", *(";".join(r) for r in table)]
    (tmp_path / "enquete.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    new_evaluation("essai", [tmp_path / "enquete.csv"], tmp_path, lambda standing: False, TODAY)
    evaluation = load("essai", tmp_path)
    assert [w.name for w in evaluation.settings.waves] == ["2022", "2024"]
    with pytest.raises(PipelineError, match=r"enquete\.csv:32, column 'Année'"):
        read_sources(evaluation)
