"""Other sheets of a workbook are other files: each is a source of its kind, or left out with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluation import load
from pipeline.ingest.scaffold.draft_evaluation import Drafted, draft_evaluation
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.ingest.stage import read_sources

from ...acceptance.received_files import workbook
from .drafting import ROOT, TODAY, kinds, plain, questions

Rows = list[list[Any]]
SPACES = ("Nord", "Sud", "Est", "Ouest")
COMMUNES = (
    ("Nord", "Lannion", "22113"),
    ("Sud", "Dinan", "22050"),
    ("Est", "Guingamp", "22070"),
    ("Ouest", "Loudéac", "22136"),
)
COUNTS: Rows = [["Espace", "Mois", "Visites"]] + [
    [s, f"2024-{m:02d}", 40 + m + i] for m in range(1, 13) for i, s in enumerate(SPACES)
]
REGISTER: Rows = [["Espace", "Commune", "INSEE", "Ouverture"]] + [[s, c, code, "2018-01-04"] for s, c, code in COMMUNES]
BUDGET: Rows = [
    ["Budget du service 2024"],
    [],
    ["Sens", "Poste", "Financeur", "Prévu (€)", "Réalisé (€)"],
    ["Dépenses", "Personnel", "Agglo", 180, 179],
    ["Dépenses", "Locaux", "Communes", 30, 31],
    ["Dépenses", "Investissement", "Agglo", 90, 80],
    ["Recettes", "Conseillers", "État", 75, 70],
    ["Recettes", "Usagers", "Usagers", 2, 3],
    [None, "Total dépenses", None, 300, 290],
]
ANSWERS: Rows = [["Êtes-vous satisfait ?", "Votre âge"]] + [[("oui", "non")[i % 2], 20 + i % 50] for i in range(40)]


def drafted(path: Path) -> Drafted:
    return draft_evaluation("essai", [path], TODAY, ROOT)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return workbook(tmp_path / "bilan.xlsx", {"Releves": COUNTS, "Espaces": REGISTER, "Budget": BUDGET})


def test_each_sheet_is_a_source_of_its_kind(whole: Path) -> None:
    made = drafted(whole)
    assert kinds(made) == {"attendance": "attendance", "register": "sites", "costs": "costs", "funding": "costs"}
    files = {s["name"]: plain(s["files"]["all"]) for s in made.settings["sources"]}
    assert {name: f["sheet"] for name, f in files.items()} == {
        "attendance": "Releves", "register": "Espaces", "costs": "Budget", "funding": "Budget"
    }  # fmt: skip
    assert files["costs"]["only"] == {"Sens": ["Dépenses"]}
    assert files["funding"]["only"] == {"Sens": ["Recettes"]}
    assert files["costs"]["constants"] == {"Année": 2024}
    assert not made.left
    assert {e["question"] for e in made.settings["plan"]} >= {"attendance", "spaces", "money"}


def test_a_visit_costs_what_runs_the_service_over_all_its_visits(whole: Path) -> None:
    spent, funded = [plain(e) for e in drafted(whole).settings["plan"] if e["question"] == "money"]
    assert spent["settings"]["unit_costs"] == {"year": 2024, "current": ["Locaux", "Personnel"]}
    assert (funded["id"], funded["settings"]["amounts"]) == ("money-funding", "funding")
    asked = {q["id"]: q["indicators"] for q in drafted(whole).settings["questions"]}
    assert asked["money"] == ["money.spending", "money.unit_cost.per_visit"]


def test_what_a_sheet_holds_of_both_is_read_by_two_sources_line_by_line(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    new_evaluation("essai", [whole], tmp_path, lambda standing: False, TODAY)
    read = read_sources(load("essai", tmp_path))
    spent, funded = (read.clean[name] for name in ("costs", "funding"))
    amounts = {name: table.filter(like="alis").iloc[:, 0].astype(float).tolist() for name, table in
               (("costs", spent), ("funding", funded))}  # fmt: skip
    assert amounts == {"costs": [179.0, 31.0, 80.0], "funding": [70.0, 3.0]}
    assert set(spent["_line"]).isdisjoint(funded["_line"])


@pytest.mark.parametrize(
    ("name", "rows", "said"),
    [
        ("Autre", [["couleur", "forme"], ["bleu", "rond"], ["vert", "carré"]], "no sign of what its rows are"),
        (
            "Annuel",
            [["Espace", "Année", "Visites"], *([s, 2024, 500] for s in SPACES)],
            "seems to say again what sheet 'Releves' says",
        ),
        ("Avis", ANSWERS[:9], "no more than 8 rows"),
    ],
)
def test_a_sheet_that_is_no_source_is_left_out_with_the_reason(
    tmp_path: Path, name: str, rows: Rows, said: str
) -> None:
    path = workbook(tmp_path / "bilan.xlsx", {"Releves": COUNTS, "Espaces": REGISTER, name: rows})
    made = drafted(path)
    assert list(kinds(made)) == ["attendance", "register"]
    (line,) = [each for each in made.said if f"sheet '{name}': LEFT OUT" in each]
    assert said in line
    assert not made.left  # the workbook is copied all the same


def test_answers_and_counts_of_one_workbook_are_two_sources(tmp_path: Path) -> None:
    made = drafted(workbook(tmp_path / "bilan-2024.xlsx", {"Avis": ANSWERS, "Espaces": REGISTER, "Releves": COUNTS}))
    assert sorted(kinds(made).values()) == ["attendance", "sites", "survey"]
    assert "Êtes-vous satisfait ?" in questions(made)


def test_notes_and_summaries_are_said_not_to_be_read(tmp_path: Path) -> None:
    notes: Rows = [["Lire ceci", "Puis cela"], ["a", "b"]]
    made = drafted(workbook(tmp_path / "bilan.xlsx", {"Releves": COUNTS, "Lisez-moi": notes, "Synthèse": COUNTS[:5]}))
    (line,) = [each for each in made.said if "sheets not read" in each]
    assert line.endswith("sheets not read: Lisez-moi, Synthèse")


def test_a_total_used_as_the_visits_is_held_against_its_parts_and_told_with_its_line(tmp_path: Path) -> None:
    rows: Rows = [["Espace", "Mois", "Adultes", "Jeunes", "Ateliers tenus", "Participants", "Total visites"]]
    for m in range(1, 13):
        parts = [[s, f"2024-{m:02d}", 40 + m + i, 20 + i, 2, 5 + m, 65 + 2 * m + 2 * i] for i, s in enumerate(SPACES)]
        rows += parts
    rows[7][-1] += 10
    path = workbook(tmp_path / "bilan.xlsx", {"Releves": rows, "Espaces": REGISTER})
    made = drafted(path)
    (counts,) = [s for s in made.settings["sources"] if s["name"] == "attendance"]
    assert plain(counts["files"]["all"]["sums"]) == {"Total visites": ["Adultes", "Jeunes", "Participants"]}
    assert questions(made)["Total visites"]["role"] == "visits"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    new_evaluation("essai", [path], tmp_path, lambda standing: False, TODAY)
    decisions = read_sources(load("essai", tmp_path)).decisions
    (told,) = decisions.loc[decisions["kind"] == "row_totals"].to_dict("records")
    assert told["note"].startswith("1 row whose counts do not add up to 'Total visites'")
    assert told["line"] == 8


def test_a_table_given_twice_is_one_source(tmp_path: Path) -> None:
    first = workbook(tmp_path / "bilan.xlsx", {"Releves": COUNTS, "Espaces": REGISTER})
    again = workbook(tmp_path / "lieux.xlsx", {"Espaces": REGISTER})
    made = draft_evaluation("essai", [first, again], TODAY, ROOT)
    assert list(kinds(made)) == ["attendance", "register"]
    assert made.left == [again]
    assert any("lieux.xlsx: LEFT OUT: the same records as bilan.xlsx, sheet 'Espaces'" in line for line in made.said)
