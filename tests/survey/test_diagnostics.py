"""Tables that show what weighting did."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.survey import MarginError
from tests.survey.reference import assert_close, design

STYPE = pd.Series({"E": 4421, "H": 755, "M": 1018}).rename_axis("stype")
WIDE = pd.Series({"No": 1072, "Yes": 5122}).rename_axis("sch.wide")


def test_steps_are_listed_with_kish_and_ratios() -> None:
    d = design("apistrat").rake([STYPE, WIDE]).trim(upper=50)
    table = d.diagnostics()
    assert table["kind"].tolist() == ["base", "rake", "trim"]
    w = d.base_weights
    assert_close(table["kish_deff"][0], len(w) * (w**2).sum() / w.sum() ** 2)
    assert_close(table["effective_size"][0], w.sum() ** 2 / (w**2).sum())
    ratios = d.steps[0].after / d.steps[0].before
    assert_close(
        table.loc[1, ["ratio_min", "ratio_median", "ratio_max"]], [ratios.min(), np.median(ratios), ratios.max()]
    )


def test_calibrated_margins_are_at_distance_zero() -> None:
    d = design("apiclus1").rake([STYPE, WIDE])
    table = d.balance([STYPE, WIDE], means={"api99": (631.9, 132.0)})
    margins = table[table["margin"] != "api99"]
    assert (margins["asmd_weighted"] < 1e-9).all()
    first = margins.iloc[0]
    share = 4421 / 6194
    assert_close(first["asmd_base"], abs(first["base"] - share) / np.sqrt(share * (1 - share)))
    mean = table[table["margin"] == "api99"].iloc[0]
    assert_close(mean["weighted"], d.mean("api99")["estimate"])
    with pytest.raises(MarginError, match="nothing to compare"):
        d.balance([])
