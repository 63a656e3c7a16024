"""Drupal's Webform (Framaforms): three header lines, columns about the submission, a dash between day and time."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation import FileSpec
from pipeline.ingest.readers.describe import describe
from pipeline.ingest.scaffold.header_row import header_row_of
from pipeline.ingest.tools.webform import own_columns
from tests.ingest.scaffold.drafting import drafted, plain, planned, questions

TITLE = '"Votre avis sur les ateliers","","","","","","","","","","",""'
GROUPS = '"Détails de la soumission","","","","","Qu\'avez-vous fait ?","","","Que pensez-vous de…","","",""'
HEADER = (
    '"Numéro de série","SID","Heure de soumission","Brouillon","UID","Imprimer","Apprendre","Réparer",'
    '"L\'accueil","Les horaires","Combien de fois êtes-vous venu(e) ?","Revenez-vous ?"'
)
GROUP = "Qu'avez-vous fait ?"


def rows() -> list[str]:
    ticks = (("X", "", ""), ("", "X", ""), ("X", "X", "X"))
    scale = ("Satisfaisant", "Peu satisfaisant", "Très satisfaisant", "Pas satisfaisant du tout")
    again = ("Oui", "Non", "Je ne sais pas")
    return [
        ",".join(
            f'"{cell}"'
            for cell in (
                i, 8000 + 3 * i, f"{1 + i % 28:02d}/09/2026 - 09:42", 0, 0, *ticks[i % 3],
                scale[i % 4], scale[i % 2], 1 + i % 10, again[i % 3],
            )
        )
        for i in range(1, 91)
    ]  # fmt: skip


def test_the_third_line_names_the_columns_and_the_second_the_questions_of_boxes_and_grids(tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("\n".join([TITLE, GROUPS, HEADER, *rows()]) + "\n", encoding="utf-8")
    assert header_row_of(path) == 2
    found = describe(path, path.name, FileSpec(path=path.name, header_row=2))
    assert (found.n, found.received.lines[0]) == (90, 4)
    names = [c.name for c in found.columns]
    assert names[5:8] == [f"{GROUP} [{item}]" for item in ("Imprimer", "Apprendre", "Réparer")]
    assert {c.name: c.label for c in found.columns if c.label} == {
        "L'accueil": "Que pensez-vous de… : L'accueil",
        "Les horaires": "Que pensez-vous de… : Les horaires",
    }


def test_an_export_is_drafted_without_a_line_of_its_head_among_the_answers(tmp_path: Path) -> None:
    made = drafted(tmp_path, {"avis.csv": [TITLE, GROUPS, HEADER, *rows()]})
    asked = questions(made)
    assert plain(made.settings["title"]) == {"fr": "Votre avis sur les ateliers"}
    assert plain(made.settings["waves"])[0]["field"][0].isoformat() == "2026-09-01"
    assert asked["Numéro de série"]["role"] == "respondent"
    assert {"SID", "Brouillon", "UID"}.isdisjoint(asked)
    assert asked["L'accueil"]["label"] == {"fr": "L'accueil"}
    assert asked["Revenez-vous ?"]["missing"] == {"Je ne sais pas": "dont_know"}
    boxes = next(q for q in asked.values() if q["type"] == "multiple")
    assert [i["label"]["fr"] for i in boxes["items"]] == ["Imprimer", "Apprendre", "Réparer"]
    assert "range" not in asked["Combien de fois êtes-vous venu(e) ?"]
    assert "L_accueil" in planned(made)


def test_without_its_head_boxes_side_by_side_are_one_question_to_be_worded(tmp_path: Path) -> None:
    made = drafted(tmp_path, {"avis.csv": [HEADER, *rows()]})
    (boxes,) = [q for q in questions(made).values() if q["type"] == "multiple"]
    assert [i["column"] for i in boxes["items"]] == ["Imprimer", "Apprendre", "Réparer"]
    (own,) = [q for s in made.instruments.values() for q in s["questions"] if q["type"] == "multiple"]
    assert "à écrire" in own["wording"].remark


@pytest.mark.parametrize("columns", [["SID", "UID", "Brouillon"], ["Numéro de série", "Ville", "UID"]])
def test_a_file_with_few_of_its_columns_is_no_export_of_it(columns: list[str]) -> None:
    assert not own_columns(columns)


@pytest.mark.parametrize(
    "lines",
    [
        ["id,q1,q2,q3", "1,a,b,c", "2,d,e,f", "3,g,h,i"],
        ["nom,,,", "Accueil,Horaires,Prix,Lieu", "a,b,c,d", "e,Horaires,g,h"],
    ],
)
def test_a_header_of_one_line_stays_one(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "f.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    row = header_row_of(path)
    first = describe(path, path.name, FileSpec(path=path.name, header_row=row)).n
    assert first == (3 if row is None else 2)
