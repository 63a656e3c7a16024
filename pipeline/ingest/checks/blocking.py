"""Which sources are blocked by their rules: every reason, told with file, line, column, found and allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pandas as pd

from pipeline.evaluation import Source
from pipeline.ingest.account import Outcome, put_to
from pipeline.ingest.checks.declared import ragged_threshold
from pipeline.ingest.checks.kinds import KINDS, Rule
from pipeline.ingest.clean_table import Assembled
from pipeline.ingest.faults import Fault, some
from pipeline.ingest.privacy.gate import HIDDEN, told
from pipeline.ingest.sources import SourceRead

#: Fewer failing rows than this never block by their share alone: in a small file they would be a large share.
FEWEST = 3
#: What to do where answers that no code knows are numbers, addresses or names: no list of codes can hold them.
PERSONAL = (
    "declare the question `type: key` without codes (each value gets a pseudonym of its own), or "
    "`role: identifier` where it is about a person; a column that tells the space gets `type: key`, `role: site`"
)


def blocking(
    source: Source,
    assembled: Assembled,
    rules: Sequence[Rule],
    failing: Sequence[np.ndarray],
    read: SourceRead,
    result: Outcome,
) -> list[Fault]:
    """Return the rules that fail on more rows than they may, and files none of whose records is accepted."""
    faults = []
    clean, seen = assembled.clean, assembled.seen
    for rule, rows in zip(rules, failing, strict=True):
        asked = put_to(rule, seen) if rule.test == "in_set" else len(seen)
        if blocks(rule, len(rows), asked):
            faults.append(too_many(rule, clean.iloc[rows], seen.iloc[rows], asked))
    return faults + broken_faults(source, read) + _nothing_left(clean, result, bool(faults))


def blocks(rule: Rule, failing: int, asked: int) -> bool:
    """Return whether a rule fails on more records than it may, of those that it was put to."""
    fewest = 1 if rule.severity == "block" else FEWEST
    return failing >= fewest and failing / max(asked, 1) > rule.threshold


def too_many(rule: Rule, clean: pd.DataFrame, seen: pd.DataFrame, asked: int) -> Fault:
    """Return what is told of a rule that blocks.

    Parameters
    ----------
    clean, seen : the failing records; asked : how many the rule was put to.
    """
    values = [told(v, rule.private) for v in pd.unique(seen[rule.shows])]
    share = f"{len(clean)} of {asked} records ({100 * len(clean) / max(asked, 1):.1f} %)"
    shown = "" if rule.private or rule.shows.startswith("__") else f": {some(values, 12)}"
    return Fault(
        f"too many records fail the rule '{rule.name}' ({rule.en})",
        str(clean["_file"].iloc[0]),
        line=int(clean["_line"].iloc[0]),
        column=rule.column,
        found=share + shown,
        allowed=some(rule.allowed, 12) if rule.allowed else f"at most {100 * rule.threshold:g} % of the records",
        action=PERSONAL if values and set(values) == {HIDDEN} and rule.name == "unknown_code" else rule.action,
    )


def broken_faults(source: Source, read: SourceRead) -> list[Fault]:
    """Return the files of which too many records have another number of fields than their header."""
    faults = []
    most = ragged_threshold(source)
    for file, n in read.received.items():
        ragged = [line for f, line, why in read.broken.records if f == file and why == "ragged_row"]
        if len(ragged) >= FEWEST and len(ragged) / n > most:
            faults.append(
                Fault(
                    "records do not have as many fields as the header",
                    file,
                    line=ragged[0],
                    found=f"{len(ragged)} of {n} records (lines {some(ragged)})",
                    allowed=f"at most {100 * most:g} % of the records",
                    action=KINDS["ragged_row"].action,
                )
            )
    return faults


def _nothing_left(clean: pd.DataFrame, result: Outcome, told_already: bool) -> list[Fault]:
    if told_already:
        return []
    faults = []
    by_file_and_wave = clean.assign(wave=clean["wave"].fillna("")).groupby(["_file", "wave"], sort=False).indices
    for place, rows in by_file_and_wave.items():
        file, wave = cast(tuple[str, str], place)
        if result.aside[rows].all():
            reasons = pd.Series(result.reason[rows]).value_counts()
            faults.append(
                Fault(
                    f"no record of wave '{wave}' can be accepted" if wave else "no record of the file can be accepted",
                    str(file),
                    line=int(clean["_line"].iloc[rows[0]]),
                    found=", ".join(f"{r}: {n}" for r, n in reasons.items()),
                    action="check that this is the right file for this source and wave",
                )
            )
    return faults
