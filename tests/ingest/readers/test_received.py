"""Which reader, and what is refused before reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers.received import choose_columns, read_received


def refuse(path: Path, spec: FileSpec) -> Fault:
    with pytest.raises(Blocked) as caught:
        read_received(path, path.name, spec, lambda columns: columns)
    return caught.value.faults[0]


def test_a_missing_file_is_told_with_what_is_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "usagers.csv").write_text("x", encoding="utf-8")
    fault = refuse(tmp_path / "users.csv", FileSpec(path="users.csv"))
    assert "missing" in fault.problem
    assert "usagers.csv" in str(fault.found)


@pytest.mark.parametrize("name", ["f.rtf", "f.pdf", "f", "f.doc.gz"])
def test_unknown_extensions_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"abc")
    assert "cannot be read" in refuse(tmp_path / name, FileSpec(path=name)).problem


def test_an_extension_against_the_declared_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f.sav").write_bytes(b"$FL2")
    assert "extension" in refuse(tmp_path / "f.sav", FileSpec(path="f.sav", format="csv")).problem


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"PK\x03\x04zip", "zip"),
        (b"$FL2@(#)", "SPSS"),
        (b"%PDF-1.4", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"<html><body>", "web page"),
    ],
)
def test_another_file_named_csv_is_refused(tmp_path: Path, head: bytes, what: str) -> None:
    (tmp_path / "f.csv").write_bytes(head)
    assert what in str(refuse(tmp_path / "f.csv", FileSpec(path="f.csv")).found)


def test_an_absent_column_is_told_with_its_near_misses() -> None:
    with pytest.raises(Blocked) as caught:
        choose_columns("f.csv", {"Q2_SEXE": "sex", "AGE": "age"})(["Q2SEXE", "AGE", "COMMUNE"])
    (fault,) = caught.value.faults
    assert (fault.column, "question 'sex'" in fault.problem) == ("Q2_SEXE", True)
    assert "near misses: Q2SEXE" in str(fault.found)


def test_every_absent_column_is_told_at_once() -> None:
    with pytest.raises(Blocked) as caught:
        choose_columns("f.csv", {"A": "a", "B": "b"})(["X", "Y"])
    assert [f.column for f in caught.value.faults] == ["A", "B"]
