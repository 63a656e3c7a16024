"""A difference is shown when both of its levels are: which rows it compares, and what they make of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.errors import ProtectError
from pipeline.protect.precision import Verdict
from pipeline.results.time import ends, is_span

#: Measure of a difference between waves -> measure of its levels.
SHIFTS = {"shift": "share", "mean_shift": "mean", "score_shift": "score", "distribution_shift": "distribution"}
#: Measure of a difference between a part and the rest of the region -> measure of its levels.
GAPS = {"gap": "share", "mean_gap": "mean", "score_gap": "score"}
#: Measure of a part of a difference between waves -> measure of the levels of the whole, without method or domain.
PARTS = {
    "behaviour": "share",
    "composition": "share",
    "endowments": "share",
    "coefficients": "share",
    "interaction_part": "share",
    "mediated": "share",
    "tipping": "share",
}
#: Measure that sets a part of a population against the whole -> (measure of the levels, domain that is the part).
MARKS = {"test_value": ("share", "class")}
#: Rows whose level belongs to the whole region; any other level is a part of it.
REGION = "region"


def levels_of(row: Any, region: str) -> list[str]:
    """Return the result_ids of the levels that a difference compares; empty for any other row.

    The level of the rest of the region is not printed: the region's own stands for it, since the rest follows from the
    part and the whole.
    """
    measure = row.measure
    if measure in PARTS:
        head = f"{row.analysis}.{row.indicator}.{PARTS[measure]}/{row.population}"
        return [f"{head}/wave={w}/{row.territory_level}={row.territory}" for w in _waves(row)]
    if measure in MARKS:
        level, part = MARKS[measure]
        place = f"{row.territory_level}={row.territory}"
        head = f"{row.analysis}.{row.indicator}.{level}/{row.population}/wave={row.wave}/{place}"
        parts = str(row.domain).split("/")
        whole = [p for p in parts if not p.startswith(f"{part}=")]
        return ["/".join([head, *parts]), "/".join([head, *whole])]
    if measure not in SHIFTS and measure not in GAPS:
        return []
    level = SHIFTS.get(measure) or GAPS[measure]
    head = ".".join(p for p in (row.analysis, row.indicator, level, row.method) if p)
    tail = f"/{row.domain}" if row.domain else ""
    place = f"{row.territory_level}={row.territory}"
    if measure in SHIFTS:
        return [f"{head}/{row.population}/wave={w}/{place}{tail}" for w in _waves(row)]
    return [f"{head}/{row.population}/wave={row.wave}/{p}{tail}" for p in (place, region)]


def _waves(row: Any) -> list[str]:
    waves = list(ends(row.wave))
    if not is_span(row.wave):
        raise ProtectError("a shift needs two waves", where=row.result_id, found=row.wave, allowed="A..B")
    return waves


def compared_levels(table: pd.DataFrame) -> dict[int, list[int]]:
    """Return, for the position of every sampled difference, the positions of its levels.

    Raises
    ------
    ProtectError
        When a difference in points has a measure without declared levels, or its levels are not in the table.
    """
    position = {rid: i for i, rid in enumerate(table["result_id"])}
    regions = table.loc[table["territory_level"] == REGION, "territory"].unique()
    region = f"{REGION}={regions[0]}" if len(regions) else f"{REGION}="
    compared = {}
    sampled = table["inference"].isin(["sample", "nonprobability"])
    differences = sampled & ((table["unit"] == "point") | table["measure"].isin([*SHIFTS, *GAPS, *PARTS]))
    # a test value gives the count back: it is hidden with the shares it compares, though a model's number
    differences |= table["measure"].isin(list(MARKS))
    for i, row in zip(np.flatnonzero(differences), table[differences].itertuples(index=False), strict=True):
        ids = levels_of(row, region)
        missing = [x for x in ids if x not in position]
        if not ids or missing:
            raise ProtectError(
                "a difference cannot be judged without the levels it compares",
                where=str(row.result_id),
                found=missing or f"measure '{row.measure}'",
                allowed=f"measures {', '.join([*SHIFTS, *GAPS, *PARTS, *MARKS])} whose levels are results too",
                action="write the levels in the analysis, or declare the measure in protect/differences.py",
            )
        compared[int(i)] = [position[x] for x in ids]
    return compared


def follow_levels(verdict: Verdict, compared: dict[int, list[int]]) -> None:
    """Give every difference the quality that its levels allow (in place)."""
    hidden: dict[str, list[int]] = {}
    doubtful: list[int] = []
    for i, levels in compared.items():
        qualities = {str(verdict.quality[j]) for j in levels}
        if "suppress" in qualities:
            reasons = [str(verdict.reason[j]) for j in levels if verdict.quality[j] == "suppress"]
            hidden.setdefault(_inherited(reasons), []).append(i)
        elif "caution" in qualities:
            doubtful.append(i)
    for reason, rows in hidden.items():
        verdict.suppress(_at(rows, verdict), reason)
    verdict.caution(_at(doubtful, verdict), "level")


def _inherited(reasons: list[str]) -> str:
    """Return why a difference is hidden: confidential before too few answers, those before imprecision."""
    signs = {reason.partition("_")[0] for reason in reasons}
    if "c" in signs:
        return "c_secondary"
    return "np_level" if signs == {"np"} else "ns_level"


def _at(positions: list[int], verdict: Verdict) -> NDArray[np.bool_]:
    flags = np.zeros(len(verdict.quality), dtype=bool)
    flags[positions] = True
    return flags
