"""Units that an evaluation brings: each commune in one unit, each unit under one name, the rest in none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import TerritoryError
from pipeline.evaluation.perimeter import Place, Territory, place_of
from pipeline.territory import assign_unit, load_communes, load_outlines, load_units, population_by_unit

ROOT = Path(__file__).resolve().parents[2]
TABLE = """commune;unit;name
15001;ALL;canton d'Allanche
15002;FLO;les monts de Saint-Flour
15187;FLO;les monts de Saint-Flour
"""


def _place(folder: Path, table: str) -> Place:
    (folder / "units.csv").write_text(table, encoding="utf-8")
    declared = {"perimeter": {"departments": ["15"]}, "level": "canton", "units": "units.csv"}
    return place_of(Territory.model_validate(declared), folder)


def test_units_have_their_forms_and_their_people_and_other_communes_are_in_none(tmp_path: Path) -> None:
    place = _place(tmp_path, TABLE)
    units = load_units(ROOT, place, "canton").set_index("code")
    assert units["communes"].to_dict() == {"ALL": 1, "FLO": 2}
    assert units.loc["ALL", "name_dans"] == "dans le canton d'Allanche"
    assert units.loc["FLO", "name_de"] == "des monts de Saint-Flour"
    people = population_by_unit(ROOT, place, "canton", None, 2023)
    whole = load_communes(ROOT, place)["population"].sum()
    assert people["population"].sum() == whole > people.dropna()["population"].sum()


def test_communes_are_assigned_and_drawn_under_their_unit(tmp_path: Path) -> None:
    place = _place(tmp_path, TABLE)
    codes = load_communes(ROOT, place)["code"].iloc[:3]
    assert assign_unit(codes, ROOT, place, "canton").tolist()[:2] == ["ALL", "FLO"]
    assert set(load_outlines(ROOT, place, "canton").polygons["code"]) == {"ALL", "FLO"}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("code,unit\n15001,A\n", "no column commune"),
        ("commune,unit\n15001,A\n15001,B\n", "in two units"),
        ("commune,unit\n35238,A\n", "outside the perimeter"),
        ("commune,unit,name\n15001,A,Un\n15002,A,Deux\n", "two names"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_what_to_do(tmp_path: Path, table: str, message: str) -> None:
    with pytest.raises(TerritoryError, match=message):
        load_units(ROOT, _place(tmp_path, table), "canton")
