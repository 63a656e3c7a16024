"""Costs per visit and per trainee hour."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.questions.money.unit_costs import ALLOCATIONS, Activity, largest_share, per_training_hour, ratio


def test_montbeliard_upper_bound_is_fourteen_euros_forty():
    """360,000 euros of running costs (2007) over 25,000 hours attended (2006): Localtis, pays de Montbéliard."""
    pays = Activity(*(np.array([x]) for x in (360_000.0, 0.0, 80_000.0, 25_000.0)))
    assert per_training_hour(pays, 1.0, "everything") == pytest.approx(14.40)


def test_everything_is_an_upper_bound_of_the_other_allocations():
    rng = np.random.default_rng(4)
    cost, visits = rng.uniform(1e3, 1e5, 50), rng.uniform(100, 5000, 50)
    activity = Activity(cost, cost * rng.random(50), visits, visits * rng.random(50))
    everything, *others = (per_training_hour(activity, 2.0, a) for a in ALLOCATIONS)
    assert all(0 < x < everything for x in others)


def test_a_ratio_of_sums_is_not_a_mean_of_ratios():
    assert ratio(np.array([100.0, 1000.0]), np.array([100.0, 10.0])) == pytest.approx(10.0)
    assert np.isnan(ratio(np.array([5.0]), np.array([0.0])))


def test_allocation_by_visits_spares_spaces_without_workshops():
    activity = Activity(*(np.array(x) for x in ([100.0, 900.0], [0.0, 0.0], [10.0, 10.0], [5.0, 0.0])))
    assert per_training_hour(activity, 2.0, "by_visits") == pytest.approx(50 / 10)


def test_unknown_allocation_is_refused_and_dominance_is_told():
    with pytest.raises(ValueError, match="no such rule of allocation"):
        per_training_hour(Activity(*[np.ones(1)] * 4), 1.0, "fair")
    assert largest_share(np.array([90.0, 5.0, 5.0])) == pytest.approx(0.9)
