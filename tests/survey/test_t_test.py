"""t tests against R's svyttest."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.survey import UnsupportedError
from tests.survey.models_reference import design, quantities
from tests.survey.reference import assert_close

R = quantities("tests")
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "strat.t": ("strat", {"variable": "api00", "by": "sch.wide"}),
    "clus1.t": ("clus1", {"variable": "api00", "by": "comp.imp"}),
    "clus2.t": ("clus2", {"variable": "enroll", "by": "comp.imp"}),
    "waves.t": ("waves", {"variable": "score", "by": "wave"}),
    "waves.domain.t": ("waves", {"variable": "score", "by": "sex", "where": lambda f: f["kind"] != "study"}),
    "post.t": ("post", {"variable": "spent", "by": "sex"}),
    "clus2.paired": ("clus2", {"variable": "api00", "paired": "api99"}),
    "post.one": ("post", {"variable": "spent"}),
}


@pytest.mark.parametrize("case", CASES)
def test_statistic_p_estimate_and_interval_equal_svyttest(case: str) -> None:
    name, arguments = CASES[case]
    t = design(name).t_test(**arguments)
    assert_close([t.statistic, t.df, t.p_value, t.estimate, t.lower, t.upper], R[case])


def test_null_of_one_sample_shifts_the_statistic() -> None:
    t, expected = design("strat").t_test("api00", null=650), R["strat.one"]
    assert_close([t.statistic, t.df, t.p_value, t.estimate - 650], expected[:4])


def test_difference_of_groups_is_the_contrast_of_their_means() -> None:
    d = design("clus2")
    t = d.t_test("api00", by="awards")
    table = d.contrast("mean", "api00", over=("awards", "Yes", "No"))
    assert_close([t.estimate, t.se], table.loc[0, ["estimate", "se"]])


def test_three_groups_or_two_questions_at_once_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="3 values"):
        design("strat").t_test("api00", by="stype")
    with pytest.raises(UnsupportedError, match="not both"):
        design("strat").t_test("api00", by="awards", paired="api99")
