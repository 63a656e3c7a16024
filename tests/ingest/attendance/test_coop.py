"""The activity export of La Coop and the older one with a column an age band, from workbook to monthly counts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.ingest import Ingested, read_sources

from ..conftest import Make, question

HEADERS = [
    "Date",
    "Enregistré le",
    "Prénom du médiateur",
    "Type",
    "Participants",
    "Canaux d’accompagnement",
    "Nom du lieu",
    "Code Insee",
    "Durée (min)",
    "Thématique(s) d’accompagnement",
    "Tranche d’âge du bénéficiaire",
    "ID CRA",
]
HERE, AWAY = "Lieu d’activité", "À domicile"
BANDS = {"0-11": "Moins de 12 ans", "12-17": "12 - 17 ans", "18-24": "18 - 24 ans", "25-39": "25 - 39 ans"}
BANDS |= {"40-59": "40 - 59 ans", "60-69": "60 - 69 ans", "70+": "70 ans et plus"}
INSEE = "22020"


def _row(
    day: int, kind: str, who: object, where: str, place: str, minutes: object, themes: str, age: str, key: str
) -> list[Any]:
    date = dt.date(2006, 11, day)
    return [date, "14/11/2006 à 10:00", "Camille", kind, who, where, place, INSEE, minutes, themes, age, key]


ROWS = [
    _row(14, "Accompagnement individuel", 1, HERE, "EPN de Broons", 30, "E-mail\nBureautique", "70 ans et plus", "c1"),
    _row(15, "Atelier collectif", "1/2", HERE, "EPN de Broons", 90, "E-mail", "18 - 24 ans", "c2"),
    _row(15, "Atelier collectif", "2/2", HERE, "EPN de Broons", 90, "E-mail", "Non communiqué", "c2"),
    _row(16, "Accompagnement individuel", 1, AWAY, "", "30-60", "", "12 - 17 ans", "c3"),
    _row(15, "Atelier collectif", "2/2", HERE, "EPN de Broons", 90, "E-mail", "Non communiqué", "c2"),
]


def _workbook(path: Path, rows: list[list[Any]]) -> None:
    """Write an export: a title row, what was asked for, the filters, and the table below them."""
    book = xlsxwriter.Workbook(str(path))
    sheet, date = book.add_worksheet("Activités"), book.add_format({"num_format": "dd/mm/yyyy"})
    above = [
        ["Informations export"],
        ["Nom", "Le Gall"],
        ["Total", len(rows)],
        [],
        ["Filtres"],
        ["Période", "2006"],
        [],
    ]
    for at, cells in enumerate([*above, HEADERS, *rows]):
        for column, value in enumerate(cells):
            sheet.write(at, column, value, date if isinstance(value, dt.date) else None)
    book.close()


def _texts(*labels: str) -> dict[str, dict[str, str]]:
    return {f"c{i}": {"fr": label} for i, label in enumerate(labels)}


def _asked() -> list[dict[str, Any]]:
    themes = [{"name": n, "label": {"fr": t}} for n, t in (("email", "E-mail"), ("office", "Bureautique"))]
    activities = {"help": {"fr": "Accompagnement individuel"}, "workshop": {"fr": "Atelier collectif"}}
    bands = {code: {"fr": label} for code, label in BANDS.items()}
    unknown = {"Non communiqué": "no_answer"}
    return [
        question("day", "date", role="date", column="Date", required=True),
        question("place_name", "key", role="site", column="Nom du lieu", required=True),
        question("town", "text", column="Code Insee"),
        question("kind", "single", role="activity", column="Type", codes=activities),
        question("who", "text", column="Participants"),
        question("channel", "single", column="Canaux d’accompagnement", codes=_texts(HERE, "Autre lieu", AWAY)),
        question("spent", "text", column="Durée (min)"),
        question("themes", "multiple", column="Thématique(s) d’accompagnement", separator="\n", items=themes),
        question(
            "band", "single", role="age_band", column="Tranche d’âge du bénéficiaire", codes=bands, missing=unknown
        ),
        question("key", "text", column="ID CRA"),
    ]


def _evaluation(make: Make, **signins: Any) -> Evaluation:
    register = [
        question("id", "key", role="site", required=True),
        question("name", "text", role="site_name"),
        question("insee", "text", role="commune"),
    ]
    places = (
        {"kind": "sites", "files": {"all": {"path": "r.csv"}}},
        register,
        f"id,name,insee\nS1,Cybercommune de Broons,{INSEE}\n",
    )
    declared = {
        "kind": "attendance",
        "files": {"all": {"path": "coop.xlsx", "sheet": "Activités"}},
        "site_commune": "town",
        "signins": {"key": ["key", "who"], "place": "channel", "here": ["c0"], "duration": "spent", **signins},
    }
    evaluation = make(
        _asked(),
        source=declared,
        more={"register": places},
        territory={"region": "53", "level": "pays", "vintage": 2023},
    )
    _workbook(evaluation.data / "coop.xlsx", ROWS)
    return evaluation


def _counts(read: Ingested) -> dict[tuple[str, str], int]:
    table = read.counts["users"]
    found = table[table["visits"] > 0].set_index(["age_band", "activity"])["visits"]
    return {(str(b), str(a)): int(n) for (b, a), n in found.items()}


def test_an_export_becomes_counts_in_the_bands_of_the_source(make: Make) -> None:
    read = read_sources(_evaluation(make))
    assert _counts(read) == {("70+", "help"): 1, ("18-24", "workshop"): 1, ("unknown", "workshop"): 1}
    assert read.counts["users"]["site_id"].unique().tolist() == ["S1"]
    # The fifth row is the second participant of c2 again; the table starts in row 8 of the sheet.
    assert read.failures[["line", "reason"]].to_numpy().tolist() == [[13, "repeated_key"]]
    assert read.tables["elsewhere"]["visits"].tolist() == [1]


def test_themes_lead_to_demand_and_durations_may_be_ranges(make: Make) -> None:
    clean = read_sources(_evaluation(make)).clean["users"]
    assert clean["themes_email"].astype("boolean").fillna(False).tolist() == [True, True, True, False]
    assert clean["themes_office"].astype("boolean").fillna(False).sum() == 1
    spent = clean[["minutes", "minutes_low", "minutes_high"]].astype("Float64").fillna(-1)
    assert spent.to_numpy().tolist()[0] == [30, 30, 30]
    assert spent.to_numpy().tolist()[3] == [-1, 30, 60]
    midpoint = read_sources(_evaluation(make, durations="midpoint")).clean["users"]
    assert midpoint["minutes"].tolist()[3] == 45


def test_bands_that_do_not_nest_need_a_declared_mapping(make: Make) -> None:
    whole = {
        "0-11": "0-17",
        "12-17": "0-17",
        "18-24": "18-24",
        "25-39": "25-59",
        "40-59": "25-59",
        "60-69": "60+",
        "70+": "60+",
    }
    mapped = _counts(read_sources(_evaluation(make, age_bands=whole)))
    assert mapped == {("60+", "help"): 1, ("18-24", "workshop"): 1, ("unknown", "workshop"): 1}
    with pytest.raises(IngestError, match="leaves out a category"):
        read_sources(_evaluation(make, age_bands={"0-11": "0-17"}))


OLD = (
    "espace,date,atelier,participants,moins_12,de_12_17,plus_18,duree,themes\n"
    'A,2006-11-14,x,5,1,2,2,30-60,"{email,""office, etc.""}"\n'
    'A,2006-11-15,x,4,1,2,2,90,"{}"\n'
    "A,2006-11-16,x,3,,2,1,une heure,{email}\n"
    "A,2006-12-01,x,2,0,1,1,1h30,{email}\n"
)


def test_an_activity_whose_ages_do_not_sum_is_set_aside_and_the_others_are_counted(make: Make) -> None:
    items = [{"name": "email", "label": {"fr": "E-mail"}}, {"name": "office", "label": {"fr": "office, etc."}}]
    asked = [
        question("space", "key", role="site", column="espace", required=True),
        question("day", "date", role="date", column="date", required=True),
        question("n", "count", role="total", column="participants"),
        *(question(c, "count") for c in ("moins_12", "de_12_17", "plus_18")),
        question("duree", "text"),
        question("themes", "multiple", separator=",", items=items),
    ]
    counts = {"0-11": "moins_12", "12-17": "de_12_17", "18+": "plus_18"}
    declared = {
        "kind": "attendance",
        "files": {"all": {"path": "old.csv"}},
        "signins": {"rows": "activity", "counts": counts, "duration": "duree", "activity": "workshop"},
        "checks": [{"rule": "not_a_number", "threshold": 1.0}],
    }
    read = read_sources(make(asked, OLD, source=declared, file={"path": "old.csv"}))
    assert read.failures[["line", "reason"]].to_numpy().tolist() == [[4, "not_a_number"], [3, "age_sum_differs"]]
    assert read.failures["found"].tolist()[1] == "total 4, ages add up to 5"
    table = read.counts["users"].set_index(["month", "age_band"])["visits"]
    assert table.loc["2006-11"].to_dict() == {"0-11": 1, "12-17": 2, "18+": 2}
    assert table.loc["2006-12"].to_dict() == {"0-11": 0, "12-17": 1, "18+": 1}
    assert read.clean["users"]["themes_office"].tolist() == [True, False]
    assert set(read.counts["users"]["activity"]) == {"workshop"}
