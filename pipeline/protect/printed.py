"""Printed precision: every number that leaves this stage stands on a step that follows its standard error.

Digits that say nothing of the population say much of the people behind a hidden number: sums, complements and the
ingredients of a standard error give it back. So an estimate is printed on a step of at most half its standard error,
which adds at most two per cent to its variance. The private table keeps all digits.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.protect.confidentiality import ACTIVITY
from pipeline.results import DECLARED
from pipeline.results.quantity import NOTHING

Floats = NDArray[np.float64]

STEP = "step"
#: Unit -> smallest and largest step of an estimate that carries a standard error.
_SAMPLED = {"share": (0.0005, 0.01), "point": (0.05, 1.0), "score": (0.05, 1.0), "mean": (0.005, 0.05)}
#: Unit -> step of what carries no error: exhaustive counts and amounts, and what is made of them.
_EXACT = {"count": 1.0, "share": 0.0005, "point": 0.05}
#: What is made of exact numbers keeps four significant digits; amounts keep at least their euros. What is made of
#: answers, without an error of its own, keeps those that its measure declares.
_SIGNIFICANT = 4
#: Numbers that say how good an estimate is, and the probabilities of its tests.
_SECONDARY = ("se", "deff", "n_effective", "p_value", "p_adjusted")
_TWO = 2
#: Probabilities under this one are printed as none.
_LEAST_P = 0.0001
#: Powers of ten, and the limit under which whole numbers are, that binary holds exactly.
_POWERS = np.array([float(10**digits) for digits in range(16)])
_EXACT_WHOLE = 2.0**53


def printed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its numbers as they are printed, and the column ``step`` of their estimates.

    Parameters
    ----------
    table : results (contract 4) with all their digits.

    Returns
    -------
    DataFrame
        Estimates on multiples of ``step``; limits on the same step, outward; se, deff, n_effective and p-values of two
        significant digits; degrees of freedom whole. ``step`` is missing where the estimate is.
    """
    out = table.copy()
    step = steps(table)
    out["estimate"] = _on(table["estimate"], step, np.round)
    # a mark is read against a threshold: rounded toward nought, it never passes one that it did not reach
    mark = np.array([m.kind == "mark" for m in table[DECLARED]], dtype=bool)
    out.loc[mark, "estimate"] = _on(table["estimate"], step, np.trunc)[mark]
    lower, upper = _on(table["lower"], step, np.floor), _on(table["upper"], step, np.ceil)
    share = (table["unit"] == "share").to_numpy()
    out["lower"] = np.where(share & (table["lower"] >= 0), np.maximum(lower, 0.0), lower)
    out["upper"] = np.where(share & (table["upper"] <= 1), np.minimum(upper, 1.0), upper)
    # n, se and deff of a mean give its spread, which with the mean gives back answers of a unit that few people gave
    spread = table["unit"].isin(("mean", "score")) & table["territory_level"].ne("region") & table["se"].notna()
    out.loc[spread, ["deff", "n_effective"]] = np.nan
    for name in _SECONDARY:
        out[name] = _significant(out[name].to_numpy(np.float64), _TWO)
    for name in ("p_value", "p_adjusted"):
        out[name] = _on(out[name], np.full(len(out), _LEAST_P), np.round)
    out["df"] = np.round(out["df"].to_numpy(np.float64))
    out[STEP] = np.where(table["estimate"].isna(), np.nan, step)
    return out


def steps(table: pd.DataFrame) -> Floats:
    """Return the step (rows,) of every estimate: one for all rows of a quantity, the coarsest of theirs."""
    estimate, se = (np.abs(table[c].to_numpy(np.float64)) for c in ("estimate", "se"))
    unit = table["unit"].to_numpy(dtype=object)
    has_error = np.isfinite(se) & (se > 0)
    least = np.array([_SAMPLED.get(u, (0.0, np.inf))[0] for u in unit])
    most = np.array([_SAMPLED.get(u, (0.0, np.inf))[1] for u in unit])
    sampled = np.clip(_nice(np.where(has_error, se / 2, 1.0)), least, most)
    exact = np.array([_EXACT.get(u, np.nan) for u in unit])
    digits, finest = np.array([(m.digits, m.finest) for m in table[DECLARED]], dtype=np.float64).reshape(-1, 2).T
    activity = (table["inference"] == "census") | table["population"].isin(ACTIVITY)
    digits = np.where(activity, _SIGNIFICANT, digits)
    made = last_digit(np.where(estimate > 0, estimate, 1.0), digits)
    made = np.where(unit == "euro", np.minimum(made, 1.0), made)
    step = pd.Series(np.maximum(np.where(has_error, sampled, np.where(np.isnan(exact), made, exact)), finest))
    own = table["quantity"].isin(["", NOTHING.text]).to_numpy()
    (quantity, _), (in_unit, units) = pd.factorize(table["quantity"]), pd.factorize(unit)
    shared = step.groupby(quantity * len(units) + in_unit).transform("max")
    result: Floats = np.where(own, step, shared).astype(np.float64)
    return result


def _exponent(x: Floats) -> Floats:
    exponent: Floats = np.floor(np.log10(x) + 1e-9)
    return exponent


def _nice(x: Floats) -> Floats:
    """Return the largest of 1, 2 and 5 times a power of ten that is not above x."""
    power = 10.0 ** _exponent(x)
    times = x / power + 1e-9
    return power * np.select([times >= 5, times >= 2], [5.0, 2.0], 1.0)


def _on(values: pd.Series, step: Floats, rounded: np.ufunc | object) -> Floats:
    """Return values on multiples of their step; a value that stands on one stays."""
    x = values.to_numpy(np.float64)
    with np.errstate(invalid="ignore"):
        times = x / step
        near = np.round(times)
        times = np.where(np.abs(times - near) < 1e-7, near, rounded(times))  # type: ignore[operator]
    return _clean(times * step, step)


def _clean(x: Floats, step: Floats) -> Floats:
    """Return values without the dust that binary multiples of a decimal step carry."""
    power = _POWERS[np.clip(-_exponent(step), 0, len(_POWERS) - 1).astype(int)]
    whole = x * power
    # a whole number over a power of ten, both exact, is the nearest there is to the decimal
    cleaned: Floats = np.where(np.abs(whole) < _EXACT_WHOLE, np.rint(whole) / power, x)
    return cleaned


def last_digit(x: Floats, digits: int | Floats = _TWO) -> Floats:
    """Return the unit of the last of the significant digits of positive numbers."""
    unit: Floats = 10.0 ** (_exponent(x) - digits + 1)
    return unit


def _significant(x: Floats, digits: int) -> Floats:
    known = np.isfinite(x) & (x != 0)
    step = last_digit(np.where(known, np.abs(x), 1.0), digits)
    return np.where(known, _clean(np.round(x / step) * step, step), x)
