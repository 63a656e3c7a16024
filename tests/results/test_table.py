"""The results table: identifiers, uniqueness, partial ids and near misses."""

from pathlib import Path

import numpy as np
import pytest

from pipeline import results
from pipeline.errors import ResultsError
from pipeline.results import Result


def row(**change: object) -> Result:
    base: dict[str, object] = {
        "analysis": "demand",
        "indicator": "elaborate",
        "measure": "share",
        "population": "users",
        "territory_level": "pays",
        "territory": "03",
        "unit": "share",
        "inference": "sample",
        "estimate": 0.48,
        "wave": "2006",
    }
    return Result(**(base | change))  # type: ignore[arg-type]


def test_result_id_is_the_documented_text_with_domains_sorted_by_name() -> None:
    table = results.frame([row(domain={"sex": 2, "age_band": "60+"}, method="adjusted", wave="2003..2006")])
    assert table["result_id"][0] == "demand.elaborate.share.adjusted/users/wave=2003..2006/pays=03/age_band=60+/sex=2"


def test_a_result_needs_exactly_one_of_wave_and_period() -> None:
    with pytest.raises(ResultsError, match="either a wave or a period"):
        results.frame([row(wave=None)])
    with pytest.raises(ResultsError, match="either a wave or a period"):
        results.frame([row(period="2006")])


def test_reserved_characters_are_refused_in_names() -> None:
    with pytest.raises(ResultsError, match="holds '/'"):
        results.frame([row(indicator="15/24")])


def test_the_same_number_cannot_be_written_twice() -> None:
    with pytest.raises(ResultsError, match="not unique"):
        results.frame([row(), row(estimate=0.5)])


@pytest.mark.parametrize(("column", "value"), [("population", "people"), ("unit", "percent"), ("inference", "guess")])
def test_closed_vocabularies_are_held(column: str, value: str) -> None:
    with pytest.raises(ResultsError, match=value):
        results.frame([row(**{column: value})])


def test_a_partial_id_takes_the_territory_of_the_document() -> None:
    table = results.frame([row(), row(territory_level="region", territory="53", estimate=0.5)])
    assert results.find(table, "demand.elaborate.share/users/wave=2006", "region", "53")["estimate"] == 0.5
    assert results.find(table, "demand.elaborate.share/users/wave=2006", "pays", "03")["estimate"] == 0.48
    whole = "demand.elaborate.share/users/wave=2006/pays=03"
    assert results.find(table, whole, "region", "53")["estimate"] == 0.48


def test_anything_but_one_match_names_the_near_misses() -> None:
    table = results.frame([row()])
    with pytest.raises(ResultsError) as fault:
        results.find(table, "demand.elaborate.shares/users/wave=2006", "pays", "03")
    assert "demand.elaborate.share/users/wave=2006/pays=03" in str(fault.value)


def test_a_blanked_row_keeps_no_estimate() -> None:
    table = results.frame([row(se=0.1, lower=0.2, upper=0.6, n=12, n_effective=8, deff=1.5, p_value=0.3, df=4)])
    blank = results.blank(table, table["territory"] == "03")
    assert blank[list(results.ESTIMATE_COLUMNS)].isna().all(axis=None)
    assert table["estimate"][0] == 0.48


def test_a_table_comes_back_from_disk_as_it_was(tmp_path: Path) -> None:
    table = results.frame([row(territory=f"{i:02d}", estimate=np.sqrt(i)) for i in (3, 1, 2)])
    results.write(table, tmp_path / "results.parquet")
    back = results.read(tmp_path / "results.parquet")
    assert back["result_id"].tolist() == sorted(table["result_id"])
    assert back["estimate"].tolist() == [np.sqrt(1), np.sqrt(2), np.sqrt(3)]
