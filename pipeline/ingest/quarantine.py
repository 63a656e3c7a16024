"""Rows set aside: every reason, file and line, and what was received except identifiers and free text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.formulas import without_formula
from pipeline.ingest.account import Broken, Outcome
from pipeline.ingest.clean_table import Assembled, received_values
from pipeline.ingest.privacy.gate import HIDDEN, personal
from pipeline.instrument import Instrument

PLACES = ["_file", "_line", "wave", "reasons"]


def _without_persons(column: pd.Series) -> pd.Series:
    """Hide what identifies a person, wherever a respondent wrote it: a row may stand under the wrong headers."""
    codes, texts = pd.factorize(column.astype("object"))
    hidden = [HIDDEN if personal(str(t)) else t for t in texts]
    return pd.Series(pd.array([*hidden, None], dtype="str").take(codes), index=column.index, name=column.name)


def quarantine_of(instrument: Instrument, assembled: Assembled, result: Outcome, broken: Broken) -> pd.DataFrame:
    """Return the set-aside rows as text under the instrument's names.

    Records that could not be put under the header come with their line only: nobody knows which of their fields are
    personal.
    """
    tables, start = [], 0
    for part in assembled.parts:
        n = len(part.received.lines)
        rows = np.flatnonzero(result.aside[start : start + n])
        if len(rows):
            places = assembled.clean[PLACES[:-1]].iloc[start + rows].reset_index(drop=True)
            places["reasons"] = result.reasons[start + rows]
            values = received_values(instrument, part, rows)
            hidden = pd.DataFrame({c: _without_persons(values[c]) for c in values}, index=values.index)
            tables.append(pd.concat([places, hidden], axis=1))
        start += n
    lost = [(f, line, None, why) for f, line, why in broken.records]
    if lost or not tables:
        tables.append(pd.DataFrame(lost, columns=PLACES).astype({"_line": "int64", "wave": "str", "reasons": "str"}))
    return pd.concat(tables, ignore_index=True)


def write_rows(quarantine: pd.DataFrame, path: Path) -> None:
    """Write set-aside rows for a spreadsheet: what the field manager opens beside the received file.

    Received texts that a spreadsheet would run as formulas get an apostrophe in front.
    """
    table = quarantine.rename(columns={"_file": "file", "_line": "line"})
    for column in table.columns.drop("line"):
        table[column] = table[column].astype("str").map(without_formula, na_action="ignore")
    table.to_csv(path, sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n")
