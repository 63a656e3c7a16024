"""Files as town halls and form tools send them: titles, ticks, lists in a cell, ages across, weights of bodies."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from pipeline.errors import IngestError
from pipeline.evaluation import load
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.scaffold.columns import draft_of
from pipeline.ingest.scaffold.draft_evaluation import draft_evaluation
from pipeline.ingest.scaffold.header_row import header_row_of
from pipeline.ingest.scaffold.plausible import plausible
from pipeline.ingest.scaffold.several import several
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.ingest.stage import read_sources
from pipeline.ingest.tools.draft import Draft, short_name

DAY = dt.date(2024, 12, 1)
ANSWERS = "Q1;Q2\n" + "".join(f"{'oui' if i % 2 else 'non'};{i % 3}\n" for i in range(12))


def column(name: str, values: list[Any], label: str = "", times: int = 1) -> Column:
    kind = "number" if all(isinstance(v, float) for v in values) else "text"
    return Column(name, label, kind, {}, [], pd.Series(values * times))


def sources(path: Path, raw: bytes | str) -> dict[str, list[Draft]]:
    """Return the draft questions of one file, by kind of source."""
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    drafted = draft_evaluation("essai", [path], DAY)
    kinds = {s["name"]: s["kind"] for s in drafted.settings["sources"]}
    return {kinds[i["name"]]: i["questions"] for i in drafted.instruments.values()}


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Export du 12/11/2024\n\n" + ANSWERS, 3),
        ("sep=;\n" + ANSWERS, 2),
        ("Enquête;\n" + ANSWERS.replace("\n", ";x;y\n"), 2),
        (ANSWERS, None),
        ("poids;avis\n" + "1,25;oui\n" * 9, None),
        ("reponse\n" + "oui\n" * 9, None),
        ("a;b\n" + "1,25;2,5\n" * 9, None),
        ("Relevé\na;b\n" + "1,25;2,5\n" * 9, 2),
    ],
)
def test_titles_above_a_header_are_skipped(text: str, row: int | None, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    assert header_row_of(tmp_path / "f.csv") == row


def test_the_largest_sheet_is_drafted_whatever_stands_before_it(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "f.xlsx"))
    book.add_worksheet("A").write_column(0, 0, ["Lisez-moi", "Enquête de 2024"])
    sheet = book.add_worksheet("Réponses")
    for at, cells in enumerate([["Âge", "Avis"], *([20 + i, "bon" if i % 2 else "mauvais"] for i in range(12))]):
        sheet.write_row(at, 0, cells)
    book.close()
    drafted = draft_evaluation("essai", [tmp_path / "f.xlsx"], DAY)
    assert [q["name"] for q in drafted.instruments["f.yaml"]["questions"]] == ["Age", "Avis"]
    assert drafted.settings["sources"][0]["files"]["2024"]["sheet"] == "Réponses"


@pytest.mark.parametrize(
    ("cells", "items"),
    [
        (["mail;jeux", "mail", "jeux", "mail;jeux;web", "web"], ["mail", "jeux", "web"]),
        (["Internet", "Internet, Imprimer", "Imprimer"], ["Internet", "Imprimer"]),
        (['{mail,"a, b"}', "{mail}"], ["mail", "a, b"]),
        (["Oui, tout à fait", "Oui, plutôt", "Non, plutôt pas", "Non, pas du tout"], None),
        (["mail;mail", "jeux"], None),
        (["oui", "non"], None),
    ],
)
def test_several_answers_in_a_cell_are_boxes(cells: list[str], items: list[str] | None) -> None:
    draft = several(column("Q", cells, times=6), {"name": "Q", "wording": {"fr": "Q"}})
    assert (sorted(i["label"]["fr"] for i in draft.content["items"]) if draft else None) == (items and sorted(items))


def test_boxes_with_one_name_are_one_question_and_yes_or_no_questions_stay_apart(tmp_path: Path) -> None:
    ticks = {f"Q3_{i}": ["1", "0"] * 6 for i in (1, 2, 3)} | {f"Q5{c}": ["1", ""] * 6 for c in "ABC"}
    apart = {f"Q{i}": ["oui", "non"] * 6 for i in (6, 7, 8)}
    raw = pd.DataFrame({"age": range(20, 32), **ticks, **apart}).to_csv(index=False)
    kinds = {q["name"]: q["type"] for q in sources(tmp_path / "f.csv", raw)["survey"]}
    assert kinds == {
        "age": "number",
        "Q3": "multiple",
        "Q5": "multiple",
        "Q6": "single",
        "Q7": "single",
        "Q8": "single",
    }


@pytest.mark.parametrize(
    ("role", "name", "values", "fits"),
    [
        ("weight", "POND", [0.5, 1.5, 1.25], True),
        ("weight", "poids", [0.51234, 1.5123, 812.12345], True),
        ("weight", "Weight", [71.5, 64.0, 88.2], False),
        ("weight", "pond", [0.5, None, 1.2], True),
        ("weight", "pond", [0.5, None, None], False),
        ("weight", "poids", [0.5, None, 1.2], False),
        ("age", "age", [17.0, 64.0, 88.0], True),
        ("age", "Age", [129.4, 139.9, 12.0], False),
        ("site", "num", [f"{i}" for i in range(9)], False),
    ],
)
def test_a_role_needs_values_that_can_be_its(role: str, name: str, values: list[Any], fits: bool) -> None:
    assert plausible(role, (name,), column(name, values, times=1 if role == "site" else 4)) is fits


@pytest.mark.parametrize(
    ("found", "content"),
    [
        (column("d", ["11/13/2024", "11/02/2024"]), {"type": "date"}),
        (column("d", ["13-11-2024", "02-11-2024"]), {"type": "date"}),
        (column("d", ["13/11/24", "02/11/24"]), {"type": "date", "date_format": "%d/%m/%y"}),
        (column("d", ["2024-11-13T10:00:00.123+01:00", "2024-11-14T10:00:00Z"]), {"type": "date"}),
        (column("m", ["11/2024", "12/2024"]), {"type": "month"}),
        (column("age", ["NSP", *map(str, range(20, 60))]), {"type": "count", "missing": {"NSP": "dont_know"}}),
        (column("usages", [1.0, 2.0, 3.0], times=9), {"type": "single"}),
        (column("t", ["x" * 300, "y"], times=9), {"type": "open"}),
    ],
)  # fmt: skip
def test_values_of_the_field_are_read_as_what_they_are(found: Column, content: dict[str, Any]) -> None:
    draft = draft_of(found, None)
    assert draft is not None
    assert {k: draft.content.get(k) for k in content} == content


ACTIVITIES = "id,date,lieu,type,duree,participants,moins_12,de12_18,plus_18\n" + "".join(
    f"a{i},2024-11-{i + 1:02d},{'A' if i % 2 else 'B'},{'seul' if i % 3 else 'groupe'},30-60,{i % 4 + 3},1,2,{i % 4}\n"
    for i in range(20)
)


def test_an_older_activity_export_becomes_counts_in_its_own_bands(tmp_path: Path) -> None:
    (tmp_path / "cra.csv").write_text(ACTIVITIES, encoding="utf-8")
    new_evaluation("essai", [tmp_path / "cra.csv"], tmp_path, lambda standing: False, DAY)
    read = read_sources(load("essai", tmp_path))
    counts = read.counts["visits"]
    assert set(counts.loc[counts["visits"] > 0, "age_band"]) == {"0-11", "12-17", "18+"}
    assert counts["visits"].sum() == sum(i % 4 + 3 for i in range(20))


def test_the_national_register_is_drafted_by_its_schema(tmp_path: Path) -> None:
    header = "id,pivot,nom,commune,code_postal,adresse,code_insee,date_maj,telephone,horaires,services"
    row = (
        "s{0},00000000000000,Espace {0},Rennes,35000,{0} rue de la Mairie,35238,2024-05-01,+33299123456,"
        "Mo-Fr 09:00-12:00,Autre|Parentalité et éducation avec le numérique"
    )
    raw = "\n".join([header, *(row.format(i) for i in range(9))])
    found = {q["name"]: q for q in sources(tmp_path / "lieux.csv", raw)["sites"]}
    assert found["open_hours"]["role"] == "opening_hours"
    assert found["insee"]["column"] == "code_insee"
    assert "telephone" not in {q.get("column") for q in found.values()}


def test_times_of_arrival_alone_make_no_sign_in_sheet(tmp_path: Path) -> None:
    raw = "num;heure_arrivee;avis\n" + "".join(f"{i};0{i % 9 + 1}:00;bon\n" for i in range(12))
    assert set(sources(tmp_path / "f.csv", raw)) == {"survey"}


def lime(*rows: str) -> str:
    header = '"ID de la réponse";"Date de soumission";"Dernière page";"Langue de départ";"Que faites-vous ? [Mail]";'
    header += '"Que faites-vous ? [Jeux]";"Que faites-vous ? [Autre]";"Votre âge";"Votre code postal"'
    return "\n".join([header, *rows]) + "\n"


def test_a_limesurvey_export_in_full_texts_is_known_without_its_structure(tmp_path: Path) -> None:
    rows = [
        f'"{i}";"2024-11-0{i % 9 + 1} 10:00:00";"2";"fr";"Oui";"Non";"du tricot {i}";"{20 + i}";"35000"'
        for i in range(19)
    ]
    (tmp_path / "r.csv").write_text(lime(*rows, '"99";"";"1";"fr";"Oui";"";"";"";""'), encoding="utf-8-sig")
    new_evaluation("essai", [tmp_path / "r.csv"], tmp_path, lambda standing: False, DAY)
    evaluation = load("essai", tmp_path)
    kinds = {q.name: q.type for q in next(iter(evaluation.instruments.values())).questions}
    assert kinds == {"id": "key", "Que_faites_vous": "multiple", "Que_faites_vous_Autre": "open", "Votre_age": "number",
                     "Votre_code_postal": "single"}  # fmt: skip
    account = read_sources(evaluation).account.set_index(["kind", "reason"])["n"]
    assert account["received", ""] == 20
    assert account["reason", "incomplete"] == 1


def test_choices_of_kobo_in_one_column_are_boxes_and_not_told_twice(tmp_path: Path) -> None:
    chosen = ["mail jeux", "mail", "jeux web", "mail jeux web", "web"]
    alone = "_id,_uuid,_index,usages\n" + "".join(f"{i},u{i},{i},{chosen[i % 5]}\n" for i in range(30))
    asked = {q["name"]: q["type"] for q in sources(tmp_path / "k.csv", alone)["survey"]}
    assert asked == {"uuid": "key", "usages": "multiple"}
    both = "_id,_uuid,_index,usages,usages/mail,usages/jeux\n" + "".join(f"{i},u{i},{i},mail,1,0\n" for i in range(30))
    found = sources(tmp_path / "k.csv", both)["survey"]
    assert [q["name"] for q in found if q["type"] == "multiple"] == ["usages"]
    assert len(found) == 2


def test_long_texts_get_short_names_of_their_own() -> None:
    names = {short_name(f"Êtes-vous satisfait, tout bien considéré, {what} ?") for what in ("de l'accueil", "du prix")}
    assert len(names) == 2
    assert max(map(len, names)) <= 40


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("LOCATION,JANUARY,FEBRUARY,MARCH,YTD", "not the sum"),
        ("Branch,2024-01,2024-02,2024-03", None),
        ("Branch,2021,2022,2023", None),
        ("Espace,T1,T2,T3,T4", "which year"),
        ("Lieu,Q1 2024,Q2 2024,Q3 2024", None),
        ("Branch,Week 1,Week 2,Week 3", "one column a week"),
    ],
)
def test_periods_as_columns_are_rows_where_their_year_is_told(header: str, said: str | None, tmp_path: Path) -> None:
    rows = "".join(f"{name},{','.join(str(900 + i + j) for j in range(header.count(',')))}\n"
                   for i, name in enumerate(["Albany", "Austin", "Avalon", "Bezazian"]))  # fmt: skip
    if said is None:
        assert list(sources(tmp_path / "f.csv", f"{header}\n{rows}")) == ["attendance"]
        return
    with pytest.raises(IngestError, match=said):
        sources(tmp_path / "f.csv", f"{header}\n{rows}")


def test_questions_called_like_quarters_are_questions(tmp_path: Path) -> None:
    rows = "".join(f"R{i:03d},{i % 5},{i % 3},{i % 4}\n" for i in range(30))
    assert list(sources(tmp_path / "f.csv", f"id,Q1,Q2,Q3\n{rows}")) == ["survey"]


def test_what_the_service_of_kobo_gives_is_drafted_as_its_export(tmp_path: Path) -> None:
    answers = [
        {"_id": i, "_uuid": f"{i:032x}", "accueil/avis": "oui" if i % 2 else "non", "_tags": []} for i in range(12)
    ]
    path = tmp_path / "reponses.json"
    path.write_text(json.dumps({"count": 12, "next": None, "results": answers}), encoding="utf-8")
    drafted = draft_evaluation("essai", [path], DAY)
    (source,) = drafted.settings["sources"]
    assert (source["kind"], list(source["files"].values())) == ("survey", [{"path": "reponses.json", "format": "kobo"}])
    (instrument,) = drafted.instruments.values()
    assert "accueil/avis" in [q.get("column") for q in instrument["questions"]]
