"""Scales of opinion stand in their order, and those of satisfaction are asked as such."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.ingest.scaffold.scales import is_of_satisfaction, scale_of, upper_part

from .drafting import drafted, plain, questions


@pytest.mark.parametrize(
    "scale",
    [
        ["Pas du tout satisfait", "Plutôt pas satisfait", "Plutôt satisfait", "Très satisfait"],
        ["Pas du tout satisfait(e)", "Peu satisfait(e)", "Satisfait(e)", "Très satisfait(e)"],
        ["Très insatisfait", "Insatisfait", "Ni satisfait ni insatisfait", "Satisfait", "Très satisfait"],
        ["Pas du tout d'accord", "Plutôt pas d'accord", "Plutôt d'accord", "Tout à fait d'accord"],
        ["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"],
        ["Jamais", "Parfois", "Souvent", "Toujours"],
        ["Non, pas du tout", "Non, plutôt pas", "Oui, plutôt", "Oui, tout à fait"],
        ["Très difficile", "Difficile", "Facile", "Très facile"],
        ["Mauvais", "Moyen", "Bon", "Très bon"],
        ["Pas satisfait", "Peu satisfait", "Satisfait", "Très satisfait"],
        ["Pas du tout", "Plutôt pas", "Plutôt", "Tout à fait"],
        ["Pas du tout", "Plutôt pas", "Plutôt", "Très"],
    ],
)
def test_answers_stand_in_the_order_of_their_scale_however_they_are_met(scale: list[str]) -> None:
    assert scale_of(sorted(scale)) == scale
    assert scale_of(scale[::-1]) == scale
    assert upper_part(scale) == scale[-2:]


@pytest.mark.parametrize(
    "answers",
    [["Oui", "Non"], ["Rennes", "Brest", "Lorient"], ["Faible", "Juste", "Trop élevé"],
     ["Très satisfait", "Très satisfaite", "Peu satisfait"], ["En emploi", "Retraité", "Étudiant"]],
)  # fmt: skip
def test_answers_of_no_order_have_none(answers: list[str]) -> None:
    assert scale_of(answers) is None


def test_a_scale_of_agreement_is_none_of_satisfaction() -> None:
    assert is_of_satisfaction(["Peu satisfait", "Satisfait", "Très satisfait"])
    assert not is_of_satisfaction(["Pas d'accord", "D'accord", "Tout à fait d'accord"])


ANSWERS = ["Très satisfait", "Plutôt satisfait", "Pas du tout satisfait", "Plutôt pas satisfait", "Ne sait pas"]


def test_satisfaction_is_asked_of_the_scale_with_the_whole_first_and_the_mark_as_its_score(tmp_path: Path) -> None:
    rows = [f"{ANSWERS[i % 5]};{ANSWERS[(i + 1) % 4]};{i % 11}" for i in range(110)]
    head = "Êtes-vous satisfait de l'accueil ?;Dans l'ensemble, êtes-vous satisfait ?;Note de recommandation"
    made = drafted(tmp_path, {"enquete-2024.csv": [head, *rows]})
    [entry] = [plain(p) for p in made.settings["plan"] if p["question"] == "satisfaction"]
    asked = questions(made)
    welcome, whole = (asked[c] for c in head.split(";")[:2])
    assert entry["settings"]["items"] == [whole["name"], welcome["name"]]
    assert entry["settings"]["satisfied"] == ["Plutot_satisfait", "Tres_satisfait"]
    assert entry["settings"]["recommend"] == "Note_de_recommandation"
    assert [t["fr"] for t in welcome["codes"].values()] == [ANSWERS[2], ANSWERS[3], ANSWERS[1], ANSWERS[0]]
    assert welcome["missing"] == {"Ne sait pas": "dont_know"}
    [remark] = [q["missing"].remark for q in made.instruments[entry["settings"]["source"] + ".yaml"]["questions"]
                if "missing" in q]  # fmt: skip
    assert "(20 % des réponses / of the answers)" in remark
    assert plain(made.settings["questions"])[0]["indicators"][0].endswith(f"-satisfaction.{whole['name']}")


def test_marks_of_nought_to_ten_are_numbers_though_few_were_given(tmp_path: Path) -> None:
    rows = [f"{5 + i % 6};{1 + i % 5};{('oui', 'non')[i % 2]}" for i in range(60)]
    asked = questions(drafted(tmp_path, {"enquete-2024.csv": ["nps;groupe;Avis sur le lieu ?", *rows]}))
    assert (asked["nps"]["type"], asked["nps"]["range"]) == ("count", [0, 10])
    assert asked["groupe"]["type"] == "single"


def test_degrees_alone_rate_what_their_question_asks_to_be_satisfied_with() -> None:
    degrees = ["Pas du tout", "Plutôt pas", "Plutôt", "Tout à fait"]
    assert is_of_satisfaction(degrees, "Globalement, êtes-vous satisfait de l'aide reçue ?")
    assert not is_of_satisfaction(degrees, "Vous sentez-vous à l'aise avec internet ?")
    assert not is_of_satisfaction(["Oui", "Non"], "Êtes-vous satisfait ?")


def test_the_share_that_agrees_is_told_of_each_statement_and_no_answer_is_no_disagreement(tmp_path: Path) -> None:
    words = [
        "Tout à fait d'accord",
        "Plutôt d'accord",
        "Plutôt pas d'accord",
        "Pas du tout d'accord",
        "Ne se prononce pas",
    ]
    rows = [f"{words[i % 5]};{words[i % 4]};{('Jamais', 'Parfois', 'Souvent')[i % 3]}" for i in range(80)]
    made = drafted(tmp_path, {"avis-2025.csv": ["L'espace est facile d'accès;On m'aide;Venez-vous ?", *rows]})
    (entry,) = [p for p in made.settings["plan"] if p["question"] == "prevalence"]
    agreed = {i["question"]: i["codes"] for i in plain(entry["settings"])["indicators"] if i["name"].endswith("_agree")}
    assert agreed == {
        "L_espace_est_facile_d_acces": ["Plutot_d_accord", "Tout_a_fait_d_accord"],
        "On_m_aide": ["Plutot_d_accord", "Tout_a_fait_d_accord"],
    }
