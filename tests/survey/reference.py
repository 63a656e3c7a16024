"""Numbers that R printed (tests/reference/survey) and the data it printed them on."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.survey import Design

FOLDER = Path(__file__).parents[1] / "reference" / "survey"

# linear statistics differ from R by the order of additions only
LINEAR = 1e-8
# R prints 15 digits; exact zeros come out as rounding errors of either side
ZERO = 1e-10


@functools.cache
def quantities(file: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{file}.json").read_text())


@functools.cache
def data(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / "data" / f"{name}.csv")


@functools.cache
def design(name: str) -> Design:
    """The designs of linear.R under the names used there."""
    if name == "apistrat":
        return Design(data("apistrat"), weights="pw", strata="stype", population_sizes="fpc")
    if name == "apiclus1":
        return Design(data("apiclus1"), weights="pw", clusters="dnum", population_sizes="fpc")
    if name == "apiclus2":
        return Design(data("apiclus2"), clusters=["dnum", "snum"], population_sizes=["fpc1", "fpc2"])
    if name == "apisrs":
        return Design(data("apisrs"), weights="pw", population_sizes="fpc")
    if name == "apiclus2_wr":
        return Design(data("apiclus2"), weights="pw", clusters="dnum")
    if name == "nhanes":
        return Design(data("nhanes"), weights="WTMEC2YR", strata="SDMVSTRA", clusters="SDMVPSU")
    raise KeyError(name)


def assert_close(found: Any, expected: Any, rtol: float = LINEAR, atol: float = ZERO) -> None:
    """Assert closeness of numbers to R's, scalars and lists alike."""
    np.testing.assert_allclose(
        np.asarray(found, dtype=float).ravel(), np.asarray(expected, dtype=float).ravel(), rtol=rtol, atol=atol
    )
