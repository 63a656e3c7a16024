"""Identifiers, codes, years and weights are numbers that no draft adds up or tabulates, whatever they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation import load
from pipeline.ingest.scaffold.communes import around, holds_communes, known_communes
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.ingest.stage import read_sources

from .drafting import ROOT, TODAY, drafted, plain, planned, questions
from .test_drafts import column

COMMUNES = ["14366", "14431", "14654", "14118", "14333", "14341", "14366", "14047", "14220", "14514"]


@pytest.mark.parametrize(
    ("header", "values", "role"),
    [
        ("Votre commune", COMMUNES, "commune"),
        ("Code INSEE de votre domicile", ["2691", "1053", "2408", "01004"], "commune"),
        ("d3", COMMUNES, "commune"),
        ("Année de naissance", [str(1930 + 7 * i) for i in range(10)], "birth_date"),
        ("En quelle année êtes-vous né ?", [str(1930 + 7 * i) for i in range(10)], "birth_date"),
        ("N° de dossier", [str(4000 + 13 * i) for i in range(10)], None),
        ("id_foyer", [str(4000 + 13 * i) for i in range(10)], None),
        ("Respondent's identification number", [str(50_014 + 7 * i) for i in range(60)], "respondent"),
        ("serie", [str(50_014 + (7 * i) % 60) for i in range(60)], None),
        ("Primary sampling unit", [str(101 + i) for i in range(15)], None),
        ("Sampling probability", [f"{0.001 * (i + 1):.4f}" for i in range(15)], None),
        ("Interview date", ["61404", "61504", "62204", "70304", "61904"], None),
        ("Area code with exchange", [str(302_836 + 97 * i) for i in range(15)], None),
        ("Weight", [f"{1 + i / 7:.14f}" for i in range(15)], "weight"),
        ("Votre année de naissance ?", [str(1930 + 7 * i) for i in range(10)], "birth_date"),
        ("dweight", [f"{0.5 + i / 10:.3f}" for i in range(10)], "weight"),
        ("Poids de calage", [f"{80 + 7.3 * i:.2f}".replace(".", ",") for i in range(10)], "weight"),
        ("poids", [f"{80 + 7.31 * i:.2f}".replace(".", ",") for i in range(10)], "weight"),
        ("année d'inscription", [str(2001 + i % 4) for i in range(10)], None),
    ],
)
def test_what_no_one_adds_up_is_in_no_mean(tmp_path: Path, header: str, values: list[str], role: str | None) -> None:
    rows = [f"{('oui', 'non')[i % 2]};{20 + i % 50};{values[i % len(values)]}" for i in range(60)]
    made = drafted(tmp_path, {"enquete-2024.csv": [f"Venez-vous souvent ?;Âge;{header}", *rows]})
    asked = questions(made)[header]
    assert role is None or asked["role"] == role
    means = [i for p in plain(made.settings["plan"]) for i in p.get("settings", {}).get("indicators", [])]
    assert asked["name"] not in [i["question"] for i in means]
    assert role is None or asked["name"] not in planned(made)


def test_an_amount_that_is_no_code_keeps_its_mean(tmp_path: Path) -> None:
    rows = [f"{('oui', 'non')[i % 2]};{20000 + 137 * (7 * i % 60)}" for i in range(60)]
    made = drafted(tmp_path, {"enquete-2024.csv": ["Venez-vous souvent ?;Revenu annuel", *rows]})
    assert "Revenu_annuel" in planned(made)


def test_records_numbered_from_one_are_not_averaged(tmp_path: Path) -> None:
    rows = [f"{i};{('oui', 'non')[i % 2]};{20 + i % 50}" for i in range(1, 61)]
    made = drafted(tmp_path, {"enquete-2024.csv": ["ligne;Venez-vous souvent ?;Âge", *rows]})
    assert "ligne" not in planned(made)


def test_codes_of_the_post_are_no_communes() -> None:
    known = known_communes(ROOT)
    assert not holds_communes(column("Code postal de la commune", "14100", "14290", "14140"), known)
    assert holds_communes(column("Commune", "14366", "14431", "autre"), known)
    assert not holds_communes(column("Commune", "Lisieux", "Caen"), known)


@pytest.mark.parametrize(
    ("codes", "place"),
    [
        (["14366", "14431"], ("department", "14")),
        (["14366", "50129"], ("region", "28")),
        (["14366", "29019"], None),
        (["01004", "01053"], ("department", "01")),
        ([], None),
    ],
)
def test_communes_tell_the_department_or_region_around_them(codes: list[str], place: tuple[str, str] | None) -> None:
    assert around(codes, known_communes(ROOT)) == place


def test_departments_of_two_regions_are_a_perimeter_with_a_name(tmp_path: Path) -> None:
    homes = ["35238", "44109", "53130", "49007"]
    rows = [f"{('oui', 'non')[i % 2]};{homes[i % 4]}" for i in range(40)]
    made = drafted(tmp_path, {"enquete-2024.csv": ["Venez-vous souvent ?;Commune de résidence", *rows]})
    territory = plain(made.settings["territory"])
    assert territory["perimeter"] == {"departments": ["35", "44", "49", "53"]}
    assert territory["name"]["fr"]


def test_the_territory_is_where_the_respondents_live_where_no_register_says_it(tmp_path: Path) -> None:
    rows = [f"{('oui', 'non')[i % 2]};{COMMUNES[i % 10]}" for i in range(40)]
    made = drafted(tmp_path, {"enquete-2024.csv": ["Venez-vous souvent ?;Commune de résidence", *rows]})
    assert plain(made.settings["territory"])["perimeter"] == {"departments": ["14"]}


def test_of_a_sign_in_sheet_the_year_of_birth_gives_ages_and_the_home_is_left_out(tmp_path: Path) -> None:
    head = "Date;Espace;Heure d'arrivée;Heure de départ;Année de naissance;Code INSEE"
    rows = [f"{1 + i % 28:02d}/03/2024;E{i % 4};14:00;15:30;{1950 + i % 60};{COMMUNES[i % 10]}" for i in range(80)]
    path = tmp_path / "emargements.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    new_evaluation("essai", [path], tmp_path, lambda standing: False, TODAY)
    evaluation = load("essai", tmp_path)
    [source] = evaluation.settings.sources
    assert source.signins is not None
    assert source.signins.birth_year == "birth_year"
    assert (source.signins.arrival, source.signins.departure) == ("arrival", "departure")
    assert all(q.column != "Code INSEE" for q in evaluation.instruments[source.name].questions)
    counts = read_sources(evaluation).counts[source.name]
    assert "unknown" not in set(counts["age_band"])
    assert counts["visits"].sum() == 80


def test_numbers_that_rise_from_record_to_record_are_those_of_records(tmp_path: Path) -> None:
    rows = [f"{88000 + 3 * i + i % 2};{('oui', 'non')[i % 2]}" for i in range(60)]
    made = drafted(tmp_path, {"enquete-2024.csv": ["SID;Venez-vous souvent ?", *rows]})
    assert "SID" not in planned(made)
