"""A large Parquet file in blocks of records, each with the numbers of its records."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.ingest.attendance.streamed.blocks import Block, Layout
from pipeline.ingest.attendance.streamed.store import Store
from pipeline.ingest.readers.columnar import column_blocks
from pipeline.ingest.readers.received import Choose
from pipeline.ingest.readers.spoiled_cells import mended_texts

if TYPE_CHECKING:
    import pyarrow as pa


def columnar(path: Path, file: str, choose: Choose) -> tuple[Layout, Iterator[Block]]:
    """Return the columns of a Parquet file, and its records in order.

    Raises
    ------
    Blocked
        As `read_columnar`.
    """
    columns: list[str] = []
    kept: list[str] = []

    def remembered(names: list[str]) -> list[str]:
        kept[:] = choose(names)
        return kept

    tables = column_blocks(path, file, remembered, columns)
    # the columns are known once the first block is read
    first = list(itertools.islice(tables, 1))
    return Layout(file, columns, kept, "", "utf-8", 1), _blocks(itertools.chain(first, tables))


def read_back(store: Store, identifiers: set[str]) -> None:
    """Read the texts back whose accents were spoiled, as `without_spoiled_cells`; identifiers were before."""
    texts = [f for c, f in store.found.items() if c not in identifiers]
    changed, notes = mended_texts(list(dict.fromkeys(v for f in texts for v in f.values if v)))
    for found in texts if notes else ():
        found.values = [changed.get(v, v) if v else v for v in found.values]
    store.notes += notes


def _blocks(tables: Iterator[pa.Table]) -> Iterator[Block]:
    start = 1
    for table in tables:
        lines = np.arange(start, start + table.num_rows, dtype=np.int64)
        start += table.num_rows
        yield Block({name: table[name].combine_chunks() for name in table.column_names}, lines)
