"""Every kind of number is declared by the question that writes it; what is not declared is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from pipeline.errors import ResultsError
from pipeline.results import DECLARED, Covered, Measure, Relation, Result, frame, measures, read, write

ROW = Result(
    analysis="demand",
    question="demand",
    indicator="elaborate",
    measure="share",
    population="users",
    inference="census",
    unit="share",
    estimate=0.5,
    n=40,
    wave="2003",
    territory_level="region",
    territory="53",
)
KNOWN = measures({"demand": [Measure("share", "share"), Measure("shift", "point", family="gated")]})


@pytest.mark.parametrize("change", [{"measure": "portion"}, {"unit": "point"}, {"question": "reach"}])
def test_a_measure_that_its_question_does_not_declare_is_refused(change: dict[str, str]) -> None:
    declared = measures({**KNOWN.declared, "reach": []})
    with pytest.raises(ResultsError, match="does not declare"):
        frame([dataclasses.replace(ROW, **change)], None, declared)


def test_a_row_holds_the_declaration_of_its_question_also_when_read_again(tmp_path: Path) -> None:
    other = measures({"demand": [Measure("share", "share", covered=(Covered("raked", 0.9),))]})
    table = frame([ROW], None, other)
    assert table[DECLARED].tolist() == list(other.declared["demand"])
    write(table, tmp_path / "results.parquet")
    assert read(tmp_path / "results.parquet")[DECLARED].tolist() == list(other.declared["demand"])


def test_a_name_is_declared_once_a_unit() -> None:
    with pytest.raises(ResultsError, match="twice"):
        measures({"demand": [Measure("share", "share"), Measure("share", "share", limit="difference")]})
    assert measures({"demand": [Measure("share", "share"), Measure("share", "point")]})


def test_a_comparison_is_known_by_its_relation_not_by_its_name() -> None:
    assert Measure("anything", "mean", relation=Relation("rest", "mean")).compares
    assert not Measure("shift", "mean").compares
