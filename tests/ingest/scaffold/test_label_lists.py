"""Coded answers and the list of their labels, two files of one survey, are one draft with words."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation import load
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.ingest.stage import read_sources
from tests.ingest.scaffold.drafting import TODAY, drafted, kinds, plain, questions

LIST = [
    "Variable;Intitulé de la question;Code;Libellé",
    "Q1;Êtes-vous satisfait de l'accueil ?;1;Pas du tout satisfait",
    ";;2;Plutôt pas satisfait",
    ";;3;Plutôt satisfait",
    ";;4;Très satisfait",
    ";;9;Ne se prononce pas",
    "Q2;Vous êtes;1;Un homme",
    ";;2;Une femme",
    "Q3;Combien de fois êtes-vous venu ?;;",
]
REPEATED = ["nom de variable,code,libellé", "Q1,1,Pas du tout satisfait", "Q1,2,Plutôt pas satisfait",
            "Q1,3,Plutôt satisfait", "Q1,4,Très satisfait", "Q1,9,Ne se prononce pas", "Q2,1,Un homme",
            "Q2,2,Une femme"]  # fmt: skip


def answers() -> list[str]:
    return ["num;Q1;Q2;Q3", *(f"{i};{(1, 2, 3, 4, 9)[i % 5]};{1 + i % 2};{i % 7 + 11 * (i % 3)}" for i in range(90))]


@pytest.mark.parametrize("said", [LIST, REPEATED])
def test_codes_take_the_words_of_a_list_given_beside_them(said: list[str], tmp_path: Path) -> None:
    made = drafted(tmp_path, {"enquete-2025.csv": answers(), "libellés.csv": said})
    assert list(kinds(made).values()) == ["survey"]
    asked = questions(made)
    assert [t["fr"] for t in asked["Q1"]["codes"].values()] == [
        "Pas du tout satisfait", "Plutôt pas satisfait", "Plutôt satisfait", "Très satisfait",
    ]  # fmt: skip
    assert asked["Q1"]["missing"] == {9: "dont_know"}
    assert asked["Q2"]["codes"] == {1: {"fr": "Un homme"}, 2: {"fr": "Une femme"}}
    assert any("the labels of enquete-2025.csv" in line for line in made.said)
    entry = next(p for p in made.settings["plan"] if p["question"] == "satisfaction")
    assert plain(entry["settings"])["satisfied"] == [3, 4]


def test_the_words_of_questions_are_those_of_the_list_and_the_records_are_read(tmp_path: Path) -> None:
    made = drafted(tmp_path, {"enquete-2025.csv": answers(), "libellés.csv": LIST})
    assert questions(made)["Q3"]["wording"]["fr"] == "Combien de fois êtes-vous venu ?"
    assert questions(made)["Q3"]["type"] == "count"
    new_evaluation("essai", sorted(tmp_path.glob("*.csv")), tmp_path, lambda standing: False, TODAY)
    assert not (tmp_path / "data" / "raw" / "essai" / "libellés.csv").exists()
    (clean,) = read_sources(load("essai", tmp_path)).clean.values()
    assert len(clean) == 90


def test_a_list_of_other_variables_labels_nothing(tmp_path: Path) -> None:
    other = [line.replace("Q", "V") for line in LIST]
    made = drafted(tmp_path, {"enquete-2025.csv": answers(), "libellés.csv": other})
    assert not any("the labels of" in line for line in made.said)
    assert [t["fr"] for t in questions(made)["Q1"]["codes"].values()] != ["Pas du tout satisfait"]


def test_a_limesurvey_export_of_codes_has_the_words_of_its_grid_and_boxes(tmp_path: Path) -> None:
    head = "id;submitdate;lastpage;G1[SQ001];G1[SQ002];G2[SQ001];G2[SQ002]"
    rows = [f"{i};2025-03-01 10:00:00;3;AO0{1 + i % 4};AO0{1 + i % 3};{'Y' * (i % 2)};{'Y' * (i % 3 > 0)}"
            for i in range(60)]  # fmt: skip
    scale = ["Très satisfait", "Plutôt satisfait", "Plutôt pas satisfait", "Pas du tout satisfait"]
    said = ["Variable;Question;Code;Libellé"]
    for item, words in (("SQ001", "De l'accueil"), ("SQ002", "Du matériel")):
        said += [f"G1[{item}];Êtes-vous satisfait ? [{words}];AO0{k};{t}" for k, t in enumerate(scale, 1)]
    said += ["G2[SQ001];Pourquoi venir ? [Ateliers];Y;Oui", "G2[SQ002];Pourquoi venir ? [Jeux];Y;Oui"]
    made = drafted(tmp_path, {"results-survey1.csv": [head, *rows], "libellés.csv": said})
    asked = questions(made)
    assert asked["G1[SQ001]"]["label"] == {"fr": "L'accueil"}
    assert asked["G1[SQ002]"]["label"] == {"fr": "Le matériel"}
    assert [t["fr"] for t in asked["G1[SQ001]"]["codes"].values()] == scale
    boxes = next(q for q in asked.values() if q["type"] == "multiple")
    assert boxes["wording"]["fr"] == "Pourquoi venir ?"
    assert [i["label"]["fr"] for i in boxes["items"]] == ["Ateliers", "Jeux"]
    assert not any("codes without a text" in line for line in made.said)
