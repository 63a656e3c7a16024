"""SPSS files (.sav, .zsav): values with their user-missing codes kept, encoding as the file declares it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers.received import Choose, Received, refuse_duplicates


def read_spss(path: Path, file: str, spec: FileSpec, choose: Choose) -> Received:
    """Read an SPSS file; ``lines`` are case numbers from 1.

    User-missing values stay as values: the instrument says why they are missing. Where it does not name them, the
    file's own declaration (``user_missing``) keeps them from being taken for answers.

    Raises
    ------
    Blocked
        The file is truncated, damaged, has no case, or lacks a column.
    """
    _, header = _read(path, file, spec, metadataonly=True)
    columns = list(header.column_names)
    if not all(isinstance(name, str) and name for name in columns):
        raise Blocked(
            Fault("the SPSS file is damaged: a variable has no name", file, action="save it again, or send it again")
        )
    refuse_duplicates(file, columns, line=None)
    table, meta = _read(path, file, spec, usecols=choose(columns), user_missing=True)
    if meta.number_rows is not None and meta.number_rows != len(table):
        raise Blocked(
            Fault(
                "the SPSS file is truncated",
                file,
                found=f"{len(table)} cases",
                allowed=f"the {meta.number_rows} cases that its header announces",
                action="send the file again",
            )
        )
    if table.empty:
        raise Blocked(Fault("the SPSS file holds no case", file, action="send the file again"))
    for name in table.columns:
        table[name] = _plain(table[name])
    ranges = {
        name: [(r["lo"], r["hi"]) for r in found]
        for name, found in (meta.missing_ranges or {}).items()
        if name in table
    }
    return Received(file, columns, table, np.arange(1, len(table) + 1), user_missing=ranges)


def _read(path: Path, file: str, spec: FileSpec, **options: Any) -> tuple[pd.DataFrame, Any]:
    import pyreadstat

    try:
        return pyreadstat.read_sav(str(path), encoding=spec.encoding, **options)
    except Blocked:
        raise
    except Exception as fault:
        text = " ".join(str(fault).split()) or type(fault).__name__
        told = "truncated: " if "number of rows" in text else ""
        raise Blocked(
            Fault(
                "the SPSS file cannot be read",
                file,
                found=f"{told}{text}",
                action="open it in SPSS or PSPP and save it again, or send it again; "
                "if only its texts are wrong, declare `encoding:`",
            )
        ) from None


def _plain(column: pd.Series) -> pd.Series:
    """Return dates as timestamps; other columns as they are."""
    if column.dtype == object:
        first = next((v for v in column if v is not None and v == v), None)
        if isinstance(first, (dt.date, dt.datetime)):
            return pd.to_datetime(column, errors="coerce")
    return column
