"""What the benchmark of scale simulates is what it says, and growth is told as a power of the size."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import scale


def test_a_sheet_has_as_many_visits_as_asked_few_of_them_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "BLOCK", 4_000)
    scale.write_sheet(tmp_path / "sheet.csv", 10_000)
    sheet = pd.read_csv(tmp_path / "sheet.csv", sep=";", dtype=str, keep_default_na=False)
    assert len(sheet) == 10_000
    wrong = {"espace": "INCONNU", "date": "", "age": "412"}
    shares = {column: (sheet[column] == value).mean() for column, value in wrong.items()}
    assert all(0.0005 < share < 0.006 for share in shares.values()), shares
    assert sheet.duplicated().sum() >= 18
    assert (sheet["depart"] > sheet["arrivee"]).all()
    again = tmp_path / "again.csv"
    scale.write_sheet(again, 10_000)
    assert again.read_bytes() == (tmp_path / "sheet.csv").read_bytes()


@pytest.mark.parametrize(
    ("values", "power"), [([3.0, 10.0, 20.0], 1.0), ([3.0, 10.0, 40.0], 2.0), ([3.0, 7.0, 7.0], 0.0)]
)
def test_growth_is_the_power_between_the_two_largest_sizes(values: list[float], power: float) -> None:
    assert scale.power([1, 5, 10], values) == pytest.approx(power)
