"""The visits of a large file in an engine, one row a visit: its line and the codes of its values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.ingest.attendance.streamed.blocks import Block, Layout
from pipeline.ingest.attendance.streamed.engine import Engine
from pipeline.ingest.attendance.streamed.value_codes import ValueCodes
from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.readers.encoding import STRAY_LINES, stray_note
from pipeline.ingest.readers.received import Note

#: Records looked at, about, to tell which columns are personal.
EXAMPLES = 20_000


@dataclass
class Store:
    """A large file read.

    Attributes
    ----------
    engine : has the visits: ``line``, and ``c0``, ``c1``... (codes of the kept columns).
    names : received column -> its name in the table.
    found : received column -> its distinct values.
    """

    engine: Engine
    names: dict[str, str]
    found: dict[str, ValueCodes]
    n: int = 0
    broken: list[tuple[int, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def examples(self) -> pd.DataFrame:
        """Return records spread evenly over the file as they were received (persons by pseudonym), all where few."""
        visit, step = self.engine.visit, max(1, self.n // EXAMPLES)
        rows = self.engine.frame(visit.filter(visit["line"] % step == 0).order_by("line"))
        values = {c: np.array([*found.values, None], dtype=object) for c, found in self.found.items()}
        return pd.DataFrame({c: pd.array(values[c][rows[name]], dtype="str") for c, name in self.names.items()})


def stored(
    layout: Layout, blocks: Iterable[Block], engine: Engine, identifiers: set[str], key: Callable[[], bytes]
) -> Store:
    """Keep the records of a large file in an engine; identifiers are pseudonyms before anything is kept.

    Raises
    ------
    Blocked
        The file holds no record, cannot be cut into records, or is not in its encoding.
    """
    names = {c: f"c{i}" for i, c in enumerate(layout.kept)}
    found = {c: ValueCodes(layout.file, c, key if c in identifiers else None) for c in layout.kept}
    store = Store(engine, names, found)
    stray: list[int] = []
    for block in blocks:
        codes = {names[c]: found[c].codes(block.columns[c]) for c in layout.kept}
        store.n += len(block.lines)
        store.broken += block.broken
        stray += block.stray
        engine.add(pa.table({"line": block.lines, **codes}))
    engine.all_added()
    if not store.n and not store.broken:
        raise Blocked(Fault("the file has a header and no record", layout.file, line=1, action="send the file again"))
    if len(stray) > max(1, STRAY_LINES * (store.n + len(store.broken))):
        raise Blocked(
            Fault(
                "the file is not in the declared encoding",
                layout.file,
                line=stray[0],
                found=f"{len(stray)} lines cannot be read as {layout.encoding} (lines {some(stray)})",
                allowed=layout.encoding,
                action="find out the encoding of the export and declare it, or export it again as UTF-8",
            )
        )
    store.notes = [stray_note(layout.encoding, line) for line in stray]
    return store
