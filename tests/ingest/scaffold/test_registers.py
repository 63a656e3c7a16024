"""Registers and counts are told by the keys that they share, and by the words that programmes use for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.scaffold.drafting import Drafted, drafted, kinds, questions

COMMUNES = ("79049", "79062", "79079", "79103", "79183", "79195", "79202", "79013", "79123", "79236")


def counted(folder: Path, counts: str, register: str, name: str = "") -> Drafted:
    months = [
        f"{name}L{i:02d};{m:02d}/2025;{20 + i + m};{60 + 3 * i + m}" for i in range(len(COMMUNES)) for m in range(1, 13)
    ]
    places = [f"{name}L{i:02d};Bressuire;{code};0{1 + i % 9}/03/2015" for i, code in enumerate(COMMUNES)]
    return drafted(folder, {"comptages.csv": [counts, *months], "lieux.csv": [register, *places]})


@pytest.mark.parametrize(
    ("counts", "register"),
    [
        ("Réf.;Mois;Nombre de passages;Total", "Réf.;Ville;Code INSEE;Mise en service"),
        ("Id. lieu;Mois;Entrées;Total", "Id. lieu;Désignation;Code commune;Ouvert depuis le"),
        ("Espace;Mois;Visites;Total", "Espace;Commune;Code INSEE;Remarque"),
    ],
)
def test_a_list_of_the_spaces_of_counts_is_their_register(tmp_path: Path, counts: str, register: str) -> None:
    made = counted(tmp_path, counts, register)
    assert sorted(kinds(made).values()) == ["attendance", "sites"]
    assert questions(made)[counts.split(";")[0]]["role"] == "site"


def test_a_list_of_other_places_is_none(tmp_path: Path) -> None:
    months = [f"L{i};{m:02d}/2025;{20 + m}" for i in range(9) for m in range(1, 13)]
    others = [f"M{i};Bressuire;0{1 + i}/03/2015" for i in range(9)]
    files = {"comptages.csv": ["Espace;Mois;Visites", *months], "autres.csv": ["Lieu;Commune;Date", *others]}
    made = drafted(tmp_path, files)
    assert "sites" not in kinds(made).values()


def test_the_total_of_several_counts_is_the_visits_where_one_of_them_is_a_part(tmp_path: Path) -> None:
    asked = questions(counted(tmp_path, "Espace;Mois;Participants;Total visites", "Espace;Commune;Code INSEE;Note"))
    assert asked["Total visites"]["role"] == "visits"
    assert "Participants" not in asked


@pytest.mark.parametrize("month", ["{m:02d}/{y}", "{name}-{short}"])
def test_counts_of_two_years_are_compared_and_asked_about(tmp_path: Path, month: str) -> None:
    names = ("janv", "févr", "mars", "avr")
    told = [month.format(m=m, y=y, name=names[m - 1], short=y % 100) for y in (2023, 2024) for m in range(1, 5)]
    made = drafted(tmp_path, {
        "comptages.csv": ["Réf.;Mois;Visites", *(f"L{i};{t};{20 + i}" for t in told for i in range(9))],
        "lieux.csv": ["Réf.;Ville;Code INSEE;Ouvert le", *(f"L{i};Bressuire;{c};01/03/2015" for i, c in
                                                          enumerate(COMMUNES[:9]))],
    })  # fmt: skip
    entry = next(p for p in made.settings["plan"] if p["question"] == "attendance")
    assert entry["settings"] == {"contrast": [2023, 2024]}
    assert made.settings["questions"][0]["indicators"] == ["attendance.visits"]


PLACES = ["EPN de Guéret;Guéret;12/03/2003;24,5;8", "EPN d'Aubusson;Aubusson;01/09/2001;31;10",
          "EPN de Boussac;Boussac;20/01/2010;9,5;4"]  # fmt: skip
HEAD = "Nom;Commune;Date d'ouverture;Heures par semaine;Postes"


@pytest.mark.parametrize(("number", "key"), [(True, "N°"), (False, "Nom")])
def test_a_register_is_told_by_its_number_or_by_the_names_that_each_space_has(
    number: bool, key: str, tmp_path: Path
) -> None:
    lines = [f"{i};{place}" if number else place for i, place in enumerate(PLACES, 1)]
    made = drafted(tmp_path, {"liste des espaces.csv": [f"N°;{HEAD}" if number else HEAD, *lines]})
    assert kinds(made) == {"register": "sites"}
    asked = questions(made)
    assert asked[key]["role"] == "site"
    assert asked["Commune"]["role"] == "commune_name"


def test_persons_with_a_name_and_a_town_are_no_register(tmp_path: Path) -> None:
    lines = [f"Agent {k};Guéret;{20 + k}" for k in range(9)]
    made = drafted(tmp_path, {"agents.csv": ["Nom;Commune;Heures", *lines], "x.csv": [HEAD, *PLACES]})
    assert list(kinds(made).values()).count("sites") == 1
