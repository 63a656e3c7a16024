"""Lists of communes and the units they belong to: the territory of an evaluation that compares units of its own."""

from __future__ import annotations

import csv
import io

from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.scaffold.communes import Communes, holds_communes
from pipeline.ingest.tools.draft import short_name
from pipeline.ingest.values import text_of

#: The table of own units, beside evaluation.yaml.
UNITS = "units.csv"
#: Columns of such a list, at most: the code of the commune, its name, the unit, its code.
MOST = 4


def lists_units(described: Described, known: Communes) -> bool:
    """Return whether a file has a row a commune and names the unit of each, and nothing else."""
    return _columns(described, known) is not None


def units_of(described: Described, known: Communes) -> dict[str, str]:
    """Return commune -> name of its unit; none where the file is no such list."""
    found = _columns(described, known)
    if found is None:
        return {}
    commune, unit = (c.examples.map(text_of) for c in found)
    return {f"0{c}" if len(c) == 4 else c: u for c, u in zip(commune, unit, strict=True) if c and u}


def units_table(units: dict[str, str]) -> str:
    """Return the table of units that stands beside evaluation.yaml: commune, unit, name."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["commune", "unit", "name"])
    rows.writerows([commune, short_name(unit), unit] for commune, unit in sorted(units.items()))
    return out.getvalue()


def _columns(described: Described, known: Communes) -> tuple[Column, Column] | None:
    if not 2 <= len(described.columns) <= MOST:
        return None
    for commune in described.columns:
        texts = commune.examples.map(text_of)
        if not holds_communes(commune, known) or not texts.is_unique or texts.isna().any():
            continue
        others = [c for c in described.columns if c is not commune]
        units = [c for c in others if _names_units(c)]
        once = [c for c in others if c.examples.map(text_of).is_unique]
        if units and len(units) + len(once) == len(others):
            return commune, max(units, key=lambda c: not (text_of(c.examples.iloc[0]) or "").isdigit())
    return None


def _names_units(column: Column) -> bool:
    """Return whether a column names each of its values for several rows, and is filled in nearly all."""
    texts = column.examples.map(text_of).dropna()
    return column.kind == "text" and len(texts) >= 0.9 * len(column.examples) and 1 < texts.nunique() <= len(texts) / 2
