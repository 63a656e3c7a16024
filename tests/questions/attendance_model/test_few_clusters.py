"""Few clusters: the corrections agree with those of pipeline.survey, and the bootstrap holds its level."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.questions.few_clusters import _restricted, joint, slopes, wild_bootstrap
from pipeline.questions.fixed_effects import fit
from pipeline.survey import Design


def made(seed: int, clusters: int = 8, spaces: int = 4, months: int = 6, shock: float = 0.3):
    """Return y, x, space, cluster: counts whose clusters share a slope over time that no column explains."""
    rng = np.random.default_rng(seed)
    space = np.repeat(np.arange(clusters * spaces), months)
    cluster = space // spaces
    time = np.tile(np.arange(months), clusters * spaces) - (months - 1) / 2
    treated = (cluster % 2)[:, None] * (time > 0)[:, None]
    x = np.column_stack([treated, time / months])
    level = rng.normal(3, 0.4, clusters * spaces)[space]
    drift = rng.normal(0, shock, clusters)[cluster] * time / months
    y = rng.poisson(np.exp(level + 0.2 * x[:, 1] + drift)).astype(float)
    return y, x, space, cluster


def test_cr2_and_its_degrees_of_freedom_equal_those_of_the_survey_package():
    y, x, space, cluster = made(1)
    fitted = fit(y, x, space)
    found = slopes(fitted, cluster, np.eye(2))
    frame = pd.DataFrame({"y": y, "a": x[:, 0], "b": x[:, 1], "s": space.astype(str), "c": cluster, "w": 1.0})
    oracle = Design(frame, weights="w", clusters="c").glm("y ~ a + b + C(s)", family="poisson").bell_mccaffrey("CR2")
    oracle = oracle.set_index("term").loc[["a", "b"]]
    np.testing.assert_allclose(found.estimate, oracle["estimate"], rtol=1e-7)
    # the oracle keeps the dummies of spaces, which are nested in clusters: the theory says that nothing changes
    np.testing.assert_allclose(found.se, oracle["se"], rtol=1e-6)
    np.testing.assert_allclose(found.df, oracle["df"], rtol=1e-6)


def test_joint_test_of_one_slope_is_its_t_test():
    y, x, space, cluster = made(2)
    fitted = fit(y, x, space)
    one = slopes(fitted, cluster, np.eye(2)[:, :1])
    test = joint(fitted, cluster, np.eye(2)[:, :1])
    assert test.statistic == pytest.approx((one.estimate[0] / one.se[0]) ** 2)
    assert test.df == pytest.approx(one.df[0])
    assert test.p_value == pytest.approx(one.p_value[0])


def test_joint_test_does_not_depend_on_how_slopes_are_combined():
    y, x, space, cluster = made(3)
    fitted = fit(y, x, space)
    mixed = joint(fitted, cluster, np.array([[1.0, 1.0], [0.5, -2.0]]))
    assert mixed.p_value == pytest.approx(joint(fitted, cluster, np.eye(2)).p_value)


def test_correction_widens_what_few_clusters_narrow():
    y, x, space, cluster = made(4)
    fitted = fit(y, x, space)
    corrected, naive = slopes(fitted, cluster, np.eye(2)), slopes(fitted, space, np.eye(2), corrected=False)
    assert corrected.df[0] < 8 <= naive.df[0]
    low, high = corrected.interval()
    assert (low < corrected.estimate).all()
    assert (corrected.estimate < high).all()


def test_wild_bootstrap_is_reproducible_and_sees_a_large_effect():
    y, x, space, cluster = made(5, shock=0.05)
    y = np.where(x[:, 0] > 0, 3 * y, y)
    fitted = fit(y, x, space)
    first = wild_bootstrap(fitted, cluster, np.eye(2)[0], draws=399, seed=7)
    assert first == wild_bootstrap(fitted, cluster, np.eye(2)[0], draws=399, seed=7)
    assert first.p_value < 0.05
    assert first.lower < fitted.beta[0] < first.upper


def test_the_bootstrap_interval_excludes_exactly_what_its_test_rejects():
    sides = set()
    for seed in range(12):
        y, x, space, cluster = made(40 + seed, shock=0.15)
        y = np.where(x[:, 0] > 0, np.round(1.2 * y), y)
        fitted = fit(y, x, space)
        found = wild_bootstrap(fitted, cluster, np.eye(2)[0], draws=399, seed=seed)
        rejected = found.p_value < 0.05
        sides.add(rejected)
        assert rejected == (not found.lower <= 0 <= found.upper)
        test = _restricted(fitted, cluster, np.eye(2)[0], 399, seed)
        for bound, outside in ((found.lower, -1), (found.upper, 1)):
            # bounds are found to a millionth of the step that brackets them
            assert test(bound - outside * 1e-5) >= 0.05 > test(bound + outside * 1e-5)
    # both answers of the test occur
    assert sides == {True, False}


@pytest.mark.slow
def test_corrected_inference_rejects_a_null_at_its_level_and_the_naive_one_too_often():
    cr2, wild, naive = [], [], []
    for seed in range(400):
        y, x, space, cluster = made(100 + seed)
        fitted = fit(y, x, space)
        cr2.append(slopes(fitted, cluster, np.eye(2)).p_value[0] < 0.05)
        wild.append(wild_bootstrap(fitted, cluster, np.eye(2)[0], 199, seed).p_value < 0.05)
        naive.append(slopes(fitted, space, np.eye(2), corrected=False).p_value[0] < 0.05)
    # 400 runs: two standard errors around 5 % are 2.2 points, three are 3.3
    assert np.mean(cr2) < 0.083
    assert np.mean(wild) < 0.083
    assert np.mean(naive) > 0.10
