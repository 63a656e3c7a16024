"""Tables drawn from a declared truth: shares and totals hold exactly, links lead to rows that exist."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.errors import SimulateError
from pipeline.simulate.declared import Tables
from pipeline.simulate.drawn_tables import draw_tables

SPACES = {"rows": 2, "columns": {"space": {"number": "S{}"}, "posts": {"values": [4, 6]}}}
PEOPLE = {
    "rows": 100,
    "columns": {
        "person": {"number": "P{:03}"},
        "space": {"share": {"S1": 0.7, "S2": 0.3}},
        "times": {"share": {1: 0.5, 2: 0.5}, "decimals": 0},
        "age": {"by": "space", "share": {"S1": {30: 1}, "S2": {60: 1}}, "decimals": 0},
    },
}
CYCLES = {"rows": 10, "columns": {"cycle": {"number": "C{}"}, "space": {"values": ["S1", "S2"]}}}
ENROLLED = {
    "copy_of": "people",
    "times": "times",
    "columns": {
        "cycle": {"pick": {"table": "cycles", "column": "cycle", "match": "space", "once": "person"}},
        "hours": {"share": {1: 0.4, 5: 0.6}, "total": 777, "decimals": 0},
        "posts": {"lookup": {"table": "spaces", "by": "space", "column": "posts"}},
        "note": {"values": ["x"], "missing": 0.2},
    },
}
HELD = {
    "copy_of": "cycles",
    "columns": {
        "hours": {"sum": {"table": "enrolled", "by": "cycle", "column": "hours"}, "decimals": 0},
        "enrolled": {"sum": {"table": "enrolled", "by": "cycle"}, "decimals": 0},
    },
}
MONTHS = {"rows": 3, "columns": {"month": {"values": ["01", "02", "03"]}}}
TABLES = {"spaces": SPACES, "people": PEOPLE, "cycles": CYCLES, "enrolled": ENROLLED, "held": HELD, "months": MONTHS}


def drawn(tables: dict[str, object], seed: int | None = None) -> dict[str, pd.DataFrame]:
    return draw_tables(Tables.model_validate({"synthetic": True, "seed": 1, "tables": tables}), seed)


@pytest.fixture(scope="module")
def made() -> dict[str, pd.DataFrame]:
    return drawn(TABLES)


def test_shares_hold_exactly_and_within_another_column(made: dict[str, pd.DataFrame]) -> None:
    people = made["people"]
    assert people["space"].value_counts().to_dict() == {"S1": 70, "S2": 30}
    assert set(people.loc[people["space"] == "S2", "age"]) == {60}


def test_a_total_adds_up_to_the_unit_and_is_summed_back(made: dict[str, pd.DataFrame]) -> None:
    assert len(made["enrolled"]) == 150
    assert made["enrolled"]["hours"].sum() == made["held"]["hours"].sum() == 777
    assert made["held"]["enrolled"].sum() == 150


def test_nobody_is_twice_in_a_cycle_and_every_cycle_is_of_the_person_s_space(made: dict[str, pd.DataFrame]) -> None:
    enrolled = made["enrolled"]
    assert not enrolled.duplicated(["person", "cycle"]).any()
    where = made["cycles"].set_index("cycle")["space"]
    assert (enrolled["cycle"].map(where) == enrolled["space"]).all()


def test_what_is_missing_is_exactly_its_share(made: dict[str, pd.DataFrame]) -> None:
    assert made["enrolled"]["note"].isna().sum() == 30


def test_crossed_tables_hold_every_combination() -> None:
    crossed = {"cross": ["spaces", "months"], "where": "month != '03'"}
    visits = drawn({**TABLES, "visits": {**crossed, "columns": {"visits": {"poisson": "10 * posts"}}}})["visits"]
    assert len(visits) == 4
    assert (visits["visits"] > 0).all()


def test_the_same_seed_gives_the_same_tables_and_another_others(made: dict[str, pd.DataFrame]) -> None:
    pd.testing.assert_frame_equal(drawn(TABLES)["enrolled"], made["enrolled"])
    assert not drawn(TABLES, seed=2)["enrolled"].equals(made["enrolled"])


def test_a_table_that_comes_too_early_is_named() -> None:
    with pytest.raises(SimulateError, match="does not stand before it"):
        drawn({"held": HELD, **TABLES})
