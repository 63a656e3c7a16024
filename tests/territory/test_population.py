"""Populations add up, over units, over age bands, and to the figures that were published."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import TerritoryError
from pipeline.territory import (
    age_bands,
    age_margins,
    load_communes,
    population_by_unit,
    population_vintage,
    region_population,
    years_held,
)

ROOT = Path(__file__).resolve().parents[2]
REGION = "53"
PUBLISHED = {1999: 2_906_197, 2003: 3_009_249, 2006: 3_094_534}
BANDS = [15, 25, 45, 60]
# Sums of at most some thousand shares of whole numbers of inhabitants, in double precision.
ROUNDING = 1e-6


@pytest.mark.parametrize(("year", "population"), [*PUBLISHED.items(), (2023, 3_449_370)])
def test_region_has_its_published_population(year: int, population: int) -> None:
    assert region_population(ROOT, REGION, year) == population


def test_estimates_sum_to_the_quoted_period_populations() -> None:
    for year in (2003, 2006):
        assert age_margins(ROOT, REGION, year, [0])["population"].sum() == PUBLISHED[year]


@pytest.mark.parametrize("level", ["pays", "epci", "department", "commune", "region"])
@pytest.mark.parametrize("year", [2003, 2006, 2023])
def test_units_and_the_rest_sum_to_the_region(level: str, year: int) -> None:
    units = population_by_unit(ROOT, REGION, level, 2023, year)
    assert units["population"].sum() == pytest.approx(region_population(ROOT, REGION, year), abs=ROUNDING)
    assert units["code"].isna().sum() == (1 if level in ("pays", "epci") else 0)


def test_age_bands_sum_to_all_ages_in_every_unit() -> None:
    banded = population_by_unit(ROOT, REGION, "pays", 2023, 2006, [0, *BANDS])
    whole = population_by_unit(ROOT, REGION, "pays", 2023, 2006)
    sums = banded.groupby("code", dropna=False)["population"].sum()
    pd.testing.assert_series_equal(
        sums, whole.set_index("code")["population"], check_exact=False, rtol=1e-12, check_index_type=False
    )
    assert set(banded["age_band"]) == {"0-14", "15-24", "25-44", "45-59", "60+"}


def test_bands_leave_out_the_ages_under_the_first_limit() -> None:
    everybody = age_margins(ROOT, REGION, 2006, [0, *BANDS])
    adults = age_margins(ROOT, REGION, 2006, BANDS)
    children = everybody.loc[everybody["age_band"] == "0-14", "population"].sum()
    assert adults["population"].sum() == everybody["population"].sum() - children
    assert 0.15 < children / PUBLISHED[2006] < 0.22


def test_margins_equal_the_official_cells() -> None:
    table = pd.read_csv(ROOT / "data/reference/53/population_estimates.csv", dtype={"department": str})
    cells = table[(table["year"] == 2003) & (table["department"] == "22") & (table["sex"] == "female")]
    expected = cells[cells["age_band"].isin(["15-19", "20-24"])]["population"].sum()
    margins = age_margins(ROOT, REGION, 2003, BANDS).set_index(["department", "sex", "age_band"])["population"]
    assert margins["22", "female", "15-24"] == expected
    assert len(margins) == 4 * 2 * 4


def test_a_pays_within_one_department_follows_that_department() -> None:
    communes = load_communes(ROOT, REGION, 2023)
    brest = communes[communes["pays"] == "02"]
    assert set(brest["department"]) == {"29"}
    share = brest["population"].sum() / communes.loc[communes["department"] == "29", "population"].sum()
    finistere = age_margins(ROOT, REGION, 2006, [0]).query("department == '29'")["population"].sum()
    allocated = population_by_unit(ROOT, REGION, "pays", 2023, 2006).set_index("code")
    assert allocated.loc["02", "population"] == pytest.approx(share * finistere, abs=ROUNDING)


def test_approximations_and_official_figures_are_told_apart() -> None:
    basis = {
        (level, year): set(population_by_unit(ROOT, REGION, level, 2023, year)["basis"])
        for level, year in [("pays", 2006), ("pays", 2023), ("department", 2006), ("region", 2006)]
    }
    assert basis == {
        ("pays", 2006): {"allocated"},
        ("pays", 2023): {"legal"},
        ("department", 2006): {"estimate"},
        ("region", 2006): {"estimate"},
    }


def test_legal_populations_of_pays_are_sums_of_communes() -> None:
    communes = load_communes(ROOT, REGION, 2023)
    expected = communes.groupby("pays")["population"].sum()
    units = population_by_unit(ROOT, REGION, "pays", 2023, 2023).dropna().set_index("code")["population"]
    assert units.to_dict() == expected.to_dict()


def test_labels_of_bands() -> None:
    assert age_bands(BANDS) == ["15-24", "25-44", "45-59", "60+"]


@pytest.mark.parametrize("limits", [[12, 18], [15, 18, 25], [25, 15], [], [0, 100]])
def test_bands_that_cut_the_official_ones_are_refused(limits: list[int]) -> None:
    with pytest.raises(TerritoryError, match="multiples of 5"):
        age_bands(limits)


@pytest.mark.parametrize("year", [1999, 2004])
def test_a_year_not_held_is_that_of_the_nearest_and_says_so(year: int) -> None:
    table = population_by_unit(ROOT, REGION, "pays", 2023, year)
    assert set(table["year"]) == {2003}
    assert population_vintage(table, year) == f"allocated=2023;population=2003;asked={year}"
    assert population_vintage(population_by_unit(ROOT, REGION, "region", None, 2006), 2006) is None


def test_ages_are_those_of_the_nearest_year_of_the_estimates() -> None:
    table = population_by_unit(ROOT, REGION, "department", None, 2023, BANDS)
    assert set(table["year"]) == {max(years_held(ROOT, REGION, ages=True))} != {2023}
