"""Bell-McCaffrey degrees of freedom against clubSandwich, and against dense matrices where it has no strata."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.survey import Design, UnsupportedError
from tests.survey import reference
from tests.survey.models_reference import design, quantities, waves_frame
from tests.survey.reference import assert_close

R = quantities("glm")


def unstratified(case: str) -> tuple[Design, str]:
    if case == "clus1":
        return Design(reference.data("apiclus1"), weights="pw", clusters="dnum"), "api00 ~ ell + meals"
    if case == "clus2":
        return Design(reference.data("apiclus2"), weights="pw", clusters="dnum"), "api00 ~ ell + meals + api99"
    frame = waves_frame()
    frame = frame[(frame["wave"] == 2003) & frame["score"].notna()]
    return Design(frame, weights="weight", clusters="space"), "score ~ age + sex + kind"


@pytest.mark.parametrize(("correction", "kind"), [("none", "CR1"), ("CR2", "CR2")])
@pytest.mark.parametrize("case", ["clus1", "clus2", "waves"])
def test_errors_degrees_and_p_equal_clubsandwich(case: str, correction: str, kind: str) -> None:
    d, formula = unstratified(case)
    table = d.glm(formula).bell_mccaffrey(correction)
    assert_close(table[["se", "df", "p"]], R[f"few.{case}.{kind}"], rtol=1e-8, atol=1e-14)


def test_strata_and_links_equal_the_dense_quadratic_form() -> None:
    d = design("waves")
    m = d.glm("helped ~ age + sex", family="binomial")
    table = m.bell_mccaffrey()
    w, x = m.weights, m.matrix.x
    v = m.mu * (1 - m.mu)
    xt, e = x * np.sqrt(v)[:, None], (m.y - m.mu) / np.sqrt(v)
    bread = np.linalg.inv(xt.T @ (w[:, None] * xt))
    hat = np.eye(len(w)) - xt @ bread @ (xt * w[:, None]).T
    stage = d.stages[0]
    u = np.zeros((len(stage.unit_stratum), len(w)))
    u[stage.unit, np.arange(len(w))] = 1
    h = stage.unit_stratum
    centring = np.eye(len(h)) - (h[:, None] == h[None, :]) / stage.size[h][:, None]
    root = np.sqrt(stage.size / (stage.size - 1))[h][:, None] * centring
    for j in range(3):
        form = root @ u * (w * (xt @ bread[:, j]))
        assert np.sqrt(((form @ e) ** 2).sum()) == pytest.approx(table.loc[j, "se"], rel=1e-9)
        q = form @ hat @ hat.T @ form.T
        assert np.trace(q) ** 2 / (q**2).sum() == pytest.approx(table.loc[j, "df"], rel=1e-9)


def test_degrees_fall_when_one_cluster_holds_the_contrast() -> None:
    frame = waves_frame()
    frame = frame.assign(rare=(frame["space"] <= 3).astype(float))
    d = Design(frame, weights="weight", clusters="space")
    table = d.glm("spent ~ rare").bell_mccaffrey().set_index("term")
    assert table.loc["rare", "df"] < 5 < d.degrees_of_freedom


def test_what_has_another_quadratic_form_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="calibrated weights"):
        design("post").glm("score ~ age").bell_mccaffrey()
    with pytest.raises(UnsupportedError, match="finite population correction"):
        design("strat").glm("api00 ~ ell").bell_mccaffrey()
    with pytest.raises(UnsupportedError, match="without strata"):
        design("waves").glm("score ~ age").bell_mccaffrey("CR2")
