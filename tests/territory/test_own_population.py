"""Inhabitants that an evaluation brings come before those of the reference tables, with their source."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import TerritoryError
from pipeline.evaluation.perimeter import Place, Territory, place_of
from pipeline.territory import population_by_unit, region_population, years_held

ROOT = Path(__file__).resolve().parents[2]


def _place(folder: Path, table: str) -> Place:
    (folder / "population.csv").write_text(table, encoding="utf-8")
    name = {"fr": "les deux communes", "en": "the two communes"}
    declared = {"perimeter": {"communes": ["25388", "25031"]}, "level": "commune", "name": name}
    return place_of(Territory.model_validate({**declared, "population": "population.csv"}), folder)


def test_its_years_come_first_and_other_years_stay_those_of_the_reference(tmp_path: Path) -> None:
    table = "year,commune,population,source\n2006,25388,26 000,census\n2006,25031,15000,census\n"
    place = _place(tmp_path, table)
    assert region_population(ROOT, place, 2006) == 41_000
    assert set(population_by_unit(ROOT, place, "commune", None, 2006)["basis"]) == {"own"}
    assert set(population_by_unit(ROOT, place, "commune", None, 2020)["basis"]) == {"legal"}


def test_ages_are_known_where_the_table_has_them(tmp_path: Path) -> None:
    rows = [f"2006,{c},{band},{n},census" for c in ("25388", "25031") for band, n in (("15-24", 100), ("25+", 300))]
    place = _place(tmp_path, "\n".join(["year,commune,age_band,population,source", *rows]))
    people = population_by_unit(ROOT, place, "region", None, 2006, [15, 25])
    assert people.set_index("age_band")["population"].to_dict() == {"15-24": 200, "25+": 600}
    assert years_held(ROOT, place, ages=True) == [2006]
    with pytest.raises(TerritoryError, match="lacks age bands"):
        population_by_unit(ROOT, place, "region", None, 2006, [15, 45])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("year,commune,population\n2006,25388,1\n", "columns are missing"),
        ("year,commune,population,source\n2006,25388,beaucoup,x\n", "line 2"),
        ("year,commune,population,source\n2006,25388,10,\n", "no source"),
        ("year,commune,population,source\n2006,25388,10,x\n", "lacks communes"),
    ],
)
def test_a_table_that_cannot_serve_is_refused(tmp_path: Path, table: str, message: str) -> None:
    with pytest.raises(TerritoryError, match=message):
        population_by_unit(ROOT, _place(tmp_path, table), "commune", None, 2006)
