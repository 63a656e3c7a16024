"""Records of a table that holds several things: those that are asked for are read, the others told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.received import Received, read_received

LINES = ["Sens;Poste;Montant", "Dépenses;Loyer;10", "DEPENSES;Salaires;20", "Recettes;Dons;5", ";Total;30"]


def read(folder: Path, lines: list[str], **spec: Any) -> Received:
    (folder / "budget.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    declared = FileSpec.model_validate({"path": "budget.csv", **spec})
    return read_received(
        folder / "budget.csv", "budget.csv", declared, lambda columns: [c for c in columns if c != "Sens"]
    )


def test_records_asked_for_are_read_under_their_lines_whatever_their_case(tmp_path: Path) -> None:
    got = read(tmp_path, LINES, only={"Sens": ["Dépenses"]})
    assert got.table["Montant"].tolist() == ["10", "20"]
    assert got.lines.tolist() == [2, 3]
    assert list(got.table.columns) == ["Poste", "Montant"]
    assert [n.said for n in got.notes if n.kind == "other_records"] == [
        "2 records not read, for their 'Sens' is: Recettes, (blank)"
    ]


def test_a_cell_that_stands_for_those_below_it_says_it_of_them_too(tmp_path: Path) -> None:
    lines = ["Sens;Poste;Montant", "Dépenses;Loyer;10", ";Salaires;20", "Recettes;Dons;5"]
    got = read(tmp_path, lines, only={"Sens": ["Dépenses"]}, fill_down=["Sens"])
    assert got.table["Montant"].tolist() == ["10", "20"]


@pytest.mark.parametrize(
    ("only", "column", "found"),
    [({"Sens": ["Depense"]}, "Sens", "Depense"), ({"Sans": ["x"]}, "Sans", "near misses: Sens")],
)
def test_what_no_record_holds_and_no_column_is_called_is_refused(
    tmp_path: Path, only: dict[str, list[str]], column: str, found: str
) -> None:
    with pytest.raises(Blocked) as caught:
        read(tmp_path, LINES, only=only)
    (fault,) = caught.value.faults
    assert (fault.column, fault.found) == (column, found)
