"""When a number is precise enough to be shown: one rule a kind of number.

Shares follow the NCHS presentation standards for proportions (Parker et al. 2017, Vital and Health Statistics
2(175)); counts, means and rates those for rates and counts as the CDC's surveytable applies them (n of at least 10,
an interval no wider than 1.60 times the estimate). Exhaustive counts have no sampling error and no precision rule.

Reasons begin with what is lacking: "ns" too few answers or units behind the number (size, effective size, degrees of
freedom), "np" enough of them, yet an estimate that is too imprecise to say anything (width of the interval, model).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.protect.interval import effective_size, korn_graubard
from pipeline.results import DECLARED

SHARE_MINIMUM = 30
SHARE_NARROW = 0.05
SHARE_WIDE = 0.30
SHARE_RELATIVE = 1.30
OTHER_MINIMUM = 10
OTHER_RELATIVE = 1.60
REVIEW_DF = 8
#: A net score runs from -100 to 100: the widest interval of a share, on a scale twice as long.
SCORE_WIDE = 2 * 100 * SHARE_WIDE
#: Largest standard error of a model-based share, in points (the project's own rule).
MODEL_POINTS = 7.0
#: Units of diagnostics of a model, where they carry neither error nor interval, and of its parameters.
DIAGNOSTIC_UNITS = ("ratio", "score")
PARAMETER_UNITS = ("coefficient", "odds_ratio")
#: Widest interval of a relative change by a model: it may be nil, so its width is not set against its size.
MODEL_CHANGE = 1.0
Bools = NDArray[np.bool_]


@dataclass
class Verdict:
    """Quality and reason of rows (arrays of one length); the first rule that speaks decides, the harder one wins."""

    quality: NDArray[np.object_]
    reason: NDArray[np.object_]

    @classmethod
    def silent(cls, rows: int) -> Verdict:
        """Return a verdict that publishes every row."""
        return cls(np.full(rows, "publish", dtype=object), np.full(rows, "", dtype=object))

    def suppress(self, rows: Bools, reason: str) -> None:
        """Suppress rows that are not yet suppressed."""
        hit = rows & (self.quality != "suppress")
        self.quality[hit], self.reason[hit] = "suppress", reason

    def caution(self, rows: Bools, reason: str) -> None:
        """Mark rows that are still plainly published."""
        hit = rows & (self.quality == "publish")
        self.quality[hit], self.reason[hit] = "caution", reason


def judge(table: pd.DataFrame, verdict: Verdict) -> None:
    """Add, in place, what the precision rules say of every row, differences of levels excepted.

    Parameters
    ----------
    table : results (contract 4), declared; the interval of a share is computed here from estimate, se, n and df.
    verdict : what was decided before; a suppressed row keeps its reason.
    """
    sampled = table["inference"].isin(["sample", "nonprobability"]).to_numpy()
    unit = table["unit"].to_numpy(dtype=object)
    shares = sampled & (unit == "share")
    scores = sampled & (unit == "score")
    _shares(table, shares, verdict)
    _scores(table, scores, verdict)
    _others(table, sampled & ~shares & ~scores & (unit != "point"), verdict)
    _undercovered(table, verdict)
    _models(table, (table["inference"] == "model").to_numpy(), verdict)


def _column(table: pd.DataFrame, name: str, rows: Bools) -> NDArray[np.float64]:
    """Return a numeric column with NaN outside ``rows``, so that no rule reads another rule's rows."""
    return np.where(rows, table[name].to_numpy(np.float64), np.nan)


