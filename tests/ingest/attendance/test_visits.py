"""Sign-in sheets: every visit counted once, in its space, month, age band and activity."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.errors import EvaluationError, IngestError
from pipeline.ingest import ingest, read_sources

from ..conftest import codes, question
from .conftest import MakeSigned, sheet

HEADER = "espace;date;age;activite;carte;arrivee;depart\n"
SHEET = HEADER + (
    "A;2003-01-02;12;open;Jeanne;14:00;15:30\n"
    "A;2003-01-02;30;open;Paul;14:00;\n"
    "A;2003-01-03;30;workshop;Paul;10:00;12:00\n"
    "A;2003-02-03;;open;;;\n"
    "B;2003-02-04;70;open;Jeanne;9h00;9h30\n"
)


def _cell(counts: pd.DataFrame, *cell: str) -> int:
    return int(counts.set_index(["site_id", "month", "age_band", "activity"]).loc[cell, "visits"])


def test_visits_become_monthly_counts_with_zeros_where_a_space_was_recorded(signed: MakeSigned) -> None:
    counts = read_sources(signed(SHEET)).counts["users"]
    assert counts["visits"].sum() == 5
    assert _cell(counts, "A", "2003-01", "25-44", "open") == 1
    assert _cell(counts, "A", "2003-01", "60+", "workshop") == 0
    assert _cell(counts, "A", "2003-02", "unknown", "open") == 1
    # B was recorded in February only: January is missing, not zero.
    assert set(counts.loc[counts["site_id"] == "B", "month"]) == {"2003-02"}
    assert not counts.duplicated(["site_id", "month", "age_band", "activity"]).any()


def test_ages_not_given_are_shared_out_only_where_declared(signed: MakeSigned) -> None:
    more = SHEET + "A;2003-02-05;20;open;;;\n"
    ingested = read_sources(signed(more, {"unknown_age": "spread"}))
    counts = ingested.counts["users"]
    assert counts["visits"].sum() == 6
    assert _cell(counts, "A", "2003-02", "15-24", "open") == 2
    assert "unknown" not in set(counts["age_band"])
    assert (ingested.decisions["kind"] == "unknown_age").sum() == 1


def test_persons_are_pseudonyms_and_the_file_active_counts_each_once(signed: MakeSigned) -> None:
    ingested = read_sources(signed(SHEET, {"active_file": "year"}))
    assert not ingested.clean["users"]["card"].isin(["Jeanne", "Paul"]).any()
    active = ingested.tables["active_file"].set_index("site_id")
    assert active.loc["A", ["persons", "visits", "visits_without_person"]].tolist() == [2, 4, 1]
    # Jeanne comes to both spaces: the whole is less than the sum.
    assert active.loc["B", "persons"] == 1
    assert active[active.index.isna()]["persons"].tolist() == [2]


def test_new_persons_are_counted_in_their_first_month_only(signed: MakeSigned) -> None:
    active = read_sources(signed(SHEET, {"active_file": "month"})).tables["active_file"]
    whole = active[active["site_id"].isna()].set_index("period")
    assert whole.loc["2003-01", ["persons", "new_persons"]].tolist() == [2, 2]
    assert whole.loc["2003-02", ["persons", "new_persons"]].tolist() == [1, 0]


def test_a_visit_entered_twice_counts_once(signed: MakeSigned) -> None:
    ingested = read_sources(signed(SHEET + "A;2003-01-02;30;open; PAUL;14:00;\n"))
    assert ingested.counts["users"]["visits"].sum() == 5
    found = ingested.failures.set_index("reason").loc["repeated_key"]
    assert (found["line"], found["found"]) == (7, "same key as line 3")


def test_departures_before_arrivals_and_times_that_are_none_are_set_aside(signed: MakeSigned) -> None:
    bad = SHEET + "A;2003-03-01;20;open;Luc;15:00;14:00\nA;2003-03-01;20;open;Zoé;25:00;\n"
    ingested = read_sources(signed(bad))
    assert ingested.failures[["line", "reason"]].to_numpy().tolist() == [[8, "not_a_date"], [7, "out_of_range"]]
    minutes = ingested.clean["users"]["minutes"].astype("Float64")
    assert minutes.fillna(-1).tolist() == [90, -1, 120, -1, 30]
    account = ingested.account[ingested.account["source"] == "users"].groupby("kind")["n"].sum()
    assert account["received"] == account["accepted"] + account["set_aside"] == 7


def test_a_birth_year_gives_the_age_reached_in_the_year_of_the_visit(signed: MakeSigned) -> None:
    asked = [q for q in sheet() if q["name"] != "age"] + [question("born", "count", column="age")]
    text = HEADER + "A;2003-01-02;1988;open;;;\nA;2003-12-30;1879;open;;;\nA;2003-12-31;1943;open;;;\n"
    ingested = read_sources(signed(text, {"birth_year": "born"}, asked=asked))
    assert _cell(ingested.counts["users"], "A", "2003-01", "15-24", "open") == 1
    assert _cell(ingested.counts["users"], "A", "2003-12", "60+", "open") == 1
    aside = ingested.failures[ingested.failures["severity"] == "set aside"]
    assert aside["reason"].tolist() == ["out_of_range"]


def test_visits_elsewhere_are_counted_apart_and_need_no_space(signed: MakeSigned) -> None:
    asked = [*sheet(), question("place", "single", column="lieu", codes=codes("space", "home", "online"))]
    text = HEADER.replace("\n", ";lieu\n") + (
        "A;2003-01-02;12;open;;;;space\n;2003-01-02;30;open;;;;home\nMairie;2003-01-02;30;open;;;;online\n"
    )
    ingested = read_sources(signed(text, {"place": "place", "here": ["space"]}, asked=asked))
    assert ingested.failures.empty
    assert ingested.counts["users"]["visits"].sum() == 1
    assert dict(zip(*[ingested.tables["elsewhere"][c] for c in ("place", "visits")], strict=True)) == {
        "home": 1,
        "online": 1,
    }


def test_a_person_that_would_be_kept_by_name_is_refused(signed: MakeSigned) -> None:
    asked = [{**q, "role": "occupation"} if q["name"] == "card" else q for q in sheet()]
    with pytest.raises(IngestError, match="role: identifier"):
        read_sources(signed(SHEET, asked=asked))


def test_a_key_that_names_no_question_is_refused_on_loading(signed: MakeSigned) -> None:
    with pytest.raises(EvaluationError, match=r"signins\.key"):
        signed(SHEET, {"key": ["nothing"]})


def test_records_and_counts_are_written_side_by_side(signed: MakeSigned, tmp_path) -> None:  # type: ignore[no-untyped-def]
    ingest(signed(SHEET), tmp_path / "out")
    assert pd.read_parquet(tmp_path / "out" / "users" / "all.parquet")["visits"].sum() == 5
    assert len(pd.read_parquet(tmp_path / "out" / "users" / "records" / "all.parquet")) == 5


def test_a_date_of_birth_tells_the_age_reached_in_the_year_of_the_visit(signed: MakeSigned) -> None:
    asked = [q for q in sheet() if q["name"] != "age"]
    born = [
        question("born", "count", role="quasi_identifier", column="naissance"),
        question("born", "date", role="birth_date", column="naissance", date_format="%Y"),
        question("born", "date", role="birth_date", column="naissance"),
    ]
    years = ("1991", "1991", "1973", "", "1933")
    days = ("05/11/1991", "05/01/1991", "1973-06-30", "", "31/12/1933")
    for declared, written in zip(born, (years, years, days), strict=True):
        lines = SHEET.replace(";age;", ";naissance;").splitlines()
        rows = [line.split(";") for line in lines[1:]]
        content = "\n".join([lines[0], *(";".join([*r[:2], b, *r[3:]]) for r, b in zip(rows, written, strict=True))])
        ingested = read_sources(signed(content + "\n", {"birth_year": "born"}, asked=[*asked, declared]))
        bands = ingested.clean["users"]["age_band"].astype("object")
        assert bands.where(bands.notna(), "unknown").tolist() == ["0-14", "0-14", "25-44", "unknown", "60+"], declared
        assert _cell(ingested.counts["users"], "B", "2003-02", "60+", "open") == 1


def test_a_birth_after_the_visit_is_set_aside_however_it_is_declared(signed: MakeSigned) -> None:
    for kind, role in (("count", "quasi_identifier"), ("date", "birth_date")):
        more = {"date_format": "%Y"} if kind == "date" else {}
        asked = [q for q in sheet() if q["name"] != "age"]
        asked.append(question("born", kind, role=role, column="age", **more))
        content = HEADER + "A;2003-01-02;1991;open;Jeanne;14:00;15:30\nA;2003-01-02;2005;open;Paul;14:00;\n"
        ingested = read_sources(signed(content, {"birth_year": "born"}, asked=asked))
        assert ingested.failures[["line", "reason"]].to_numpy().tolist() == [[3, "out_of_range"]], role
