"""Delimited text: every record with its own line, nothing guessed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.delimited import _fast, exact_records
from pipeline.ingest.readers.received import Received, read_received


def read(tmp_path: Path, content: str | bytes, **spec: str) -> Received:
    path = tmp_path / "f.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    declared = FileSpec.model_validate({"path": "f.csv", **spec})
    return read_received(path, "f.csv", declared, lambda columns: columns)


def refused(tmp_path: Path, content: str | bytes, **spec: str) -> Blocked:
    with pytest.raises(Blocked) as caught:
        read(tmp_path, content, **spec)
    return caught.value


def test_records_after_a_quoted_line_break_keep_their_true_line(tmp_path: Path) -> None:
    got = read(tmp_path, 'id;remarque\n1;"a\nb\nc"\n2;x\n\n3;"d;e"\n', separator=";")
    assert got.lines.tolist() == [2, 5, 7]
    assert got.table["remarque"].tolist() == ["a\nb\nc", "x", "d;e"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "end"])
def test_lines_are_exact_with_either_line_ending(tmp_path: Path, end: str, last: str) -> None:
    content = end.join(["id;x", "1;a", "2;b"]) + (end if last else "")
    assert read(tmp_path, content, separator=";").lines.tolist() == [2, 3]


CELL = st.text(alphabet='ab é;"1\n', max_size=4)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6), st.booleans())
def test_the_fast_reading_equals_the_record_by_record_one(rows: list[tuple[str, str, str]], quoted: bool) -> None:
    out = io.StringIO(newline="")
    style = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=";", quoting=style, lineterminator="\n").writerows([("a", "b", "c"), *rows])
    text = out.getvalue()
    fast = _fast(text, ["a", "b", "c"], ["a", "c"], ";")
    table, lines, broken = exact_records(text, ["a", "b", "c"], ["a", "c"], ";", "f.csv")
    assert len(table) + len(broken) == len(rows)
    if fast is not None:
        assert not broken
        assert fast[1].tolist() == lines.tolist()
        assert fast[0].astype(str).values.tolist() == table.astype(str).values.tolist()


def test_the_fast_reading_is_taken_for_plain_exports() -> None:
    assert _fast('"a";"b"\n"x";1\n"y";2\n', ["a", "b"], ["a", "b"], ";") is not None


def test_ragged_and_empty_records_are_reported_with_their_line(tmp_path: Path) -> None:
    got = read(tmp_path, "id;x;y\n1;a;b\n2;a\n;;\n3;a;b;c\n4;a;b\n", separator=";")
    assert got.lines.tolist() == [2, 6]
    assert got.broken == [(3, "ragged_row"), (4, "empty_row"), (5, "ragged_row")]
    assert got.n == 5


def test_the_wrong_separator_names_the_right_one(tmp_path: Path) -> None:
    fault = refused(tmp_path, "id;x;y\n1;2;3\n", separator=",").faults[0]
    assert fault.line == 1
    assert fault.found is not None
    assert "3 with ';'" in fault.found
    assert 'separator: ";"' in str(fault.action)


def test_an_undeclared_separator_is_found_and_reported(tmp_path: Path) -> None:
    got = read(tmp_path, "id\tx\n1\t2\n")
    assert list(got.table) == ["id", "x"]
    assert [(n.kind, n.after) for n in got.notes if n.kind == "separator"] == [("separator", "\t")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id;x;id\n1;2;3\n", "names a column twice"),
        ("", "empty"),
        ("  \n", "empty"),
        ("id;x\n", "no record"),
        ('id;x\n1;"a\n2;b\n', "cannot be cut"),
    ],
)
def test_unusable_text_is_refused_with_one_message(tmp_path: Path, content: str, said: str) -> None:
    blocked = refused(tmp_path, content, separator=";")
    assert len(blocked.faults) == 1
    assert said in blocked.faults[0].problem


def test_an_unclosed_quotation_mark_is_told_near_its_line(tmp_path: Path) -> None:
    fault = refused(tmp_path, 'id;x\n1;a\n2;"b\n3;c\n', separator=";").faults[0]
    assert fault.line == 3


def test_only_the_wanted_columns_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("a;b;c\n1;2;3\n", encoding="utf-8")
    got = read_received(path, "f.csv", FileSpec(path="f.csv"), lambda columns: ["c"])
    assert list(got.table) == ["c"]
    assert got.columns == ["a", "b", "c"]
    assert np.array_equal(got.lines, [2])
