"""Filters that answers show: a question that those answer who gave some answers to an earlier one, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.tools.draft import Draft, hint
from pipeline.ingest.values import text_of
from pipeline.instrument import Code

#: Records that answer, and that do not, at least: fewer may do so by chance.
FEWEST = 20
#: Records looked at first: most questions are no filter, and a few thousand show it.
FIRST = 5_000
_CLOSED = ("single", "likert")


def with_filters(given: Given, found: Sequence[Draft]) -> None:
    """Propose the filter of each question that has none: the first earlier closed question that parts its answers.

    All who gave some of its answers gave one here, a reason why not included; nobody else did, those without an
    answer to it among them.
    """
    texts = {c.name: c.examples.map(text_of) for c in given.described.columns}
    earlier: list[tuple[Draft, np.ndarray, list[str]]] = []
    for draft in found:
        answered = _answered(draft, texts)
        if answered is None:
            continue
        if "asked_if" not in draft.content and draft.content.get("role") in (None, "outcome"):
            least = min(int(answered.sum()), int((~answered).sum()))
            for filtering, said, values in earlier if least >= FEWEST else ():
                if (codes := _parting(filtering, said, values, answered)) is not None:
                    draft.content["asked_if"] = [{"question": filtering.name, "codes": codes}]
                    draft.review["asked_if"] = hint("filter")
                    break
        if draft.content["type"] in _CLOSED:
            places, different = pd.factorize(texts[str(draft.content.get("column", draft.name))])
            earlier.append((draft, places, [str(v) for v in different]))


def _answered(draft: Draft, texts: dict[str, pd.Series]) -> np.ndarray | None:
    """Return whether each record says anything in the columns of a question; None where the file lacks them."""
    own = draft.content
    columns = own.get("slots") or [i.get("column") for i in own.get("items", [])] or [own.get("column", draft.name)]
    if not all(c in texts for c in columns):
        return None
    held = pd.concat([texts[c].notna() for c in columns], axis=1)
    return held.any(axis=1).to_numpy(dtype=bool)


def _parting(filtering: Draft, said: np.ndarray, values: list[str], answered: np.ndarray) -> list[Code] | None:
    """Return the answers of a question that part those who answer another from those who do not; None where none do.

    ``said`` holds the place of each record's answer in ``values``, -1 without one.
    """
    for rows in (slice(FIRST), slice(None)):
        inside, outside = set(said[rows][answered[rows]].tolist()), set(said[rows][~answered[rows]].tolist())
        if inside & outside or -1 in inside:
            return None
    texts = {values[place] for place in inside}
    codes = [c for c, label in filtering.content["codes"].items() if {str(c), label["fr"]} & texts]
    return codes if len(codes) == len(texts) and outside - {-1} else None
