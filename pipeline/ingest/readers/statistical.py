"""Files of statistical programs (SPSS, Stata, SAS): values with their user-missing codes kept, labels, dates."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.readers.confined import NativeFault, read_confined
from pipeline.ingest.readers.containers import Content
from pipeline.ingest.readers.formats import FORMATS
from pipeline.ingest.readers.received import Choose, Documented, MultipleSet, Note, Received, refuse_duplicates
from pipeline.instrument import Code

#: Formats -> reader of pyreadstat; those whose reader tells user-missing values apart.
_READERS = {"sav": "sav", "por": "por", "dta": "dta", "sas7bdat": "sas7bdat", "xpt": "xport"}
_TELLS_MISSING = frozenset({"sav", "dta", "sas7bdat"})
#: Formats that write extended missing values as letters: `.a` to `.z`, `.A` to `.Z`.
_LETTERS = frozenset({"dta", "sas7bdat"})

_SAS_CATALOG = bytes(12) + b"\xc2\xea\x81\x63\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11"
_OBSERVATIONS = re.compile(rb"HEADER RECORD\*{7}OBSV8   HEADER RECORD!{7} *(\d{1,15})")

Ranges = list[tuple[float | str, float | str]]


def read_statistical(content: Content, file: str, spec: FileSpec, choose: Choose, *, kind: str) -> Received:
    """Read an SPSS, Stata or SAS file (``kind``: a key of `formats.FORMATS`); ``lines`` are case numbers from 1.

    User-missing values stay as values (``.a`` for extended ones): the instrument says why they are missing. Where it
    does not name them, the file's own declaration (``user_missing``) keeps them from being taken for answers.

    Raises
    ------
    Blocked
        The file is truncated, damaged, has no case, or lacks a column.
    """
    columns: list[str] = []

    def chosen(described: dict[str, Any]) -> list[str]:
        columns.extend(_names(described, kind, file))
        return choose(columns)

    try:
        _, found = read_confined(
            "statistical",
            content.source,
            file,
            chosen,
            reader=_READERS[kind],
            catalog=_catalog(content, file, spec),
            options={"encoding": spec.encoding} if spec.encoding else {},
            data_options={"user_missing": True} if kind in _TELLS_MISSING else {},
        )
    except NativeFault as fault:
        raise _unreadable(file, kind, fault) from None
    codes = found["codes"]
    table = pd.DataFrame({name: _column(values, codes.get(name)) for name, values in found["columns"].items()})
    announced = _in_transport(content, file) if kind == "xpt" else found["number_rows"]
    _refuse_short(table, announced, kind, file)
    ranges = _missing(found, table, letters=kind in _LETTERS)
    if kind in _LETTERS:
        table = table.assign(**{name: _dotted(table[name], ranges[name]) for name in ranges})
    lines = np.arange(1, len(table) + 1)
    notes = [n for name in found["dates"] for n in _impossible(table[name], ranges.get(name, []))]
    said = _documented(found, kind in _LETTERS)
    return Received(file, columns, table, lines, user_missing=ranges, notes=notes, documented=said)


def _impossible(column: pd.Series, ranges: Ranges) -> list[Note]:
    """Return the record of a column's dates that no calendar has, which came as the text of their numbers."""
    marks = {low for low, _ in ranges}
    if isinstance(column.dtype, pd.CategoricalDtype) and not any(isinstance(v, str) for v in column.cat.categories):
        return []
    cases = [(n, v) for n, v in enumerate(column, 1) if isinstance(v, str) and v not in marks]
    if not cases:
        return []
    name, numbers = str(column.name), some([n for n, _ in cases])
    said = f"'{name}': a date that no calendar has (case {numbers}), record set aside where the date is asked for"
    return [Note("impossible_date", name, cases[0][1], "unreadable", said, cases[0][0])]


def _catalog(content: Content, file: str, spec: FileSpec) -> str | None:
    """Return the path of the SAS catalogue that labels the values, which stands beside the file."""
    if spec.catalog is None:
        return None
    path = content.path.parent / spec.catalog
    if not path.is_file():
        raise Blocked(
            Fault(
                "the catalogue of the SAS file is missing",
                file,
                found=f"catalog: {spec.catalog}",
                allowed="a .sas7bcat in the same folder",
                action="put it there, correct `catalog:` in evaluation.yaml, or leave it out: no labels then",
            )
        )
    with path.open("rb") as handle:
        if not handle.read(len(_SAS_CATALOG)).startswith(_SAS_CATALOG):
            raise Blocked(
                Fault(
                    "this is no SAS catalogue", spec.catalog, allowed="a .sas7bcat", action="export it again from SAS"
                )
            )
    return str(path)


