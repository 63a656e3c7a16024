"""received = accepted + set aside, whatever comes in."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.ingest import read_sources
from pipeline.ingest.checks import engines
from pipeline.ingest.checks.duckdb_run import failing_rows

from .conftest import Make, codes, question

CELL = st.sampled_from(["1", "2", "7", "", "x", "Ã©"])
ROWS = st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=25)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_the_account_adds_up_to_the_records_of_the_file(make: Make, rows: list[list[str]]) -> None:
    # a file of which most records do not fit their header is refused whole (readers/test_widths)
    lines = [*(f"r{i};1;ok" for i in range(len(rows) + 1)), *(";".join(r) for r in rows)]
    asked = [
        question("k", "key", role="respondent"),
        question("q", "single", codes=codes(1, 2)),
        question("t", "text"),
    ]
    checks = [{"rule": r, "threshold": 1} for r in ("unknown_code", "unreadable_text", "ragged_row", "repeated_key")]
    # duckdb here, for speed: test_engines holds that great-expectations sets aside the same rows.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines.great_expectations_run, "failing_rows", failing_rows)
        made = make(asked, "k;q;t\n" + "\n".join(lines) + "\n", file={"separator": ";"}, source={"checks": checks})
        read = read_sources(made)
    n = read.account.groupby("kind")["n"].sum()
    assert n["received"] == len(lines) == n["accepted"] + n["set_aside"]
    assert n.get("reason", 0) == n["set_aside"] == len(read.quarantine["users"])
    assert n["accepted"] == len(read.clean["users"])
    places = pd.concat([read.clean["users"]["_line"], read.quarantine["users"]["_line"]])
    assert sorted(places) == list(range(2, len(lines) + 2))


def test_every_wave_of_a_file_has_its_account(make: Make) -> None:
    waves = [{"name": str(y), "field": [f"{y}-01-01", f"{y}-12-31"]} for y in (2003, 2006)]
    content = "an;age\n3;20\n6;30\n6;999\n3;40\n6;50\n6;1;2\n"
    spec = {"files": {"all": {"path": "u.csv", "wave_column": "an", "waves": {"2003": 3, "2006": 6}}}}
    read = read_sources(make([question("age", "number", range=[0, 120])], content, source=spec, waves=waves))
    table = read.account.pivot_table(index="wave", columns="kind", values="n", aggfunc="sum").fillna(0)
    assert table.loc["2003", ["received", "accepted"]].tolist() == [2, 2]
    assert table.loc["2006", ["received", "accepted", "set_aside"]].tolist() == [3, 2, 1]
    assert table.loc["", ["received", "set_aside"]].tolist() == [1, 1]
    assert read.clean["users"]["_line"].tolist() == [2, 5, 3, 6]


def test_columns_that_the_instrument_does_not_name_are_reported(make: Make) -> None:
    read = read_sources(make([question("q", "number")], "q;nom;autre\n1;x;y\n", file={"separator": ";"}))
    unused = read.account[read.account["kind"] == "unused_column"]
    assert unused["reason"].tolist() == ["nom", "autre"]


def test_a_wave_question_cuts_the_records_into_waves(make: Make) -> None:
    asked = [question("wave", "single", column="vague", codes=codes("2003", "2006")), question("n", "number")]
    spec = {"files": {"all": {"path": "u.csv", "separator": ";"}}}
    read = read_sources(make(asked, "vague;n\n2003;1\n2006;2\n2006;3\n", source=spec))
    accepted = read.account[read.account["kind"] == "accepted"].set_index("wave")["n"]
    assert accepted.to_dict() == {"2003": 1, "2006": 2}
