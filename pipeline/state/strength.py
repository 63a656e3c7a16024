"""How strongly a statement may be believed: one meaning everywhere, by rules that anyone can apply again.

A statement starts at *established* and can only fall: exploratory comparisons, model-based and non-probability results
are at most *probable*; a result marked for caution, a source that disagrees, an incomplete count and each open warning
about the method take one step away.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.results.significance import Row
from pipeline.results.statement import STRENGTHS

#: A count that misses more of its records than this is no longer established by itself.
COVERAGE = 0.8


def strength(
    row: Row, *, compares: bool, sign: int = 0, others: Sequence[int] = (), warnings: Sequence[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """Return the strength of a claim about a row, one of `STRENGTHS`, and the codes of what gave or lowered it.

    Parameters
    ----------
    row : the published row.
    compares : whether the claim compares two dates, parts or situations.
    sign : 1 or -1 where it claims a rise or a fall.
    others : signs (-1, 0, 1) of what other sources say of the same change; 0 says nothing.
    warnings : names of the open warnings that concern the row.
    """
    reasons, steps = [f"inference_{row['inference']}"], 0
    if row["inference"] in ("model", "nonprobability"):
        steps = 1
    elif compares and row["inference"] == "sample" and not row["confirmatory"]:
        reasons.append("exploratory")
        steps = 1
    lowering = {
        "coverage": row["inference"] == "census" and math.isfinite(row["coverage"]) and row["coverage"] < COVERAGE,
        "caution": row["quality"] == "caution",
        "disagreement": bool(sign) and -sign in others,
    }
    agrees = ["agreement"] if sign and sign in others else []
    lowered = [name for name, holds in lowering.items() if holds]
    reasons += [*(n for n in lowered if n != "disagreement"), *agrees, *(n for n in lowered if n == "disagreement")]
    reasons += [f"warning_{name}" for name in warnings]
    steps += len(lowered) + len(warnings)
    return STRENGTHS[min(steps, len(STRENGTHS) - 1)], tuple(reasons)
