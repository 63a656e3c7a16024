"""Small made-up files of every kind that people send go the way of a user, and end in right numbers or a clear stop.

They stand for the shared files where those are absent, and differ from them on purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.received_files import workbook

from .received import (
    Expect,
    accepted,
    closed,
    drafted,
    every,
    mean,
    never_zero,
    orderly,
    published,
    refused,
    said,
    try_files,
    unpublished,
    visits,
)

MONTHS = [f"2006-{m:02d}" for m in range(1, 7)]
SPACES = {"E1": "22113", "E2": "22070", "E3": "29019", "E4": "35238"}
REGISTER = "Identifiant;Nom;Code INSEE;Date d'ouverture;Nombre de postes\n" + "".join(
    f"{e};Espace de {c};{c};01/02/2001;8\n" for e, c in SPACES.items()
)
N = 60
Cells = list[list[Any]]


def answers(header: str, record: Callable[[int], str]) -> str:
    """Return a file of N answers."""
    return header + "\n" + "".join(record(i) + "\n" for i in range(N))


def counts(record: Callable[[str, str], list[str]], header: str = "Identifiant espace;Mois;Nombre de visites") -> str:
    """Return a file of counts: the records of each space and month."""
    return header + "\n" + "".join(f"{line}\n" for e in SPACES for m in MONTHS for line in record(e, m))


def one_of(texts: str, i: int) -> str:
    """Return one of several texts, in turn."""
    held = texts.split("|")
    return held[i % len(held)]


PEOPLE: Cells = [["id", "Sexe", "Âge"], *[[i, "HF"[i % 2], 20 + i % 40] for i in range(N)]]
MONKEY: Cells = [
    ["Respondent ID", "Sexe ?", "Pour quoi ?", None, "Âge ?"],
    [None, "Response", "Jeux", "Courriel", "Open-Ended Response"],
    *[[i, "HF"[i % 2], [None, "Jeux"][i % 2], [None, "Courriel"][i % 3 == 0], 20 + i % 40] for i in range(N)],
]

#: name -> its files, each a text or the sheets of a workbook, and how it ends.
TWINS: dict[str, tuple[dict[str, str | dict[str, Cells]], Expect]] = {
    "total-category": (
        {
            "c.csv": counts(
                lambda e, m: [f"{e};{m};{k};{v}" for k, v in (("Femmes", 60), ("Hommes", 40), ("Ensemble", 100))],
                "Identifiant espace;Mois;Sexe;Nombre de visites",
            ),
            "r.csv": REGISTER,
        },
        visits(2400),
    ),
    "single-month": (
        {
            "c.csv": "Identifiant espace;Mois;Nombre de visites\n" + "".join(f"{e};2006-03;100\n" for e in SPACES),
            "r.csv": REGISTER,
        },
        visits(400),
    ),
    "months-in-letters": (
        {
            "c.csv": counts(
                lambda e, m: [f"{e};{['janv.', 'Feb', 'mars', 'April', 'mai', 'juin'][int(m[-1]) - 1]} 2006;50"]
            ),
            "r.csv": REGISTER,
        },
        visits(1200),
    ),
    "years": (
        {
            "c.csv": "Identifiant espace;Année;Nombre de visites\n"
            + "".join(f"{e};{y};{y}\n" for e in SPACES for y in (2005, 2006)),
            "r.csv": REGISTER,
        },
        every(visits(16044), published("Visites par espace et par an")),
    ),
    "quarters-beside-their-year": (
        {
            "c.csv": "Identifiant espace;Année;Trimestre;Nombre de visites\n"
            + "".join(f"{e};2006;{q};100\n" for e in SPACES for q in (1, 2, 3, 4)),
            "r.csv": REGISTER,
        },
        every(visits(1600), published("Visites par espace et par trimestre")),
    ),
    "sheets-of-months": (
        {
            "c.xlsx": {
                m: [["Identifiant espace", "Nombre de visites"], *[[e, 100] for e in SPACES]]
                for m in ("janvier 2006", "février 2006")
            },
            "r.csv": REGISTER,
        },
        every(visits(800), drafted("sheet_column: Période")),
    ),
    "sheets-of-spaces": (
        {
            "c.xlsx": {e: [["Mois", "Nombre de visites"], *[[m, 10] for m in MONTHS]] for e in SPACES},
            "r.csv": REGISTER,
        },
        every(visits(240), drafted("sheet_column: Espace")),
    ),
    "a-sheet-of-totals": (
        {
            "c.xlsx": {
                m: [["Identifiant espace", "Nombre de visites"], *[[e, 100] for e in SPACES]]
                for m in ("janvier 2006", "février 2006", "Total")
            },
            "r.csv": REGISTER,
        },
        said("LEFT OUT", "several sheets have the same columns", "Total"),
    ),
    "periods-mixed": (
        {
            "c.csv": "Identifiant espace;Période;Nombre de visites\n"
            + "".join(f"{e};{p};100\n" for e in SPACES for p in ("S1 2006", "S2 2006", "2006")),
            "r.csv": REGISTER,
        },
        said("LEFT OUT", "several periods"),
    ),
    "sideways": (
        {
            "c.csv": "Identifiant espace;" + ";".join(MONTHS) + "\n" + "".join(f"{e};1;2;3;4;5;6\n" for e in SPACES),
            "r.csv": REGISTER,
        },
        visits(84),
    ),
    "thousands": (
        {"c.csv": counts(lambda e, m: [f"{e};{m};{'1.050' if m < '2006-04' else '902'}"]), "r.csv": REGISTER},
        refused("1.050", 'thousands: "."'),
    ),
    "units": ({"a.csv": answers("id;Part;Prix", lambda i: f"{i};{i % 50} %;{i % 10},50 €")}, mean("prix", 5.0)),
    "widths": (
        {"a.csv": answers("id;Âge;Avis", lambda i: f"{i};{20 + i % 40};{one_of('bon|mauvais', i)};")},
        accepted(N),
    ),
    "row-names": (
        {"a.csv": answers('"sexe" "age"', lambda i: f'"{i + 1}" "{"HF"[i % 2]}" {20 + i % 40}')},
        every(accepted(N), closed("Sexe", "F", "H")),
    ),
    "not-asked": (
        {"a.csv": answers("IDENT;ANNEE;AVIS;A1;A2", lambda i: f"{i};{'2019;bon;;' if i < 30 else '2022;bon;Oui;Non'}")},
        every(accepted(N), never_zero("2019")),
    ),
    "spellings": (
        {"a.csv": answers("id;Avis", lambda i: f"{i};{one_of('Très bon|très bon|TRES BON|bof|Bof ', i)}")},
        closed("Avis", "Bof", "Tres_bon"),
    ),
    "markup": (
        {
            "a.csv": answers(
                "id;1. « @vous » ?;Emploi",
                lambda i: f"{i};{one_of('::: {.callout-note}|<b>non</b>', i)};{one_of('CDI/CDD|autre', i // 2)}",
            )
        },
        published("::: {.callout-note}", "CDI/CDD", "@vous", "&lt;b&gt;non&lt;/b&gt;"),
    ),
    "names": (
        {
            "a.csv": answers(
                "id;Prénom du stagiaire;Avis",
                lambda i: f"{i};{one_of('Maëlys|Enora|Tugdual', i)};{one_of('bon|bof', i)}",
            )
        },
        every(accepted(N), unpublished("Maëlys", "Tugdual")),
    ),
    "spoiled": (
        {"a.csv": answers("id;Avis", lambda i: f"{i};{one_of('trÃ¨s bon|dÃ©Ã§u', i)}")},
        every(published("très bon"), unpublished("Ã")),
    ),
    "swapped": (
        {
            "a.csv": answers(
                "id;Date de visite",
                lambda i: f"{i};{f'2023-{1 + i % 12:02d}-11' if i % 2 else f'{13 + i % 9}/11/2023'}",
            )
        },
        said("swapped day and month"),
    ),
    "errors": (
        {"a.xlsx": {"R": [*PEOPLE, [N, "H", "#N/A"], [N + 1, "F", "#DIV/0!"]]}},
        every(accepted(N + 2), said("a formula that failed (#N/A, #DIV/0!")),
    ),
    "averages": ({"a.xlsx": {"R": [*PEOPLE, ["Moyenne", None, 39.5]]}}, accepted(N)),
    "waves": (
        {"a.xlsx": {"Avant": PEOPLE, "Après": PEOPLE}},
        every(accepted(2 * N), accepted(N, "Avant"), accepted(N, "Après")),
    ),
    "second-table": (
        {"a.xlsx": {"R": [*PEOPLE, [None], ["Sexe", "Total"], ["H", 30]]}},
        every(accepted(N), said("not read")),
    ),
    "two-headers": (
        {"a.xlsx": {"Sheet": MONKEY}},
        every(accepted(N), said("no respondent"), drafted("fr: Jeux", "fr: Courriel")),
    ),
    "repeat": (
        {
            "a.xlsx": {
                "menage": PEOPLE,
                "membres": [["_parent_index", "lien", "nom"], *[[i // 2, "enfant", "x"] for i in range(99)]],
            }
        },
        every(accepted(N), said("membres")),
    ),
}


def write(folder: Path, name: str, content: str | dict[str, Cells]) -> Path:
    """Write one file."""
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str):
        (folder / name).write_text(content, encoding="utf-8")
        return folder / name
    return workbook(folder / name, content)


@pytest.mark.slow
@pytest.mark.parametrize("name", TWINS)
def test_a_file_of_a_known_kind_ends_in_right_numbers_or_in_one_clear_stop(
    name: str, project: Path, tmp_path: Path
) -> None:
    files, expect = TWINS[name]
    ended = try_files(project, name, [write(tmp_path, file, content) for file, content in files.items()])
    assert orderly(ended) is None
    assert expect(ended) is None
