"""Links from visits to persons."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import WeightError
from pipeline.weighting.links import links_of


def cells(n: int) -> pd.DataFrame:
    return pd.DataFrame({"wave": ["2003"] * n, "age_band": ["15-24"] * n})


def test_visits_here_and_elsewhere_add_up_and_are_at_least_one() -> None:
    here, elsewhere = pd.Series([0.0, 1.0, 4.0]), pd.Series([np.nan, 2.0, 0.0])
    links = links_of(here, elsewhere, cells(3), pd.Series([1.0] * 3))
    assert links.values.tolist() == [1.0, 3.0, 4.0]


def test_nobody_comes_more_often_than_the_space_opens() -> None:
    links = links_of(pd.Series([31.0]), None, cells(1), pd.Series([1.0]), maximum=20)
    assert links.values.tolist() == [20.0]


@given(st.lists(st.integers(1, 16), min_size=2, max_size=12), st.integers(0, 3))
def test_imputation_keeps_the_estimated_number_of_persons_per_visit(visits: list[int], blank: int) -> None:
    here = pd.Series([float(v) for v in visits] + [np.nan] * blank)
    weights = pd.Series(np.linspace(1, 2, len(here)))
    links = links_of(here, None, cells(len(here)), weights)
    known = here.notna()
    expected = np.average(1 / here[known], weights=weights[known])
    # equal up to rounding: the imputed value is the harmonic mean
    assert np.average(1 / links.values, weights=weights) == pytest.approx(expected, rel=1e-12)
    assert links.imputed.sum() == blank


def test_a_question_that_nobody_answered_is_refused() -> None:
    with pytest.raises(WeightError, match="nobody answered"):
        links_of(pd.Series([np.nan, np.nan]), None, cells(2), pd.Series([1.0, 1.0]))
