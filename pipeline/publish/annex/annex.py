"""The data annex of a site: results as CSV and XLSX, described by a Frictionless data package, and the codebook."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.publish.annex.codebook import write_codebook
from pipeline.publish.annex.columns import COLUMNS, Word, published_table
from pipeline.publish.annex.crosstabs import write_crosstabs
from pipeline.publish.annex.findings import FIELDS as FINDINGS
from pipeline.publish.annex.key_figures import FIELDS as KEY_FIGURES
from pipeline.publish.annex.printings import FIELDS as REVISIONS
from pipeline.publish.annex.printings import FILE as REVISIONS_FILE
from pipeline.publish.annex.set_aside import FIELDS as SET_ASIDE
from pipeline.publish.annex.set_aside import write_set_aside
from pipeline.publish.annex.spreadsheet import decimal, safe
from pipeline.wording.labels import Labels
from pipeline.wording.speaking import Speaker
from pipeline.wording.words import Words

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation

#: What French spreadsheets open by double click, and `read.csv2` in R reads.
DIALECT = {"delimiter": ";", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
ENCODING = "utf-8"

#: Texts of the notice, in order.
NOTES = ("line", "shares", "populations", "empty", "counts", "caution")


def write_annex(evaluation: Evaluation, results: pd.DataFrame, labels: Labels, folder: Path, said: Words) -> list[Path]:
    """Write results, set-aside records, codebook and datapackage.json into ``folder``; findings stand there.

    Parameters
    ----------
    evaluation : what the annex describes; its edition dates the files, so that equal results give equal bytes.
    results : publishable results, from ``protect/results.parquet``.
    labels : the labels mapping of the evaluation.
    folder : ``data`` below the site.
    said : words of the language of the labels.

    Returns
    -------
    The files written.
    """
    tables = write_tables(evaluation, results, labels, folder, said)
    return [*tables, *write_descriptions(evaluation, folder, said)]


def write_tables(
    evaluation: Evaluation, results: pd.DataFrame, labels: Labels, folder: Path, said: Words
) -> list[Path]:
    """Write the results as CSV and XLSX, and the workbook of cross-tables where there are any."""
    folder.mkdir(parents=True, exist_ok=True)
    lang = said.lang
    table = published_table(results, labels, lang)
    crossed = write_crosstabs(evaluation, results, labels, folder / "crosstabs.xlsx", said)
    return [
        write_csv(table, folder / "results.csv"),
        _write_xlsx(evaluation, table, folder / "results.xlsx", lang, _texts_of(said)),
        *([crossed] if crossed else []),
    ]


def write_descriptions(evaluation: Evaluation, folder: Path, said: Words) -> list[Path]:
    """Write set-aside records, the codebook, and datapackage.json of the tables that stand in ``folder``."""
    return [
        write_set_aside(evaluation, evaluation.stage("ingest"), folder),
        write_codebook(evaluation, folder / "codebook.xml"),
        _write_package(evaluation, folder, said.lang, _texts_of(said)),
    ]


def _texts_of(said: Words) -> Word:
    """Return what gives the texts of the annex, with the nouns of the vocabulary."""
    speaker = Speaker(said, {}, {}, lambda text, result_id: text)
    return lambda key: speaker.note(f"_data.{key}")


def write_csv(table: pd.DataFrame, path: Path) -> Path:
    """Write a table of published results as French spreadsheets open it, and return its file."""
    return write_lines(table.columns, csv_lines(table), path)


def csv_lines(table: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield the lines of a table of published results, a text a column, as French spreadsheets read them."""
    numeric = {c.name for c in COLUMNS if c.type == "number"}
    columns = [map(decimal, table[c].tolist()) if c in numeric else _texts(table[c].tolist()) for c in table.columns]
    return zip(*columns, strict=True)


