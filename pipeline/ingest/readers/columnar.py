"""Parquet files: columns with their own types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.readers.confined import NativeFault, read_blocks, read_confined
from pipeline.ingest.readers.containers import Content
from pipeline.ingest.readers.received import Choose, Documented, Received, refuse_duplicates
from pipeline.ingest.values import distinct, text_of

if TYPE_CHECKING:
    import pyarrow as pa


def read_columnar(content: Content, file: str, spec: FileSpec, choose: Choose) -> Received:
    """Read a Parquet file; ``lines`` are record numbers from 1.

    Raises
    ------
    Blocked
        The file is damaged, has no record, lacks a column, or a wanted column holds lists or bytes.
    """
    columns: list[str] = []
    import pyarrow as pa

    try:
        described, found = read_confined("parquet", content.source, file, _chosen(file, choose, columns))
        table = _table(pa.ipc.open_stream(found["columns"]).read_all())
    except NativeFault as fault:
        raise _unreadable(file, fault.text or fault.kind) from None
    except ValueError as fault:
        raise _unreadable(file, " ".join(str(fault).split())) from None
    if table.empty:
        raise Blocked(Fault("the Parquet file holds no record", file, action="send the file again"))
    notes = {name: m.get("label") or m.get("description") or "" for name, m in described["field_metadata"].items()}
    documented = Documented({name: text for name, text in notes.items() if text})
    return Received(file, columns, table, np.arange(1, len(table) + 1), documented=documented)


#: Records in a block.
BLOCK = 1 << 20


def column_blocks(path: Path, file: str, choose: Choose, columns: list[str]) -> Iterator[pa.Table]:
    """Yield a Parquet file in blocks of records, each column as a dictionary of its distinct values as text.

    Parameters
    ----------
    columns : takes the names of all columns of the file, before the first block.

    Raises
    ------
    Blocked
        As `read_columnar`.
    """
    import pyarrow as pa

    try:
        for found in read_blocks("parquet_blocks", path, file, _chosen(file, choose, columns), rows=BLOCK):
            block = pa.ipc.open_stream(found["columns"]).read_all().unify_dictionaries().combine_chunks()
            yield pa.table({name: _as_texts(block[name].combine_chunks()) for name in block.column_names})
    except NativeFault as fault:
        raise _unreadable(file, fault.text or fault.kind) from None
    except ValueError as fault:
        raise _unreadable(file, " ".join(str(fault).split())) from None


def _as_texts(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return a column with the text of each of its values; a cell without a value has an empty one."""
    import pyarrow as pa

    values = distinct(_table(pa.table({"value": column.dictionary}))["value"])
    texts = [v if isinstance(v, str) else text_of(v) or "" for v in values.values]
    places = np.append(values.codes, -1)[column.indices.fill_null(-1).to_numpy()]
    return pa.DictionaryArray.from_arrays(
        pa.array(np.where(places < 0, len(texts), places), type=pa.int32()), pa.array([*texts, ""], type=pa.string())
    )


def _chosen(file: str, choose: Choose, columns: list[str]) -> Callable[[dict[str, Any]], list[str]]:
    """Return what chooses columns of a file once it is described; ``columns`` takes the names of all."""

    def chosen(described: dict[str, Any]) -> list[str]:
        columns.extend(described["column_names"])
        refuse_duplicates(file, columns, line=None)
        kept = choose(columns)
        nested = [name for name in kept if name in described["nested"]]
        if nested:
            raise Blocked(
                Fault(
                    "a column holds lists, records or bytes instead of one value a record",
                    file,
                    column=nested[0],
                    found=some(nested),
                    action="write one column a value, and send the file again",
                )
            )
        return kept

    return chosen


def _table(table: pa.Table) -> pd.DataFrame:
    """Return columns as values; what a column holds is told by its type, not by its values."""
    import pyarrow as pa

    # Whole numbers with gaps stay whole: as floats, long identifiers would lose digits.
    whole = {t: pd.Int64Dtype() for t in (pa.int8(), pa.int16(), pa.int32(), pa.int64())}
    whole |= {t: pd.UInt64Dtype() for t in (pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())}
    frame: pd.DataFrame = table.to_pandas(types_mapper=whole.get, ignore_metadata=True)
    for name, kind in zip(table.schema.names, table.schema.types, strict=True):
        values = frame[name]
        if pa.types.is_date(kind):
            frame[name] = pd.to_datetime(values, errors="coerce")
        elif pa.types.is_time(kind):
            frame[name] = values.map(str, na_action="ignore")
        elif pa.types.is_decimal(kind) or pa.types.is_null(kind):
            frame[name] = pd.to_numeric(values)
        elif pa.types.is_boolean(kind):
            frame[name] = values.map({True: "true", False: "false"})
        elif pa.types.is_dictionary(kind):
            frame[name] = values.astype(values.cat.categories.dtype)
        elif pa.types.is_timestamp(kind) and kind.tz is not None:
            # The clock where it was written: a visit of the evening stays a visit of that day.
            frame[name] = values.dt.tz_localize(None)
    return frame


def _unreadable(file: str, found: str) -> Blocked:
    return Blocked(
        Fault(
            "the Parquet file cannot be read",
            file,
            found=found,
            action="write it again, or send it again",
        )
    )
