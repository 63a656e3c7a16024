"""Findings as data: what is stated of the perimeter and of each unit, graded, with the results it rests on."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.results.statement import Statement

_NUMBERS = ("estimate", "lower", "upper")
#: Columns of findings.csv and their types, as its data package describes them.
FIELDS = {
    **dict.fromkeys(("statement", "entry", "place", "verdict", "strength", "reasons"), "string"),
    **dict.fromkeys(_NUMBERS, "number"),
    **dict.fromkeys(("unit", "about", "result_ids", "text"), "string"),
}


def write_findings(
    made: Sequence[Statement],
    rows: Mapping[str, Mapping[str, Any]],
    said: Callable[[Statement], str],
    folder: Path,
) -> list[Path]:
    """Write findings.json and findings.csv: each statement that says something, its number and what it rests on.

    Parameters
    ----------
    made : statements of every place.   rows : published rows by result_id.   said : the sentence of a statement.
    """
    entries = [_entry(s, rows, text) for s in made if s.is_told and s.result_ids and (text := said(s))]
    as_json, as_csv = folder / "findings.json", folder / "findings.csv"
    as_json.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    with as_csv.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\r\n")
        writer.writerow(FIELDS)
        writer.writerows([_cell(entry[name]) for name in FIELDS] for entry in entries)
    return [as_json, as_csv]


def _entry(made: Statement, rows: Mapping[str, Mapping[str, Any]], text: str) -> dict[str, Any]:
    row = rows[made.result_ids[0]]
    return {
        "statement": made.id,
        "entry": made.entry,
        "place": made.place,
        "verdict": made.verdict,
        "strength": made.strength,
        "reasons": list(made.reasons),
        **{name: _number(row[name]) for name in _NUMBERS},
        "unit": str(row["unit"]),
        "about": made.result_ids[0],
        "result_ids": list(made.result_ids),
        "text": text,
    }


def _number(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(value)
    return repr(value).replace(".", ",") if isinstance(value, float) else str(value)
