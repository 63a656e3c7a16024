"""Records against each other: repeated keys and sums of ages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest import read_sources
from pipeline.ingest.checks.cross_checks import _first_line

from ..conftest import Make, codes, question

ATTENDANCE: list[dict[str, Any]] = [
    question("space_id", "key", role="site"),
    question("month", "month", role="month"),
    question("age_band", "single", role="age_band", codes=codes("0-14", "15+")),
    question("activity", "single", role="activity", codes=codes("open", "group")),
    question("visits", "count", role="visits"),
    question("total", "count", role="total"),
]


def reasons(make: Make, rows: str) -> dict[int, str]:
    content = "space_id;month;age_band;activity;visits;total\n" + rows
    checks = [{"rule": r, "threshold": 1} for r in ("age_sum_differs", "repeated_key")]
    source = {"kind": "attendance", "files": {"all": {"path": "a.csv"}}, "checks": checks}
    read = read_sources(make(ATTENDANCE, content, source=source))
    return dict(zip(read.failures["line"], read.failures["reason"], strict=True))


def test_only_the_record_with_the_wrong_total_fails(make: Make) -> None:
    rows = "A;2003-01;0-14;open;2;5\nA;2003-01;15+;open;3;6\nA;2003-01;0-14;group;1;1\nA;2003-01;15+;group;0;1\n"
    assert reasons(make, rows) == {3: "age_sum_differs"}


def test_a_wrong_count_fails_every_age_of_its_space_month_and_activity(make: Make) -> None:
    rows = "A;2003-01;0-14;open;9;5\nA;2003-01;15+;open;3;5\nA;2003-02;0-14;open;2;5\nA;2003-02;15+;open;3;5\n"
    assert reasons(make, rows) == {2: "age_sum_differs", 3: "age_sum_differs"}


def test_a_missing_count_or_a_missing_record_is_no_wrong_sum(make: Make) -> None:
    rows = "A;2003-01;0-14;open;;5\nA;2003-01;15+;open;3;5\nB;2003-01;15+;open;3;5\nC;2003-01;15+;open;6;5\n"
    assert reasons(make, rows) == {5: "age_sum_differs"}


def test_a_month_reported_twice_counts_once(make: Make) -> None:
    rows = "A;2003-01;0-14;open;2;5\nA;2003-01;15+;open;3;5\nA;2003-01;15+;open;3;5\n"
    assert reasons(make, rows) == {4: "repeated_key"}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", None])), max_size=12))
def test_the_first_record_of_a_key_stands_and_the_others_name_its_line(keys: list[tuple[str, str | None]]) -> None:
    frame = pd.DataFrame(keys, columns=["wave", "id"]).assign(_line=np.arange(2, len(keys) + 2))
    got = _first_line(frame[["wave", "_line", "id"]])
    seen: dict[tuple[str, str | None], int] = {}
    for row, (key, line) in enumerate(zip(keys, frame["_line"], strict=True)):
        expected = -1 if key[1] is None or key not in seen else seen[key]
        assert got[row] == expected
        seen.setdefault(key, line)
