"""Two other Python packages as second oracles, where they have the method."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.survey.reference import assert_close, data, design

STYPE = {"E": 4421.0, "H": 755.0, "M": 1018.0}
WIDE = {"No": 1072.0, "Yes": 5122.0}


def margin(name: str, totals: dict[str, float]) -> pd.Series:
    return pd.Series(totals).rename_axis(name)


@pytest.mark.filterwarnings("ignore")  # icarus factors the singular matrix of margins that share a total
@pytest.mark.parametrize(
    ("method", "theirs", "bounds"),
    [
        ("linear", "linear", None),
        ("raking", "raking", None),
        ("logit", "logit", (0.3, 3.0)),
        ("truncated", "truncated_linear", (0.3, 3.0)),
    ],
)
def test_calibrated_weights_equal_icarus(method: str, theirs: str, bounds: tuple[float, float] | None) -> None:
    pycarus = pytest.importorskip("pycarus")
    frame = data("apiclus1")
    totals = {"stype": STYPE, "sch.wide": WIDE, "api99": 3914069.0}
    weights, _ = pycarus.calibrate(
        frame, totals, method=theirs, initial_weights_column="pw", bounds=bounds, tolerance=1e-10, verbose=False
    )
    ours = design("apiclus1").calibrate(
        [margin("stype", STYPE), margin("sch.wide", WIDE)],
        {"api99": 3914069.0},
        method=method,
        bounds=bounds or (-np.inf, np.inf),
    )
    # it stops at a tolerance of its own on the totals
    assert_close(ours.weights, weights, rtol=1e-5)


@pytest.mark.parametrize("statistic", ["mean", "total"])
def test_estimates_with_correction_equal_svy(statistic: str) -> None:
    svy, pl = pytest.importorskip("svy"), pytest.importorskip("polars")
    frame = data("apistrat")
    theirs = svy.Sample(
        pl.from_pandas(frame[["stype", "pw", "fpc", "api00", "awards"]]),
        svy.Design(wgt="pw", stratum="stype", pop_size="fpc"),
    )
    found = getattr(theirs.estimation, statistic)("api00", by="awards").to_dicts()
    table = getattr(design("apistrat"), statistic)("api00", by="awards")
    # both list the domains in the order of their values
    assert_close(table["estimate"], [row["est"] for row in found])
    assert_close(table["se"], [row["se"] for row in found])
