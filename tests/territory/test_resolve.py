"""Old commune codes lead to current communes, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import TerritoryError
from pipeline.territory import current_commune, load_communes
from pipeline.territory.reference import read_table

ROOT = Path(__file__).resolve().parents[2]
REGION = "53"


def test_every_merged_code_resolves_to_a_current_commune() -> None:
    former = read_table(ROOT, REGION, "former_communes")
    current = set(load_communes(ROOT, REGION)["code"])
    resolved = current_commune(former["former"], ROOT, REGION)
    # 1,270 or so communes in 2003 against 1,202 now: at least that many codes have gone.
    assert len(former) >= 68
    assert set(resolved) <= current
    assert not set(former["former"]) & current
    assert former["former"].is_unique


def test_mergers_missing_from_the_official_list_are_declared() -> None:
    codes = pd.Series(["56138", "56016"])
    assert current_commune(codes, ROOT, REGION).tolist() == ["56165", "56173"]


def test_current_codes_stay_as_they_are() -> None:
    codes = load_communes(ROOT, REGION)["code"]
    assert current_commune(codes, ROOT, REGION).tolist() == codes.tolist()


def test_code_of_a_merged_commune_that_the_new_one_took_over_stays() -> None:
    assert current_commune(pd.Series(["22209"]), ROOT, REGION).tolist() == ["22209"]


def test_numbers_blanks_and_missing_values_are_read_as_sent() -> None:
    mixed = pd.Series([" 56138 ", None, "", "22209"], index=[7, 5, 3, 1], name="COMMUNE")
    resolved = current_commune(mixed, ROOT, REGION)
    assert resolved.index.tolist() == [7, 5, 3, 1]
    assert resolved.fillna("-").tolist() == ["56165", "-", "-", "22209"]
    numbers = current_commune(pd.Series([56138.0, float("nan"), 22209.0]), ROOT, REGION)
    assert numbers.fillna("-").tolist() == ["56165", "-", "22209"]


def test_unknown_codes_are_named_with_their_column() -> None:
    codes = pd.Series(["35238", "35000", "75056", "35000"], name="COMMUNE")
    with pytest.raises(TerritoryError, match=r"(?s)COMMUNE: 2 commune.*35000, 75056.*postal codes") as caught:
        current_commune(codes, ROOT, REGION)
    assert "35238" not in str(caught.value)


def test_number_that_is_no_code_is_unknown_rather_than_rounded() -> None:
    with pytest.raises(TerritoryError, match=r"56138\.5"):
        current_commune(pd.Series([56138.5, 56165.0]), ROOT, REGION)


def test_unknown_codes_can_be_left_missing() -> None:
    resolved = current_commune(pd.Series(["35238", "99999"]), ROOT, REGION, unknown="missing")
    assert resolved.isna().tolist() == [False, True]


def test_codes_that_lost_a_leading_zero_are_mended_only_where_they_exist() -> None:
    # 1004 is 01004 (Ambérieu), a commune of another region: mended to five characters, then refused by that name.
    with pytest.raises(TerritoryError, match="01004"):
        current_commune(pd.Series([1004]), ROOT, REGION)
