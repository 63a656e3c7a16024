"""Plain values that pass from numbers to pages: the results table, its rows and their keys."""

from __future__ import annotations

from pipeline.results.key import complete, domain_text, part, result_id
from pipeline.results.lookup import at_most_one, find, one, shared
from pipeline.results.measure import Covered, Measure, Measures, Relation, measures
from pipeline.results.result import INFERENCES, POPULATIONS, QUALITIES, UNITS, Result
from pipeline.results.table import (
    COLUMNS,
    DECLARED,
    ESTIMATE_COLUMNS,
    LEDGER,
    Columns,
    Rows,
    blank,
    check,
    columns_of,
    frame,
    id_of,
    listed,
    read,
    read_once,
    records,
    rows_once,
    stack,
    write,
)
from pipeline.results.time import Time, from_to, in_order, is_span, latest

__all__ = [
    "COLUMNS",
    "DECLARED",
    "ESTIMATE_COLUMNS",
    "INFERENCES",
    "LEDGER",
    "POPULATIONS",
    "QUALITIES",
    "UNITS",
    "Columns",
    "Covered",
    "Measure",
    "Measures",
    "Relation",
    "Result",
    "Rows",
    "Time",
    "at_most_one",
    "blank",
    "check",
    "columns_of",
    "complete",
    "domain_text",
    "find",
    "frame",
    "from_to",
    "id_of",
    "in_order",
    "is_span",
    "latest",
    "listed",
    "measures",
    "one",
    "part",
    "read",
    "read_once",
    "records",
    "result_id",
    "rows_once",
    "shared",
    "stack",
    "write",
]
