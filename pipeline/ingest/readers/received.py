"""A file as received: its table, its original line numbers, and which reader it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault, near_misses, some

#: First bytes of formats that arrive under wrong names.
SIGNATURES = (
    (b"$FL2", "an SPSS file (.sav)"),
    (b"$FL3", "a compressed SPSS file (.zsav)"),
    (b"PK\x03\x04", "a zip archive or an Excel or OpenDocument workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Office file"),
    (b"%PDF", "a PDF"),
    (b"PAR1", "a Parquet file"),
    (b"\x1f\x8b", "a gzip archive"),
)
SUFFIXES = {".sav": "sav", ".zsav": "sav", ".csv": "csv", ".tsv": "csv", ".txt": "csv"}


@dataclass(frozen=True)
class Note:
    """Something the reader decided by itself and reports: an encoding, a separator, a date order."""

    kind: str
    key: str
    before: str
    after: str
    fr: str
    en: str
    line: int | None = None


@dataclass(frozen=True)
class Received:
    """What a reader returns.

    Attributes
    ----------
    file : name of the file, as evaluation.yaml declares it.
    columns : every column of the file, in order.
    table : the wanted columns only, one row a record, values as received (text, or numbers of an .sav).
    lines : line of the file where each record starts (header = 1), or case number of an .sav.
    broken : record lines that could not be put under the header, with the reason code.
    user_missing : column -> ranges that the file itself declares as missing (SPSS).
    notes : what the reader decided.
    """

    file: str
    columns: list[str]
    table: pd.DataFrame
    lines: np.ndarray
    broken: list[tuple[int, str]] = field(default_factory=list)
    user_missing: dict[str, list[tuple[float | str, float | str]]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    @property
    def n(self) -> int:
        """Return the number of records received, broken ones included."""
        return len(self.lines) + len(self.broken)


#: Returns the columns to keep, given the columns of the file; raises `Blocked` when some are absent.
Choose = Callable[[list[str]], list[str]]


def choose_columns(file: str, wanted: dict[str, str]) -> Choose:
    """Return a function that checks a header and returns the wanted columns that it holds.

    Parameters
    ----------
    file : name for messages.
    wanted : received column -> question that needs it.
    """

    def choose(columns: list[str]) -> list[str]:
        absent = [c for c in wanted if c not in columns]
        if absent:
            raise Blocked(
                *(
                    Fault(
                        f"the instrument names a column that the file does not have (question '{wanted[c]}')",
                        file,
                        line=None,
                        column=c,
                        found=near_misses(c, columns),
                        action="give the received name as `column:` of the question (or `waves:` -> `column:`), "
                        "or say `asked: false` for this wave",
                    )
                    for c in absent
                )
            )
        return [c for c in columns if c in wanted]

    return choose


def refuse_duplicates(file: str, columns: list[str], line: int | None = 1) -> None:
    """Refuse a header that names a column twice, or names none."""
    if not columns:
        raise Blocked(Fault("the file has no column", file, line=line, action="send the file again"))
    places: dict[str, list[int]] = {}
    for position, name in enumerate(columns, 1):
        places.setdefault(name, []).append(position)
    twice = {name: at for name, at in places.items() if len(at) > 1 and name.strip()}
    if twice:
        name, at = next(iter(twice.items()))
        raise Blocked(
            Fault(
                "the header names a column twice",
                file,
                line=line,
                column=name,
                found=f"fields {some(at)}" + (f"; also twice: {some(list(twice)[1:])}" if len(twice) > 1 else ""),
                allowed="each name once",
                action="rename one of them in the file that the tool exports, and send it again",
            )
        )


def read_received(path: Path, file: str, spec: FileSpec, choose: Choose) -> Received:
    """Read one received file with the reader of its format.

    Parameters
    ----------
    path : where the file is.
    file : its name for messages and for ``_file``.
    spec : what evaluation.yaml says of it.
    choose : names the columns to keep and refuses a header that lacks some.

    Raises
    ------
    Blocked
        The file is missing, empty, unreadable, or not of its declared format.
    """
    from pipeline.ingest.readers.delimited import read_delimited
    from pipeline.ingest.readers.spss import read_spss

    if not path.is_file():
        here = sorted(p.name for p in path.parent.glob("*") if p.is_file()) if path.parent.is_dir() else []
        raise Blocked(
            Fault(
                "the received file is missing",
                str(path),
                found=f"in that folder: {some(here)}" if here else "no file in that folder",
                action="put the file there, correct `path:` in evaluation.yaml, or give the folder with --data",
            )
        )
    kind = _format_of(path, file, spec)
    try:
        with path.open("rb") as handle:
            head = handle.read(8)
    except OSError as fault:
        raise Blocked(
            Fault("the file cannot be opened", str(path), found=fault.strerror, action="ask for the right to read it")
        ) from None
    if not head:
        raise Blocked(Fault("the file is empty", file, found="0 bytes", action="send the file again"))
    _refuse_disguise(head, kind, file)
    return read_spss(path, file, spec, choose) if kind == "sav" else read_delimited(path, file, spec, choose)


def _format_of(path: Path, file: str, spec: FileSpec) -> str:
    suffixes = [s.lower() for s in path.suffixes]
    plain = suffixes[:-1] if suffixes and suffixes[-1] == ".gz" else suffixes
    by_name = SUFFIXES.get(plain[-1]) if plain else None
    declared = {"limesurvey": "csv"}.get(spec.format or "", spec.format)
    if declared and by_name and declared != by_name:
        raise Blocked(
            Fault(
                "the extension does not go with the declared format",
                file,
                found=f"{''.join(suffixes)} with format: {spec.format}",
                allowed=f"format: {by_name}, or no format at all",
                action="correct `format:` or `path:` in evaluation.yaml",
            )
        )
    kind = declared or by_name
    if kind is None:
        raise Blocked(
            Fault(
                "files with this extension cannot be read",
                file,
                found="".join(suffixes) or "no extension",
                allowed=".sav, .zsav, .csv, .tsv, .txt, the last three also as .gz",
                action="export the file as .sav or CSV, or declare `format: csv` if it is one",
            )
        )
    if kind == "sav" and plain != suffixes:
        raise Blocked(Fault("a gzipped SPSS file cannot be read", file, action="unpack it and send the .sav"))
    return kind


def _refuse_disguise(head: bytes, kind: str, file: str) -> None:
    found = next((what for start, what in SIGNATURES if head.startswith(start)), None)
    if kind == "sav" and head[:4] not in (b"$FL2", b"$FL3"):
        raise Blocked(
            Fault(
                "this is not an SPSS file, whatever its name says",
                file,
                found=found or "other first bytes than $FL2",
                action="export it again as .sav, or declare its true format and name",
            )
        )
    if kind == "csv" and found and not head.startswith(b"\x1f\x8b"):
        raise Blocked(
            Fault(
                "this is not a text file, whatever its name says",
                file,
                found=found,
                action="export it as CSV, or declare its true format and name",
            )
        )
