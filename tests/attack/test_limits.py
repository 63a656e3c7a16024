"""A share is known from its printed limits within less than its step, and never wrongly."""

from __future__ import annotations

import numpy as np
import pytest

from tests.attack.limits import korn_graubard, narrowed
from tests.attack.published import Row

ERROR, RESPONDENTS, DEGREES, STEP = 0.0234, 310.0, 57.0, 0.01


def printed(p: float) -> Row:
    """Return a share as it is printed, with its limits outward on its step."""
    told = (np.array([v]) for v in (p, ERROR, RESPONDENTS, DEGREES))
    lower, upper = (float(x[0]) for x in korn_graubard(*told))
    limits = (np.floor(lower / STEP) * STEP, np.ceil(upper / STEP) * STEP)
    estimate = round(p / STEP) * STEP
    head = ("demand", "email", "share", "", "users", "sample", "2006", {}, frozenset(), "share")
    ends = (estimate, estimate - STEP / 2, estimate + STEP / 2, RESPONDENTS)
    around = {"se": (0.0225, 0.0235), "df": (DEGREES - 0.5, DEGREES + 0.5)}
    return Row("a", *head, *ends, False, "", around, limits)


@pytest.mark.parametrize("p", np.linspace(0.2, 0.3, 11))
def test_what_the_limits_leave_holds_the_share(p: float) -> None:
    (row,) = narrowed([printed(float(p))])
    assert row.low <= p + 1e-9
    assert p <= row.high + 1e-9


def test_limits_narrow_a_share_below_its_step() -> None:
    rows = narrowed([printed(float(p)) for p in np.linspace(0.2, 0.3, 41)])
    assert np.mean([(r.high - r.low) / STEP for r in rows]) < 0.9
