"""Lines of a header below the first are no respondents; their wordings are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.readers.test_sheets import answers, drafted, read, saved, told

QUALTRICS = (
    "Duree,ResponseId,Q1,Q3\nDuration,Response ID,Quel sexe ?,Quel âge ?\n"
    '"{""ImportId"":""duration""}","{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID3""}"\n'
)


def test_wordings_and_import_identifiers_of_qualtrics_are_no_respondents(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(QUALTRICS + "".join(f"30{i},R_{i},Homme,{20 + i}\n" for i in range(6)), encoding="utf-8")
    got = read(path)
    assert got.n == 6
    assert got.lines.tolist() == [4, 5, 6, 7, 8, 9]
    assert got.table["Q3"].tolist()[0] == "20"
    assert got.documented.labels["Q3"] == "Quel âge ?"
    assert "no answers" in told(got)


def test_records_of_other_files_stay(tmp_path: Path) -> None:
    assert read(saved(tmp_path / "f.xlsx", R=answers(5))).n == 5


MONKEY = [
    ["Respondent ID", "Date", "Votre sexe ?", "Pour quoi venez-vous ?", None, None, "Votre âge"],
    [None, None, "Response", "Internet", "Jeux", "Autre (veuillez préciser)", "Open-Ended Response"],
    *[[1000 + i, "2023-05-01", "HF"[i % 2], "Internet", ["Jeux", None][i % 2], None, 20 + i] for i in range(8)],
]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_answers_below_their_question_are_no_respondent(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"f.{kind}"
    if kind == "xlsx":
        saved(path, R=MONKEY)
    else:
        path.write_text("\n".join(",".join("" if c is None else str(c) for c in row) for row in MONKEY), "utf-8")
    got = read(path)
    assert got.n == 8
    assert got.lines.tolist() == list(range(3, 11))
    assert got.columns[2:5] == ["Votre sexe ?", "Pour quoi venez-vous ? [Internet]", "Pour quoi venez-vous ? [Jeux]"]
    assert got.columns[-1] == "Votre âge"
    assert "no respondent" in told(got)


def test_ticks_that_repeat_their_answer_are_boxes_of_one_question(tmp_path: Path) -> None:
    [instrument] = drafted(saved(tmp_path / "f.xlsx", R=MONKEY)).instruments.values()
    multiple = [q for q in instrument["questions"] if q["type"] == "multiple"]
    assert [[i["label"]["fr"] for i in m["items"].value] for m in multiple] == [["Internet", "Jeux"]]


def test_groups_of_columns_above_their_names_are_told_with_them(tmp_path: Path) -> None:
    rows = [["Commune", "2021", None, "2022", None], [None, "Visites", "Heures", "Visites", "Heures"]]
    got = read(saved(tmp_path / "f.xlsx", R=[*rows, *[[f"C{i}", i, 2 * i, 3 * i, 4 * i] for i in range(1, 7)]]))
    assert got.columns == ["Commune", "2021 [Visites]", "2021 [Heures]", "2022 [Visites]", "2022 [Heures]"]
    assert got.n == 6


def test_wordings_below_codes_are_labels(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("Q1;Q2\nQuel sexe ?;Quel âge ?\n" + "".join(f"H;{20 + i}\n" for i in range(6)), "utf-8")
    got = read(path)
    assert got.n == 6
    assert got.documented.labels == {"Q1": "Quel sexe ?", "Q2": "Quel âge ?"}


@pytest.mark.parametrize(
    "text",
    [
        "nom;avis;;\n" + "A;bon;cher;loin\nB;bon;cher;loin\nC;moyen;bien;loin\nD;bon;cher;loin\n",
        "id;avis;remarque\n" + "".join(f"{i};bon;rien à dire {i}\n" for i in range(6)),
        "avis;note\nnsp;nsp\n" + "".join(f"bon;{i}\n" for i in range(6)) + "nsp;nsp\n",
    ],
)
def test_a_first_record_is_no_second_header(tmp_path: Path, text: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(text, "utf-8")
    assert read(path).n == text.count("\n") - 1


@pytest.mark.parametrize("blank", [True, False])
def test_what_a_program_says_of_its_export_above_the_header_is_no_group_of_columns(tmp_path: Path, blank: bool) -> None:
    """EUSurvey writes a name and a value a line, and a blank row, before the names of the columns."""
    said = [
        ["Alias", "AVIS_2025", None, None, None, None],
        ["Date d'exportation", "17/11/2025 09:12", None, None, None, None],
    ]
    names = ["Alias", "Contribution ID", "Votre espace", "L'accueil", "Les horaires", "Âge"]
    rows = [
        ["AVIS_2025", f"cf{i:02d}", "Sud", ["Bien", "Mal"][i % 2], ["Bien", "Mal"][i % 3 % 2], "16-24"]
        for i in range(9)
    ]
    got = read(saved(tmp_path / "f.xlsx", R=[*said, *([[None] * 6] if blank else []), names, *rows]))
    assert (got.columns, got.n, got.documented.labels) == (names, 9, {})
    assert got.lines[0] == (5 if blank else 4)
