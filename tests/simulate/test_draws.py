"""Quotas, thresholds and random streams."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.simulate.draws import centred, ordered, quota, stream, top_share


@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=30), st.integers(0, 5000))
def test_quotas_add_up_and_stay_within_one_of_their_share(shares: list[float], n: int) -> None:
    counts = quota(shares, n)
    assert counts.sum() == n
    assert np.all(np.abs(counts - np.array(shares) / sum(shares) * n) <= 1)


@pytest.mark.parametrize("share", [0.0, 0.137, 0.5, 1.0])
def test_the_share_holds_exactly_whatever_the_predictor(share: float) -> None:
    latent = stream(1, "x").normal(size=1000) * 5 + 3
    assert top_share(latent, share).sum() == round(share * 1000)


def test_higher_latent_values_get_higher_categories_at_the_wanted_counts() -> None:
    latent = stream(2, "x").normal(size=100)
    category = ordered(latent, np.array([10, 60, 30]))
    assert np.bincount(category).tolist() == [10, 60, 30]
    assert latent[category == 0].max() < latent[category == 1].min()


def test_streams_differ_by_name_and_repeat_by_seed() -> None:
    assert stream(1, "a").integers(1 << 40) == stream(1, "a").integers(1 << 40)
    assert stream(1, "a").integers(1 << 40) != stream(1, "b").integers(1 << 40)


def test_centred_effects_have_weighted_mean_zero() -> None:
    values, weights = np.array([1.0, 2.0, 6.0]), np.array([3.0, 1.0, 1.0])
    assert abs((centred(values, weights) * weights).sum()) < 1e-12  # rounding of a sum of three
