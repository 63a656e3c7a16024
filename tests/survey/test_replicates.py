"""Replicate variances against R, against linearisation, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.survey import (
    Design,
    LonelyPsuError,
    MarginError,
    UnsupportedError,
    replicates_needed,
    supplied_replicates,
)
from pipeline.survey.replicate_design import ReplicateDesign
from pipeline.survey.replicates import hadamard_at_least
from tests.survey.populations import population, sample, two_stage
from tests.survey.reference import assert_close, data, quantities

R = quantities("replicates")
STYPE = pd.Series({"E": 4421, "H": 755, "M": 1018}).rename_axis("stype")
WIDE = pd.Series({"No": 1072, "Yes": 5122}).rename_axis("sch.wide")


def assert_holds(d: ReplicateDesign, key: str, rtol: float = 1e-8) -> None:
    for expected, table in (
        ("mean", d.mean(["api00", "api99"])),
        ("total", d.total("api00")),
        ("by", d.mean("api00", by="stype")),
        ("ratio", d.ratio("api.stu", "enroll")),
        ("var", d.variance("api00")),
    ):
        assert_close(table["estimate"], R[f"{key}.{expected}"]["estimate"], rtol=rtol)
        assert_close(table["se"], R[f"{key}.{expected}"]["se"], rtol=rtol)


def base(name: str) -> tuple[Design, str, bool]:
    fpc = "fpc" if name.endswith(("fpc", "mse")) else None
    if name.startswith("jk1"):
        return Design(data("apiclus1"), weights="pw", clusters="dnum", population_sizes=fpc), "JK1", name == "jk1_mse"
    return Design(data("apistrat"), weights="pw", strata="stype", population_sizes=fpc), "JKn", False


@pytest.mark.parametrize("name", ["jk1", "jk1_fpc", "jkn", "jkn_fpc", "jk1_mse"])
def test_jackknife_equals_r_with_and_without_correction(name: str) -> None:
    d, method, mse = base(name)
    r = d.replicates(method, mse=mse)
    assert_holds(r, name)
    assert r.mean("api00")["df"][0] == R[f"{name}.degf"]


@pytest.mark.parametrize("name", ["jk1", "jk1_fpc", "jkn", "jkn_fpc", "jk1_mse"])
def test_raking_is_replayed_in_every_replicate(name: str) -> None:
    d, method, mse = base(name)
    # replicates are raked to 1e-7, far inside their own spread
    assert_holds(d.rake([STYPE, WIDE], tolerance=1e-13).replicates(method, mse=mse), f"{name}.rake", rtol=1e-6)


def test_post_stratification_and_regression_are_replayed() -> None:
    d, _, _ = base("jk1_fpc")
    assert_holds(d.post_stratify(STYPE).replicates("JK1"), "jk1_fpc.post", rtol=1e-7)
    assert_holds(d.calibrate([STYPE], {"api99": 3914069}).replicates("JK1"), "jk1_fpc.greg", rtol=1e-6)


@pytest.mark.parametrize("method", ["BRR", "Fay"])
def test_balanced_half_samples_equal_r(method: str) -> None:
    d = Design(data("scd").assign(one=1.0), weights="one", strata="ESA", clusters="ambulance")
    r = d.replicates(method, rho=0.3)
    for statistic, names in (("total", ["alive", "arrests"]), ("mean", ["alive"])):
        table = getattr(r, statistic)(names)
        assert_close(table["estimate"], R[f"scd.{method}.{statistic}"]["estimate"])
        assert_close(table["se"], R[f"scd.{method}.{statistic}"]["se"])
    linear = d.total(["alive", "arrests"])
    assert_close(r.total(["alive", "arrests"])["se"], linear["se"])


@pytest.mark.parametrize("mse", [False, True])
def test_supplied_replicate_weights_equal_svrepdesign(mse: bool) -> None:
    columns = [f"rep{k}" for k in range(1, 41)]
    r = supplied_replicates(data("apiclus1_boot"), "pw", columns, scale=1 / 39, mse=mse)
    assert_holds(r, "boot_mse" if mse else "boot")
    assert r.degrees_of_freedom == R["boot.degf"]
    if not mse:
        table = r.quantile("api00")
        assert_close(table["estimate"], R["boot.quantile"]["estimate"])
        assert_close(table["se"], R["boot.quantile"]["se"])


def test_contrasts_of_replicates_use_their_joint_spread() -> None:
    d, _, _ = base("jk1")
    r = d.replicates("JK1")
    shift = r.contrast("mean", "api00", over=("stype", "E", "H"))
    thetas = r.replicate_estimates("mean", "api00", by="stype")
    gap = thetas[0] - thetas[1]
    assert_close(shift["se"] ** 2, 14 / 15 * ((gap - gap.mean()) ** 2).sum())


@pytest.mark.parametrize("size", [2, 3, 5, 12, 13, 21, 25, 40, 70])
def test_hadamard_matrices_are_orthogonal(size: int) -> None:
    h = hadamard_at_least(size)
    assert len(h) >= size
    assert len(h) < 2 * size + 4
    np.testing.assert_array_equal(h @ h.T, len(h) * np.eye(len(h)))
    assert (h[0] == 1).all()


@pytest.fixture(scope="module")
def visits() -> pd.DataFrame:
    return sample(population(4), np.arange(24), 4, np.random.default_rng(8))


def test_multistage_bootstrap_agrees_with_linearisation(visits: pd.DataFrame) -> None:
    census = population(4)
    margins = [census.groupby("age").size(), census.groupby("stratum").size()]
    d = two_stage(visits)
    for weighted in (d, d.rake(margins), d.rake(margins).share_weights("links")):
        r = weighted.replicates("bootstrap", n=1500, seed=1)
        # 1,500 replicates: 1.8 % on a standard error; the rest is what linearisation leaves out with 24 spaces
        assert_close(r.mean("y", by="age")["se"], weighted.mean("y", by="age")["se"], rtol=0.15)
        assert_close(r.replicate_weights.sum(axis=0).mean(), weighted.weights.sum(), rtol=0.01)
    plain = d.replicates("bootstrap", n=1500, seed=1, variant="rao_wu").total("y")["se"]
    assert_close(d.replicates("bootstrap", n=1500, seed=1).total("y")["se"], d.total("y")["se"], rtol=0.06)
    assert plain[0] > 1.05 * d.total("y")["se"][0]  # two spaces in five were drawn: the plain one does not know


def test_rao_wu_bootstrap_agrees_with_linearisation_with_replacement(visits: pd.DataFrame) -> None:
    d = Design(visits, weights="weight", strata="stratum", clusters="space")
    r = d.replicates("bootstrap", n=1500, seed=2)
    assert_close(r.total(["y", "links"])["se"], d.total(["y", "links"])["se"], rtol=0.06)


def test_same_seed_gives_the_same_replicates(visits: pd.DataFrame) -> None:
    one, other = (two_stage(visits).replicates("bootstrap", n=20, seed=5) for _ in range(2))
    np.testing.assert_array_equal(one.replicate_weights, other.replicate_weights)


def test_every_step_is_replayed(visits: pd.DataFrame) -> None:
    frame = visits.assign(f=np.where(visits["age"] == "45+", 1.5, 1.2))
    census = population(4)
    d = (
        two_stage(frame)
        .reweight("f")
        .rake([census.groupby("age").size()])
        .trim(upper=20)
        .share_weights("links")
        .normalise()
    )
    r = d.replicates("bootstrap", n=10, seed=3)
    assert_close(r.replicate_weights.sum(axis=0), np.full(10, len(frame)))
    assert (r.replicate_weights.std(axis=1) > 0).all()


def test_what_replicates_cannot_do_is_refused(visits: pd.DataFrame) -> None:
    d = two_stage(visits)
    with pytest.raises(UnsupportedError, match="one stage"):
        d.replicates("JKn")
    with pytest.raises(UnsupportedError, match="seed"):
        d.replicates("bootstrap", n=10)
    with pytest.raises(UnsupportedError, match="two units a stratum"):
        Design(visits, weights="weight", strata="stratum", clusters="space").replicates("BRR")
    with pytest.raises(UnsupportedError, match="no finite population"):
        d.replicates("Fay")
    with pytest.raises(UnsupportedError, match="stacked waves"):
        Design(visits, weights="weight", strata="stratum", clusters="space", waves="age").replicates("JKn")
    alone = Design(data("lonely"), weights="w", strata="h", clusters="psu", lonely_psu="average")
    with pytest.raises(LonelyPsuError, match="h=b"):
        alone.replicates("JKn")


def test_a_category_emptied_in_a_replicate_is_named() -> None:
    frame = data("apiclus1").assign(rare=lambda f: np.where(f["dnum"] == f["dnum"].iloc[0], "x", "y"))
    margin = pd.Series({"x": 500.0, "y": 5694.0}).rename_axis("rare")
    d = Design(frame, weights="pw", clusters="dnum").rake([margin])
    with pytest.raises(MarginError, match=r"no weight is left in category x in replicate \d+"):
        d.replicates("JK1")


def test_replicates_needed_grows_with_the_square_of_the_precision() -> None:
    assert replicates_needed(0.05) == 800
    assert replicates_needed(0.1) == 200
