"""Numbers that R printed (tests/reference/survey_models), and the designs of its scripts under the same names."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.survey import Design
from tests.survey import reference

FOLDER = Path(__file__).parents[1] / "reference" / "survey_models"

# iterative fits: R was told to stop at 1e-14 of the deviance, its own solution is good to about 1e-8
FITTED = 1e-6


@functools.cache
def quantities(file: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{file}.json").read_text())


@functools.cache
def waves_frame() -> pd.DataFrame:
    frame = pd.read_csv(FOLDER / "data" / "waves.csv")
    frame["content"] = pd.Categorical(frame["content"], ["not", "little", "rather", "very"], ordered=True)
    frame["rank"] = frame["content"].cat.codes.astype(float) + 1
    return frame


@functools.cache
def design(name: str) -> Design:
    if name in ("strat", "clus1", "clus2"):
        core = reference.design({"strat": "apistrat"}.get(name, f"api{name}"))
        frame = core.frame.copy()
        # the script breaks ties in the same way
        frame["api00u"] = frame["api00"] + np.arange(1, len(frame) + 1) * 37 / 1e5
        arguments: dict[str, Any] = {
            "strat": {"weights": "pw", "strata": "stype", "population_sizes": "fpc"},
            "clus1": {"weights": "pw", "clusters": "dnum", "population_sizes": "fpc"},
            "clus2": {"clusters": ["dnum", "snum"], "population_sizes": ["fpc1", "fpc2"]},
        }[name]
        return Design(frame, **arguments)
    if name == "nhanes":
        frame = reference.data("nhanes").copy()
        order = ["(0,19]", "(19,39]", "(39,59]", "(59,Inf]"]
        frame["age"] = frame["agecat"].map({label: i + 1.0 for i, label in enumerate(order)})
        return Design(frame, weights="WTMEC2YR", strata="SDMVSTRA", clusters="SDMVPSU")
    waves = Design(waves_frame(), weights="weight", strata="stratum", clusters="space")
    if name == "waves":
        return waves
    if name == "post":
        return waves.post_stratify(pd.Series({"F": 13000.0, "M": 12000.0}).rename_axis("sex"))
    raise KeyError(name)
