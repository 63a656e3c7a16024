"""Corrections of received values, declared in `corrections.csv` beside the received files, which are never edited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from pipeline.evaluation import Evaluation, FileSpec, Source
from pipeline.ingest.faults import Blocked, Fault, near_misses, some
from pipeline.ingest.privacy.gate import HIDDEN, personal, told
from pipeline.ingest.readers.received import Note, Received, read_received
from pipeline.ingest.recode import free_text, received_columns
from pipeline.ingest.values import distinct, holds_numbers, text_of
from pipeline.instrument import Instrument, Question

#: Its name, in messages.
FILE = "corrections.csv"
COLUMNS = ("source", "key", "column", "old", "new", "reason", "who")


@dataclass(frozen=True)
class Correction:
    """One value to correct: its record by key (or `file:line`), its column or question, the old and the new text.

    ``line`` is where `corrections.csv` says it.
    """

    line: int
    source: str
    key: str
    column: str
    old: str
    new: str
    reason: str
    who: str = ""


@dataclass
class Corrections:
    """What `corrections.csv` asks for, what it has of faults, and which corrections found their record."""

    every: list[Correction] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    met: Counter[int] = field(default_factory=Counter)

    def of(self, source: str) -> list[Correction]:
        """Return the corrections of a source."""
        return [c for c in self.every if c.source == source]

    def lost(self, source: str) -> list[Fault]:
        """Return one fault a correction of a source whose record no file holds."""
        action = "give the key as received (of a record that stands several times, FILE:LINE), or leave the line out"
        lost = [c for c in self.of(source) if not self.met[c.line]]
        return [_fault(c, "no record has this key", "key", action=action) for c in lost]


def read_corrections(evaluation: Evaluation) -> Corrections:
    """Return the corrections beside the received files; none where there is no such file.

    A file with a fault corrects nothing: its faults stop the reading.
    """
    path = evaluation.corrections
    if not path.is_file() or len(path.read_bytes().strip().splitlines()) <= 1:
        return Corrections()
    try:
        received = read_received(path, path.name, FileSpec(path=path.name), _columns)
    except Blocked as blocked:
        return Corrections(faults=blocked.faults)
    rows = [_correction(line, row) for line, row in zip(received.lines, received.table.to_dict("records"), strict=True)]
    faults = [_ragged(line) for line, why in received.broken if why == "ragged_row"]
    seen: dict[tuple[str, str, str], int] = {}
    for each in rows:
        first = seen.setdefault((each.source, each.key, each.column), each.line)
        if first != each.line:
            faults.append(
                _fault(each, f"the value is corrected twice, first on line {first}", "key", action="keep one")
            )
        faults += faults_of(evaluation, each)
    return Corrections([] if faults else rows, faults)


def faults_of(evaluation: Evaluation, each: Correction) -> list[Fault]:
    """Return what a correction says wrongly, whatever was received: its source, its reason."""
    known, faults = {s.name for s in evaluation.settings.sources}, []
    if each.source not in known:
        faults.append(_fault(each, "there is no such source", "source", each.source, some(sorted(known))))
    if not each.reason:
        faults.append(_fault(each, "a correction says why", "reason", "(blank)", action="give the reason"))
    if personal(each.reason):
        why = "the reason seems to hold an address or a telephone, or to name a person"
        faults.append(_fault(each, why, "reason", HIDDEN, action="say it without"))
    return faults


def _columns(columns: list[str]) -> list[str]:
    absent = [c for c in COLUMNS if c not in columns]
    if absent:
        raise Blocked(
            Fault(
                "corrections.csv lacks a column",
                FILE,
                line=1,
                found=some(absent),
                allowed=", ".join(COLUMNS),
                action="write these names in its first line",
            )
        )
    return list(COLUMNS)


def _correction(line: int, row: dict[object, object]) -> Correction:
    text = {c: text_of(row[c]) or "" for c in COLUMNS}
    return Correction(int(line), *(text[c] for c in COLUMNS))


def _ragged(line: int) -> Fault:
    return Fault(
        "the correction does not have seven fields",
        FILE,
        line=line,
        allowed=", ".join(COLUMNS),
        action="put values that hold the separator between quotation marks",
    )


def _fault(
    each: Correction,
    problem: str,
    column: str,
    found: str | None = None,
    allowed: str | None = None,
    action: str = "correct the line",
) -> Fault:
    return Fault(problem, FILE, line=each.line, column=column, found=found, allowed=allowed, action=action)


def corrected(
    evaluation: Evaluation, source: Source, waves: Sequence[str | None], received: Received, corrections: Corrections
) -> Received:
    """Return the records of one file with the corrections of its source, each checked against the value it replaces.

    Parameters
    ----------
    waves : the waves that the file holds, whose columns may be named.

    Raises
    ------
    Blocked
        A correction names a column that is not there, several records, or an old value that does not stand there; every
        such line is told.
    """
    wanted = corrections.of(source.name)
    if not wanted:
        return received
    instrument = evaluation.instruments[source.name]
    keys = _keys(instrument, waves, received)
    table, notes, faults = received.table.copy(), list(received.notes), []
    for each in wanted:
        rows = keys.get(each.key, [])
        if not rows:
            continue
        corrections.met[each.line] += 1
        named = _named(instrument, waves, each.column, list(table.columns))
        fault = _why_not(each, rows, named, table, corrections)
        if fault is not None:
            faults.append(fault)
            continue
        column, q = str(named[0]), named[1]
        table[column] = _with(table[column], rows[0], each.new)
        private = q is None or free_text(q) or q.role in ("identifier", "birth_date", "respondent")
        notes.append(_note(each, q.name if q else column, private, int(received.lines[rows[0]])))
    if faults:
        raise Blocked(*faults)
    return replace(received, table=table, notes=notes)


def _keys(instrument: Instrument, waves: Sequence[str | None], received: Received) -> dict[str, list[int]]:
    """Return the rows of every key: FILE:LINE, and the value of the column that tells records or spaces apart.

    Of counts side by side, FILE:LINE:HEADER is one of those that stand in a line.
    """
    keys: dict[str, list[int]] = {}
    for row, line in enumerate(received.lines.tolist()):
        keys.setdefault(f"{received.file}:{line}", []).append(row)
        if received.parts is not None:
            keys[f"{received.file}:{line}:{received.parts[row]}"] = [row]
    q = instrument.by_role("respondent") or next((q for q in instrument.questions if q.unique), None)
    q = q or instrument.by_role("site")
    columns = dict.fromkeys(c for wave in waves if q for c in received_columns(q, wave) if c in received.table)
    for column in columns:
        found = distinct(received.table[column])
        texts = [text_of(v) for v in found.values]
        for row, code in enumerate(found.codes.tolist()):
            if code >= 0 and texts[code] is not None:
                keys.setdefault(str(texts[code]), []).append(row)
    return keys


def _named(
    instrument: Instrument, waves: Sequence[str | None], name: str, columns: list[str]
) -> tuple[str | None, Question | None]:
    """Return the received column that a correction names, by its own name or by that of a question (or box)."""
    for q in instrument.questions:
        for wave in waves:
            held = q.columns(wave)
            if q.slots:
                held = {column: column for column in received_columns(q, wave)}
            elif q.separator:
                held = dict.fromkeys([q.name], received_columns(q, wave)[0])
            for clean, column in held.items():
                if column in columns and name in (clean, column):
                    return column, q
    return (name if name in columns else None), None


def _why_not(
    each: Correction,
    rows: list[int],
    named: tuple[str | None, Question | None],
    table: pd.DataFrame,
    corrections: Corrections,
) -> Fault | None:
    if len(rows) > 1 or corrections.met[each.line] > 1:
        action = "give the record as FILE:LINE instead; of counts side by side, as FILE:LINE:HEADER"
        return _fault(
            each, "several records have this key", "key", f"{max(len(rows), 2)} or more records", action=action
        )
    column, q = named
    if column is None:
        near = near_misses(each.column, [str(c) for c in table.columns])
        return _fault(each, "the source has no such column or question", "column", near)
    here = text_of(table[column].iloc[rows[0]]) or ""
    if here != each.old:
        private = q is None or free_text(q) or q.role in ("identifier", "birth_date", "respondent")
        found = f"{told(here or '(blank)', private)}, and the correction says {told(each.old or '(blank)', private)}"
        return _fault(each, "the old value is not what was received", "old", found, action="look at the record again")
    if holds_numbers(table[column]) and each.new and _number(each.new) is None:
        return _fault(each, "the new value is no number, and the column holds numbers", "new")
    return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _with(column: pd.Series, row: int, new: str) -> pd.Series:
    """Return a column with one value replaced; blank where the new text is."""
    numeric = holds_numbers(column)
    values: list[Any] = column.astype("float64" if numeric else object).tolist()
    values[row] = _number(new) if numeric else new or None
    return pd.Series(values, index=column.index, dtype="float64" if numeric else object)


def _note(each: Correction, name: str, private: bool, line: int) -> Note:
    said = f"value corrected: {each.reason}"
    return Note("correction", name, HIDDEN if private else each.old, told(each.new, private), said, line)
