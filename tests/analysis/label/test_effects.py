"""Group-time effects: R's saturated Poisson regression, truth recovered, and closures counted as zero."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.analysis.label.closures import informative
from pipeline.analysis.label.effects import Effect, closed_as_zero, measure
from pipeline.analysis.label.pretrends import anticipated, extrapolated
from pipeline.analysis.label.treated import treated_of
from pipeline.analysis.panel import read_panel
from tests.analysis.attendance_panel import Counted, counted, invented, panel_of
from tests.analysis.conftest import entry

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "attendance" / "counts.json").read_text())


def test_group_time_effects_equal_those_of_a_saturated_regression():
    visits = np.array(REFERENCE["staggered"]["y"], dtype=float).reshape(12, 8)
    first = np.array([3.0] * 4 + [5.0] * 3 + [np.nan] * 5)
    sites = pd.DataFrame({"unit": "1", "cluster": [str(i) for i in range(12)], "coast": False, "labelled": first})
    found = measure(treated_of(panel_of(visits, sites)), np.inf)
    # R names cells by first period and period, both from 1
    cells = [f"cell{int(c) + 1} {int(c + s) + 1}" for c, s in zip([3] * 5 + [5] * 3, found.cells.since, strict=True)]
    expected = [REFERENCE["staggered"]["effects"][c] for c in cells]
    # both solve the same equations; R stops at a relative change of the deviance of 1e-14
    np.testing.assert_allclose(found.fitted.beta[: len(cells)], expected, rtol=1e-6)


def test_average_effects_weigh_labelled_months():
    found = measure(treated_of(invented(3)))
    weights = found.cells.average(0, np.inf)
    assert weights.sum() == pytest.approx(1)
    assert found.found.estimate[0] == pytest.approx(weights @ found.fitted.beta[: len(weights)])


def test_a_slope_that_goes_on_biases_the_effect_by_what_was_announced():
    quiet, drifting = (measure(treated_of(invented(5, trend=t, shock=0.0)), 8.0) for t in (0.0, 0.1))
    announced = 0.1 * extrapolated(quiet, quiet.treated)
    # same draws of level and noise, Poisson draws apart: their error on a mean of 600 labelled months is about 0.02
    assert drifting.found.estimate[0] - quiet.found.estimate[0] == pytest.approx(announced, abs=0.05)
    assert announced > 0.05


def test_closed_spaces_count_as_zero_only_after_they_closed():
    panel = invented(2)
    panel.sites.loc[3, "closing"] = 10.0
    panel.visits[3, 11:] = np.nan
    panel.part[3, 11:] = np.nan
    filled = closed_as_zero(panel)
    assert (filled.visits[3, 11:] == 0).all()
    np.testing.assert_array_equal(filled.visits[3, :11], panel.visits[3, :11])


@pytest.mark.slow
def test_intervals_between_clusters_cover_and_those_between_spaces_do_not():
    covered, naive, rejected = [], [], []
    for seed in range(300):
        found = measure(treated_of(invented(1000 + seed)), 8.0)
        low, high = found.found.interval()
        covered.append(low[0] <= 0.2 <= high[0])
        by_space = measure(found.treated, 8.0, by_space=True).found.interval()
        naive.append(by_space[0][0] <= 0.2 <= by_space[1][0])
        null = measure(treated_of(invented(5000 + seed, effect=0.0)), 8.0)
        rejected.append(null.found.p_value[0] < 0.05)
    # 300 runs: two standard errors around 95 % are 2.5 points
    assert np.mean(covered) > 0.92
    assert np.mean(rejected) < 0.08
    assert np.mean(naive) < np.mean(covered) - 0.02


def asked(made: Counted) -> tuple[Effect, dict[str, float]]:
    """Return the main fit of a simulated programme, and the warnings it raises."""
    question = entry(question="label")
    panel = read_panel(made.context, question, None, None)
    treated = treated_of(panel)
    main = measure(treated)
    rows = anticipated(made.context, question, panel, treated, main)
    rows += informative(made.context, question, panel, treated, main)
    return main, {r.indicator: r.estimate for r in rows if r.measure == "warning"}


def test_the_default_programme_raises_no_warning_and_its_effect_is_inside_its_interval(tmp_path):
    main, raised = asked(counted(tmp_path))
    assert raised == {"pretrend": 0.0, "informative_closure": 0.0}
    low, high = main.found.interval()
    # truth: 0.165 on logarithms once a year has passed
    assert low[3] < 0.165 < high[3]
    assert low[3] > 0


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["pretrend", "informative_closure"])
def test_each_scenario_raises_its_own_warning(scenario, tmp_path):
    assert asked(counted(tmp_path, scenario))[1] == {
        "pretrend": float(scenario == "pretrend"),
        "informative_closure": float(scenario == "informative_closure"),
    }
