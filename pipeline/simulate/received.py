"""Clean answers written back as the files that researchers receive: SPSS, LimeSurvey and plain CSV.

Everything is read from the instrument: received columns, codes before recoding, codes that mean missing, labels. So the
files and the declarations cannot disagree.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from pipeline.errors import SimulateError
from pipeline.evaluation import FileSpec, Source
from pipeline.instrument import Instrument, Question

#: Place of the creation date and time in the header of a .sav file (GNU PSPP, "System File Format", file header).
_SAV_STAMP = slice(92, 109)


def received_columns(instrument: Instrument, wave: str | None, rows: pd.DataFrame) -> dict[str, tuple[Question, str]]:
    """Return received column -> (question, clean column) of a wave, for what the rows hold."""
    columns: dict[str, tuple[Question, str]] = {}
    for question in instrument.questions:
        if question.type == "multiple" and question.separator and question.name in rows.columns:
            columns[question.column or question.name] = (question, question.name)
        for clean, received in question.columns(wave).items():
            if clean in rows.columns:
                columns[received] = (question, clean)
    return columns


def raw_values(
    question: Question, wave: str | None, values: pd.Series, status: pd.Series | None, blank: tuple[str, ...] = ()
) -> pd.Series:
    """Return answers in the codes of the received file, with its codes for what is missing, ``blank`` reasons blank."""
    recode = question.history(wave).recode or {}
    back = {clean: raw for raw, clean in recode.items()}
    raw = values.astype(object).where(values.notna(), None)
    if back:
        raw = raw.map(lambda v: back.get(v, v), na_action="ignore")
    if status is not None:
        reason_code = {reason: back.get(clean, clean) for clean, reason in question.missing.items()}
        for reason in (r for r in ("no_answer", "dont_know", "refused", "not_applicable") if r not in blank):
            there = (status == reason).to_numpy()
            if there.any() and reason in reason_code and _in_file(question, wave, reason_code[reason]):
                raw = raw.mask(there, reason_code[reason])
    return raw.where(raw.notna(), None)


def _in_file(question: Question, wave: str | None, raw: object) -> bool:
    """Return whether the file of a wave knows a missing code: with a recode, only what it names."""
    recode = question.history(wave).recode
    return raw in recode if recode else True


def write_sav(path: Path, instrument: Instrument, wave: str, rows: pd.DataFrame, edition: int, note: str) -> None:
    """Write one wave as an SPSS file with variable and value labels and declared missing values.

    The creation date in the header becomes 1 January of the edition, so that equal data give equal bytes.
    """
    import pyreadstat

    data: dict[str, Any] = {}
    labels: dict[str, str | None] = {}
    values: dict[str, dict[int | float, str]] = {}
    missing: dict[str, list[Any]] = {}
    formats: dict[str, str] = {}
    measure: dict[str, Any] = {}
    for column, (question, clean) in received_columns(instrument, wave, rows).items():
        if question.type == "multiple":
            data[column] = rows[clean].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
            item = next(i for i in question.items if clean == f"{question.name}_{i.name}")
            labels[column] = f"{question.title('fr')} : {item.label.fr}"
            values[column] = {0: "non coché", 1: "coché"}
            formats[column] = "F1.0"
            continue
        raw = raw_values(question, wave, rows[clean], _status(rows, question))
        labels[column] = question.wording.fr
        if question.type in ("open", "text", "key") and column != _key_column(instrument, wave):
            data[column] = raw.fillna("").astype(str)
        elif question.type == "date":
            data[column] = pd.to_datetime(raw).dt.date
        else:
            data[column] = pd.to_numeric(raw).astype(float)
            formats[column] = "F8.2" if question.unit == "euros" else "F8.0"
            values[column] = _value_labels(question, wave)
            missing[column] = [c for c, t in values[column].items() if t in _MISSING_LABELS.values()]
        if question.codes:
            measure[column] = "nominal"
    pyreadstat.write_sav(
        pd.DataFrame(data),
        str(path),
        file_label=note[:64],
        column_labels=labels,
        variable_value_labels={c: v for c, v in values.items() if v},
        missing_ranges={c: m for c, m in missing.items() if m},
        variable_format=formats,
        variable_measure=measure,
    )
    content = bytearray(path.read_bytes())
    content[_SAV_STAMP] = f"01 Jan {edition % 100:02d}00:00:00".encode("ascii")
    path.write_bytes(bytes(content))


_MISSING_LABELS = {
    "no_answer": "sans réponse",
    "dont_know": "ne sait pas",
    "refused": "refus",
    "not_applicable": "non concerné",
    "routed": "sans objet",
}


def _value_labels(question: Question, wave: str) -> dict[int | float, str]:
    recode = question.history(wave).recode or {}
    back = {clean: raw for raw, clean in recode.items()}
    labels = {back.get(c, c): t.fr for c, t in question.codes.items()}
    labels |= {back.get(c, c): _MISSING_LABELS[reason] for c, reason in question.missing.items()}
    return {int(c): t for c, t in labels.items() if not isinstance(c, str)}


def _status(rows: pd.DataFrame, question: Question) -> pd.Series | None:
    name = f"{question.name}__status"
    return rows[name] if name in rows.columns else None


def _key_column(instrument: Instrument, wave: str) -> str:
    key = instrument.by_role("respondent")
    return next(iter(key.columns(wave).values())) if key else ""


def write_limesurvey(path: Path, spec: FileSpec, instrument: Instrument, wave: str, rows: pd.DataFrame) -> pd.Series:
    """Write one wave as a LimeSurvey export: every cell quoted, answer codes, ticks as Y or N, decimal comma.

    Returns the physical line on which each row starts (the header is line 1): remarks may run over lines.
    """
    table: dict[str, list[str]] = {}
    for column, (question, clean) in received_columns(instrument, wave, rows).items():
        if question.type == "multiple":
            ticked = rows[clean].astype("boolean")
            table[column] = ["" if pd.isna(t) else ("Y" if t else "N") for t in ticked]
        else:
            raw = raw_values(question, wave, rows[clean], _status(rows, question), blank=("no_answer",))
            table[column] = [_cell(question, v, spec.decimal or ".") for v in raw]
    records = list(zip(*table.values(), strict=True))
    with path.open("w", encoding=spec.encoding or "utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=spec.separator or ";", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(records)
    lines = np.array([1 + sum(cell.count("\n") for cell in record) for record in records])
    return pd.Series(np.concatenate([[2], 2 + np.cumsum(lines)[:-1]]), index=rows.index)


def _cell(question: Question, value: Any, decimal: str) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        written = question.date_format or ("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S")
        return value.strftime(written)
    if question.unit == "euros":
        return f"{float(value):.2f}".replace(".", decimal)
    return str(value)


def write_csv(path: Path, spec: FileSpec, instrument: Instrument, rows: pd.DataFrame) -> None:
    """Write a record (fieldwork, attendance, register) as CSV, waves in their column where the source declares one."""
    table: dict[str, Any] = {}
    wave = next(iter(spec.waves)) if spec.waves else None
    if spec.wave_column and spec.waves:
        table[spec.wave_column] = rows["wave"].map({w: str(v) for w, v in spec.waves.items()})
    for column, (question, clean) in received_columns(instrument, wave, rows).items():
        values = raw_values(question, wave, rows[clean], None) if question.history(wave).recode else rows[clean]
        table[column] = _csv_column(question, values, spec.decimal or ".")
    frame = pd.DataFrame(table)
    encoding = spec.encoding or "utf-8"
    if encoding.lower().replace("-", "") != "utf8":
        frame.to_csv(path, sep=spec.separator or ",", index=False, encoding=encoding, lineterminator="\n")
        return
    options = pa.csv.WriteOptions(delimiter=spec.separator or ",", quoting_style="needed")
    header = (spec.separator or ",").join(frame.columns) + "\n"
    with path.open("wb") as file:
        file.write(header.encode("utf-8"))
        bare = pa.csv.WriteOptions(include_header=False, delimiter=options.delimiter, quoting_style="needed")
        pa.csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), file, bare)


def write_table(folder: Path, source: Source, instrument: Instrument, rows: pd.DataFrame) -> None:
    """Write the received files of a source from one table; its column ``wave`` says which file a row is in.

    Raises
    ------
    SimulateError
        When the files are of a format that is not written, or the table lacks a column that the instrument reads.
    """
    for wave, spec in source.files.items():
        if spec.format not in (None, "csv", "limesurvey") or Path(spec.path).suffix not in (".csv", ".CSV"):
            raise SimulateError(
                "no simulation of this format", found=f"{source.name}: {spec.path}", allowed="CSV files"
            )
        asked = [c for q in instrument.questions for c in _drawn_columns(q, None if wave == "all" else wave)]
        lost = [c for c in asked if c not in rows.columns]
        if lost:
            raise SimulateError(
                "a table lacks columns of its instrument", where=f"truth.yaml, key tables.{source.name}", found=lost
            )
        part = rows if wave == "all" or "wave" not in rows else rows[rows["wave"] == wave]
        path = folder / spec.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if spec.format == "limesurvey":
            write_limesurvey(path, spec, instrument, wave, part)
        else:
            write_csv(path, spec, instrument, part)


def _drawn_columns(question: Question, wave: str | None) -> list[str]:
    """Return the clean columns of a question; one alone where all its answers stand in one cell."""
    several = question.type == "multiple" and question.separator is not None
    return [question.name] if several and question.asked(wave) else list(question.columns(wave))


def _csv_column(question: Question, values: pd.Series, decimal: str) -> pd.Series:
    if question.type == "date":
        return pd.to_datetime(values).dt.strftime(question.date_format or "%Y-%m-%d")
    if question.type == "number":
        text = [None if pd.isna(v) else f"{float(v):.10g}".replace(".", decimal) for v in values]
        return pd.Series(text, index=values.index, dtype="str")
    if question.type == "count":
        return values.astype("Int64")
    if isinstance(values.dtype, pd.StringDtype):
        return values
    return values.astype("str").where(values.notna(), None)


def check_encodable(rows: pd.DataFrame, column: str, encoding: str) -> None:
    """Raise when a remark cannot be written in the encoding that the evaluation declares."""
    for text in rows[column].dropna():
        try:
            str(text).encode(encoding)
        except UnicodeEncodeError:
            raise SimulateError(
                "a text cannot be written in the declared encoding",
                where=f"column {column}",
                found=text,
                allowed=encoding,
                action="declare encoding: utf-8 for this file",
            ) from None
