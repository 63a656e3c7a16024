"""What headers of surveys typed by hand say: whose age, who typed, where somebody lives, which boxes go together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.ingest.scaffold.draft_evaluation import Drafted

from .drafting import drafted, kinds, plain, planned, questions

CANTONS = [f"Canton {chr(65 + i)}{chr(97 + i)}" for i in range(24)]
ASKED = ["Âge révolu;Sexe de la personne interrogée;Canton de résidence;Q1. Connaissez-vous le lieu ?;Saisi par"] + [
    f"{18 + i % 60};{('Homme', 'Femme')[i % 2]};{CANTONS[i % 24]};{('Oui', 'Non')[i % 3 == 0]};op{i % 3}"
    for i in range(240)
]


def indicators(made: Drafted) -> dict[str, Any]:
    entries = [plain(e) for e in made.settings["plan"] if e["question"] == "prevalence"]
    return {i["name"]: i for e in entries for i in e["settings"]["indicators"]}


def test_a_place_of_residence_of_many_names_stays_an_answer(tmp_path: Path) -> None:
    made = drafted(tmp_path, {"sondage.csv": ASKED})
    place = questions(made)["Canton de résidence"]
    assert (place["type"], len(place["codes"])) == ("single", 24)
    assert place["name"] in planned(made)


@pytest.mark.parametrize(
    ("header", "role"),
    [("Sexe de la personne interrogée", "sex"), ("Sexe de l'enquêté", "sex"), ("Genre de l'usager", "sex"),
     ("Gender of the respondent", "sex"), ("Sexe des enfants", None), ("Enquêteur", "identifier"),
     ("Code de l'enquêteur", "identifier"), ("Entered by", "identifier"), ("Aidé par", None)],
)  # fmt: skip
def test_whom_a_header_is_about_is_read_with_it(tmp_path: Path, header: str, role: str | None) -> None:
    lines = [f"{header};Êtes-vous content ?", *(f"{('H', 'F')[i % 2]};{('oui', 'non')[i % 3 == 0]}" for i in range(60))]
    found = questions(drafted(tmp_path, {"enquete.csv": lines}))[header]
    assert found["role"] == (role or "outcome")


def test_who_typed_the_answers_is_no_result(tmp_path: Path) -> None:
    made = drafted(tmp_path, {"sondage.csv": ASKED})
    typist = questions(made)["Saisi par"]
    assert (typist["role"], typist["type"], "codes" in typist) == ("identifier", "text", False)
    assert typist["name"] not in planned(made)


def test_the_first_band_of_ages_begins_where_persons_were_asked(tmp_path: Path) -> None:
    assert plain(drafted(tmp_path, {"a.csv": ASKED}).settings["age_bands"]) == [18, 25, 45, 60]
    for youngest, bands in ((17, [16, 25, 45, 60]), (15, None), (9, None)):
        lines = [ASKED[0], *(line.replace("18;", f"{youngest};", 1) for line in ASKED[1:])]
        assert plain(drafted(tmp_path, {"a.csv": lines}).settings.get("age_bands")) == bands


def test_what_was_asked_by_yes_or_no_answers_the_question_of_a_first_draft(tmp_path: Path) -> None:
    made = drafted(tmp_path, {"sondage.csv": ASKED})
    (name,) = [n for n, i in indicators(made).items() if i.get("codes") == ["Oui"]]
    (question,) = made.settings["questions"]
    assert question["indicators"] == [f"sondage-measures.{name}"]


def test_answers_headed_by_their_question_are_its_boxes(tmp_path: Path) -> None:
    reasons = ("trop cher", "pas le temps", "trop loin")
    head = ";".join(["Âge", *(f"Q3. Pourquoi non ? {reason}" for reason in reasons)])
    lines = [f"{20 + i % 50};" + ";".join(("Oui", "Non")[(i + k) % 3 == 0] for k in range(3)) for i in range(60)]
    made = drafted(tmp_path, {"sondage.csv": [head, *lines]})
    (boxes,) = [q for q in questions(made).values() if q["type"] == "multiple"]
    assert boxes["wording"] == {"fr": "Q3. Pourquoi non ?"}
    assert [i["label"]["fr"] for i in boxes["items"]] == list(reasons)


def test_boxes_side_by_side_are_asked_by_the_words_that_they_begin_with(tmp_path: Path) -> None:
    lines = ["Âge;Motif démarches;Motif loisirs;Motif emploi"]
    lines += [f"{20 + i % 50};{'x' * (i % 2)};{'x' * (i % 3 == 0)};{'x' * (i % 5 == 0)}" for i in range(60)]
    made = drafted(tmp_path, {"sondage.csv": lines})
    (boxes,) = [q for q in questions(made).values() if q["type"] == "multiple"]
    assert boxes["wording"] == {"fr": "Motif"}
    assert [i["label"]["fr"] for i in boxes["items"]] == ["démarches", "loisirs", "emploi"]


def test_two_questions_of_satisfaction_are_proposed_as_one_with_the_recode_that_makes_them_so(tmp_path: Path) -> None:
    degrees = ("Pas du tout", "Plutôt pas", "Plutôt", "Très")
    before = ["Âge;Satisfaction globale (1=pas du tout 4=très)", *(f"{20 + i % 50};{1 + i % 4}" for i in range(60))]
    after = ["Âge;Dans l'ensemble, êtes-vous satisfait ?", *(f"{20 + i % 50};{degrees[i % 4]}" for i in range(60))]
    made = drafted(tmp_path, {"enquete 2023.csv": before, "enquete 2025.csv": after})
    questionnaire = next(iter(made.instruments.values()))
    (asked,) = [q for q in questionnaire["questions"] if str(q.get("column", "")).startswith("Dans l'ensemble")]
    remark = asked["waves"].remark
    proposed = yaml.safe_load(remark[remark.index("{") : remark.rindex("}") + 1])
    assert proposed["2023"]["column"] == "Satisfaction globale (1=pas du tout 4=très)"
    assert list(proposed["2023"]["recode"]) == [1, 2, 3, 4]
    assert [asked_code(asked, code) for code in proposed["2023"]["recode"].values()] == list(degrees)


def asked_code(question: dict[str, Any], code: str) -> str:
    return str(plain(question["codes"])[code]["fr"])


def test_posts_rented_of_posts_offered_are_used_and_offered(tmp_path: Path) -> None:
    lines = ["Télécentre;Période;Offre (postes);Postes en location;Pannes"]
    lines += [f"T{k};{m:02d}/2007;{8 + k};{(m * k) % 8};{m % 5}" for m in range(1, 13) for k in range(3)]
    made = drafted(tmp_path, {"telecentres.csv": lines})
    assert list(kinds(made).values()) == ["records"]
    roles = {column: q["role"] for column, q in questions(made).items()}
    assert (roles["Offre (postes)"], roles["Postes en location"]) == ("offered", "used")
    assert roles["Pannes"] == "quantity"  # 0 to 4, which nothing labels
