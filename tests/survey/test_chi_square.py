"""Tests of association against R's svychisq, and their properties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipeline.survey import Design, EmptyDomainError, UnsupportedError
from tests.survey.models_reference import design, quantities
from tests.survey.reference import assert_close

R = quantities("tests")
CASES = {
    "strat.chi": ("strat", "sch.wide", "stype", None),
    "clus1.chi": ("clus1", "sch.wide", "stype", None),
    "clus2.chi": ("clus2", "awards", "stype", None),
    "nhanes.chi": ("nhanes", "HI_CHOL", "agecat", None),
    "waves.chi": ("waves", "content", "kind", None),
    "waves.domain.chi": ("waves", "content", "wave", lambda f: f["age"] >= 40),
    "post.chi": ("post", "means", "helped", None),
}


@pytest.mark.parametrize("statistic", ["F", "Chisq", "Wald", "adjWald"])
@pytest.mark.parametrize("case", CASES)
def test_statistic_degrees_of_freedom_and_p_equal_svychisq(case: str, statistic: str) -> None:
    name, a, b, where = CASES[case]
    t = design(name).chi_square(a, b, statistic=statistic, where=where)
    found = [t.statistic, t.df, t.ddf, t.p_value] if statistic != "Chisq" else [t.statistic, t.df, t.p_value]
    # p-values far in the tail multiply the relative error of the statistic
    assert_close(found, R[f"{case}.{statistic}"], rtol=1e-8, atol=0)


def test_simple_random_sampling_gives_pearson_and_unit_design_effects() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"a": rng.choice(list("xyz"), 400), "b": rng.choice(list("uv"), 400), "w": 2.0})
    t = Design(frame, weights="w").chi_square("a", "b", statistic="Chisq")
    expected = stats.chi2_contingency(pd.crosstab(frame["a"], frame["b"]), correction=False)
    assert t.pearson == pytest.approx(expected.statistic)
    # variances divide by n - 1 and use observed, not independent, cells
    np.testing.assert_allclose(t.deltas, 1, atol=0.05)


def test_order_of_the_variables_and_of_the_rows_changes_nothing() -> None:
    d = design("waves")
    one = d.chi_square("content", "kind", statistic="Wald")
    turned = d.chi_square("kind", "content", statistic="Wald")
    shuffled = Design(d.frame.sample(frac=1, random_state=1), weights="weight", strata="stratum", clusters="space")
    assert one.statistic == pytest.approx(turned.statistic, rel=1e-9)
    assert one.statistic == pytest.approx(shuffled.chi_square("content", "kind", statistic="Wald").statistic, rel=1e-9)


def test_tables_without_two_categories_and_empty_domains_are_refused() -> None:
    d = design("waves")
    with pytest.raises(UnsupportedError, match="1 categories"):
        d.chi_square("content", "wave", where=d.frame["wave"] == 2003)
    with pytest.raises(EmptyDomainError, match="empty domain"):
        d.chi_square("content", "wave", where=d.frame["age"] > 200)
    with pytest.raises(UnsupportedError, match="choose one of"):
        d.chi_square("content", "wave", statistic="pearson")


def test_wald_is_refused_where_the_design_has_too_few_degrees_of_freedom() -> None:
    d = design("waves")
    few = d.frame["space"].isin([1, 2, 21, 22, 41, 42])
    with pytest.raises(UnsupportedError, match="rank"):
        d.chi_square("content", "kind", statistic="Wald", where=few)
