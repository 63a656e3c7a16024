"""Sheets that came back from spaces: `corrections.csv` of them, held against what was received and read once more.

A spreadsheet writes what it opened in its own way: decimal commas, days before months, codes without their zeros. What
it made of a value is told from what somebody changed.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pipeline.evaluation import Evaluation, FileSpec
from pipeline.ingest.corrections import COLUMNS, FILE, Correction, Corrections, faults_of, read_corrections
from pipeline.ingest.faults import Blocked, Fault, near_misses, raise_faults, some
from pipeline.ingest.privacy.gate import told
from pipeline.ingest.readers.received import Choose, read_received
from pipeline.ingest.recode import free_text
from pipeline.ingest.sources import received_waves
from pipeline.ingest.stage import Refused, read_sources
from pipeline.ingest.to_correct import lines_aside, question_at, set_aside_by_space
from pipeline.ingest.values import dates, distinct, number_of, text_of
from pipeline.instrument import Question

Cell = tuple[str, str, str]


@dataclass(frozen=True)
class Gathered:
    """What sheets bring: the file of corrections below ``build/``, and how many lines and records that is.

    corrections : lines of the file.   untouched, known : lines that came back as they were, or correct what is
    corrected already.   accepted, aside : records that come in with them, and that stay set aside.
    """

    path: Path
    corrections: int
    untouched: int
    known: int
    accepted: int
    aside: int


@dataclass(frozen=True)
class _Line:
    """A line of a sheet that corrects something."""

    sheet: str
    number: int
    correction: Correction

    @property
    def cell(self) -> Cell:
        """Return the value that it is about."""
        return _cell(self.correction)

    def fault(self, problem: str, column: str, found: str | None = None, allowed: str = "", do: str = "") -> Fault:
        """Return what is wrong with it."""
        action = do or "correct the line, or leave its new value and its reason blank"
        return Fault(problem, self.sheet, self.number, column, found, allowed or None, action)


def gather(evaluation: Evaluation, returned: Sequence[Path], heads: Mapping[str, str]) -> Gathered:
    """Write the lines of returned sheets that correct something as `corrections.csv`, with those that stand already.

    Parameters
    ----------
    heads : column of a sheet, as its language has it -> column of `corrections.csv`.

    Raises
    ------
    IngestError
        A sheet cannot be read or lacks a column; a line does not say everything, is about a record that is not set
        aside, about another value than was received, or about one that another sheet corrects otherwise; or its new
        value would be set aside as well. Every such line is told, and nothing is written.
    """
    standing = read_corrections(evaluation)
    faults = list(standing.faults)
    lines, untouched = _lines(returned, heads, faults)
    raise_faults(faults)
    aside = lines_aside(set_aside_by_space(evaluation))
    before = {cell[:2] for cell in aside}
    held = {_cell(c): c for c in standing.every}
    new: dict[Cell, _Line] = {}
    known = 0
    for line in lines:
        found = _judged(evaluation, line, aside, held, new)
        if isinstance(found, Fault):
            faults.append(found)
        elif found is None:
            known += 1
        else:
            new[line.cell] = found
    raise_faults(faults)
    every = [*(c for c in standing.every if _cell(c) not in new), *(line.correction for line in new.values())]
    after = _read_again(evaluation, every, list(new.values()), before)
    out = evaluation.build / "to-correct" / FILE
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8", newline="") as handle:
        cells = [[c.source, c.key, c.column, c.old, c.new, c.reason, c.who] for c in every]
        csv.writer(handle, lineterminator="\n").writerows([COLUMNS, *cells])
    return Gathered(out, len(every), untouched, known, len(before - after), len(after))


def _cell(each: Correction) -> Cell:
    return each.source, each.key, each.column


def _lines(returned: Sequence[Path], heads: Mapping[str, str], faults: list[Fault]) -> tuple[list[_Line], int]:
    """Return the lines of sheets that correct something, and how many came back as they were."""
    lines: list[_Line] = []
    untouched = 0
    for path in returned:
        try:
            found = list(_read(path, heads))
        except Blocked as blocked:
            faults += blocked.faults
            continue
        for line in found:
            each = line.correction
            if not (each.new or each.reason):
                untouched += 1
                continue
            absent = next((c for c in ("column", "reason") if not getattr(each, c)), None)
            if absent:
                allowed = "the column that is corrected, its new value (blank where there is none) and the reason"
                action = "complete the line, or leave both its new value and its reason blank"
                faults.append(line.fault("a correction does not say everything", absent, "(blank)", allowed, action))
                continue
            # a number of its own: those of corrections.csv are lines of that file
            lines.append(replace(line, correction=replace(each, line=-1 - len(lines))))
    return lines, untouched


def _read(path: Path, heads: Mapping[str, str]) -> Iterator[_Line]:
    if not path.is_file():
        raise Blocked(Fault("there is no such sheet", str(path), action="name the files that came back"))
    received = read_received(path, path.name, FileSpec(path=path.name), _columns(path.name, heads))
    if received.broken:
        action = "put values that hold the separator between quotation marks, or send the sheet as XLSX"
        problem = "a line of the sheet does not have as many fields as its header"
        raise Blocked(*(Fault(problem, path.name, line, action=action) for line, _ in received.broken))
    table = received.table.rename(columns=lambda c: heads.get(c.strip(), c.strip()))
    for number, row in zip(received.lines.tolist(), table.to_dict("records"), strict=True):
        cells = [(text_of(row[c]) or "").removeprefix("'") for c in COLUMNS]
        yield _Line(path.name, int(number), Correction(int(number), *cells))


def _columns(file: str, heads: Mapping[str, str]) -> Choose:
    def choose(columns: list[str]) -> list[str]:
        known = {heads.get(c.strip(), c.strip()): c for c in columns}
        absent = [c for c in COLUMNS if c not in known]
        if absent:
            titles = {column: head for head, column in reversed([*heads.items()])}
            lost = some(titles.get(c, c) for c in absent)
            near = near_misses(titles.get(absent[0], absent[0]), columns)
            action = "send back the sheet with its columns as they were"
            raise Blocked(Fault(f"a returned sheet lacks a column: {lost}", file, 1, found=near, action=action))
        return [known[c] for c in COLUMNS]

    return choose


def _judged(
    evaluation: Evaluation,
    line: _Line,
    aside: Mapping[Cell, str],
    held: Mapping[Cell, Correction],
    new: Mapping[Cell, _Line],
) -> _Line | Fault | None:
    """Return a line as `corrections.csv` takes it, what is wrong with it, or None where it is corrected so already."""
    each = line.correction
    if wrong := faults_of(evaluation, each):
        return replace(wrong[0], file=line.sheet, line=line.number)
    instrument = evaluation.instruments[each.source]
    question, spec = question_at(instrument, each.column), _file(evaluation, each)
    text = each.new if question is None else _as_received(each.new, each.old, question, spec)
    before = held.get(line.cell)
    if (each.source, each.key) not in {cell[:2] for cell in aside}:
        if before is not None and _same(before.new, text):
            return None
        action = "leave the line out; to change a value that is used, write it in corrections.csv yourself"
        return line.fault("this record is not set aside any more, or never was", "key", each.key, do=action)
    received = aside.get(line.cell)
    if received == "":
        received = _received(evaluation, each, spec)
    if received is not None and not _same(each.old, received) and (each.old or aside.get(line.cell)):
        private = question is None or free_text(question)
        found = f"{told(received or '(blank)', private)} was received, and the sheet says {told(each.old, private)}"
        return line.fault("the sheet is about another value than was received", "old", found, do="look at it again")
    old = each.old if received is None else received
    # a value that was corrected before: what was received stands in that correction
    old = before.old if before is not None and before.new == old else old
    made = replace(line, correction=replace(each, old=old, new=text))
    first = new.get(line.cell)
    if first is not None and first.correction.new != text:
        found = f"{told(text, False)}, and {told(first.correction.new, False)} in {first.sheet}:{first.number}"
        return line.fault("two lines correct the same value, each otherwise", "new", found, do="keep one of them")
    return made


def _file(evaluation: Evaluation, each: Correction) -> FileSpec | None:
    source = evaluation.source(each.source)
    return next((f for f in source.every_file if source.file_name(f) == each.key.rpartition(":")[0]), None)


def _received(evaluation: Evaluation, each: Correction, spec: FileSpec | None) -> str | None:
    """Return a received value that a sheet does not show; None where it cannot be told which it is."""
    source = evaluation.source(each.source)
    names = [name for name, file in source.files.items() if spec in file.each]
    if spec is None or not names or spec.sheets is not None:
        return None
    received, by_wave, _ = received_waves(evaluation, source, names[0], spec, Corrections())
    question = question_at(evaluation.instruments[each.source], each.column)
    line = each.key.rpartition(":")[2]
    for wave in by_wave:
        column = question.columns(wave).get(each.column) if question is not None else None
        at = received.lines == int(line) if line.isdigit() else []
        if column in received.table and sum(at) == 1:
            return text_of(received.table.loc[at, column].iloc[0]) or ""
    return None


def _as_received(text: str, old: str, question: Question, spec: FileSpec | None) -> str:
    """Return a new value as its file writes such values, whatever a spreadsheet or a space made of it."""
    if question.type in ("number", "count") and (number := number_of(text, ",")) is not None:
        mark = (spec.decimal if spec is not None else None) or ("," if "," in old else ".")
        return str(text_of(number)).replace(".", mark)
    order = "dmy" if spec is None or spec.date_order is None else spec.date_order
    if question.type == "date" and (day := _day(text, order)) is not None:
        return day.strftime(question.date_format) if question.date_format else day.isoformat()
    return text


def _day(text: str, order: str = "dmy") -> dt.date | None:
    days, _, _ = dates(distinct(pd.Series([text], dtype="str")), None, order)
    return None if pd.isna(days.iloc[0]) else pd.Timestamp(days.iloc[0]).date()


def _same(text: str, other: str) -> bool:
    """Return whether two texts are one value to a spreadsheet: 7,5 and 7.5, 013 and 13, 14/11/2006 and 2006-11-14."""
    if text == other:
        return True
    for read in (lambda t: number_of(t, ","), _day):
        one, two = read(text), read(other)
        if one is not None and one == two:
            return True
    return False


def _read_again(
    evaluation: Evaluation, every: list[Correction], new: list[_Line], before: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Return the records, of those set aside before, that stay so once the received files are read with corrections.

    Raises
    ------
    IngestError
        Where a corrected value is set aside as well, or the files cannot be read with it.
    """
    places = {line.correction.line: line for line in new}
    try:
        failures = read_sources(evaluation, corrections=Corrections(every)).failures
    except Refused as refused:
        raise_faults([_at_its_sheet(fault, places) for fault in refused.faults])
        raise
    failures = failures[(failures["severity"] != "flag") & failures["line"].notna()]
    failing: dict[tuple[str, str], list[tuple[str, str, object]]] = {}
    for row in failures.to_dict("records"):
        key = (str(row["source"]), f"{row['file']}:{int(row['line'])}")
        failing.setdefault(key, []).append((str(row["column"]), str(row["rule"]), row["wave"]))
    faults = []
    for line in new:
        instrument, each = evaluation.instruments[line.correction.source], line.correction
        question = question_at(instrument, each.column)
        for column, rule, wave in failing.get((each.source, each.key), []):
            if question is not None and question_at(instrument, column) is question:
                problem = f"the corrected value would be set aside as well: {rule.replace('_', ' ')}"
                found = told(each.new or "(blank)", free_text(question))
                faults.append(line.fault(problem, "new", found, _allowed(evaluation, question, rule, wave)))
                break
    raise_faults(faults)
    return before & set(failing)


def _at_its_sheet(fault: Fault, places: Mapping[int, _Line]) -> Fault:
    line = places.get(fault.line or 0) if fault.file == FILE else None
    return fault if line is None else replace(fault, file=line.sheet, line=line.number)


def _allowed(evaluation: Evaluation, question: Question, rule: str, wave: object) -> str:
    """Return what may stand in a value, as far as the declarations say."""
    if rule == "date_outside_field" and isinstance(wave, str) and (field := evaluation.wave(wave).field):
        return f"{field[0]} to {field[1]}"
    if question.range is not None and rule == "out_of_range":
        return " to ".join(f"{limit:g}" for limit in question.range if limit is not None)
    return some(question.codes) if question.codes and rule == "unknown_code" else ""
