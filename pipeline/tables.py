"""Tables that may be as large as memory: read without a second copy, written a row group after the other."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

#: Records that are written at once: what a row group of a Parquet file holds by default.
ROW_GROUP = 1 << 20
#: Records from which on a file is read so many columns at a time.
LARGE, COLUMNS = 200_000, 16


def write_kept(table: pd.DataFrame, kept: np.ndarray, path: Path) -> None:
    """Write the rows that are ``kept`` (boolean mask) as Parquet."""
    table = table if kept.all() else table[kept]
    parts = (table.iloc[start : start + ROW_GROUP] for start in range(0, len(table), ROW_GROUP))
    tables = (pa.Table.from_pandas(part, preserve_index=False) for part in parts)
    first = next(tables)
    with pq.ParquetWriter(path, first.schema) as writer:
        for each in itertools.chain([first], tables):
            writer.write_table(each)


def read_stacked(paths: Sequence[Path]) -> pd.DataFrame:
    """Return the tables of Parquet files, one under the other."""
    if len(paths) > 1:
        return pd.concat([_read(p) for p in paths], ignore_index=True)
    return _read(paths[0])


def read_coded(paths: Sequence[Path], columns: Iterable[str]) -> pd.DataFrame:
    """Return those of the columns that the first file has, one table under the other, their texts as categories.

    Where many records share few texts, each is made once and not once a record.
    """
    schema = pq.read_schema(paths[0])
    kept = [c for c in dict.fromkeys(columns) if c in schema.names]
    texts = [c for c in kept if pa.types.is_string(kind := schema.field(c).type) or pa.types.is_large_string(kind)]
    tables = [pd.read_parquet(p, columns=kept, read_dictionary=texts) for p in paths]
    if len(tables) == 1:
        return tables[0]
    for column in texts:
        met = dict.fromkeys(itertools.chain.from_iterable(t[column].astype("category").cat.categories for t in tables))
        tables = [t.astype({column: pd.CategoricalDtype([*met])}) for t in tables]
    return pd.concat(tables, ignore_index=True)


def _read(path: Path) -> pd.DataFrame:
    """Return the table of a Parquet file; of a large one some columns after the others, each converted at once."""
    with pq.ParquetFile(path) as file:
        if file.metadata.num_rows < LARGE:
            return pd.read_parquet(path)
        names = file.schema_arrow.names
        blocks = [file.read(columns=names[i : i + COLUMNS]).to_pandas() for i in range(0, len(names), COLUMNS)]
    return pd.DataFrame({c: block[c] for block in blocks for c in block}, copy=False)
