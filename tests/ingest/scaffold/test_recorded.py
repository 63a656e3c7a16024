"""Files of records and frameworks are known by their headers, and nothing else is taken for one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from pipeline.ingest.scaffold.draft_evaluation import Drafted, draft_evaluation
from pipeline.ingest.scaffold.text import Reviewed

MONTHS = [f"2006-{m:02d}" for m in range(1, 13)]
LOANS = ["mois;materiel;emprunteur;jours"] + [
    f"{m};{k};B{i}{n};{n + 3}" for i, m in enumerate(MONTHS) for n, k in enumerate(("ordinateur", "appareil photo"))
]
DESKS = ["centre;mois;postes_disponibles;postes_loues;jours_occupes"] + [
    f"C{k};{m};8;{k};{10 + i * k}" for i, m in enumerate(MONTHS) for k in (1, 2, 3)
]
GOALS = [
    "objectif;indicateur;unite;reference;cible;echeance;2005;y2006;responsable",
    "Couvrir;Communes;%;50;70;2008;55;60;A",
    "Former;Stages;nombre;10;30;2008;15;20;B",
]
SURVEY = ["date;age;satisfait;jours"] + [f"2006-03-{d:02d};{20 + d};{('oui', 'non')[d % 2]};{d}" for d in range(1, 29)]


def drafted(tmp_path: Path, lines: list[str]) -> Drafted:
    path = tmp_path / "recu.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return draft_evaluation("essai", [path], dt.date(2007, 1, 1))


def plain(value: Any) -> Any:
    return plain(value.value) if isinstance(value, Reviewed) else value


def roles(made: Drafted) -> dict[str, str]:
    questions = next(iter(made.instruments.values()))["questions"]
    return {q["name"]: plain(q.get("role")) for q in map(plain, questions)}


@pytest.mark.parametrize(
    ("lines", "kind", "expected"),
    [
        (LOANS, "records", {"mois": "month", "materiel": "category", "emprunteur": "identifier", "jours": "quantity"}),
        (
            DESKS,
            "records",
            {
                "centre": "site", "mois": "month", "postes_disponibles": "offered", "postes_loues": "used",
                "jours_occupes": "quantity",
            },
        ),
        (
            GOALS,
            "framework",
            {
                "objectif": "objective", "indicateur": "indicator", "unite": "measured_in", "reference": "baseline",
                "cible": "target", "echeance": "due", "value_2005": "reached", "value_2006": "reached",
                "responsable": "responsible",
            },
        ),
    ],
)  # fmt: skip
def test_a_file_is_known_by_its_header(tmp_path: Path, lines: list[str], kind: str, expected: dict[str, str]) -> None:
    made = drafted(tmp_path, lines)
    assert [s["kind"] for s in made.settings["sources"]] == [kind]
    assert roles(made) == expected
    assert kind in [p["question"] for p in made.settings["plan"]]


def test_dated_answers_of_a_survey_stay_a_survey(tmp_path: Path) -> None:
    assert [s["kind"] for s in drafted(tmp_path, SURVEY).settings["sources"]] == ["survey"]


def test_a_delay_is_averaged_and_never_summed(tmp_path: Path) -> None:
    lines = [line.replace("jours", "delai_jours") for line in LOANS]
    assert records_entry(drafted(tmp_path, lines))["settings"]["averages"] == ["delai_jours"]
    assert "averages" not in records_entry(drafted(tmp_path, LOANS))["settings"]


def records_entry(made: Drafted) -> dict[str, Any]:
    (entry,) = (e for e in made.settings["plan"] if e["question"] == "records")
    return entry


@pytest.mark.parametrize("form", ["{y}{m:02d}", "{m:02d}-{y}", "{m}/{y}", "{y}/{m:02d}"])
def test_months_of_records_are_months_however_they_are_written(tmp_path: Path, form: str) -> None:
    written = [
        line if i == 0 else form.format(y=int(line[:4]), m=int(line[5:7])) + line[7:] for i, line in enumerate(LOANS)
    ]
    assert roles(drafted(tmp_path, written))["mois"] == "month"


COUNTS = ["espace;mois;visites"] + [f"E{k};{m};{40 + i * k}" for i, m in enumerate(MONTHS) for k in (1, 2, 3, 4)]
SIGNED = ["Année de naissance;Sexe;Date;Espace;Heure d'arrivée;Heure de départ"] + [
    f"{1930 + i};{'FH'[i % 2]};{1 + i % 28:02d}/03/2009;E{i % 4 + 1};14:00;16:00" for i in range(60)
]
BUDGET = ["Année;Section;Poste;Montant;Financeur"] + [f"200{i};F;Loyer;{1000 + i};Ville" for i in range(4, 8)]
SPACES = ["identifiant;nom de l'espace;commune;code_insee;date d'ouverture"] + [
    f"E{k};Espace {k};Gex;01173;01/09/2002" for k in (1, 2, 3, 4)
]
EXPORT = [
    "ID CRA;Date;Type;Canaux d’accompagnement;Durée (min);Nom du lieu;Code Insee;Tranche d’âge du bénéficiaire"
] + [
    f"cra-{i // 3 if i % 2 else 900 + i};{1 + i % 28:02d}/03/2025;Accompagnement individuel;Lieu d’activité;30;"
    "Mairie;01173;25 - 39 ans"
    for i in range(90)
]


def of_files(folder: Path, **files: list[str]) -> Drafted:
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return draft_evaluation("essai", [folder / f"{name}.csv" for name in files], dt.date(2010, 1, 1))


@pytest.mark.parametrize("lines", [COUNTS, SIGNED])
def test_visits_without_a_register_are_told_to_stand_on_no_page(tmp_path: Path, lines: list[str]) -> None:
    assert "ON NO PAGE" in of_files(tmp_path, emargements=lines).said[0]
    assert "ON NO PAGE" not in of_files(tmp_path, emargements=lines, lieux=SPACES).said[0]


def test_counts_with_their_register_stay_counts_of_spaces(tmp_path: Path) -> None:
    made = of_files(tmp_path, comptages=COUNTS, lieux=SPACES)
    assert "attendance" in {e["question"] for e in made.settings["plan"]}


def test_an_export_of_activities_is_counted_by_activity_and_by_person(tmp_path: Path) -> None:
    made = of_files(tmp_path, export=EXPORT)
    once, rows = (e["settings"] for e in plain(made.settings["plan"]) if e["question"] == "records")
    assert once["once"] == "activity_id"
    assert "once" not in rows
    assert set(once["by"]).isdisjoint(rows["by"])


def test_the_day_of_a_visit_is_no_year_of_birth_whatever_the_order_of_columns(tmp_path: Path) -> None:
    made = of_files(tmp_path, emargements=SIGNED, lieux=SPACES)
    asked = [plain(q) for q in made.instruments["visits.yaml"]["questions"]]
    assert next(plain(q["name"]) for q in asked if plain(q.get("role")) == "date") == "Date"
    visits = next(s for s in made.settings["sources"] if s["kind"] == "attendance")
    assert plain(visits["signins"])["birth_year"] == "birth_year"


@pytest.mark.parametrize(
    ("separator", "beside", "mark"),
    [(",", "3", "."), (";", "2.5", "."), (";", "2,5", ","), (";", "3", None), (",", '"2,5"', ",")],
)
def test_numbers_that_two_ways_read_take_the_mark_of_their_file(
    tmp_path: Path, separator: str, beside: str, mark: str | None
) -> None:
    rows = [separator.join((f"2006-{1 + i % 12:02d}", f"2{i % 9}.02{i % 7}", beside)) for i in range(40)]
    made = drafted(tmp_path, [separator.join(("mois", "montant", "montant autre")), *rows])
    [source] = made.settings["sources"]
    [file] = source["files"].values()
    assert plain(file.get("decimal")) == mark


def test_columns_that_no_question_takes_are_named(tmp_path: Path) -> None:
    assert "(1 left out: Section)" in of_files(tmp_path, budget=BUDGET).said[0]
