"""Tables that lie beside evaluation.yaml, written by hand: units, inhabitants, margins. As a spreadsheet saves them."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from pipeline.errors import EvaluationError


def companion_table(path: Path) -> pd.DataFrame:
    """Return a table as text, an empty cell as missing: UTF-8 or Windows-1252, commas or semicolons.

    Raises
    ------
    EvaluationError
        When it cannot be read as a table.
    """
    content = path.read_bytes()
    try:
        content.decode("utf-8-sig")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "cp1252"
    try:
        table = pd.read_csv(path, dtype=str, sep=None, engine="python", encoding=encoding)
    except (ValueError, csv.Error) as fault:
        raise EvaluationError(
            "a table beside evaluation.yaml cannot be read",
            where=path.name,
            found=str(fault).strip() or "an empty file",
            allowed="a CSV with a line of headers, commas or semicolons between cells",
            action="save it again from the spreadsheet as CSV UTF-8",
        ) from None
    return table.rename(columns=str.strip).apply(lambda column: column.str.strip())
