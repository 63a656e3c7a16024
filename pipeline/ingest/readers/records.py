"""JSON files: records as web services give them (KoboToolbox, ODK Central, open data), alone, wrapped, or a line each.

A record is an object. Objects within it become columns of their own, named as Kobo names questions in a group
(``group/question``); a list of plain values becomes its values with blanks between them, as in Kobo's own exports.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.readers.containers import Content
from pipeline.ingest.readers.received import Choose, Note, Received

#: What stands between the name of a group and that of its question.
WITHIN = "/"
#: No form has groups within groups so deep.
DEEPEST = 50
#: Where services say that more records follow on another page.
_NEXT = ("next", "@odata.nextLink")
_SEND_AGAIN = "download the file again, or send it again"


class _TwiceNamedError(ValueError):
    """An object names a key twice."""


def read_records(content: Content, file: str, spec: FileSpec, choose: Choose) -> Received:
    """Read a JSON file of records; ``lines`` are record numbers from 1, lines where each record stands on its own.

    Raises
    ------
    Blocked
        The file is damaged, is one page of several, holds no list of records or several, or lacks a column. Lists of
        records within a record are no column: a note names them.
    """
    text = _decoded(content.bytes(), file)
    if content.name.lower().endswith((".jsonl", ".ndjson")):
        held = [(n, _parsed(line, file, n)) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    else:
        held = list(enumerate(_listed(_parsed(text, file), file), 1))
    if not held:
        raise Blocked(Fault("the JSON file holds no record", file, action="send the file again"))
    for number, record in held:
        if not isinstance(record, dict):
            raise _refused(file, "a record is no object with named values", number, found=_kind(record))
    flat = [_flat(_properties(record), file, number) for number, record in held]
    every = dict.fromkeys(name for record in flat for name in record)
    repeated = [c for c in every if any(isinstance(record.get(c), list) for record in flat)]
    columns = [c for c in every if c not in repeated]
    kept = choose(columns)
    table = pd.DataFrame({c: _column([record.get(c) for record in flat]) for c in kept}, index=range(len(flat)))
    return Received(file, columns, table, np.array([n for n, _ in held], dtype=np.int64), notes=_left_out(repeated))


def _left_out(repeated: list[str]) -> list[Note]:
    """Say which values are left out: lists that no single cell can hold."""
    said = f"lists within a record, left out ({some(repeated)}): what repeats belongs in a file of its own"
    return [Note("repeats", "", some(repeated), "", said)] if repeated else []


def _decoded(raw: bytes, file: str) -> str:
    """Return the text: UTF-8, which JSON is (RFC 8259, section 8.1), or UTF-16 where a mark says so."""
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise _refused(file, "the JSON file is not in UTF-8", line, found=f"byte {raw[fault.start]:#04x}") from None


def _parsed(text: str, file: str, line: int | None = None) -> Any:
    def refuse(name: str) -> NoReturn:
        raise ValueError(f"{name}, which is no number of JSON")

    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=refuse)
    except json.JSONDecodeError as fault:
        raise _refused(file, "the JSON file is damaged", line or fault.lineno, found=fault.msg) from None
    except _TwiceNamedError as fault:
        raise _refused(file, "a record names a value twice", line, found=str(fault)) from None
    except (ValueError, RecursionError) as fault:
        raise _refused(file, "the JSON file cannot be read", line, found=" ".join(str(fault).split())) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceNamedError(some(sorted({n for n in names if names.count(n) > 1})))
    return held


def _listed(whole: Any, file: str) -> list[Any]:
    """Return the records of a document: the list that it is, or the one that it wraps."""
    if isinstance(whole, list):
        return whole
    if not isinstance(whole, dict):
        raise _refused(file, "the JSON file holds no list of records", found=_kind(whole))
    lists = {name: held for name, held in whole.items() if isinstance(held, list)}
    # beside records, services may list errors or links: empty, or of texts
    of_records = {name: held for name, held in lists.items() if any(isinstance(r, dict) for r in held)} or lists
    if len(of_records) != 1:
        found = f"lists {some(of_records)}" if of_records else f"one object with {some(whole)}"
        raise _refused(
            file,
            "the JSON file holds several lists of records" if of_records else "the JSON file holds no list of records",
            found=found,
            allowed='a list of objects, or one under a name of its own ("results", "value", "features")',
        )
    (records,) = of_records.values()
    if any(whole.get(name) for name in _NEXT):
        count = whole.get("count", whole.get("@odata.count"))
        raise Blocked(
            Fault(
                "the JSON file is one page of several: other records follow it",
                file,
                found=f"{len(records)} records" + (f" of {count}" if isinstance(count, int) else ""),
                allowed="every record in one file",
                action="ask the service for all records at once, or download its CSV or XLSX export",
            )
        )
    return records


def _properties(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a record says; of a feature of GeoJSON (RFC 7946), its properties and the place of a point."""
    if record.get("type") != "Feature" or not isinstance(record.get("properties"), dict):
        return record
    shape = record.get("geometry") or {}
    at = shape.get("coordinates") if shape.get("type") == "Point" else None
    place = dict(zip(("longitude", "latitude"), at, strict=False)) if isinstance(at, list) else {}
    return {**place, **record["properties"]}


def _flat(record: Mapping[str, Any], file: str, number: int) -> dict[str, Any]:
    """Return plain values by column; lists that no cell can hold stay lists."""
    named = list(_named(record, file, number))
    out = dict(named)
    if len(out) < len(named):
        names = [name for name, _ in named]
        raise _refused(
            file, "a record names a value twice", number, found=some({n for n in names if names.count(n) > 1})
        )
    return out


def _named(
    record: Mapping[str, Any], file: str, number: int, groups: tuple[str, ...] = ()
) -> Iterator[tuple[str, Any]]:
    if len(groups) > DEEPEST:
        raise _refused(
            file, "the JSON file cannot be read", number, found=f"more than {DEEPEST} objects within objects"
        )
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _named(value, file, number, (*groups, name))
        else:
            yield WITHIN.join([*groups, name]), _plain(value)


def _plain(value: Any) -> Any:
    """Return a value as a cell: text, number or None; truth as Parquet files tell it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        texts = [str(_plain(each)) for each in value if each is not None]
        # of texts with blanks nobody could tell afterwards where one ends
        whole = not any(isinstance(each, (dict, list)) or " " in str(each) for each in value)
        return (" ".join(texts) or None) if whole else value
    return None if value == "" else value


def _column(values: list[Any]) -> pd.Series:
    """Return cells with the one type that they have; where they have several, or would lose digits, as texts."""
    kinds = {type(value) for value in values if value is not None}
    largest = max((abs(value) for value in values if isinstance(value, int)), default=0)
    if kinds == {int} and largest < 2**63:
        return pd.Series(values, dtype="Int64")
    if float in kinds and kinds <= {int, float} and largest <= 2**53:
        return pd.Series(values, dtype="float64")
    return pd.Series([None if value is None else str(value) for value in values], dtype="str")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _refused(file: str, problem: str, line: int | None = None, *, found: str, allowed: str | None = None) -> Blocked:
    return Blocked(Fault(problem, file, line=line, found=found, allowed=allowed, action=_SEND_AGAIN))
