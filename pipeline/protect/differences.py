"""A difference is shown when both of its levels are: which rows it compares, and what they make of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.errors import ProtectError
from pipeline.protect.cells import WHOLE
from pipeline.protect.precision import Verdict
from pipeline.results import DECLARED
from pipeline.results.quantity import Quantity, Where, at, parse

#: How the text of a difference begins.
_DIFFERENCE = "difference("


def levels_of(quantity: Quantity, whole: Where | None) -> Iterator[str]:
    """Yield the quantities of the levels that a difference, a part of one or a mark compares.

    The level of the rest of the whole is not printed: the whole's own stands for it, since the rest follows from the
    part and the whole.
    """
    for part in quantity.of:
        if part.stat == "difference":
            yield from levels_of(part, whole)
        elif part.where is not None and part.where.rest and whole is not None:
            yield at(part, whole).text
        else:
            yield part.text


def compared_levels(table: pd.DataFrame) -> dict[int, list[int]]:
    """Return, for the position of every sampled difference, the positions of its levels.

    Raises
    ------
    ProtectError
        When the quantity of a difference says no levels, or they are not in the table.
    """
    told = table["quantity"].to_numpy(dtype=object)
    position: dict[str, int] = {}
    for row, text in enumerate(told):
        position.setdefault(text, row)
    wholes = table.loc[table["territory_level"] == WHOLE, "territory"].unique()
    whole = Where(WHOLE, str(wholes[0])) if len(wholes) else None
    compared = {}
    for i in np.flatnonzero(_differences(table)):
        levels = list(levels_of(parse(told[i]), whole)) if told[i] else []
        missing = [x for x in levels if x not in position]
        if not levels or missing:
            raise ProtectError(
                "a difference cannot be judged without the levels it compares",
                where=str(table["result_id"].iloc[i]),
                found=missing or told[i] or "no quantity",
                allowed="a quantity made of levels that are results too",
                action="write the levels in the analysis, and say in the quantity of the difference what they are",
            )
        compared[int(i)] = [position[x] for x in levels]
    return compared


def _differences(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows are differences: of a sample, or marks of a model, whose value gives the level back."""
    sampled = table["inference"].isin(["sample", "nonprobability"])
    compares = (table["unit"] == "point") | table["quantity"].str.startswith(_DIFFERENCE)
    mark = np.array([measure.kind == "mark" for measure in table[DECLARED]], dtype=bool)
    return (sampled & compares).to_numpy(dtype=bool) | mark


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
