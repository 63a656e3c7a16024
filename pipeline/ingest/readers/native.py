"""A native reader at work in a process of its own; run as a program, it imports nothing of the pipeline.

Readers written in C, C++ and Rust can crash, hang or take all memory on damaged bytes. Here only this process dies,
and `confined` turns its death into a message. Requests and answers are pickled: the request, then the description of
the file, then the columns to keep, then the table.
"""

from __future__ import annotations

import array
import datetime as dt
import io
import os
import pickle
import re
import sys
from collections.abc import Callable, Generator
from typing import Any, BinaryIO

#: What a reader yields: first the description of the file, then, given the columns to keep, their values, at once or in
#: blocks.
Steps = Generator[dict[str, Any], list[str], None]


def statistical(request: dict[str, Any]) -> Steps:
    """Read SPSS, Stata or SAS with pyreadstat: the metadata, then the wanted columns as lists or float arrays."""
    import pyreadstat

    read = getattr(pyreadstat, f"read_{request['reader']}")
    options = dict(request["options"])
    formats = _formats(request)
    _, meta = read(_source(request), metadataonly=True, **options)
    described = _described(meta, formats)
    chosen = yield described
    options |= {"usecols": chosen, "output_format": "dict", "disable_datetime_conversion": True}
    options |= request["data_options"]
    rows = described["number_rows"] or 0
    codes: dict[str, Any] = {}
    if rows > LARGE:
        data, codes, meta = _by_value(read, request, options, rows, max(LARGE, CELLS // max(len(chosen), 1)))
    else:
        data, meta = read(_source(request), **options)
    dates = _with_dates(request["reader"], meta, data)
    texts = {name for name, kind in meta.readstat_variable_types.items() if kind == "string"}
    columns = {name: list(values) if name in texts else _packed(list(values)) for name, values in data.items()}
    # of a part of the file, the library counts the records of that part
    whole = {"number_rows": described["number_rows"]}
    yield {"columns": columns, "codes": codes, "dates": list(dates), **_described(meta, formats), **whole}


#: From so many records on a file is read in blocks of so many cells, and its columns are kept by their values: the
#: library returns an object a cell.
LARGE, CELLS = 100_000, 6_000_000
#: A column of more values than this is kept value by value.
FEW = 30_000


class _Column:
    """A column that is read block by block: where each cell stands among its values, while they are few."""

    def __init__(self) -> None:
        self.place: dict[Any, int] = {}
        self.blocks: list[Any] = []
        self.coded = True

    def add(self, cells: list[Any]) -> None:
        """Take the cells of the next block."""
        import numpy as np
        import pandas as pd

        held = _packed(cells)
        if not self.coded:
            self.blocks.append(held)
            return
        codes, found = pd.factorize(held if isinstance(held, np.ndarray) else np.array(held, dtype=object))
        places = [self.place.setdefault(value, len(self.place)) for value in found.tolist()]
        self.blocks.append(np.array([*places, -1], dtype=np.int32)[codes])
        if len(self.place) > FEW:
            self.coded = False
            values = np.array([*self.place, None], dtype=object)
            self.blocks = [_packed(values[block].tolist()) for block in self.blocks]

    def whole(self) -> tuple[Any, Any]:
        """Return the cells, or the values and the place of each cell among them (-1 where it is missing)."""
        import numpy as np

        if self.coded:
            codes = np.concatenate(self.blocks)
            kind = np.int8 if len(self.place) < 128 else np.int16
            return list(self.place), codes.astype(kind)
        if all(isinstance(block, np.ndarray) for block in self.blocks):
            return np.concatenate(self.blocks), None
        return [cell for block in self.blocks for cell in (block if isinstance(block, list) else block.tolist())], None


def _by_value(
    read: Callable[..., Any], request: dict[str, Any], options: dict[str, Any], rows: int, step: int
) -> tuple[dict[str, Any], dict[str, Any], Any]:
    """Read a large file in blocks of ``step`` records: cells (or values, and the codes that place them), metadata."""
    columns: dict[str, _Column] = {}
    meta = None
    for start in range(0, rows, step):
        data, meta = read(_source(request), row_offset=start, row_limit=step, **options)
        for name in list(data):
            columns.setdefault(name, _Column()).add(list(data.pop(name)))
    data, codes = {}, {}
    for name in list(columns):
        data[name], coded = columns.pop(name).whole()
        if coded is not None:
            codes[name] = coded
    return data, codes, meta


#: Day 0 of a program, and its formats of dates and of times with the seconds of their unit (SPSS Command Syntax
#: Reference, "Date and Time Variables"; Stata D, "Datetime"; SAS Formats and Informats, "Dates, Times").
Calendar = tuple[dt.datetime, tuple[tuple[str, float], ...], str]
_SPSS: Calendar = (
    dt.datetime(1582, 10, 14),
    ((r"(?:[AEJS]?DATE|DATETIME|YMDHMS|MOYR|QYR|WKYR)[\d.]*", 1.0),),
    r"(?:D?TIME|MTIME)[\d.]*",
)
_STATA: Calendar = (
    dt.datetime(1960, 1, 1),
    ((r"%-?\d*t?d.*", 86400.0), (r"%-?\d*t[cC](?!HH).*", 0.001)),
    r"%-?\d*t[cC]HH.*",
)
_SAS: Calendar = (
    dt.datetime(1960, 1, 1),
    (
        (r"(?:DATETIME|(?:E8601|IS8601|B8601)DT|B8601DN|(?:DATE|MDY)AMPM)[\d.]*", 1.0),
        (r"(?:WEEKDAT[EX]|DTDATE|DATE|(?:E8601|IS8601|B8601)DA|(?:MMDDYY|DDMMYY|YYMMDD)[A-Z]?)[\d.]*", 86400.0),
    ),
    r"(?:TIME|HHMM|TOD|TIMEAMPM|(?:IS8601|E8601|B8601)TM)[\d.]*",
)
_CALENDARS = {"sav": _SPSS, "por": _SPSS, "dta": _STATA, "sas7bdat": _SAS, "xport": _SAS}


def _with_dates(reader: str, meta: Any, data: dict[str, Any]) -> list[str]:
    """Put dates and times of the day in place of the numbers that hold them; return the variables of dates.

    The library refuses a whole file for one date that no calendar has, and knows few formats of dates.
    """
    origin, units, times = _CALENDARS[reader]
    dates = []
    for name in data:
        format = str(meta.original_variable_types[name] or "")
        if re.fullmatch(times, format):
            data[name] = [_time(v, 0.001 if reader == "dta" else 1.0) for v in data[name]]
        elif (unit := next((u for pattern, u in units if re.fullmatch(pattern, format)), None)) is not None:
            dates.append(name)
            data[name] = [_date(v, origin, unit) for v in data[name]]
    return dates


def _date(value: Any, origin: dt.datetime, unit: float) -> Any:
    """Return a counted time as a date; what is the date of no calendar stays a number, as text."""
    if isinstance(value, str) or value is None or value != value:
        return value
    try:
        return origin + dt.timedelta(seconds=value * unit)
    except OverflowError:
        return f"{value:.15g}"


def _time(value: Any, unit: float) -> Any:
    """Return counted seconds as hours, minutes and seconds, which may be more than a day."""
    if isinstance(value, str) or value is None or value != value or abs(value) == float("inf"):
        return value
    minutes, seconds = divmod(round(value * unit), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


def _formats(request: dict[str, Any]) -> dict[str, Any]:
    """Return the value labels of a SAS catalogue by the name of their format; none where no catalogue is given."""
    import pyreadstat

    if request.get("catalog") is None:
        return {}
    return dict(pyreadstat.read_sas7bcat(request["catalog"], **request["options"])[1].value_labels)


def _described(meta: Any, formats: dict[str, Any]) -> dict[str, Any]:
    """Return what a file says of itself; formats of a catalogue label the values of the variables that have them."""
    described = {name: getattr(meta, name) for name in _METADATA}
    if formats:
        named = {n: str(f).rstrip("0123456789.") for n, f in meta.original_variable_types.items() if f}
        own = {n: formats.get(meta.original_variable_types[n], formats.get(f)) for n, f in named.items()}
        described["variable_value_labels"] = {
            **meta.variable_value_labels,
            **{n: labels for n, labels in own.items() if labels},
        }
    return described


def _packed(values: list[Any]) -> Any:
    """Return numbers or dates as an array, which travels fast; what is neither as it is."""
    import numpy as np

    try:
        # numbers alone, as most columns are: an array of Python takes them faster than NumPy does, and nothing else
        return np.frombuffer(array.array("d", values)) if values else np.empty(0)
    except TypeError:
        pass
    if str in set(map(type, values)):
        # « 6213000604800 » would be read as a number, or as a year.
        return values
    for dtype in ("float64", "datetime64[us]"):
        try:
            return np.array(values, dtype=dtype)
        except (TypeError, ValueError, OverflowError):
            continue
    return values


_METADATA = (
    "column_names",
    "column_labels",
    "number_rows",
    "variable_value_labels",
    "missing_ranges",
    "missing_user_values",
    "original_variable_types",
    "readstat_variable_types",
    "mr_sets",
    "file_label",
    "file_encoding",
)


def workbook(request: dict[str, Any]) -> Steps:
    """Read the sheets of a workbook with calamine; rows without any value are left out, others keep their number."""
    import python_calamine

    with python_calamine.CalamineWorkbook.from_object(_source(request)) as book:
        sheets = [s for s in book.sheets_metadata if s.typ == python_calamine.SheetTypeEnum.WorkSheet]
        hidden = [s.name for s in sheets if s.visible != python_calamine.SheetVisibleEnum.Visible]
        chosen = yield {"sheets": [s.name for s in sheets], "hidden": hidden}
        found = {}
        for name in chosen:
            sheet = book.get_sheet_by_name(name)
            row, column = sheet.start or (0, 0)
            rows = [
                (row + i, _cells(cells)) for i, cells in enumerate(sheet.iter_rows(), 1) if any(map(_filled, cells))
            ]
            merged = getattr(sheet, "merged_cell_ranges", None) or []
            found[name] = {"first_column": column + 1, "rows": rows, "merged": merged}
    yield {"columns": found}


def _filled(cell: object) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _cells(cells: list[Any]) -> list[Any]:
    """Return cells as values: nothing for blanks, whole numbers without decimals, logical values as text."""
    out: list[Any] = []
    for cell in cells:
        if isinstance(cell, bool):
            out.append("true" if cell else "false")
        elif isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
            out.append(int(cell))
        else:
            out.append(cell if _filled(cell) else None)
    return out


def parquet(request: dict[str, Any]) -> Steps:
    """Read a Parquet file with Arrow; the table comes as an Arrow stream."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(_source(request), memory_map=False) as file:
        chosen = yield _columns(file)
        table = file.read(columns=chosen, use_threads=False)
    yield {"columns": _arrow_stream(table)}


def parquet_blocks(request: dict[str, Any]) -> Steps:
    """Read a Parquet file in blocks of so many rows, each column by its distinct values."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(_source(request), memory_map=False) as file:
        schema = file.schema_arrow
        chosen = yield _columns(file)
    texts = [f.name for f in schema if f.name in chosen and pa.types.is_string(f.type)]
    with pq.ParquetFile(_source(request), memory_map=False, read_dictionary=texts) as file:
        for batch in file.iter_batches(request["rows"], columns=chosen, use_threads=False):
            yield {"columns": _arrow_stream(pa.table({c: _by_distinct(batch.column(c)) for c in chosen}))}


def _columns(file: Any) -> dict[str, Any]:
    """Return what a Parquet file says of its columns."""
    import pyarrow as pa

    schema = file.schema_arrow
    return {
        "column_names": schema.names,
        "nested": [f.name for f in schema if pa.types.is_nested(f.type) or pa.types.is_binary(f.type)],
        "field_metadata": {f.name: {k.decode(): v.decode() for k, v in (f.metadata or {}).items()} for f in schema},
        "number_rows": file.metadata.num_rows,
    }


def _by_distinct(column: Any) -> Any:
    """Return a column by its distinct values; of moments, the day where they were written."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        return column
    if pa.types.is_timestamp(column.type):
        column = (column if column.type.tz is None else pc.local_timestamp(column)).cast(pa.date32(), safe=False)
    return column.dictionary_encode()


def _arrow_stream(table: Any) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    found: bytes = sink.getvalue().to_pybytes()
    return found


READERS: dict[str, Callable[[dict[str, Any]], Steps]] = {
    "statistical": statistical,
    "workbook": workbook,
    "parquet": parquet,
    "parquet_blocks": parquet_blocks,
}


def _source(request: dict[str, Any]) -> Any:
    return io.BytesIO(request["data"]) if request["data"] is not None else request["path"]


def _limit(memory: int, seconds: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A reader has no file to write.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer one request: ("described", ...), then ("table", ...) once or more, and ("end", ...).

    ("fault", type, text) may come at any point.
    """

    def answer(*parts: Any) -> None:
        pickle.dump(parts, answers, protocol=5)
        answers.flush()

    request = pickle.load(requests)
    _limit(request["memory"], request["seconds"])
    try:
        steps = READERS[request["task"]](request)
        answer("described", next(steps))
        answer("table", steps.send(pickle.load(requests)))
        for more in steps:
            answer("table", more)
        answer("end", {})
    except EOFError:
        return
    except BaseException as fault:  # a Rust panic is no Exception
        answer("fault", type(fault).__name__, " ".join(str(fault).split())[:500])


if __name__ == "__main__":
    # Native code prints to the standard output; what it says must not mix with the answers.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, replies)
    replies.flush()
    os._exit(0)
