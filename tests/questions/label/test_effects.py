"""Group-time effects: R's saturated Poisson regression, truth recovered, and closures counted as zero."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.questions.label.closures import informative
from pipeline.questions.label.effects import Effect, _same_type, closed_as_zero, measure
from pipeline.questions.label.hours import decomposed
from pipeline.questions.label.pretrends import anticipated, extrapolated
from pipeline.questions.label.treated import counted as labelled_spaces
from pipeline.questions.label.treated import treated_of
from pipeline.questions.panel import Panel, read_panel
from pipeline.questions.returns import ReturnsSettings
from tests.questions.attendance_panel import Counted, counted, invented, panel_of
from tests.questions.conftest import entry

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
    panel = read_panel(made.context, question, ReturnsSettings())
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


def of_types(seed: int, drift: float) -> Panel:
    """Return a panel of two types: spaces of type A, most of the labelled ones, drift by a year from those of B."""
    panel = invented(seed, spaces=8, shock=0.02)
    labelled = panel.sites["labelled"].notna().to_numpy()
    other = np.arange(len(labelled)) % 8
    kinds = np.where(labelled, np.where(np.arange(len(labelled)) % 32 == 1, "B", "A"), np.where(other < 3, "A", "B"))
    panel.sites["type"] = kinds
    growth = np.exp(drift * np.arange(panel.visits.shape[1]) / 12)
    visits = np.where((kinds == "A")[:, None], np.round(panel.visits * growth), panel.visits)
    return replace(panel, visits=visits)


def test_types_that_go_their_own_way_move_the_plain_effect_and_not_that_within_types():
    question, found = entry(question="label"), []
    context = SimpleNamespace(region="53", level="pays", where=lambda code: {})
    for drift in (0.0, 0.4):
        panel = of_types(11, drift)
        rows = {tuple((r.domain or {}).items()): r for r in _same_type(context, question, panel, 8.0)}
        within, alone = rows[()], rows[(("type", "A"),)]
        plain = measure(treated_of(panel), 8.0).found.estimate[0]
        found.append((plain, np.log1p(within.estimate), np.log1p(alone.estimate)))
        # each type is a part of the same comparison: told with its interval, not tested again
        assert np.isnan(alone.p_value)
        assert np.isfinite(alone.lower)
    plain, within, alone = np.subtract(found[1], found[0])
    # same draws: a type's own trend adds a tenth or more to the plain comparison; types by month take it up, but for
    # the rounding of visits and the weights of the negative binomial
    assert plain > 0.1
    assert abs(within) < 0.03
    assert abs(alone) < 0.03


def test_the_spaces_that_each_effect_rests_on_are_counted(tmp_path):
    context = counted(tmp_path).context
    question = entry(question="label")
    panel = read_panel(context, question, ReturnsSettings())
    rows = {
        (r.indicator, *(r.domain or {}).values()): r.estimate
        for r in labelled_spaces(context, question, panel, treated_of(panel))
    }
    # truth: 34 labelled spaces of type A and 9 of type B; those of July 2006 have no twelfth month
    assert (rows["labelled", "A"], rows["labelled", "B"]) == (34, 9)
    assert rows["labelled", "12+"] == 30
    assert rows["projects", "12+"] < rows["projects",] == 12
    register = panel.sites[panel.sites["labelled"].isna()]
    assert rows["compared", "A"] == (register["type"] == "A").sum()


def test_hours_without_a_comparable_space_are_not_decomposed():
    panel = invented(4)
    panel.sites["type"] = np.where(panel.sites["labelled"].notna(), "A", "B")
    context = SimpleNamespace(region="53", level="pays", where=lambda code: {})
    main = measure(treated_of(panel), 8.0)
    rows = decomposed(context, entry(question="label"), panel, main)
    assert [(r.indicator, r.measure, r.estimate) for r in rows] == [("hours", "comparable", 0.0)]
    assert rows[0].n == panel.sites["labelled"].notna().sum()
