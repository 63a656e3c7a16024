"""The visits of a large file in duckdb, one row a visit: its line and the codes of its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.ingest.attendance.streamed.blocks import Layout, blocks
from pipeline.ingest.attendance.streamed.value_codes import ValueCodes
from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.readers.encoding import STRAY_LINES, stray_note
from pipeline.ingest.readers.received import Note

#: Memory of duckdb; what needs more goes to its folder for temporary files.
MEMORY = "600MB"
#: Records looked at, about, to tell which columns are personal.
EXAMPLES = 20_000


@dataclass
class Store:
    """A large file read.

    Attributes
    ----------
    connection : duckdb, with the table ``visit``: ``line``, and ``c0``, ``c1``... (codes of the kept columns).
    names : received column -> its name in the table.
    found : received column -> its distinct values.
    """

    connection: Any
    names: dict[str, str]
    found: dict[str, ValueCodes]
    n: int = 0
    broken: list[tuple[int, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def table(self, query: str) -> pd.DataFrame:
        """Return the answer of a query."""
        frame: pd.DataFrame = self.connection.execute(query).df()
        return frame

    def array(self, query: str) -> np.ndarray:
        """Return the first column of the answer of a query."""
        return np.asarray(next(iter(self.connection.execute(query).fetchnumpy().values())))

    def put(self, name: str, frame: pd.DataFrame) -> None:
        """Keep a small frame as a table."""
        self.connection.register("_frame", pa.Table.from_pandas(frame, preserve_index=False))
        self.connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM _frame')
        self.connection.unregister("_frame")

    def examples(self) -> pd.DataFrame:
        """Return records spread evenly over the file as they were received (persons by pseudonym), all where few."""
        step = max(1, self.n // EXAMPLES)
        names = ", ".join(self.names.values())
        rows = self.table(f"SELECT {names} FROM visit WHERE line % {step} = 0 ORDER BY line")
        values = {c: np.array([*found.values, None], dtype=object) for c, found in self.found.items()}
        return pd.DataFrame({c: pd.array(values[c][rows[name]], dtype="str") for c, name in self.names.items()})


def stored(
    path: Path, layout: Layout, header_end: int, scratch: Path, identifiers: set[str], key: Callable[[], bytes]
) -> Store:
    """Read a large file into duckdb; identifiers are pseudonyms before anything is kept.

    Parameters
    ----------
    scratch : an empty folder for the database.

    Raises
    ------
    Blocked
        The file holds no record, cannot be cut into records, or is not in its encoding.
    """
    import duckdb

    connection = duckdb.connect(str(scratch / "visits.duckdb"))
    connection.execute(f"SET memory_limit='{MEMORY}'")
    connection.execute(f"SET temp_directory='{scratch.as_posix()}'")
    names = {c: f"c{i}" for i, c in enumerate(layout.kept)}
    columns = ", ".join(f"{n} INTEGER" for n in names.values())
    connection.execute(f"CREATE TABLE visit (line BIGINT, {columns})")
    found = {c: ValueCodes(layout.file, c, key if c in identifiers else None) for c in layout.kept}
    store = Store(connection, names, found)
    stray: list[int] = []
    for block in blocks(path, layout, header_end):
        codes = {names[c]: found[c].codes(block.columns[c]) for c in layout.kept}
        store.n += len(block.lines)
        store.broken += block.broken
        stray += block.stray
        _insert(connection, {"line": block.lines, **codes})
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


def _insert(connection: Any, columns: dict[str, np.ndarray]) -> None:
    connection.register("_block", pa.table(columns))
    connection.execute("INSERT INTO visit SELECT * FROM _block")
    connection.unregister("_block")
