"""The record of the truth: the values of the finite population under the names of the results."""

import numpy as np
import pandas as pd
import pytest

from pipeline.results import result_id
from pipeline.simulate import Population
from pipeline.simulate.attendance import draw_attendance
from pipeline.simulate.truth import truth_values


@pytest.fixture(scope="module")
def truth(brittany: Population) -> pd.Series:
    table = truth_values(brittany, draw_attendance(brittany))
    assert table["result_id"].is_unique
    return table.set_index("result_id")["value"]


def test_names_are_those_of_results(truth: pd.Series) -> None:
    made = result_id(
        "demand", "elaborate", "share", "users", wave="2006", territory_level="pays", territory="03",
        domain={"age_band": "60+"},
    )  # fmt: skip
    assert made in truth.index


def test_main_numbers_are_those_that_the_table_gives(truth: pd.Series) -> None:
    assert truth["demand.elaborate.share/users/wave=2003/region=53"] == pytest.approx(0.39, abs=0.005)
    assert truth["demand.elaborate.share/users/wave=2006/region=53"] == pytest.approx(0.482, abs=0.005)
    assert truth["demand.elaborate.share/users/wave=2006/region=53/age_band=60+"] == pytest.approx(0.37, abs=0.001)
    assert truth["demand.elaborate.shift/users/wave=2003..2006/region=53"] == pytest.approx(9.4, abs=0.3)
    assert truth["satisfaction.recommend.score/users/wave=2006/region=53"] == pytest.approx(38, abs=0.1)
    assert not any(i.startswith("satisfaction.recommend.score/users/wave=2003") for i in truth.index)


def test_territories_add_up_to_the_region(truth: pd.Series) -> None:
    for whom in ("users", "visits"):
        pays = truth[truth.index.str.startswith(f"profile.{whom}.count/{whom}/wave=2006/pays=")]
        region = truth[f"profile.{whom}.count/{whom}/wave=2006/region=53"]
        assert len(pays) == 21
        assert pays.sum() == pytest.approx(region)
    assert truth["profile.users.count/users/wave=2006/region=53"] == pytest.approx(30200)


def test_gaps_compare_with_the_rest_of_the_region(brittany: Population, truth: pd.Series) -> None:
    wave = brittany.waves["2006"]
    inside = brittany.spaces["pays"].to_numpy()[wave.links["space"]] == "02"
    share = wave.links["here"] / (wave.links["here"] + wave.links["elsewhere"])
    wants = wave.persons["any_elaborate"].to_numpy(dtype=float)[wave.links["person"]]
    gap = np.average(wants[inside], weights=share[inside]) - np.average(wants[~inside], weights=share[~inside])
    assert truth["demand.elaborate.gap/users/wave=2006/pays=02"] == pytest.approx(100 * gap)


def test_spaces_are_counted_at_the_end_of_the_year(truth: pd.Series) -> None:
    assert truth["spaces.open.count/spaces/period=2003-12-31/region=53"] == 381
    assert truth["spaces.open.count/spaces/period=2006-12-31/region=53"] == 351
    assert truth["spaces.labelled.count/spaces/period=2006-12-31/region=53"] == 43


def test_attendance_adds_up_over_ages_and_activities(truth: pd.Series) -> None:
    total = truth["attendance.visits.count/visits/period=2004/region=53"]
    for name in ("age_band", "activity"):
        parts = truth[truth.index.str.startswith(f"attendance.visits.count/visits/period=2004/region=53/{name}=")]
        assert parts.sum() == total
