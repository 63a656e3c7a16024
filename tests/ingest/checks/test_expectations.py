"""Rules are generated from the instrument, and `checks:` changes what they do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.errors import IngestError
from pipeline.ingest import Ingested, read_sources

from ..conftest import Make, codes, question

QUESTIONS: list[dict[str, Any]] = [
    question("id", "key", role="respondent", required=True, unique=True),
    question("day", "date", role="date"),
    question("age", "number", role="age"),
    question("pc", "single", codes=codes(1, 2), missing={9: "refused"}),
    question("net", "single", codes=codes(1, 2), asked_if=[{"question": "pc", "codes": [1]}]),
    question("comment", "open", role="open_text"),
    question("email", "open", role="identifier"),
]
HEADER = "id;day;age;pc;net;comment;email\n"
GOOD = [f"{i};2006-11-14;30;1;2;utile, agréable;p{i}@exemple.invalid" for i in range(10, 110)]


def ingested(make: Make, *rows: str, checks: list[dict[str, Any]] | None = None) -> Ingested:
    return read_sources(make(QUESTIONS, HEADER + "\n".join([*GOOD, *rows]) + "\n", source={"checks": checks or []}))


@pytest.mark.parametrize(
    ("row", "reason", "column", "found"),
    [
        (";2006-11-14;30;1;1;;", "missing_required", "id", "(blank)"),
        ("1;2006-11-12;30;1;1;;", "date_outside_field", "day", "2006-11-12"),
        ("1;2006-12-09;30;1;1;;", "date_outside_field", "day", "2006-12-09"),
        ("1;hier;30;1;1;;", "not_a_date", "day", "hier"),
        ("1;2006-11-14;130;1;1;;", "out_of_range", "age", "130"),
        ("1;2006-11-14;trente;1;1;;", "not_a_number", "age", "trente"),
        ("1;2006-11-14;30;7;;;", "unknown_code", "pc", "7"),
        ("10;2006-11-14;30;1;1;;", "repeated_key", "__key", "same key as line 2"),
        ("1;2006-11-14;30;1;1;trÃ¨s bien;", "unreadable_text", "comment", "(not shown)"),
    ],
)
def test_a_wrong_record_is_set_aside_with_reason_line_and_column(
    make: Make, row: str, reason: str, column: str, found: str
) -> None:
    read = ingested(make, row)
    assert len(read.clean["users"]) == 100
    assert read.quarantine["users"]["reasons"].tolist() == [reason]
    (failure,) = read.failures.to_dict("records")
    assert (failure["line"], failure["column"], failure["found"]) == (102, column, found)
    assert (failure["severity"], failure["wave"]) == ("set aside", "2006")


def test_the_edges_of_the_field_and_of_ranges_are_inside(make: Make) -> None:
    rows = ["1;2006-11-13;0;1;1;;", "2;2006-12-08;120;1;1;;", "3;;;9;;;"]
    assert len(ingested(make, *rows).clean["users"]) == 103


def test_an_answer_past_the_routing_is_flagged_and_left_out(make: Make) -> None:
    read = ingested(make, "1;2006-11-14;30;2;1;;")
    last = read.clean["users"].iloc[-1]
    assert last["net__status"] == "routed"
    assert last.isna()["net"]
    assert read.failures["severity"].tolist() == ["flag"]
    flags = read.account[read.account["kind"] == "flag"]
    assert flags[["reason", "n"]].values.tolist() == [["answered_past_routing", 1]]


def test_every_reason_of_a_record_is_kept_and_one_is_the_main_one(make: Make) -> None:
    read = ingested(make, "1;2006-11-10;300;7;;;")
    assert read.quarantine["users"]["reasons"].tolist() == ["unknown_code; out_of_range; date_outside_field"]
    main = read.account[read.account["kind"] == "reason"]
    assert main[["reason", "n"]].values.tolist() == [["unknown_code", 1]]


def test_too_many_unknown_codes_block_and_list_the_codes(make: Make) -> None:
    rows = [f"{i};2006-11-14;30;{i % 2 + 5};;;" for i in range(200, 210)]
    with pytest.raises(IngestError) as caught:
        ingested(make, *rows)
    message = str(caught.value)
    assert "users.csv:102, column 'pc'" in message
    assert "10 of 110 records" in message
    assert ": 5, 6" in message
    assert "allowed: 1, 2" in message


def test_a_check_can_block_flag_or_bear_more(make: Make) -> None:
    bad = "1;2006-11-14;30;7;;;"
    with pytest.raises(IngestError, match="unknown_code"):
        ingested(make, bad, checks=[{"rule": "unknown_code:pc", "severity": "block"}])
    assert len(ingested(make, bad, checks=[{"rule": "unknown_code", "severity": "flag"}]).clean["users"]) == 101
    many = [f"{i};2006-11-14;30;7;;;" for i in range(200, 230)]
    assert len(ingested(make, *many, checks=[{"rule": "unknown_code", "threshold": 0.5}]).clean["users"]) == 100


def test_a_check_of_an_unknown_rule_is_refused_with_those_that_exist(make: Make) -> None:
    with pytest.raises(IngestError) as caught:
        ingested(make, checks=[{"rule": "unknown_codes"}])
    assert "unknown_codes" in str(caught.value)
    assert "unknown_code" in str(caught.value.allowed)


def test_every_rule_is_listed_with_what_it_checked(make: Make) -> None:
    rules = ingested(make, "1;2006-11-14;300;1;1;;").rules.set_index(["rule", "column"])
    row = rules.loc[("out_of_range", "age")]
    assert (int(row["checked"]), int(row["failing"])) == (101, 1)
    assert (row["asked"], json.loads(row["values"])) == ("within", {"low": 0, "high": 120})


def test_no_personal_text_travels(make: Make) -> None:
    row = "jean.dupont@exemple.invalid;2006-11-10;300;06 12 34 56 78;;secret Ã©;moi@exemple.invalid"
    read = ingested(make, row)
    everything = "\n".join(
        t.astype(str).to_csv() for t in (read.failures, read.quarantine["users"], read.clean["users"], read.decisions)
    )
    for personal in ("dupont", "06 12", "secret", "moi@", "@exemple", "bien"):
        assert personal not in everything
    assert read.clean["users"]["email"].str.fullmatch("[0-9a-f]{32}").all()
    assert "comment" not in read.clean["users"]


def test_what_is_planned_and_not_done_yet_stays_in_the_plan(make: Make) -> None:
    plan = [
        question("site", "key", role="site"),
        question("took_part", "single", codes=codes("oui", "non"), role="participated", required=True),
    ]
    content = "site;took_part\nE1;oui\nE2;\nE3;\n"
    record = ({"kind": "fieldwork", "files": {"2006": {"path": "plan.csv"}}}, plan, content)
    read = read_sources(make(QUESTIONS, HEADER + "\n".join(GOOD) + "\n", more={"plan": record}))
    assert len(read.clean["plan"]) == 3
    assert read.failures[["rule", "severity"]].drop_duplicates().to_numpy().tolist() == [["missing_required", "flag"]]
