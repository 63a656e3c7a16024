"""Models of attendance on the simulated programme: trends, season and missing visits are those that were drawn."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import AnalyseError
from pipeline.questions.attendance_model.answer import answer
from tests.questions.attendance_panel import counted
from tests.questions.conftest import entry

#: Seven fits of seventeen thousand counts.
pytestmark = pytest.mark.slow
TREND = {"0-14": -0.07, "15-24": -0.08, "25-44": -0.03, "45-59": 0.04, "60-74": 0.10, "75+": 0.10}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return counted(tmp_path_factory.mktemp("attendance"))


@pytest.fixture(scope="module")
def rows(made):
    return answer(made.context, entry({"exposures": ["none", "hours"]}, question="attendance_model"))


def test_trends_by_age_are_inside_their_intervals(rows):
    found = {r.domain["age_band"]: r for r in rows if r.measure == "trend" and r.domain}
    inside = [found[b].lower <= np.exp(t) - 1 <= found[b].upper for b, t in TREND.items()]
    # six intervals of 95 % that share their shocks: one may miss
    assert sum(inside) >= 5


def test_the_coast_has_a_season_of_its_own(rows):
    season = {(r.domain["place"], r.domain["month"]): r for r in rows if r.measure == "season"}
    inland, coast = (
        np.log(np.array([1.10, 0.99, 1.12, 1.00, 0.94, 0.97, 0.79, 0.63, 1.00, 1.20, 1.24, 1.02])),
        np.log(np.array([1.07, 0.96, 1.09, 0.97, 0.91, 0.94, 1.04, 0.89, 0.97, 1.11, 1.14, 0.94])),
    )
    for place, truth in (("inland", inland), ("coast", coast)):
        effect = np.exp(truth - truth.mean()) - 1
        inside = [
            season[place, f"{m + 1:02d}"].lower <= e <= season[place, f"{m + 1:02d}"].upper
            for m, e in enumerate(effect)
        ]
        # twelve intervals of 95 %; the month of each survey counts the users of the sample population instead
        assert sum(inside) >= 10
    assert season["coast", "08"].lower > season["inland", "08"].upper


def test_counts_vary_more_than_poisson_ones_and_the_model_says_by_how_much(rows):
    dispersion = {
        r.method: r.estimate for r in rows if r.indicator == "dispersion" and r.measure == "ratio" and not r.domain
    }
    assert dispersion["poisson"] > 10
    assert dispersion["negative_binomial"] == pytest.approx(1, abs=0.1)
    theta = next(r.estimate for r in rows if r.measure == "theta" and not r.domain)
    assert theta == pytest.approx(7, rel=0.1)


def test_visits_per_hour_answer_another_question_than_visits(rows):
    gap = {r.indicator: r for r in rows if r.measure == "gap_by_type" and r.domain["site_type"] == "A"}
    assert gap["visits"].estimate > gap["visits_per_hour"].estimate
    assert {r.inference for r in rows} == {"model"}


def test_an_unknown_exposure_is_refused(made):
    with pytest.raises(AnalyseError, match="unknown exposure"):
        answer(made.context, entry({"exposures": ["posts"]}, question="attendance_model"))
