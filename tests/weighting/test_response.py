"""The response account at both stages and its factors."""

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import WeightError
from pipeline.weighting.response import person_response, space_response


def visited(took_part: list[bool]) -> pd.DataFrame:
    n = len(took_part)
    return pd.DataFrame(
        {
            "wave": ["2003"] * n,
            "site_id": [f"S{i}" for i in range(n)],
            "stratum": ["01"] * 2 + ["02"] * (n - 2),
            "spaces_in_pays": [4] * 2 + [9] * (n - 2),
            "participated": took_part,
            "weight_space": [2.0] * 2 + [3.0] * (n - 2),
        }
    )


def test_spaces_that_took_part_stand_for_those_drawn_in_their_cell() -> None:
    account = space_response(visited([True, False, True, True, True]), ["stratum"], "stratum", "spaces_in_pays")
    assert account["sampled"].tolist() == [2.0, 3.0]
    assert account["responded"].tolist() == [1.0, 3.0]
    assert account["eligible"].tolist() == [4.0, 9.0]
    assert account["factor"].tolist() == [2.0, 1.0]
    assert account["rate"].tolist() == [0.5, 1.0]


def test_a_cell_in_which_nobody_took_part_is_named() -> None:
    with pytest.raises(WeightError, match="wave 2003, cell 01"):
        space_response(visited([False, False, True, True]), ["stratum"], "stratum", "spaces_in_pays")


def test_a_space_cannot_both_take_part_and_refuse() -> None:
    rows = pd.concat([visited([True, True, True]), visited([True, True, False]).tail(1)])
    with pytest.raises(WeightError, match="both that it took part"):
        space_response(rows, ["stratum"], "stratum", "spaces_in_pays")


def test_the_person_factor_is_weighted_people_handed_over_weighted_answers() -> None:
    days = pd.DataFrame(
        {
            "wave": ["2003"] * 3,
            "stratum": ["01", "01", "02"],
            "handed": [10.0, 20.0, 5.0],
            "returned": [6.0, 12.0, 3.0],
            "accepted": [5.0, 10.0, 3.0],
            "weight_day": [1.0, 2.0, 4.0],
        }
    )
    account = person_response(days, ["stratum"])
    assert account["factor"].tolist() == pytest.approx([(10 + 40) / (5 + 20), 20 / 12])
    assert account["rate"].tolist() == pytest.approx([15 / 30, 3 / 5])
    assert np.isnan(account["eligible"]).all()
