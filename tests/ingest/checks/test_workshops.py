"""Cycles and enrolments that cannot be true are set aside, full ones flagged; cards become pseudonyms."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.ingest import read_sources

from ..conftest import Make, codes, question

CYCLES: list[dict[str, Any]] = [
    question("cycle", "key", required=True, unique=True),
    question("site", "key", role="site", required=True),
    question("starts", "date", role="starts"),
    question("ends", "date", role="ends"),
    question("places", "count", role="places"),
    question("enrolled", "count", role="enrolled"),
    question("attended", "count", role="attended"),
]
ENROLMENTS: list[dict[str, Any]] = [
    question("site", "key", role="site", required=True),
    question("card", "key", role="identifier", required=True),
    question("starts", "date", role="starts"),
    question("ends", "date", role="ends"),
    question("completed", "single", role="completed", codes=codes("yes", "no")),
]
REGISTER = (
    {"kind": "sites", "files": {"all": {"path": "register.csv"}}},
    [question("id", "key", role="site"), question("pays", "text")],
    "id;pays\nE1;nord\nE2;sud\n",
)


def cycles(make: Make, *rows: str) -> Any:
    text = "cycle;site;starts;ends;places;enrolled;attended\n" + "\n".join(rows) + "\n"
    source = {"kind": "workshops", "files": {"all": {"path": "cycles.csv"}}}
    return make(CYCLES, text, file={}, source=source, more={"register": REGISTER})


def told(read: Any) -> list[tuple[Any, ...]]:
    rows = read.failures[read.failures["source"] == "users"]
    return [tuple(r) for r in rows[["line", "rule", "found", "severity"]].itertuples(index=False)]


def test_numbers_that_cannot_be_true_are_set_aside_and_a_full_cycle_is_flagged(make: Make) -> None:
    read = read_sources(
        cycles(
            make,
            "1;E1;2006-01-09;2006-02-06;8;7;7",
            "2;E1;2006-01-09;2006-02-06;8;9;9",
            *[f"{i};E1;2006-01-09;2006-02-06;8;7;7" for i in range(10, 50)],
            "3;E1;2006-01-09;2006-02-06;8;6;7",
            "4;E2;2006-03-09;2006-02-06;8;6;",
        )
    )
    assert set(told(read)) == {
        (44, "attended_over_enrolled", "7 attended, 6 enrolled", "set aside"),
        (3, "enrolled_over_places", "9 enrolled, 8 places", "flag"),
        (45, "ends_before_start", "from 2006-03-09 to 2006-02-06", "set aside"),
    }
    assert len(read.clean["users"]) == 42


def test_a_cycle_of_an_unknown_space_and_one_sent_twice_are_set_aside(make: Make) -> None:
    rows = [f"{i};E1;2006-01-09;2006-02-06;8;7;7" for i in range(20)]
    read = read_sources(cycles(make, *rows, "3;E1;2006-01-09;2006-02-06;8;7;7", "99;E9;2006-01-09;2006-02-06;8;7;7"))
    assert {(f[0], f[1]) for f in told(read)} == {(22, "repeated_key"), (23, "unknown_site")}


def test_a_card_is_never_kept_and_still_tells_one_person_from_another(make: Make) -> None:
    rows = [
        "E1;Carte-77;2006-01-09;2006-02-06;yes",
        "E1; carte-77 ;2006-03-09;2006-04-06;no",
        "E2;Carte-78;2006-03-09;2006-04-06;yes",
        *[f"E1;Carte-{i};2006-01-09;2006-02-06;yes" for i in range(100, 120)],
        "E1;Carte-77;2006-01-09;2006-02-06;yes",
    ]
    source = {"kind": "enrolments", "files": {"all": {"path": "lists.csv"}}}
    text = "site;card;starts;ends;completed\n" + "\n".join(rows) + "\n"
    read = read_sources(make(ENROLMENTS, text, source=source, more={"register": REGISTER}))
    clean = read.clean["users"]
    first, second, other = clean["card"].iloc[:3]
    assert first == second != other
    assert not clean["card"].str.contains("carte", case=False).any()
    # the same person in the same cycle is one enrolment
    assert told(read) == [(25, "repeated_key", "same key as line 2", "set aside")]
    assert pd.api.types.is_datetime64_any_dtype(clean["starts"])
