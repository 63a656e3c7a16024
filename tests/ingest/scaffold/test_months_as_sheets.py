"""Workbooks with a sheet a month: what their names and titles say together, and what no sheet may say of all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.errors import PipelineError
from pipeline.evaluation import load
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.ingest.stage import read_sources

from .drafting import TODAY

MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
SPACES = ("Nord", "Sud", "Est", "Ouest")


def months_of(folder: Path, years: Callable[[int], int], cells: dict[tuple[int, str], str]) -> Path:
    """Write a workbook with a sheet a month, its year in the title, and return it; ``cells`` replace counts."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for m, month in enumerate(MONTHS):
        sheet = book.create_sheet(month)
        sheet.append([f"Bilan mensuel {years(m)}"])
        sheet.append([])
        sheet.append(["Espace", "Femmes", "Hommes", "Total"])
        counts: list[list[Any]] = [[space, 40 + m + i, 30 + 2 * i, 70 + m + 3 * i] for i, space in enumerate(SPACES)]
        whole = [sum(c[k] for c in counts if (m, c[0]) not in cells) for k in (1, 2, 3)]
        for c in counts:
            told = cells.get((m, c[0]))
            sheet.append([c[0], *([told] * 3 if told else c[1:])])
        sheet.append(["Total agglo", *whole])
    book.save(folder / "bilan.xlsx")
    return folder / "bilan.xlsx"


def test_sheets_called_by_their_months_alone_are_of_the_year_in_their_titles(tmp_path: Path) -> None:
    file = months_of(tmp_path, lambda m: 2024, {(1, "Ouest"): "NC"})
    new_evaluation("essai", [file], tmp_path, lambda standing: False, TODAY)
    read = read_sources(load("essai", tmp_path))
    clean = read.clean["attendance"]
    assert sorted(clean["Periode"].unique()) == [f"2024-{m:02d}" for m in range(1, 13)]
    assert clean.groupby("space_id")["Total"].sum().to_dict() == {
        name: sum(70 + m + 3 * i for m in range(12) if (m, name) != (1, "Ouest")) for i, name in enumerate(SPACES)
    }


def test_sheets_of_months_of_several_years_are_not_taken_for_those_of_one(tmp_path: Path) -> None:
    file = months_of(tmp_path, lambda m: 2024 + (m < 8), {})
    with pytest.raises(PipelineError, match="nothing says how they go together"):
        new_evaluation("essai", [file], tmp_path, lambda standing: False, TODAY)
