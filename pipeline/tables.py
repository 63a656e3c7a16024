"""Tables that may be as large as memory: read without a second copy, written a row group after the other."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

#: Records that are written at once: what a row group of a Parquet file holds by default.
ROW_GROUP = 1 << 20


def write_kept(table: pd.DataFrame, kept: np.ndarray, path: Path) -> None:
    """Write the rows that are ``kept`` (boolean mask) as Parquet."""
    rows = np.flatnonzero(kept)
    parts = (table.iloc[rows[start : start + ROW_GROUP]] for start in range(0, len(rows), ROW_GROUP))
    tables = (pa.Table.from_pandas(part, preserve_index=False) for part in parts)
    first = next(tables)
    with pq.ParquetWriter(path, first.schema) as writer:
        for each in itertools.chain([first], tables):
            writer.write_table(each)


def read_stacked(paths: Sequence[Path]) -> pd.DataFrame:
    """Return the tables of Parquet files, one under the other; one alone is converted column by column."""
    if len(paths) > 1:
        return pd.concat([pd.read_parquet(p) for p in paths], ignore_index=True)
    held = pq.read_table(paths[0])
    frame: pd.DataFrame = held.to_pandas(split_blocks=True, self_destruct=True)
    return frame
