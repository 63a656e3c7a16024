"""A text merged over rows is that of each row; a number is not."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd

from pipeline.ingest.readers.merged_cells import repeat_texts
from pipeline.ingest.stage import read_sources

from ..conftest import Make, question


def merged_book(path: Path) -> bytes:
    """Return a workbook: three spaces over four months each, and a number merged over two of them."""
    book = openpyxl.Workbook()
    book.active.append(["espace", "jour", "visites"])
    for i in range(3):
        for m in range(1, 5):
            first = 2 + 4 * i
            visits = None if m == 4 and i == 2 else 10 * i + m
            book.active.append([f"E{i}" if m == 1 else None, f"2006-{m:02d}-01", visits])
        book.active.merge_cells(start_row=first, end_row=first + 3, start_column=1, end_column=1)
    book.active.merge_cells(start_row=12, end_row=13, start_column=3, end_column=3)
    book.save(path)
    return path.read_bytes()


def test_the_text_of_merged_cells_is_that_of_each_row_and_a_number_of_its_own(make: Make, tmp_path: Path) -> None:
    asked = [question("espace", "text"), question("jour", "date"), question("visites", "count")]
    read = read_sources(make(asked, merged_book(tmp_path / "b.xlsx"), file={"path": "users.xlsx"}))
    clean = read.clean["users"]
    assert clean["espace"].tolist() == ["E0"] * 4 + ["E1"] * 4 + ["E2"] * 4
    assert clean["visites"].iloc[-2] == 23
    assert pd.isna(clean["visites"].iloc[-1])


def test_only_cells_merged_downwards_below_the_header_are_repeated_and_told() -> None:
    below: list[tuple[int, list[object]]] = [(3, ["A", 1]), (4, [None, 2]), (5, ["B", None])]
    said = repeat_texts(below, ["espace", "visites"], 1, [((0, 0), (1, 0)), ((2, 0), (3, 0)), ((4, 0), (4, 1))])
    assert below == [(3, ["A", 1]), (4, ["A", 2]), (5, ["B", None])]
    assert [(n.kind, n.key, n.line) for n in said] == [("merged_cells", "espace", 3)]
