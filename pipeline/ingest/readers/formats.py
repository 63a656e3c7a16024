"""Which format a received file has: by what is declared, by its name, and by its first bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers.containers import GZIP, OLE, ZIP, Content


@dataclass(frozen=True)
class Format:
    """A file format: what it is called, the ends of its names, and the keys of a file that mean something for it."""

    title: str
    suffixes: tuple[str, ...]
    keys: frozenset[str]


_TEXT = frozenset({"encoding", "separator", "header_row"})
_SHEETS = frozenset({"sheet", "header_row"})
_ENCODED = frozenset({"encoding"})
FORMATS = {
    "sav": Format("an SPSS file", (".sav", ".zsav"), _ENCODED),
    "por": Format("a portable SPSS file", (".por",), frozenset()),
    "dta": Format("a Stata file", (".dta",), _ENCODED),
    "sas7bdat": Format("a SAS file", (".sas7bdat",), frozenset({"encoding", "catalog"})),
    "xpt": Format("a SAS transport file", (".xpt", ".xport"), _ENCODED),
    "csv": Format("a text file", (".csv", ".tsv", ".txt"), _TEXT),
    "xlsx": Format("an Excel workbook", (".xlsx", ".xlsm"), _SHEETS),
    "xlsb": Format("a binary Excel workbook", (".xlsb",), _SHEETS),
    "xls": Format("an Excel workbook of before 2007", (".xls",), _SHEETS),
    "ods": Format("an OpenDocument workbook", (".ods",), _SHEETS),
    "parquet": Format("a Parquet file", (".parquet", ".pq"), frozenset()),
    "json": Format("a JSON file of records", (".json", ".geojson", ".jsonl", ".ndjson"), frozenset()),
}
_BY_SUFFIX = {suffix: name for name, format in FORMATS.items() for suffix in format.suffixes}
READ = ", ".join(sorted(_BY_SUFFIX)) + "; each also as .gz or in a .zip"

_SAS = bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11"
_STARTS = (
    (b"$FL2", "sav"),
    (b"$FL3", "sav"),
    (b"<stata_dta>", "dta"),
    (_SAS, "sas7bdat"),
    (b"HEADER RECORD*******LIB", "xpt"),
    (b"PAR1", "parquet"),
)
#: What else arrives under wrong names.
_OTHERS = (
    (ZIP, "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (GZIP, "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (OLE, "an old Office file that is no workbook"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "a text with layout (RTF)"),
)
#: A list or an object of JSON, as it begins: ``[{``, ``{"``, ``[]``.
_JSON = re.compile(rb"\s*(?:\[\s*[\[{\]]|\{\s*[\"}])")
_PAGES = (b"<!doctype html", b"<html", b"<?xml")


def format_of(content: Content, file: str, spec: FileSpec) -> str:
    """Return the format of a file, a key of `FORMATS`.

    A ``format:`` that is not one of them is a survey tool's: its files are told by name and first bytes.

    Raises
    ------
    Blocked
        No reader takes it, or its name, its declared format and its first bytes disagree; says what it really is.
    """
    suffix = "." + content.name.lower().rpartition(".")[2] if "." in content.name else ""
    by_name = _BY_SUFFIX.get(suffix)
    declared = "csv" if spec.format == "limesurvey" else spec.format if spec.format in FORMATS else None
    if declared and by_name and declared != by_name:
        raise Blocked(
            Fault(
                "the extension does not go with the declared format",
                file,
                found=f"{suffix} with format: {spec.format}",
                allowed=f"format: {by_name}, or no format at all",
                action="correct `format:` or `path:` in evaluation.yaml",
            )
        )
    name = declared or by_name
    is_named, really = _by_bytes(content)
    if name is None:
        raise Blocked(
            Fault(
                "files with this extension cannot be read",
                file,
                found=f"{suffix or 'no extension'}" + (f"; it is {really}" if really else ""),
                allowed=READ,
                action="export the file as .sav, .xlsx or CSV, or declare `format:` if it is one of these",
            )
        )
    if is_named != name and (really or name != "csv"):
        raise Blocked(
            Fault(
                f"this is not {FORMATS[name].title}, whatever its name says",
                file,
                found=really or _first(content),
                action=f"give it its true name and format, or export it again as {FORMATS[name].suffixes[0]}",
            )
        )
    _refuse_idle_keys(name, file, spec)
    return name


def _by_bytes(content: Content) -> tuple[str | None, str | None]:
    """Return the format that the first bytes tell, and in words what the file is; None where they tell nothing."""
    head = content.head()
    name = next((name for start, name in _STARTS if head.startswith(start)), None)
    if name is None and head.startswith(ZIP):
        inside = content.members()
        if "xl/workbook.bin" in inside:
            name = "xlsb"
        elif "[Content_Types].xml" in inside and any(m.startswith("xl/") for m in inside):
            name = "xlsx"
        elif "content.xml" in inside and b"opendocument.spreadsheet" in head:
            name = "ods"
    if name is None and head.startswith(OLE):
        whole = content.bytes()
        if any(_entry(stream) in whole for stream in ("EncryptedPackage", "EncryptionInfo")):
            return None, "a workbook locked with a password: send it unlocked"
        name = "xls" if any(_entry(stream) in whole for stream in ("Workbook", "Book")) else None
    if name is None and b"SPSS PORT FILE" in head:
        name = "por"
    if name is None and _old_stata(head):
        name = "dta"
    if name is None and _JSON.match(_characters(head)):
        name = "json"
    if name:
        return name, FORMATS[name].title
    other = next((what for start, what in _OTHERS if head.startswith(start)), None)
    if other is None and head.lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower().startswith(_PAGES):
        other = "a web page or XML"
    return None, other


def _characters(head: bytes) -> bytes:
    """Return the first bytes without marks of byte order, and without the empty halves of UTF-16."""
    return head.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")


def _entry(stream: str) -> bytes:
    """Return the name of a stream as the directory of a compound file spells it (Microsoft, MS-CFB, 2.6.1)."""
    return stream.encode("utf-16-le") + b"\0\0"


def _is_text(head: bytes) -> bool:
    return not any(byte < 32 and byte not in b"\t\r\n" for byte in head)


def _old_stata(head: bytes) -> bool:
    """Return whether the first bytes are those of Stata's formats before version 13: version, byte order, 1."""
    return (
        len(head) > 4
        and head[0] in (104, 105, 108, 110, 111, 112, 113, 114, 115)
        and head[1] in (1, 2)
        and head[2] == 1
    )


def _first(content: Content) -> str:
    head = content.head(16)
    if head and _is_text(head):
        # Not which text: it may be the first row of a file without a header, and so a person.
        return "plain text"
    return f"first bytes {head[:4]!r}" if head else "0 bytes"


def _refuse_idle_keys(name: str, file: str, spec: FileSpec) -> None:
    """Refuse keys that would do nothing for this format: whoever wrote them expects that they do something."""
    for key in ("encoding", "separator", "sheet", "header_row", "catalog"):
        if getattr(spec, key) is not None and key not in FORMATS[name].keys:
            raise Blocked(
                Fault(
                    f"`{key}:` means nothing for {FORMATS[name].title}",
                    file,
                    found=f"{key}: {getattr(spec, key)}",
                    allowed=", ".join(sorted(FORMATS[name].keys)) or "no key about how to read it",
                    action=f"leave `{key}:` out in evaluation.yaml",
                )
            )
