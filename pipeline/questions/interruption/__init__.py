"""Whether visits broke at a declared date: level and slope after it against what the months before announced.

The numbers are made in :mod:`.answer`; here stands what may be said of them. Words and chapters are in
``reports/<lang>/interruption/``.
"""

from __future__ import annotations

from pipeline.results.statement import Pick, StatementSpec

_NAMED = {"date": "period={date.month}"}


def _since(measure: str, indicator: str = "visits", method: str = "") -> Pick:
    return Pick(indicator, measure, at="over", population="visits", method=method, domain="since={date.month}")


#: Warnings of method that weaken its results.
WEAKENED_BY = ("informative_closure",)
#: It follows visits from month to month: counts of longer periods do not answer it.
NEEDS_MONTHS = True

STATEMENTS = (
    StatementSpec("before", "change", _since("trend"), named=_NAMED, of="whole"),
    StatementSpec("level", "change", _since("level_change"), named=_NAMED, of="whole"),
    StatementSpec("slope", "change", _since("slope_change"), named=_NAMED, of="whole"),
    StatementSpec("rho", "level", _since("rho", "autocorrelation"), named=_NAMED, of="whole"),
    StatementSpec("remaining", "test", _since("remaining", "autocorrelation", "ljung_box"), named=_NAMED, of="whole"),
)