def _names(described: dict[str, Any], kind: str, file: str) -> list[str]:
    names = list(described["column_names"])
    if not all(isinstance(name, str) and name for name in names):
        raise Blocked(
            Fault(
                f"{FORMATS[kind].title} is damaged: a variable has no name",
                file,
                action="save it again, or send it again",
            )
        )
    refuse_duplicates(file, names, line=None)
    return names


def _unreadable(file: str, kind: str, fault: NativeFault) -> Blocked:
    told = "truncated: " if "number of rows" in fault.text else ""
    return Blocked(
        Fault(
            f"{FORMATS[kind].title} cannot be read",
            file,
            found=f"{told}{fault.text or fault.kind}",
            action="open it in the program that wrote it and save it again, or send it again; "
            "if only its texts are wrong, declare `encoding:`",
        )
    )


def _in_transport(content: Content, file: str) -> int | None:
    """Return how many cases a SAS transport file announces, None where it does not (version 5).

    Its reader takes what is there for the whole; a file is a number of records of 80 bytes (SAS Institute, TS-140).
    """
    raw = content.bytes()
    if len(raw) % 80:
        found = f"{len(raw)} bytes"
        raise Blocked(
            Fault(
                "a SAS transport file is truncated",
                file,
                found=found,
                allowed="records of 80 bytes",
                action="send it again",
            )
        )
    announced = _OBSERVATIONS.search(raw)
    return int(announced[1]) or None if announced else None


def _refuse_short(table: pd.DataFrame, announced: int | None, kind: str, file: str) -> None:
    if announced is not None and announced != len(table):
        raise Blocked(
            Fault(
                f"{FORMATS[kind].title} is truncated",
                file,
                found=f"{len(table)} cases",
                allowed=f"the {announced} cases that its header announces",
                action="send the file again",
            )
        )
    if table.empty:
        raise Blocked(Fault(f"{FORMATS[kind].title} holds no case", file, action="send the file again"))


def _column(values: Any, codes: np.ndarray | None) -> Any:
    """Return a column; of a large file, where its values came once each, as categories in the order they came."""
    held = _plain(values)
    if codes is None:
        return held
    # two received values may be one time of the day
    places, different = pd.factorize(held)
    return pd.Categorical.from_codes(np.append(places, -1)[codes], categories=pd.Index(different))  # type: ignore[call-overload]


def _plain(values: Any) -> Any:
    """Return dates as timestamps and texts as text; numbers, and columns of several kinds, as they are."""
    if isinstance(values, np.ndarray):
        return values
    kinds = {type(v) for v in values if v is not None and v == v}
    if kinds <= {dt.date, dt.datetime}:
        return pd.to_datetime(pd.Series(values, dtype=object), errors="coerce")
    return pd.array(values, dtype="str") if kinds == {str} else pd.Series(values, dtype=object)


def _missing(found: dict[str, Any], table: pd.DataFrame, letters: bool) -> dict[str, Ranges]:
    """Return column -> ranges declared missing; letters as Stata and SAS write them (`.a`)."""
    if letters:
        return {
            name: [(f".{v}", f".{v}") for v in values]
            for name, values in (found["missing_user_values"] or {}).items()
            if name in table
        }
    return {
        name: [(r["lo"], r["hi"]) if isinstance(r, dict) else (r, r) for r in ranges]
        for name, ranges in (found["missing_ranges"] or {}).items()
        if name in table
    }


def _dotted(column: pd.Series, ranges: Ranges) -> pd.Series:
    marks = {str(low)[1:]: low for low, _ in ranges}
    return column.map(lambda v: marks.get(v, v) if isinstance(v, str) else v)


def _documented(found: dict[str, Any], letters: bool) -> Documented:
    labels = {n: t for n, t in zip(found["column_names"], found["column_labels"], strict=False) if t}
    values = {
        n: {_code(v, letters): t for v, t in table.items()} for n, table in found["variable_value_labels"].items()
    }
    # The file writes the variables of a set in small letters, whatever their case.
    case = {n.casefold(): n for n in found["column_names"]}
    sets = {
        name: MultipleSet(
            [case.get(v.casefold(), v) for v in s["variable_list"]],
            s["label"] or "",
            s["counted_value"] if s["is_dichotomy"] else None,
        )
        for name, s in (found["mr_sets"] or {}).items()
    }
    titles = tuple(t for t in [" ".join((found["file_label"] or "").split())] if t)
    return Documented(labels, values, sets, dates=frozenset(found["dates"]), titles=titles)


def _code(value: Any, letters: bool) -> Code:
    if isinstance(value, str):
        return f".{value}" if letters and len(value) == 1 else value
    return int(value) if float(value).is_integer() else repr(float(value))
