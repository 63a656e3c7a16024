"""Designs rebuilt from what the weight stage wrote."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.weighting.handover import replay


def test_units_of_independent_waves_are_others_though_their_codes_come_again() -> None:
    rng = np.random.default_rng(3)
    effect = rng.normal(0, 1, 12)
    unit = np.repeat(np.tile(np.arange(12), 2), 20)
    wave = np.repeat(["2023", "2025"], 240)
    y = effect[unit] + rng.normal(0, 1, 480)
    frame = pd.DataFrame({"wave": wave, "psu": unit.astype(str), "weight": 1.0, "y": y})
    plan = {"base": "weight", "strata": None, "clusters": ["psu"], "population_sizes": [], "lonely_psu": "fail",
            "unit": "person", "steps": []}  # fmt: skip
    se = {}
    for across in ("shared", "independent"):
        design = replay("survey", frame, {**plan, "clusters_across_waves": across}).person
        assert design is not None
        se[across] = float(design.contrast("mean", "y", over=("wave", "2025", "2023"))["se"][0])
    means = frame.groupby(["wave", "psu"])["y"].mean().unstack(0)
    assert se["independent"] ** 2 == pytest.approx((means.var() / 12).sum())
    assert se["shared"] ** 2 == pytest.approx((means["2025"] - means["2023"]).var() / 12)