def write_lines(heads: Iterable[str], lines: Iterable[Sequence[str]], path: Path) -> Path:
    """Write lines (:func:`csv_lines`) below their heads, and return the file."""
    with path.open("w", encoding=ENCODING, newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\r\n")
        writer.writerow(heads)
        writer.writerows(lines)
    return path


def _texts(values: list[Any]) -> Iterator[str]:
    """Return the text of each value, made once for each that differs: a column holds few."""
    known = {value: _text(value) for value in set(values)}
    return map(known.__getitem__, values)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else safe(str(value))


def _write_xlsx(evaluation: Evaluation, table: pd.DataFrame, path: Path, lang: str, word: Word) -> Path:
    import xlsxwriter

    from pipeline.publish.annex.table_sheet import TableSheet

    settings = evaluation.settings
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": settings.title.in_language(lang),
            "comments": word("synthetic") if settings.synthetic else "",
            "created": dt.datetime(settings.edition, 12, 31),
        }
    )
    bold, wrap = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    heading = book.add_format({"bold": True, "font_size": 14})
    first = book.add_worksheet(word("book.first"))
    first.set_column(0, 0, 26)
    first.set_column(1, 1, 100)
    first.write_string(0, 0, settings.title.in_language(lang), heading)
    lines = _notice(evaluation, word)
    for i, line in enumerate(lines, 2):
        first.write_string(i, 0, line)
    start = len(lines) + 3
    for j, title in enumerate(("column", "meaning")):
        first.write_string(start, j, word(f"book.{title}"), bold)
    for i, column in enumerate(COLUMNS, start + 1):
        first.write_string(i, 0, column.name, wrap)
        said = [word(f"columns.{column.name}.{text}") for text in ("title", "description")]
        first.write_string(i, 1, ". ".join(said), wrap)
    _fill(book.add_worksheet(word("book.results"), TableSheet), table, bold)
    book.close()
    return path


def _notice(evaluation: Evaluation, word: Word) -> list[str]:
    lines = [word("synthetic")] if evaluation.settings.synthetic else []
    return [*lines, *(word(f"notes.{name}") for name in NOTES)]


def _fill(sheet: Any, table: pd.DataFrame, bold: Any) -> None:
    sheet.fill(table, {c.name for c in COLUMNS if c.type == "number"}, bold)
    sheet.set_column(0, 1, 48)
    sheet.set_column(2, len(table.columns) - 1, 14)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)


def _write_package(evaluation: Evaluation, folder: Path, lang: str, word: Word) -> Path:
    settings = evaluation.settings
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": evaluation.name.lower(),
        "title": settings.title.in_language(lang),
        "description": " ".join(_notice(evaluation, word)),
        "version": str(settings.edition),
        "created": f"{settings.edition}-12-31T00:00:00Z",
        "resources": [
            _resource(folder, "results", word, [c.field(word) for c in COLUMNS], "result_id"),
            _resource(folder, "set-aside", word, _fields("set-aside", SET_ASIDE, word)),
            _resource(folder, "findings", word, _fields("findings", FINDINGS, word)),
            _resource(folder, "key-figures", word, _fields("key-figures", KEY_FIGURES, word)),
            *(
                _resource(folder, "revisions", word, _fields("revisions", REVISIONS, word))
                for _ in folder.glob(REVISIONS_FILE)
            ),
        ],
    }
    if settings.commissioned_by:
        package["contributors"] = [{"title": settings.commissioned_by.in_language(lang), "role": "publisher"}]
    if settings.citation:
        package["citation"] = settings.citation.in_language(lang)
    path = folder / "datapackage.json"
    path.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _fields(table: str, types: Mapping[str, str], word: Word) -> list[dict[str, str]]:
    return [{"name": name, "type": kind, "title": word(f"{table}.{name}")} for name, kind in types.items()]


def _resource(folder: Path, name: str, word: Word, fields: Any, key: str | None = None) -> dict[str, Any]:
    path = folder / f"{name}.csv"
    content = path.read_bytes()
    schema: dict[str, Any] = {"fields": list(fields), "missingValues": [""]}
    if key:
        schema["primaryKey"] = key
    return {
        "profile": "tabular-data-resource",
        "name": path.stem,
        "path": path.name,
        "title": word(f"resources.{name}"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": ENCODING,
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": DIALECT,
        "schema": schema,
    }
