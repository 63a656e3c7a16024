"""Outcome rates of AAPOR's Standard Definitions (10th edition, 2023, pages 78 to 83)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.survey.errors import UnsupportedError, VariableError, listed

CODES = {
    "I": "complete interview",
    "P": "partial interview",
    "R": "refusal and break-off",
    "NC": "non-contact",
    "O": "other eligible non-interview",
    "UH": "unknown if an eligible household or person is there",
    "UO": "unknown, other",
    "NE": "not eligible",
}


def eligible_share(counts: Mapping[str, float]) -> float:
    """Estimate e, the eligible part of cases of unknown eligibility, by that of the known cases."""
    eligible = sum(float(counts.get(code, 0)) for code in ("I", "P", "R", "NC", "O"))
    known = eligible + float(counts.get("NE", 0))
    if known <= 0:
        raise UnsupportedError("response rates: no case of known eligibility to estimate e from; pass e=")
    return eligible / known


def response_rates(dispositions: Mapping[str, float] | pd.Series, e: float | None = None) -> pd.DataFrame:
    """Return RR1-RR6, COOP1-COOP4, REF1-REF3 and CON1-CON3.

    Parameters
    ----------
    dispositions : number of cases by code of `CODES` (counts or weighted counts), or a Series with a code a case.
    e : eligible part of the unknown cases for RR3, RR4, REF2 and CON2; that of the known cases by default.

    Returns
    -------
    DataFrame: rate, estimate, numerator, denominator. A rate without a case in its denominator is NaN.

    Raises
    ------
    VariableError, UnsupportedError
    """
    counts = _counts(dispositions)
    share = eligible_share(counts) if e is None else float(e)
    if not 0 <= share <= 1:
        raise UnsupportedError(f"response rates: e must lie between 0 and 1, found {share:g}")
    i, p, r, nc, o, uh, uo, _ = (counts[code] for code in CODES)
    unknown, eligible = uh + uo, i + p + r + nc + o
    reached = i + p + r + o
    rates = {
        "RR1": (i, eligible + unknown), "RR2": (i + p, eligible + unknown),
        "RR3": (i, eligible + share * unknown), "RR4": (i + p, eligible + share * unknown),
        "RR5": (i, eligible), "RR6": (i + p, eligible),
        "COOP1": (i, reached), "COOP2": (i + p, reached), "COOP3": (i, i + p + r), "COOP4": (i + p, i + p + r),
        "REF1": (r, eligible + unknown), "REF2": (r, eligible + share * unknown), "REF3": (r, eligible),
        "CON1": (reached, reached + nc + unknown), "CON2": (reached, reached + nc + share * unknown),
        "CON3": (reached, reached + nc),
    }  # fmt: skip
    rows = [(name, a / b if b > 0 else float("nan"), a, b) for name, (a, b) in rates.items()]
    return pd.DataFrame(rows, columns=["rate", "estimate", "numerator", "denominator"])


def _counts(dispositions: Mapping[str, float] | pd.Series) -> dict[str, float]:
    if isinstance(dispositions, pd.Series) and not pd.api.types.is_numeric_dtype(dispositions):
        if dispositions.isna().any():
            raise VariableError(f"response rates: {int(dispositions.isna().sum())} cases have no disposition")
        dispositions = dispositions.value_counts()
    found = {str(code): float(count) for code, count in dispositions.items()}
    unknown = [code for code in found if code not in CODES]
    if unknown:
        raise VariableError(f"response rates: unknown disposition {listed(unknown)}; allowed: {listed(CODES)}")
    if any(not count >= 0 for count in found.values()):
        raise VariableError("response rates: counts must be numbers that are not negative")
    return {code: found.get(code, 0.0) for code in CODES}