def _shares(table: pd.DataFrame, rows: Bools, verdict: Verdict) -> None:
    p, se, n, df = (_column(table, c, rows) for c in ("estimate", "se", "n", "df"))
    df = np.where(rows & np.isnan(df), 0.0, df)
    size = effective_size(p, se, n)
    lower, upper = korn_graubard(p, se, n, df)
    width = upper - lower
    with np.errstate(divide="ignore", invalid="ignore"):
        relative, complement = width / p, width / (1 - p)
    verdict.suppress(rows & ~(n >= SHARE_MINIMUM), "ns_n")
    verdict.suppress(rows & (df < 1), "ns_df")
    verdict.suppress(rows & ~(size >= SHARE_MINIMUM), "ns_neff")
    verdict.suppress(rows & ~(width < SHARE_WIDE), "np_width")
    wide = rows & (width > SHARE_NARROW)
    verdict.suppress(wide & (relative > SHARE_RELATIVE), "np_relative")
    verdict.caution(rows & ((p <= 0) | (p >= 1)), "extreme")
    verdict.caution(wide & (complement > SHARE_RELATIVE), "complement")
    verdict.caution(rows & (df < REVIEW_DF), "df")


def _scores(table: pd.DataFrame, rows: Bools, verdict: Verdict) -> None:
    n, df, lower, upper = (_column(table, c, rows) for c in ("n", "df", "lower", "upper"))
    verdict.suppress(rows & ~(n >= SHARE_MINIMUM), "ns_n")
    verdict.suppress(rows & ~(df >= 1), "ns_df")
    verdict.suppress(rows & ~(upper - lower < SCORE_WIDE), "np_width")
    verdict.caution(rows & (df < REVIEW_DF), "df")


def _others(table: pd.DataFrame, rows: Bools, verdict: Verdict) -> None:
    names = ("estimate", "n", "df", "lower", "upper")
    estimate, n, df, lower, upper = (_column(table, c, rows) for c in names)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(upper == lower, 0.0, (upper - lower) / np.abs(estimate))
    verdict.suppress(rows & ~(n >= OTHER_MINIMUM), "ns_n")
    verdict.suppress(rows & ~(df >= 1), "ns_df")
    verdict.suppress(rows & ~(relative <= OTHER_RELATIVE), "np_relative")
    verdict.caution(rows & (df < REVIEW_DF), "df")


def _undercovered(table: pd.DataFrame, verdict: Verdict) -> None:
    """Say with each number whose interval covers less than it announces what it was measured to cover."""
    methods, whole = table["method"].fillna("").astype(str), table["domain"].fillna("").eq("")
    place = {measure: i for i, measure in enumerate(dict.fromkeys(table[DECLARED]))}
    declared = table[DECLARED].map(place)
    for measure, number in place.items():
        for told in measure.covered:
            rows = declared.eq(number) & methods.eq(told.method) & table["lower"].notna()
            rows &= whole | (not told.whole)
            verdict.caution(rows.to_numpy(bool), f"coverage_{round(100 * told.rate)}")


def _models(table: pd.DataFrame, rows: Bools, verdict: Verdict) -> None:
    unit = table["unit"].to_numpy(dtype=object)
    estimate, n, se, lower, upper = (_column(table, c, rows) for c in ("estimate", "n", "se", "lower", "upper"))
    points = np.where(unit == "share", 100 * se, se)
    on_shares = rows & np.isin(unit, ["share", "point"])
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = (upper - lower) / np.abs(estimate)
    verdict.suppress(rows & ~(n >= OTHER_MINIMUM), "ns_n")
    # a test or a parameter of the model itself describes no group of people: it is told however it came out
    diagnostic = np.isin(unit, DIAGNOSTIC_UNITS) & np.isnan(se) & np.isnan(lower) & np.isnan(upper)
    diagnostic |= np.isin(unit, PARAMETER_UNITS)
    changes = rows & (unit == "ratio") & ~diagnostic
    verdict.suppress(changes & ~(upper - lower <= MODEL_CHANGE), "np_model")
    differences = np.array([measure.limit == "difference" for measure in table[DECLARED]], dtype=bool)
    judged = rows & ~on_shares & ~diagnostic & ~changes & ~differences
    verdict.suppress(on_shares & ~(points < MODEL_POINTS), "np_model")
    verdict.suppress(judged & (unit != "score") & ~(relative <= OTHER_RELATIVE), "np_model")
    verdict.suppress(judged & (unit == "score") & ~(upper - lower < SCORE_WIDE), "np_model")
    verdict.caution(rows, "model")
