"""A perimeter is any set of places of France, with its name, its people and its units."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import TerritoryError
from pipeline.evaluation.perimeter import Place, Territory, place_of
from pipeline.territory import (
    load_communes,
    load_outlines,
    load_units,
    population_by_unit,
    population_vintage,
    region_population,
)

ROOT = Path(__file__).resolve().parents[2]
THREE = {"communes": ["25388", "25031", "25580"]}
NAME = {"fr": "le pays de Montbéliard", "en": "the Montbéliard area"}


def _place(folder: Path = ROOT, **declared: object) -> Place:
    return place_of(Territory.model_validate(declared), folder)


@pytest.mark.parametrize(
    ("perimeter", "communes", "within"),
    [
        ({"departments": ["15"]}, 250, "dans le Cantal"),
        ({"departments": ["971"]}, 32, "en Guadeloupe"),
        ({"departments": ["50"]}, 446, "dans la Manche"),
        ({"epci": ["200065647"]}, 73, "dans la communauté d'agglomération Pays de Montbéliard Agglomération"),
        ({"region": "28"}, 2644, "en Normandie"),
        ({"communes": ["85113"]}, 1, "à l'Île-d'Yeu"),
    ],
)
def test_one_unit_anywhere_in_france_is_covered_under_its_own_name(
    perimeter: dict[str, object], communes: int, within: str
) -> None:
    place = _place(perimeter=perimeter, level="commune")
    assert abs(len(load_communes(ROOT, place)) - communes) <= 2  # communes merge from one year to the next
    assert load_units(ROOT, place, "region").iloc[0]["name_dans"] == within


def test_several_communes_bear_the_name_declared_and_sum_to_the_whole() -> None:
    place = _place(perimeter=THREE, level="commune", name=NAME)
    whole = load_units(ROOT, place, "region").iloc[0]
    assert (whole["code"], whole["communes"]) == ("perimeter", 3)
    assert (whole["name_de"], whole["name_dans"]) == ("du pays de Montbéliard", "dans le pays de Montbéliard")
    assert whole["the_en"] == "the Montbéliard area"
    people = population_by_unit(ROOT, place, "commune", None, 2017)
    assert people["population"].sum() == region_population(ROOT, place, 2017)


def test_a_year_that_is_not_held_is_the_nearest_and_said() -> None:
    people = population_by_unit(ROOT, _place(perimeter=THREE, level="commune", name=NAME), "commune", None, 2006)
    assert set(people["year"]) == {2016}
    assert population_vintage(people, 2006) == "population=2016;asked=2006"


def test_a_commune_merged_since_stands_for_the_one_that_took_it_in() -> None:
    merged = _place(perimeter={"communes": ["56138"]}, level="commune")  # Monterrein, now Ploërmel
    assert load_communes(ROOT, merged)["code"].tolist() == ["56165"]


def test_a_part_of_a_region_shares_the_population_of_its_department_with_the_rest() -> None:
    part = population_by_unit(ROOT, _place(perimeter={"epci": ["243500139"]}, level="epci"), "epci", None, 2006)
    whole = population_by_unit(ROOT, "53", "epci", None, 2006).set_index("code")["population"]
    assert part.set_index("code")["population"].to_dict() == {"243500139": pytest.approx(whole["243500139"])}


def test_unknown_codes_are_refused_by_name() -> None:
    with pytest.raises(TerritoryError, match=r"(?s)perimeter\.epci.*123456789"):
        load_communes(ROOT, _place(perimeter={"epci": ["123456789"]}, level="epci"))


def test_outlines_of_communes_are_those_of_the_perimeter_and_absent_ones_are_told() -> None:
    three = load_outlines(ROOT, _place(perimeter=THREE, level="commune", name=NAME), "commune")
    assert set(three.polygons["code"]) == set(THREE["communes"])
    with pytest.raises(TerritoryError, match="no outlines of communes are held for department 971"):
        load_outlines(ROOT, _place(perimeter={"departments": ["971"]}, level="commune"), "commune")


def test_every_commune_of_france_save_overseas_communities_has_coordinates() -> None:
    for region in ("28", "84", "52", "06"):
        assert load_communes(ROOT, region)[["lon", "lat"]].notna().all().all()
