"""Blocked products equal plain ones, whatever the shape."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.survey.products import linear, times, weighted_cross, weighted_gram, weighted_sums


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000), st.integers(1, 70), st.integers(1, 70), st.integers(0, 1000))
def test_blocks_add_up_to_the_whole_product(n: int, p: int, q: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, w = rng.normal(size=(n, p)), rng.normal(size=(n, q)), rng.normal(size=n)
    matrix = rng.normal(size=(p, q))
    # sums of n products of ordinary size
    atol = 1e-11
    np.testing.assert_allclose(weighted_gram(x, w), x.T @ (x * w[:, None]), atol=atol)
    np.testing.assert_allclose(weighted_cross(x, y, w), x.T @ (y * w[:, None]), atol=atol)
    np.testing.assert_allclose(weighted_sums(x, w), x.T @ w, atol=atol)
    np.testing.assert_allclose(times(x, matrix), x @ matrix, atol=atol)
    np.testing.assert_allclose(linear(x, matrix[:, 0]), x @ matrix[:, 0], atol=atol)
