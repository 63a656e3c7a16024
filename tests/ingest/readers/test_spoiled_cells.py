"""Cells, labels and headers whose UTF-8 was once read as Windows-1252 are read back, and told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat

from tests.ingest.readers.test_sheets import read, saved, told


def spoiled(text: str) -> str:
    return text.encode("utf-8").decode("cp1252")


def test_spoiled_cells_and_headers_of_a_workbook_are_read_back(tmp_path: Path) -> None:
    header = [spoiled("Qualité"), spoiled("Âge")]
    rows = [header, *[[spoiled(t), 20] for t in ("très bien", "déçu", "très bien")]]
    got = read(saved(tmp_path / "f.xlsx", R=rows))
    assert got.columns[0] == "Qualité"
    assert got.table["Qualité"].tolist() == ["très bien", "déçu", "très bien"]
    assert "text encoded twice, read back" in told(got)


def test_sound_cells_with_one_spoiled_answer_are_left(tmp_path: Path) -> None:
    rows = [["avis"], *[[t] for t in ("très bien", "déçu", "gêné", spoiled("très"))]]
    got = read(saved(tmp_path / "f.xlsx", R=rows))
    assert got.table["avis"].tolist()[-1] == spoiled("très")


def test_spoiled_labels_of_a_statistical_file_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "f.sav"
    labels = {"q": {1.0: spoiled("Très bien"), 2.0: spoiled("Déçu")}}
    table = pd.DataFrame({"q": [1.0, 2.0], "t": [spoiled("gêné"), "non"]})
    pyreadstat.write_sav(table, str(path), column_labels=[spoiled("Qualité"), "t"], variable_value_labels=labels)
    got = read(path)
    assert got.documented.labels["q"] == "Qualité"
    assert got.documented.values["q"] == {1.0: "Très bien", 2.0: "Déçu"}
    assert got.table["t"].tolist() == ["gêné", "non"]
