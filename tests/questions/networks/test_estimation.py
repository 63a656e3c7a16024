"""Density and reciprocity of all actors from those who answered."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.questions.networks import bounds, estimation
from pipeline.survey import SurveyError
from tests.questions.networks.drawn import TYPES, answering, network

EVERYBODY = np.ones(len(TYPES), dtype=bool)


def test_with_everybody_answering_nothing_is_estimated() -> None:
    ties = network(np.random.default_rng(1))
    found = estimation.partners(ties, TYPES, EVERYBODY)
    assert (found.estimate, found.se) == pytest.approx((ties.sum() / len(ties), 0))
    told = estimation.reciprocity(ties, TYPES, EVERYBODY)
    assert (told.estimate, told.lower, told.upper) == pytest.approx([(ties & ties.T).sum() / ties.sum()] * 3)


def test_partners_are_the_stratified_mean_of_degrees() -> None:
    rng = np.random.default_rng(2)
    ties, answered = network(rng), answering(rng)
    seen = bounds.observed(ties, answered)
    degree = seen.sum(axis=1)
    mean, variance = 0.0, 0.0
    for kind in np.unique(TYPES):
        own, told = kind == TYPES, (kind == TYPES) & answered
        weight, m, n = own.mean(), told.sum(), own.sum()
        mean += weight * degree[told].mean()
        variance += weight**2 * (1 - m / n) * degree[told].var(ddof=1) / m
    found = estimation.partners(seen, TYPES, answered)
    assert (found.estimate, found.se) == pytest.approx((mean, np.sqrt(variance)))


def test_a_change_is_that_of_the_levels_and_has_their_inference() -> None:
    rng = np.random.default_rng(3)
    first, last = network(rng), network(rng, 0.12)
    whole = [estimation.partners(ties, TYPES, EVERYBODY) for ties in (first, last)]
    found = estimation.change(*whole)
    # everybody answered both times: like the levels, the change is counted, not estimated
    assert found.estimate == pytest.approx((last.sum() - first.sum()) / len(TYPES))
    assert (found.se, found.lower, found.upper) == (0, found.estimate, found.estimate)
    answered = answering(rng)
    partly = [estimation.partners(bounds.observed(ties, answered), TYPES, answered) for ties in (first, last)]
    found = estimation.change(*partly)
    assert found.estimate == pytest.approx(partly[1].estimate - partly[0].estimate)
    assert max(p.se for p in partly) < found.se < sum(p.se for p in partly)
    assert found.p_value < 0.05


def test_a_multiple_keeps_its_error_and_its_test() -> None:
    found = estimation.Estimated(0.5, 0.1, 0.3, 0.7, 10, 0.04).times(100, less=0.4)
    assert (found.estimate, found.se, found.lower, found.upper) == pytest.approx((10, 10, -10, 30))
    assert found.p_value == 0.04


def test_one_answer_of_a_type_with_silent_actors_has_no_error() -> None:
    rng = np.random.default_rng(4)
    answered = answering(rng)
    answered[TYPES == "school"] = False
    answered[np.flatnonzero(TYPES == "school")[0]] = True
    with pytest.raises(SurveyError):
        estimation.partners(network(rng), TYPES, answered)


@pytest.mark.slow
def test_intervals_hold_the_truth_of_the_whole_network_as_often_as_they_say() -> None:
    """One network, the answers drawn again: partners and reciprocity of everybody, silent actors included."""
    ties = network(np.random.default_rng(11))
    truth = np.array([ties.sum() / len(ties), (ties & ties.T).sum() / ties.sum()])
    rng = np.random.default_rng(12)
    found, held = [], []
    for _ in range(400):
        answered = answering(rng)
        seen = bounds.observed(ties, answered)
        told = (estimation.partners(seen, TYPES, answered), estimation.reciprocity(seen, TYPES, answered))
        found.append([t.estimate for t in told])
        held.append([t.lower <= v <= t.upper for t, v in zip(told, truth, strict=True)])
    error = np.std(found, axis=0) / np.sqrt(len(found))
    assert np.all(np.abs(np.mean(found, axis=0) - truth) < 4 * error + 0.002)
    # 400 draws: four standard errors under 95 %; the jackknife of pairs may hold more often
    assert np.all(np.mean(held, axis=0) > 0.95 - 4 * np.sqrt(0.95 * 0.05 / 400))
    assert np.mean(held, axis=0)[0] < 0.95 + 4 * np.sqrt(0.95 * 0.05 / 400)


@pytest.mark.slow
def test_intervals_of_a_change_hold_it_as_often_as_they_say() -> None:
    """Two networks of the same actors, the answers drawn again at each date: the change of the whole of them."""
    rng = np.random.default_rng(13)
    ties = network(rng), network(rng, 0.09)
    truth = [
        (ties[1].sum() - ties[0].sum()) / len(TYPES),
        (ties[1] & ties[1].T).sum() / ties[1].sum() - (ties[0] & ties[0].T).sum() / ties[0].sum(),
    ]
    held = []
    for _ in range(250):
        seen = [(bounds.observed(each, told), told) for each in ties for told in [answering(rng)]]
        found = (
            estimation.change(*(how(each, TYPES, told) for each, told in seen))
            for how in (estimation.partners, estimation.reciprocity)
        )
        held.append([f.lower <= value <= f.upper for f, value in zip(found, truth, strict=True)])
    # 250 draws: four standard errors under 95 %; the jackknife of pairs may hold more often
    assert np.all(np.mean(held, axis=0) > 0.95 - 4 * np.sqrt(0.95 * 0.05 / 250))
    assert np.mean(held, axis=0)[0] < 0.95 + 4 * np.sqrt(0.95 * 0.05 / 250)
