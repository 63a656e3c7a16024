"""One declaration, two engines: great-expectations and duckdb set aside the same rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import IngestError
from pipeline.ingest.checks import duckdb_run, engines, great_expectations_run
from pipeline.ingest.checks.by_value import by_value
from pipeline.ingest.checks.kinds import Asked, Rule, Test
from pipeline.ingest.readers.encoding import MOJIBAKE


def rule(test: str, *on: str, **more: object) -> Rule:
    return Rule("r", on[0], test, on, Asked("asked"), "asked", **more)  # type: ignore[arg-type]


RULES = [
    rule("blank", "left"),
    rule("in_set", "code", allowed=("1", "2")),
    rule("between", "age", minimum=15, maximum=99),
    rule("between", "age", minimum=15),
    rule("no_match", "text", pattern=MOJIBAKE),
    rule("at_least", "day", "start"),
    rule("equal", "total", "sum"),
]
DAYS = [None, pd.Timestamp("2006-11-12"), pd.Timestamp("2006-11-13"), pd.Timestamp("2006-12-09")]
ROW = st.tuples(
    st.sampled_from([None, "x"]),
    st.sampled_from([None, "1", "2", "7", "é"]),
    st.sampled_from([None, 14.0, 15.0, 99.0, 99.5]),
    st.sampled_from([None, "été", "Ã©tÃ©", "l’œuf", "\ufffd"]),
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
    st.sampled_from([None, 1, 2]),
    st.sampled_from([None, 1.0, 2.0]),
)


def frame(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["left", "code", "age", "text", "day", "start", "total", "sum"])
    texts = dict.fromkeys(["left", "code", "text"], "str")
    days = dict.fromkeys(["day", "start"], "datetime64[us]")
    return table.astype({**texts, **days, "age": "Float64", "total": "Int64", "sum": "Float64"})


def by_hand(row: tuple[object, ...]) -> list[bool]:
    left, code, age, text, day, start, total, added = row
    return [
        left is not None,
        code not in (None, "1", "2"),
        age is not None and not 15 <= age <= 99,  # type: ignore[operator]
        age is not None and age < 15,  # type: ignore[operator]
        text in ("Ã©tÃ©", "\ufffd"),
        day is not None and start is not None and day < start,  # type: ignore[operator]
        total is not None and added is not None and total != added,
    ]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, min_size=1, max_size=40))
def test_both_engines_find_the_rows_that_fail(rows: list[tuple[object, ...]]) -> None:
    seen = frame(rows)
    truth = np.array([by_hand(r) for r in rows]).T
    for engine in (great_expectations_run, duckdb_run, engines):
        for found, expected in zip(engine.failing_rows(seen, RULES), truth, strict=True):
            assert found.tolist() == np.flatnonzero(expected).tolist(), engine.__name__


def test_the_property_covers_every_kind_of_test_that_a_rule_can_be() -> None:
    assert {r.test for r in RULES} == set(get_args(Test))


def test_rules_that_ask_the_same_are_one_over_the_values_of_their_columns() -> None:
    seen = frame([("x", "1", 14.0, "été", *DAYS[1:3], 1, 1.0), (None, "7", 14.0, "été", *DAYS[1:3], 2, 1.0)] * 30)
    other = pd.DataFrame({"right": pd.Categorical([None, "y", None]), "number": pd.array([3, None, 20], dtype="Int64")})
    tables = [(seen, RULES), (other, [rule("blank", "right"), rule("between", "number", minimum=15)])]
    asked = by_value(tables)
    assert len(asked.rules) == len(RULES)
    assert asked.values.shape == (4, 9)
    found = asked.rows(duckdb_run.failing_rows(asked.values, asked.rules))
    assert [[f.tolist() for f in each] for each in found] == [
        [f.tolist() for f in duckdb_run.failing_rows(table, rules)] for table, rules in tables
    ]


def test_tables_that_wait_are_put_to_their_rules_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []

    def ask(function: object, values: pd.DataFrame, rules: list[Rule]) -> Callable[[], list[np.ndarray]]:
        batches.append(len(rules))
        return lambda: duckdb_run.failing_rows(values, rules)

    monkeypatch.setattr(engines.beside, "ask", ask)
    seen, other = (pd.DataFrame({"a": pd.array(texts, dtype="str")}) for texts in ([None, "x"], ["y", None]))
    together = engines.Together()
    first, second = (together.failing_rows(table, [rule("blank", "a")]) for table in (seen, other))
    together.put()
    third = together.failing_rows(seen.assign(b=[1.0, 2.0]), [rule("between", "b", maximum=1)])
    assert batches == [1]
    assert [promise()[0].tolist() for promise in (third, second, first, third)] == [[1], [0], [1], [1]]
    together.put()
    assert batches == [1, 1]


def test_an_impossible_account_of_duckdb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = frame([("x", "1", 20.0, "été", None, None, 1, 1.0)] * 20)
    monkeypatch.setattr(engines, "LARGEST", 10)
    for rows in ([3, 3], [25], [-1]):
        monkeypatch.setattr(duckdb_run, "failing_rows", lambda s, rules, rows=rows: [np.array(rows) for _ in rules])
        with pytest.raises(IngestError, match="is impossible"):
            engines.failing_rows(seen, RULES[:1])


def test_duckdb_takes_over_above_the_limit_and_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = frame([("x" if i % 3 == 0 else None, "1", 20.0, "été", None, None, 1, 1.0) for i in range(50)])
    monkeypatch.setattr(engines, "LARGEST", 10)
    monkeypatch.setattr(engines, "SAMPLE", 20)
    assert engines.failing_rows(seen, RULES)[0].tolist() == list(range(0, 50, 3))
    monkeypatch.setattr(duckdb_run, "failing_rows", lambda seen, rules: [np.arange(1) for _ in rules])
    with pytest.raises(IngestError, match="two engines disagree"):
        engines.failing_rows(seen, RULES[:1])


def test_a_rule_that_cannot_be_run_never_passes() -> None:
    with pytest.raises(IngestError, match="could not run the rule"):
        great_expectations_run.failing_rows(
            frame([(None,) * 8]).assign(code=1.5), [rule("no_match", "code", pattern="(")]
        )


def test_great_expectations_sends_nothing_writes_nothing_and_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    context = great_expectations_run._context(great_expectations_run._great_expectations())
    great_expectations_run.failing_rows(frame([(None,) * 8] * 3), RULES)
    assert context.config.analytics_enabled is False
    assert not context.config.data_docs_sites
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_columns_of_categories_fail_where_their_texts_do() -> None:
    draw = np.random.default_rng(3)
    rows = list(
        zip(
            *(
                draw.choice(np.array(v, dtype=object), 60)
                for v in (
                    [None, "x"],
                    [None, "1", "7"],
                    [None, 14.0, 20.0],
                    [None, "été", "Ã©tÃ©"],
                    DAYS,
                    DAYS,
                    [None, 1, 2],
                    [None, 1.0],
                )
            ),
            strict=True,
        )
    )
    seen = frame(rows)
    categories = seen.astype(dict.fromkeys(["left", "code", "text"], "category"))
    empty = categories.assign(left=pd.Categorical([None] * 60, categories=pd.Index([], dtype="str")))
    for engine in (great_expectations_run, duckdb_run, engines):
        for found, expected in zip(
            engine.failing_rows(categories, RULES), engine.failing_rows(seen, RULES), strict=True
        ):
            assert found.tolist() == expected.tolist()
        assert not len(engine.failing_rows(empty, RULES[:1])[0])
