"""Communes go to the unit that holds them, and to none when none does."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import TerritoryError
from pipeline.territory import assign_unit, load_communes, load_units

ROOT = Path(__file__).resolve().parents[2]
REGION = "53"


def test_communes_in_no_pays_are_in_the_region_and_in_a_department() -> None:
    codes = pd.Series(["56030", "56058", "56155", "29155"])
    assert assign_unit(codes, ROOT, REGION, "pays", 2023).isna().all()
    assert assign_unit(codes, ROOT, REGION, "department").tolist() == ["56", "56", "56", "29"]
    assert assign_unit(codes, ROOT, REGION, "region").tolist() == [REGION] * 4


def test_the_vintage_decides_the_pays_of_quimperle() -> None:
    quimperle = pd.Series(["29233"])
    assert assign_unit(quimperle, ROOT, REGION, "pays", 2019).tolist() == ["07"]
    assert assign_unit(quimperle, ROOT, REGION, "pays", 2023).tolist() == ["11"]


def test_merged_communes_go_where_their_successor_is() -> None:
    assert assign_unit(pd.Series(["56138"]), ROOT, REGION, "pays", 2023).tolist() == ["05"]
    assert assign_unit(pd.Series(["56138"]), ROOT, REGION, "commune").tolist() == ["56165"]


@pytest.mark.parametrize("level", ["pays", "epci", "department", "region"])
def test_counting_assigned_communes_gives_the_units(level: str) -> None:
    assigned = assign_unit(load_communes(ROOT, REGION)["code"], ROOT, REGION, level, 2023)
    units = load_units(ROOT, REGION, level, 2023).set_index("code")["communes"]
    assert assigned.name == level
    assert assigned.value_counts().to_dict() == units.to_dict()


def test_unknown_commune_is_refused_or_left_out() -> None:
    codes = pd.Series(["35238", "44109"])
    with pytest.raises(TerritoryError, match="44109"):
        assign_unit(codes, ROOT, REGION, "region")
    assert assign_unit(codes, ROOT, REGION, "region", unknown="missing").isna().tolist() == [False, True]


def test_unknown_level_is_refused() -> None:
    with pytest.raises(TerritoryError, match="area"):
        assign_unit(pd.Series(["35238"]), ROOT, REGION, "area")
