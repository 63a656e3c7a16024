"""Files of the same columns are one table; bookings are visits of those who came; lists of persons are no survey."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation import load
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.ingest.stage import read_sources

from .drafting import ROOT, TODAY, drafted, kinds, plain, questions

SITES = ["site_code,site_name,commune,insee,workstations,opened_on,weekly_hours"]
SITES += [f"S{k},Espace {k},Lannion,22113,{5 + k},2015-09-01,{20 + k}" for k in range(3)]
HEAD = "booking_id,site_code,card_id,birth_year,service,starts_at,checked_in_at,status"


def bookings(k: int, n: int = 40) -> list[str]:
    states = ("checked_in", "checked_in", "checked_in", "no_show")
    return [HEAD] + [
        f"S{k}-{i},S{k},card{i % 9},{1950 + i % 50},{('Accès libre', 'Impression')[i % 2]},"
        f"2026-05-{1 + i % 28:02d}T10:00:00+02:00,"
        + (f"2026-05-{1 + i % 28:02d}T10:04:00+02:00,{states[i % 4]}" if i % 4 < 3 else f",{states[i % 4]}")
        for i in range(n)
    ]


def test_a_file_a_space_is_one_source_of_visits_of_those_who_came(tmp_path: Path) -> None:
    files = {f"bookings_S{k}.csv": bookings(k) for k in range(3)}
    made = drafted(tmp_path, {**files, "sites.csv": SITES})
    assert kinds(made) == {"visits": "attendance", "register": "sites"}
    (visits,) = [s for s in made.settings["sources"] if s["name"] == "visits"]
    file = plain(visits["files"]["all"])
    assert (file["path"], file["also"]) == ("bookings_S0.csv", ["bookings_S1.csv", "bookings_S2.csv"])
    assert file["only"] == {"status": ["checked_in"]}
    assert made.settings["languages"] == ["fr"]  # names of columns that a program gave are no English
    asked = questions(made)
    assert (asked["checked_in_at"]["role"], asked["site_code"]["role"]) == ("date", "site")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    new_evaluation("essai", sorted(tmp_path.glob("*.csv")), tmp_path, lambda standing: False, TODAY)
    evaluation = load("essai", tmp_path)
    assert [f.path for f in evaluation.source("visits").every_file] == sorted(files)
    read = read_sources(evaluation)
    assert int(read.counts["visits"]["visits"].sum()) == 3 * 30


@pytest.mark.parametrize("other", ["autres;colonnes", "Date;Emprunteur;Durée (jours);Lieu"])
def test_files_of_other_columns_stay_apart(tmp_path: Path, other: str) -> None:
    def loans(head: str, year: int) -> list[str]:
        more = ";x" * (head.count(";") - 2) if head.count(";") > 2 else ""
        return [head] + [f"{1 + i % 28:02d}/03/{year};A{i % 7};{i % 9}{more}" for i in range(40)]

    first = loans("Date;Emprunteur;Durée (jours)", 2024)
    made = drafted(tmp_path, {"prets-a.csv": first, "prets-b.csv": loans("Date;Emprunteur;Durée (jours)", 2025)})
    assert list(kinds(made).values()) == ["records"]
    if other.startswith("Date"):
        made = drafted(tmp_path, {"prets-a.csv": first, "prets-b.csv": loans(other, 2025)})
        assert list(kinds(made).values()) == ["records", "records"]


def test_persons_enrolled_several_times_were_not_asked(tmp_path: Path) -> None:
    lines = ["Intitulé;Inscrit le;N° participant;Séances suivies;Sexe;Année de naissance"]
    lines += [
        f"{('Web', 'Photo')[i % 2]};{1 + i % 28:02d}/06/2025;B{i % 30:03d};{i % 6};{('H', 'F')[i % 2]};{1950 + i % 40}"
        for i in range(90)
    ]
    assert list(kinds(drafted(tmp_path, {"inscriptions.csv": lines})).values()) == ["records"]


def test_what_is_said_of_a_beneficiary_cuts_records_and_the_beneficiary_is_a_person(tmp_path: Path) -> None:
    lines = ["Date;Bénéficiaire;Situation du bénéficiaire;Durée (minutes)"]
    lines += [f"{1 + i % 28:02d}/06/2025;B{i % 30:03d};{('En emploi', 'Retraité')[i % 2]};{30 + i}" for i in range(90)]
    roles = {column: q["role"] for column, q in questions(drafted(tmp_path, {"activite.csv": lines})).items()}
    assert roles["Situation du bénéficiaire"] == "category"
    assert roles["Bénéficiaire"] == "identifier"


def test_what_was_paid_counts_and_not_what_was_voted(tmp_path: Path) -> None:
    lines = ["Exercice;Origine des fonds;Subvention votée (€);Subvention versée (€)"]
    lines += [f"200{k};{who};{40 + k};{30 + k}" for k in range(3) for who in ("Région", "Ville")]
    made = drafted(tmp_path, {"subventions.csv": lines})
    assert kinds(made) == {"costs": "costs"}
    assert questions(made)["Subvention versée (€)"]["role"] == "amount"
    assert "Subvention votée (€)" in made.said[0]


def test_a_network_asked_in_several_years_has_these_as_its_waves(tmp_path: Path) -> None:
    ties = ["Enquête;Répondant;Collègue cité;Objet"]
    ties += [
        f"{y};P{i % 20:02d};P{(i * 7 + 3) % 20:02d};{('prêt', 'aide')[i % 2]}" for y in (2004, 2007) for i in range(60)
    ]
    actors = ["Année de recensement;Matricule;Structure de rattachement;A répondu au questionnaire"]
    actors += [
        f"{y};P{i:02d};{('mairie', 'école')[i % 2]};{('Oui', 'Non')[i % 4 == 0]}"
        for y in (2004, 2007)
        for i in range(20)
    ]
    made = drafted(tmp_path, {"cooperations.csv": ties, "annuaire.csv": actors})
    assert set(kinds(made).values()) == {"network"}
    assert [w["name"] for w in made.settings["waves"]] == ["2004", "2007"]
    files = {s["name"]: plain(s["files"]["all"]) for s in made.settings["sources"]}
    assert (files["ties"]["wave_column"], files["actors"]["wave_column"]) == ("Enquête", "Année de recensement")
    (networks,) = [plain(e["settings"]) for e in made.settings["plan"] if e["question"] == "networks"]
    assert networks == {"contrast": ["2004", "2007"]}


def test_what_was_recorded_answers_a_question_of_the_draft(tmp_path: Path) -> None:
    lines = ["Date;Emprunteur;Durée (jours)", *(f"{1 + i % 28:02d}/03/2024;A{i % 7};{i % 9}" for i in range(40))]
    (question,) = drafted(tmp_path, {"prets.csv": lines}).settings["questions"]
    assert question["indicators"] == ["prets.records"]


def test_passages_of_cards_at_spaces_are_visits_and_not_answers(tmp_path: Path) -> None:
    head = "Réf. passage;Code site;N° carte;Âge;Horodatage;Motif"
    files = {
        f"passages_S{k}_2025-09.csv": [head]
        + [
            f"S{k}-{i};S{k};K{i % 12:03d};{20 + i % 50};2025-09-{1 + i % 28:02d}T14:15:00+02:00;{'AP'[i % 2]}"
            for i in range(40)
        ]
        for k in range(3)
    }
    made = drafted(tmp_path, {**files, "sites.csv": SITES})
    assert kinds(made) == {"visits": "attendance", "register": "sites"}
    asked = [f"{line};{('oui', 'non')[i % 2]}" for i, line in enumerate(files["passages_S0_2025-09.csv"])]
    asked[0] = f"{head};Êtes-vous content ?"
    made = drafted(tmp_path, {"passages_S0_2025-09.csv": asked})
    assert list(kinds(made).values()) == ["survey"]
