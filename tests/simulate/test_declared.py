"""A truth of tables: every column can be drawn, in one way only, and what it may say is checked on reading."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.errors import SimulateError
from pipeline.evaluation import load
from pipeline.simulate.declared import Column, Table, read_tables, told_by_tables
from tests.simulate.conftest import ROOT, new_project


def test_a_column_is_drawn_in_one_way() -> None:
    with pytest.raises(ValidationError, match="exactly one way"):
        Column.model_validate({"uniform": [0, 1], "normal": [0, 1]})
    with pytest.raises(ValidationError, match="goes with `by`"):
        Column.model_validate({"share": {"a": {"x": 1}}})


def test_a_table_says_its_rows_once() -> None:
    with pytest.raises(ValidationError, match="either `rows`"):
        Table.model_validate({"rows": 3, "copy_of": "other"})


def test_a_network_of_spaces_is_not_told_by_tables() -> None:
    assert told_by_tables(load("montbeliard-epn", ROOT))
    assert not told_by_tables(load("miniature", ROOT))


def test_a_source_without_table_is_refused(tmp_path: Path) -> None:
    folder = new_project(tmp_path)
    truth = folder / "surveys" / "montbeliard-epn" / "truth.yaml"
    truth.write_text(truth.read_text(encoding="utf-8").replace("\n  staff:\n", "\n  others:\n"), encoding="utf-8")
    with pytest.raises(SimulateError, match="says nothing of a source") as told:
        read_tables(load("montbeliard-epn", folder))
    assert told.value.found == "staff"
