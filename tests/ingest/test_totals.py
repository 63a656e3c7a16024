"""Totals beside their parts: set aside where label and sums agree, asked about where they do not, never lost."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import IngestError
from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.received import Received
from pipeline.ingest.stage import read_sources
from pipeline.ingest.totals import label_of, without_totals

from .conftest import Make, codes, question


def received(columns: list[str], rows: list[tuple[Any, ...]]) -> Received:
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return Received("f.csv", columns, table, np.arange(2, len(rows) + 2))


def lines_aside(columns: list[str], rows: list[tuple[Any, ...]], kind: str | None, **more: Any) -> list[int]:
    return [line for line, why in without_totals(received(columns, rows), kind, **more).broken if why == "total_row"]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("TOTAL GÉNÉRAL", ("whole", "")),
        ("Sous-total :", ("whole", "")),
        ("Moyenne", ("whole", "")),
        ("Total Pays 01", ("named", "pays 01")),
        ("Total du pays de Brest", ("named", "pays de brest")),
        ("Pays 01 Total", ("named", "pays 01")),
        ("dont ateliers", ("part", "ateliers")),
        ("Totalement", None),
        ("Ateliers", None),
    ],
)
def test_labels_of_totals_are_known_in_their_spellings(text: str, label: tuple[str, str] | None) -> None:
    assert label_of(text) == label


COLUMNS = ["Espace", "Mois", "Activité", "Visites"]


def counts(total: str, change: int = 0) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for site, month in itertools.product(("E01", "E02"), range(1, 7)):
        a, b = 100 + 7 * month, 40 + 3 * month
        place = (site, f"2006-{month:02d}")
        rows += [(*place, "Accès", str(a)), (*place, "Atelier", str(b)), (*place, total, str(a + b + change))]
    return rows


@pytest.mark.parametrize("total", ["Total", "Ensemble", "TOUTES ACTIVITÉS", "Grand total"])
def test_a_category_that_adds_up_the_others_is_set_aside(total: str) -> None:
    assert lines_aside(COLUMNS, counts(total), "attendance") == list(range(4, 38, 3))


def test_a_category_called_total_that_does_not_add_up_is_asked_about() -> None:
    with pytest.raises(Blocked) as stopped:
        without_totals(received(COLUMNS, counts("Total", change=-60)), "attendance")
    assert 'totals: ["Total"]' in str(stopped.value.faults[0].action)


PLACES = ["N°", "Nom", "Commune", "Heures", "Postes"]


def register(*more: tuple[Any, ...], hours: str = "62,5", posts: str = "18") -> list[tuple[Any, ...]]:
    rows = [
        ("1", "EPN A", "Guéret", "24,5", "8"),
        ("2", "EPN B", "Aubusson", "31", "6"),
        ("3", "EPN C", "Ahun", "7", "4"),
    ]
    return [*rows, *more, ("TOTAL", "3 espaces", None, hours, posts)]


@pytest.mark.parametrize("kind", [None, "sites", "records"])
def test_a_total_that_also_counts_its_records_is_one(kind: str | None) -> None:
    assert lines_aside(PLACES, register(), kind) == [5]
    assert lines_aside(PLACES, [*register()[:3], ("4", "Total", "Ahun", "62", "9")], "survey") == []


def test_a_total_that_does_not_add_up_is_told_with_both_numbers() -> None:
    twice = ("2", "EPN B", "AUBUSSON", "31", "6")
    with pytest.raises(Blocked) as stopped:
        without_totals(received(PLACES, register(twice)), "sites")
    fault = stopped.value.faults[0]
    assert "'Heures' 62.5, where the records add up to 93.5" in str(fault.found)
    assert "'Postes' 18, where the records add up to 24" in str(fault.found)
    assert "there twice" in str(fault.action)


def test_sums_without_a_label_are_asked_about_and_declarations_settle_it() -> None:
    with pytest.raises(Blocked) as stopped:
        without_totals(received(COLUMNS, counts("Fréquentation")), "attendance")
    assert "sum of all others" in stopped.value.faults[0].problem
    assert len(lines_aside(COLUMNS, counts("Fréquentation"), "attendance", declared=["fréquentation"])) == 12
    assert lines_aside(COLUMNS, counts("Fréquentation"), "attendance", declared=[]) == []


def test_a_line_of_the_whole_network_and_totals_by_month_are_set_aside() -> None:
    rows = [(s, f"2006-0{m}", str(10 * m + i)) for m in (1, 2, 3) for i, s in enumerate(("E1", "E2", "E3"))]
    by_month = [("TOTAL", f"2006-0{m}", str(30 * m + 3)) for m in (1, 2, 3)]
    assert lines_aside(["Espace", "Mois", "Visites"], [*rows, *by_month], "attendance") == [11, 12, 13]
    assert lines_aside(["Espace", "Mois", "Visites"], [*rows, ("Total", None, "189")], "attendance") == [11]


def test_totals_in_two_columns_at_once_are_all_set_aside() -> None:
    rows: list[tuple[Any, ...]] = []
    for month in ("2006-01", "2006-02", "2006-03"):
        cells = {(a, g): 10 * i + 3 * j for i, a in enumerate("AB", 1) for j, g in enumerate("FH", 1)}
        rows += [(month, a, g, str(v)) for (a, g), v in cells.items()]
        rows += [(month, a, "Ensemble", str(sum(v for (x, _), v in cells.items() if x == a))) for a in "AB"]
        rows += [(month, "Total", g, str(sum(v for (_, x), v in cells.items() if x == g))) for g in "FH"]
        rows.append((month, "Total", "Ensemble", str(sum(cells.values()))))
    assert len(lines_aside(["Mois", "Activité", "Sexe", "Visites"], rows, "attendance")) == 3 * 5


def test_subtotals_and_means_of_a_survey_are_no_respondents() -> None:
    rows: list[tuple[Any, ...]] = []
    for pays, person in itertools.product(("Pays 1", "Pays 2"), range(1, 9)):
        rows.append((pays, str(person), "F", str(person % 4), str(20 + person)))
        if person == 8:
            rows.append((f"Total {pays}", None, None, "12", None))
    rows.append(("Moyenne", None, None, "1,5", "24,5"))
    assert lines_aside(["Pays", "N°", "Sexe", "Visites", "Age"], rows, "survey") == [10, 19, 20]


def test_a_space_and_an_answer_that_hold_the_word_are_kept() -> None:
    register = [
        ("E1", "Espace Total", "22113", "5"),
        ("E2", "Total Numérique", "22070", "6"),
        ("E3", "B", "29019", "7"),
    ]
    assert lines_aside(["Id", "Nom", "Code", "Postes"], register, "sites") == []
    answers = [(str(i), a, str(20 + i)) for i, a in enumerate(["Bonne", "Moyenne", "Mauvaise", "Ensemble"] * 5)]
    assert lines_aside(["id", "Qualité", "Age"], answers, "survey") == []
    broken_off = [("Bonne", "1", "2"), ("Moyenne", "1", "3"), ("Moyenne", None, None), ("Mauvaise", "2", "4")] * 3
    assert lines_aside(["Qualité", "Q2", "Q3"], broken_off, "survey") == []


def test_a_total_line_of_a_register_is_no_space() -> None:
    rows = [(f"E{i}", f"Espace {i}", "22113", "5") for i in range(6)] + [("TOTAL", None, None, "30")]
    assert lines_aside(["Id", "Nom", "Code", "Postes"], rows, "sites") == [8]


def test_a_part_of_the_record_above_is_not_counted_twice() -> None:
    rows = [("E1", "2006-01", "Atelier", "50"), ("E1", "2006-01", "dont ateliers seniors", "20")]
    assert lines_aside(COLUMNS, rows, "attendance") == [3]


def test_received_is_accepted_and_set_aside_and_the_total_is_on_record(make: Make) -> None:
    content = "activite;visites\n" + "a;3\nb;4\nTotal;7\n"
    asked = [question("activite", "single", codes=codes("a", "b")), question("visites", "count")]
    ingested = read_sources(make(asked, content, source={"kind": "costs", "files": {"2006": {"path": "users.csv"}}}))
    account = ingested.account.set_index(["kind", "reason"])["n"]
    assert (account["received", ""], account["accepted", ""], account["reason", "total_row"]) == (3, 2, 1)
    assert ingested.decisions.query("kind == 'total_row'")["before"].tolist() == ["Total"]


def test_the_advice_about_an_unproved_total_works(make: Make) -> None:
    content = "activite;visites\n" + "a;3\nb;4\nTotal;9\n"
    asked = [question("activite", "single", codes=codes("a", "b", "Total")), question("visites", "count")]
    kind = {"kind": "costs", "files": {"2006": {"path": "users.csv"}}}
    with pytest.raises(IngestError, match=r"totals: \[\]"):
        read_sources(make(asked, content, source=kind))
    kind["files"]["2006"]["totals"] = []  # type: ignore[index]
    assert len(read_sources(make(asked, content, source=kind)).clean["users"]) == 3
    kind["files"]["2006"]["totals"] = ["Total"]  # type: ignore[index]
    assert len(read_sources(make(asked, content, source=kind)).clean["users"]) == 2


def test_a_part_below_the_last_respondent_is_no_respondent() -> None:
    rows = [(i, "Rennes", 1 + i % 10) for i in range(40)]
    assert lines_aside(["n", "ville", "note"], [*rows, (None, "dont femmes", 98)], "survey") == [42]


def test_a_declared_total_leaves_aside_those_that_add_up_too() -> None:
    spaces = [(f"E{i}", f"2023-{m:02d}", 100 + 7 * i + m) for m in range(1, 5) for i in range(6)]
    of_month = [("S/Total", f"2023-{m:02d}", sum(v for _, t, v in spaces if t == f"2023-{m:02d}")) for m in range(1, 5)]
    rows = [*spaces, *of_month, ("Cumul", "2023-04", sum(v for _, _, v in spaces))]
    columns = ["espace", "mois", "visites"]
    with pytest.raises(Blocked) as refused:
        without_totals(received(columns, rows), "attendance")
    assert 'totals: ["Cumul"]' in str(refused.value.faults[0].action)
    assert lines_aside(columns, rows, "attendance", declared=["Cumul"]) == [26, 27, 28, 29, 30]
    assert lines_aside(columns, rows, "attendance", declared=[]) == []


def test_every_doubtful_total_is_named_at_once() -> None:
    rows = [(f"E{i}", f"2023-{m:02d}", 100 + 7 * i + m) for m in range(1, 5) for i in range(6)]
    rows += [("Cumul", "2023-04", 5), ("Overall", "2023-04", 7)]
    with pytest.raises(Blocked) as refused:
        without_totals(received(["espace", "mois", "visites"], rows), "attendance")
    assert 'totals: ["Cumul", "Overall"]' in str(refused.value.faults[0].action)


def test_a_total_is_told_by_a_column_that_the_instrument_does_not_name(make: Make) -> None:
    content = "lieu;jour;visites\nA;lundi;3\nA;mardi;4\nA;TOTAL;7\nB;lundi;5\nB;mardi;6\nB;TOTAL;11\n"
    asked = [question("lieu", "key", role="site"), question("visites", "count", role="quantity")]
    ingested = read_sources(make(asked, content, source={"kind": "records", "files": {"2006": {"path": "users.csv"}}}))
    assert ingested.clean["users"]["visites"].tolist() == [3, 4, 5, 6]
    assert "jour" not in ingested.clean["users"]
