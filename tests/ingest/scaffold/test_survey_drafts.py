"""What a draft says of a survey: boxes of one question, questions of two waves, weights, and rankings."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from pipeline.evaluation import load
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.ingest.stage import read_sources

from .drafting import TODAY, drafted, plain, questions


@pytest.mark.parametrize("mark", [" : ", ": ", " - ", " – "])
def test_columns_of_one_heading_that_are_ticked_are_one_question(tmp_path: Path, mark: str) -> None:
    head = ";".join(f"Usages{mark}{item}" for item in ("Messagerie", "Emploi", "Photos"))
    rows = [f"{'X' if i % 2 else ''};{'X' if i % 3 else ''};{'X' if i % 5 else ''};{20 + i}" for i in range(40)]
    asked = questions(drafted(tmp_path, {"enquete-2024.csv": [f"{head};Âge", *rows]}))
    [boxes] = [q for q in asked.values() if q["type"] == "multiple"]
    assert boxes["wording"]["fr"] == "Usages"
    assert [i["label"]["fr"] for i in boxes["items"]] == ["Messagerie", "Emploi", "Photos"]


def test_a_question_put_otherwise_in_another_wave_is_proposed_as_one(tmp_path: Path) -> None:
    answers = ("Oui", "Non", "En partie")
    waves = {2023: "Globalement, avez-vous trouvé ce que vous cherchiez ?",
             2025: "Dans l'ensemble, avez-vous trouvé ce que vous cherchiez ?"}  # fmt: skip
    files = {f"enquete-{y}.csv": [f"{wording};Âge;Votre sexe", *(f"{answers[i % 3]};{20 + i};{'FH'[i % 2]}"
             for i in range(40))] for y, wording in waves.items()}  # fmt: skip
    made = drafted(tmp_path, files)
    [instrument] = made.instruments.values()
    remarks = [q["waves"].remark for q in instrument["questions"] if "waves" in q]
    history = "{'2023': {column: \"Globalement, avez-vous trouvé ce que vous cherchiez ?\"}}"
    assert sum(history in remark for remark in remarks) == 1


@pytest.mark.parametrize(("space", "persons"), [("Code espace", "users"), ("Quartier", "inhabitants")])
def test_a_weight_says_neither_how_persons_were_chosen_nor_that_users_are_inhabitants(
    tmp_path: Path, space: str, persons: str
) -> None:
    head = f"{space};Strate;Pondération;Êtes-vous venu ?;Âge"
    rows = [f"E{i % 6};{'AB'[i % 2]};{0.7 + i % 7 / 10:.4f};{('oui', 'non')[i % 2]};{20 + i}" for i in range(60)]
    made = drafted(tmp_path, {"enquete-2024.csv": [head, *rows]})
    [source] = made.settings["sources"]
    assert plain(source["by"]) == "unstated"
    assert plain(source["persons"]) == persons
    assert source["persons"].remark
    assert plain(source["design"]) == {"weights": "Ponderation", "strata": "Strate"}
    figures = plain(made.settings["figures"])
    assert {p for f in figures for p in f["settings"].get("populations", [])} == {persons}


def test_a_ranking_tells_what_stands_first_and_the_place_of_each(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheets = {
        "survey": [["type", "name", "label"], ["rank wishes", "wish", "Classez"],
                   ["select_one sat", "sat", "Satisfait ?"]],
        "choices": [["list_name", "name", "label"], ["wishes", "hours", "Horaires"], ["wishes", "desks", "Postes"],
                    ["wishes", "talks", "Ateliers"], ["sat", "1", "Très satisfait"], ["sat", "2", "Peu satisfait"],
                    ["sat", "3", "Pas du tout satisfait"], ["sat", "99", "Ne sait pas"]],
    }  # fmt: skip
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "form.xlsx")
    orders = ["hours desks talks", "hours talks desks", "desks hours talks", ""]
    lines = ["_uuid;_index;_submission_time;wish;sat"]
    lines += [f"u{i};{i};2024-03-0{1 + i % 9};{orders[i % 4]};{(1, 2, 3, 99)[i % 4]}" for i in range(40)]
    (tmp_path / "export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    new_evaluation("essai", [tmp_path / "form.xlsx", tmp_path / "export.csv"], tmp_path, lambda standing: False, TODAY)
    evaluation = load("essai", tmp_path)
    clean = next(iter(read_sources(evaluation).clean.values()))
    assert clean["wish_first"].value_counts().to_dict() == {"hours": 20, "desks": 10}
    places = {c: clean[f"wish_place_{c}"].astype("Float64").mean() for c in ("hours", "desks", "talks")}
    assert places == pytest.approx({"hours": 4 / 3, "desks": 2.0, "talks": 8 / 3})
    [instrument] = evaluation.instruments.values()
    sat = instrument.question("sat")
    assert sat is not None
    assert sat.missing == {99: "dont_know"}
    assert 99 not in sat.codes
