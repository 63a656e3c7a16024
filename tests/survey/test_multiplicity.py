"""Adjusted p-values against R's p.adjust."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from pipeline.survey.errors import VariableError
from pipeline.survey.multiplicity import adjust
from tests.survey.models_reference import quantities
from tests.survey.reference import assert_close

R = quantities("tests")


def test_holm_and_benjamini_hochberg_equal_p_adjust() -> None:
    assert_close(adjust(R["p"], "holm"), R["holm"])
    assert_close(adjust(R["p"], "benjamini_hochberg"), R["bh"])


@pytest.mark.parametrize(("method", "theirs"), [("holm", "holm"), ("benjamini_hochberg", "fdr_bh")])
def test_adjustments_are_those_of_statsmodels_to_the_last_bit_with_ties(method: str, theirs: str) -> None:
    random = np.random.default_rng(15)
    for decimals in (1, 2, 16):
        for size in (1, 2, 7, 40):
            p = np.round(random.random(size) ** 3, decimals)
            np.testing.assert_array_equal(adjust(p, method), multipletests(p, method=theirs)[1])


def test_missing_p_values_stay_missing_and_count_for_nothing() -> None:
    with_gap = adjust([0.01, np.nan, 0.04], "holm")
    np.testing.assert_allclose(with_gap, [0.02, np.nan, 0.04])


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(VariableError, match="between 0 and 1"):
        adjust([0.2, 1.2])
