"""Answers given in a unit of one or two spaces speak of these spaces, where a person often works alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as parquet

from pipeline.questions.context import Context
from pipeline.results import Result
from pipeline.results.time import ends
from pipeline.territory.reference import LEVELS

SPACE = "site_id"
_ANSWERED = "_answered"
#: Under which key what is met is shared.
_MET = "spaces met"
#: The part of a number that one space has where too few were met: all of it, as protection takes it.
_ALL = 1.0


def of_few_spaces(context: Context, rows: Iterable[Result]) -> Iterator[Result]:
    """Yield the results, those of a survey in a unit where too few spaces were met marked as one space's own.

    A number of the whole programme stays as it is. ``disclosure.minimum_units`` says how many are enough, as for totals
    of activity (Insee, Guide du secret statistique).
    """
    least = context.evaluation.settings.disclosure.minimum_units
    known: dict[str, dict[tuple[str, str, str], int]] = context.shared.setdefault((_MET,), {})
    surveys = {s.name for s in context.evaluation.sources("survey") if s.sampled != "space"}
    for row in rows:
        if row.source not in surveys or row.territory_level == "region":
            yield row
            continue
        if row.source not in known:
            known[row.source] = _met(context.weight / row.source)
        met = [known[row.source].get((w, row.territory_level, row.territory)) for w in _waves(row)]
        few = any(n is not None and n < least for n in met)
        yield replace(row, largest_share=_ALL) if few else row


def _waves(row: Result) -> tuple[str, ...]:
    return tuple(ends(row.wave)) if row.wave else ()


def _met(folder: Path) -> dict[tuple[str, str, str], int]:
    """Return (wave, level, unit) -> spaces in which somebody answered; nothing of a survey that tells no space."""
    counts: dict[tuple[str, str, str], int] = {}
    for path in sorted(folder.glob("*.parquet")):
        held = parquet.read_schema(path).names
        levels = [c for c in held if c in LEVELS]
        if SPACE not in held:
            continue
        frame = pd.read_parquet(path, columns=["wave", SPACE, _ANSWERED, *levels])
        frame = frame[frame[_ANSWERED]]
        for level in levels:
            spaces = frame.groupby(["wave", level], observed=True)[SPACE].nunique().reset_index()
            cells = zip(spaces["wave"].astype(str), spaces[level].astype(str), spaces[SPACE], strict=True)
            counts |= {(wave, level, unit): int(n) for wave, unit, n in cells}
    return counts
