"""Blocking faults: collected over all files, then told in one message that the sender can act on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.errors import IngestError
from pipeline.ingest.privacy import headers
from pipeline.ingest.privacy.patterns import masked

#: Enough to see a pattern; the whole list is in failures.parquet.
SHOWN = 8


@dataclass(frozen=True)
class Fault:
    """One reason to stop: the place, what stood there, what may stand there, what to do.

    What was received is masked here, once for all that is ever told of it, wherever it stands in the message.
    """

    problem: str
    file: str
    line: int | None = None
    column: str | None = None
    found: str | None = None
    allowed: str | None = None
    action: str | None = None

    def __post_init__(self) -> None:
        for part in ("problem", "file", "column", "found", "allowed", "action"):
            told = getattr(self, part)
            if told is not None:
                object.__setattr__(self, part, masked(str(told)))

    @property
    def where(self) -> str:
        """Return the place as `file:line, column 'name'`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}, column '{self.column}'" if self.column else place


class Blocked(Exception):
    """Carries the faults of one file to the place that collects them over all files."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = list(faults)
        super().__init__(*(f.problem for f in faults))


def raise_faults(faults: Sequence[Fault]) -> None:
    """Raise one `IngestError` that tells every fault; do nothing when there is none."""
    if faults:
        raise IngestError(**message(faults))


def message(faults: Sequence[Fault]) -> dict[str, Any]:
    """Return what one error says of all faults: the arguments of `PipelineError`."""
    if len(faults) == 1:
        f = faults[0]
        told = {"where": f.where, "found": f.found, "allowed": f.allowed, "action": f.action}
        return {"problem": f.problem, **told}
    lines = [f"{len(faults)} faults stop the reading of the received files"]
    for number, f in enumerate(faults, 1):
        lines.append(f"  {number}. {f.where}: {f.problem}")
        for label, value in (("found", f.found), ("allowed", f.allowed), ("do", f.action)):
            if value is not None:
                lines.append(f"     {label}: {value}")
    return {"problem": "\n".join(lines)}


def some(values: Iterable[object], shown: int = SHOWN) -> str:
    """Return the first values as a list, and how many more there are."""
    texts = [str(v) for v in values]
    more = f" and {len(texts) - shown} more" if len(texts) > shown else ""
    return ", ".join(texts[:shown]) + more


def near_misses(name: str, columns: Sequence[str]) -> str:
    """Return the columns that look most like ``name``, or the first ones where none does; never a record's values."""
    if headers.is_record(columns):
        return f"columns of the file {headers.HIDDEN}"
    lowered = {c.casefold(): c for c in reversed(columns)}
    close = difflib.get_close_matches(name.casefold(), list(lowered), n=4, cutoff=0.6)
    if close:
        return "near misses: " + ", ".join(lowered[c] for c in close)
    return "columns of the file: " + some(columns, 12)
