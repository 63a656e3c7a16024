"""What printed limits say of an estimate holds, and is often more than its step says."""

from __future__ import annotations

import numpy as np

from pipeline.protect.interval import korn_graubard
from pipeline.protect.limits import told_by_limits
from pipeline.protect.printed import printed

TRUE = np.linspace(0.2, 0.3, 41)
ERROR, RESPONDENTS, DEGREES = 0.0234, 310.0, 57.0


def shares(table):
    """Return shares with their own limits, as they are printed, beside the exact ones."""
    rows = []
    for i, p in enumerate(TRUE):
        lower, upper = (float(x) for x in korn_graubard(p, ERROR, RESPONDENTS, DEGREES))
        given = {"estimate": p, "se": ERROR, "n": RESPONDENTS, "df": DEGREES, "lower": lower, "upper": upper}
        rows.append({**given, "indicator": f"i{i}"})
    made = table(*rows)
    return printed(made).assign(exact=made["estimate"])


def test_the_exact_share_is_one_that_the_limits_allow(table):
    made = shares(table)
    low, high = told_by_limits(made)
    assert ((low <= made["exact"]) & (made["exact"] <= high)).all()


def test_limits_tell_more_than_the_step_of_the_share(table):
    made = shares(table)
    low, high = told_by_limits(made)
    half = made["step"] / 2
    width = np.minimum(high, made["estimate"] + half) - np.maximum(low, made["estimate"] - half)
    assert np.median(width / made["step"]) < 0.9


def test_an_interval_made_otherwise_says_nothing(table):
    rows = {"estimate": 0.25, "se": 0.02, "n": 300.0, "df": 50.0, "lower": 0.24, "upper": 0.26}
    made = table(rows)
    low, high = told_by_limits(printed(made).assign(exact=made["estimate"]))
    assert (low[0], high[0]) == (-np.inf, np.inf)
