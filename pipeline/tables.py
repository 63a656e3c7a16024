"""Tables that may be as large as memory: read without a second copy, written a row group after the other."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

#: Records that are written at once: what a row group of a Parquet file holds by default.
ROW_GROUP = 1 << 20
#: Records from which on a file is read so many columns at a time.
LARGE, COLUMNS = 200_000, 16
#: Whole numbers that one byte holds stand in two: sums of hundreds of them, and products of two, do not overflow.
_BYTE = 127


def write_kept(table: pd.DataFrame, kept: np.ndarray, path: Path) -> None:
    """Write the rows that are ``kept`` (boolean mask) as Parquet."""
    table = table if kept.all() else table[kept]
    parts = (table.iloc[start : start + ROW_GROUP] for start in range(0, len(table), ROW_GROUP))
    tables = (pa.Table.from_pandas(part, preserve_index=False) for part in parts)
    first = next(tables)
    with pq.ParquetWriter(path, first.schema) as writer:
        for each in itertools.chain([first], tables):
            writer.write_table(each)


def read_stacked(paths: Sequence[Path], without: Collection[str] = (), narrow: bool = False) -> pd.DataFrame:
    """Return the tables of Parquet files, one under the other.

    Parameters
    ----------
    without : columns that are left where they are.   narrow : whether small whole numbers of a large table may stand in
    two bytes instead of eight.
    """
    if len(paths) > 1:
        return pd.concat([_read(p, without, narrow) for p in paths], ignore_index=True)
    return _read(paths[0], without, narrow)


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


def _read(path: Path, without: Collection[str], narrow: bool) -> pd.DataFrame:
    """Return the table of a Parquet file; of a large one some columns after the others, each converted at once."""
    with pq.ParquetFile(path) as file:
        names = [name for name in file.schema_arrow.names if name not in without]
        if file.metadata.num_rows < LARGE:
            return pd.read_parquet(path, columns=names)
        columns: dict[str, pd.Series] = {}
        for start in range(0, len(names), COLUMNS):
            block = file.read(columns=names[start : start + COLUMNS]).to_pandas()
            columns |= {name: _narrow(block[name]) if narrow else block[name] for name in block}
    return pd.DataFrame(columns, copy=False)


def _narrow(column: pd.Series) -> pd.Series:
    """Return whole numbers between -127 and 127 in two bytes each, any other column as it is."""
    if column.dtype != "Int64":
        return column
    low, high = column.min(), column.max()
    return column if pd.isna(low) or low < -_BYTE or high > _BYTE else column.astype("Int16")
