"""Numbers typed with a unit: read bare where it is one unit all along, left as received where it is not."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.ingest.stage import read_sources
from pipeline.ingest.units import without_units
from pipeline.ingest.values import distinct

from .conftest import Make, question


@pytest.mark.parametrize(
    ("cells", "bare", "name"),
    [
        (["12 %", "7%", "3\u202f%"], ["12", "7", "3"], "percent"),
        (["20 ans", "1 an", "35"], ["20", "1", "35"], "years"),
        (["12,50 €", "€ 3", "1 200 €"], ["12,50", "3", "1 200"], "euros"),
        (["1 h 30", "45 min", "2h"], [90.0, "45", 120.0], "minutes"),
        (["2 h", "7 h"], [2.0, 7.0], "hours"),
        (["environ 12", "~ 7", "≈3"], ["12", "7", "3"], ""),
    ],
)
def test_one_unit_all_along_is_taken_off(cells: list[str], bare: list[object], name: str) -> None:
    found, unit = without_units(distinct(pd.Series(cells, dtype=object)))
    assert unit is not None
    assert (found.values, unit.name) == (bare, name)


@pytest.mark.parametrize("cells", [["12 €", "3 ans"], ["12 %", "0,12"], ["E12", "E13"], ["<5", "12"], ["a 12 b", "3"]])
def test_nothing_is_guessed_of_several_units_codes_or_limits(cells: list[str]) -> None:
    found, unit = without_units(distinct(pd.Series(cells, dtype=object)))
    assert unit is None
    assert found.values == cells


def test_units_are_read_off_and_told(make: Make) -> None:
    evaluation = make([question("part", "number")], "part\n12 %\n7,5 %\n1 %\n")
    ingested = read_sources(evaluation)
    assert ingested.clean["users"]["part"].tolist() == [12.0, 7.5, 1.0]
    assert "unit" in set(ingested.decisions["kind"])
