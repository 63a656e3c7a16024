"""What files add to an evaluation: lines of evaluation.yaml and of instruments, and copies of the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import EvaluationError
from pipeline.evaluation import Evaluation, FileSpec, Source
from pipeline.ingest.addition import yaml_text
from pipeline.ingest.addition.columns import Columns, Continued, columns_of, continuation_of, last_wave, refuse_missing
from pipeline.ingest.faults import some
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.readers.describe import Described, describe
from pipeline.ingest.scaffold.waves import days_of, year_in
from pipeline.ingest.values import distinct, text_of
from pipeline.instrument import Instrument, load_instrument

#: A list of which so many records stand in the new file is continued by it: the new one has the old and the new.
CONTINUES = 0.5
#: A field period holds at least this part of the dates of the answers.
NEARLY_ALL = 0.95
EVALUATION = "evaluation.yaml"


@dataclass
class Addition:
    """What is added: texts by the name of the file (as they are, then as they become), copies, and what was done."""

    wave: str
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    copies: dict[str, Path] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def text(self, folder: Path, file: str) -> str:
        """Return a file of declarations as it becomes."""
        if file not in self.after:
            self.before[file] = self.after[file] = (folder / file).read_text(encoding="utf-8")
        return self.after[file]


def addition(evaluation: Evaluation, files: Sequence[tuple[str | None, Path]], wave: str | None) -> Addition:
    """Return what files add to an evaluation; nothing is written.

    Parameters
    ----------
    files : each with the source that it continues, where it was said.
    wave : the wave that they are of; the year in their names by default.

    Raises
    ------
    IngestError, EvaluationError
        A file cannot be read, does not say which source it continues, lacks columns, or is declared already.
    """
    given = [continuation_of(evaluation, path, named) for named, path in files]
    made = Addition(wave or _wave_of([path for _, path in files]))
    for each in given:
        _refuse_known(evaluation, each, made.wave)
    same_as = _same_as(evaluation, made.wave)
    instruments = {
        each.source.name: load_instrument(evaluation.folder / each.source.instrument, same_as) for each in given
    }
    _add_wave(evaluation, made, given, instruments)
    for each in given:
        _add_file(evaluation, made, each, instruments[each.source.name])
    return made


def _wave_of(paths: Sequence[Path]) -> str:
    years = {year_in(p.stem) for p in paths}
    if len(years) == 1 and (year := years.pop()):
        return year
    raise Unusable(
        "the names of the files do not say which wave they are of",
        found=[p.name for p in paths],
        action="say it: --wave NAME",
    )


def _refuse_known(evaluation: Evaluation, each: Continued, wave: str) -> None:
    declared = {spec.path: s.name for s in evaluation.settings.sources for spec in s.every_file}
    if each.path.name in declared:
        raise Unusable(
            "a file of this name is declared already",
            where=each.path.name,
            found=f"source {declared[each.path.name]}",
            action="give the new file a name of its own: received files are kept as they came",
        )
    if wave in each.source.files:
        raise Unusable(
            f"the source '{each.source.name}' has a file of wave '{wave}' already",
            where=each.path.name,
            found=each.source.files[wave].path,
            action="say another --wave, or correct the declaration by hand",
        )


def _same_as(evaluation: Evaluation, wave: str) -> dict[str, str]:
    """Return wave -> the earlier wave that it is the same as, with the new wave after the last one."""
    waves = evaluation.settings.waves
    held = {w.name: w.same_as for w in waves if w.same_as is not None}
    return held if wave in [w.name for w in waves] else {**held, wave: waves[-1].name}


def _add_wave(
    evaluation: Evaluation, made: Addition, given: Sequence[Continued], instruments: Mapping[str, Instrument]
) -> None:
    last = evaluation.settings.waves[-1]
    if made.wave in [w.name for w in evaluation.settings.waves]:
        return
    days = [d for each in given if each.source.kind == "survey" for d in _answered(each, instruments, made.wave)]
    first, end = _fieldwork(days, last.field) if days else _a_year_later(last.field, last.name, made.wave)
    declared: dict[str, Any] = {"name": made.wave, "same_as": last.name, "field": [first, end], "mode": last.mode}
    if last.attendance_month is not None:
        declared["attendance_month"] = f"{first:%Y-%m}"
    if last.opening_days is not None:
        declared["opening_days"] = last.opening_days
    made.after[EVALUATION] = yaml_text.with_item(made.text(evaluation.folder, EVALUATION), ("waves",), declared)
    found = "by the dates of the answers" if days else "guessed: no answer is dated"
    made.said.append(
        f"wave {made.wave}: fieldwork from {first} to {end} ({found}); the rest as in {last.name}, to review"
    )


def _answered(each: Continued, instruments: Mapping[str, Instrument], wave: str) -> list[dt.date]:
    question = instruments[each.source.name].by_role("date")
    columns = question.columns(wave).values() if question else ()
    met = [days_of(c) for c in each.described.columns if c.name in columns]
    return [day.date() for days in met for day in days]


def _fieldwork(days: Sequence[dt.date], before: tuple[dt.date, dt.date]) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the answers, in as many days as last time where nearly all are in them.

    A few dates are slips of the pen, which the field period is there to find.
    """
    ordered = np.sort(np.array(days, dtype="datetime64[D]"))
    length = np.timedelta64((before[1] - before[0]).days, "D")
    inside = np.searchsorted(ordered, ordered + length, side="right") - np.arange(len(ordered))
    start = int(inside.argmax())
    held = ordered[start : start + inside[start]]
    chosen = held if len(held) >= NEARLY_ALL * len(ordered) else ordered
    return chosen[0].astype(dt.date), chosen[-1].astype(dt.date)


def _a_year_later(days: tuple[dt.date, dt.date], last: str, wave: str) -> tuple[dt.date, dt.date]:
    years = int(wave) - int(last) if wave.isdigit() and last.isdigit() else 1
    first, end = (d + dt.timedelta(days=round(365.25 * years)) for d in days)
    return first, end


def _add_file(evaluation: Evaluation, made: Addition, each: Continued, instrument: Instrument) -> None:
    source = each.source
    of_wave = last_wave(evaluation, source) is not None and source.kind == "survey"
    columns = columns_of(instrument, made.wave if of_wave else None, each.described, each.like.format)
    refuse_missing(each, columns, made.wave)
    is_read_by_words = each.like.format in ("limesurvey", "kobo")
    if not is_read_by_words:
        _declare_renamed(evaluation, made, each, columns)
    index = [s.name for s in evaluation.settings.sources].index(source.name)
    how = _declare_file(evaluation, made, each, ("sources", index, "files"))
    made.copies[each.path.name] = each.path
    n = len(columns.found) + len(columns.renamed)
    made.said.append(
        f"{each.path.name}: {how} of source {source.name}, {each.described.n:,} records, {n} columns known"
    )
    for name, (asked, column) in columns.renamed.items():
        told = "read by its words" if is_read_by_words else "declared"
        made.said.append(f"  column '{column}' is question '{asked.question.name}' ({name} before): {told}")
    left = [c for c in columns.left if c not in (each.like.wave_column, *_spread(source))]
    if left:
        made.said.append(f"  no question has the columns {some(left)}: left out; a new question is declared in "
                         f"{source.instrument}")  # fmt: skip


def _spread(source: Source) -> list[str]:
    return [spec.wave_column for spec in source.files.values() if spec.wave_column]


def _declare_renamed(evaluation: Evaluation, made: Addition, each: Continued, columns: Columns) -> None:
    """Write, under `waves:` of each renamed question, its column or that of one of its boxes."""
    file = each.source.instrument
    for asked, column in columns.renamed.values():
        text = made.text(evaluation.folder, file)
        places = yaml_text.node_at(text, ("questions",)).value
        names = [next((v.value for k, v in q.value if k.value == "name"), "") for q in places]
        at: tuple[str | int, ...] = ("questions", names.index(asked.question.name))
        box = None if asked.item is None else asked.item.name
        steps: list[tuple[str, Any]] = [("waves", None), (made.wave, None)]
        steps += [("column", column)] if box is None else [("items", None), (box, column)]
        made.after[file] = _with_path(text, at, steps)


def _with_path(text: str, at: tuple[str | int, ...], steps: Sequence[tuple[str, Any]]) -> str:
    """Return the text with a value under keys of which the first ones may stand already."""
    (key, value), *rest = steps
    if rest and yaml_text.has(text, (*at, key)):
        return _with_path(text, (*at, key), rest)
    for inner, innermost in reversed(rest):
        value = {inner: innermost if value is None else value} if innermost is None else {inner: innermost}
    return yaml_text.with_key(text, at, key, value)


def _declare_file(evaluation: Evaluation, made: Addition, each: Continued, at: tuple[str | int, ...]) -> str:
    """Declare the file: one more of its source, or the newer list in the place of the one that it continues."""
    text = made.text(evaluation.folder, EVALUATION)
    whole = each.source.files.get("all")
    if whole is None or not _continues(evaluation, each, whole):
        made.after[EVALUATION] = yaml_text.with_key(text, at, made.wave, _spec(each))
        return f"wave {made.wave}"
    text = yaml_text.with_value(text, (*at, "all", "path"), each.path.name)
    if whole.wave_column is not None and whole.waves is not None:
        code = _new_code(each, whole)
        text = yaml_text.with_key(text, (*at, "all", "waves"), made.wave, code)
    made.after[EVALUATION] = text
    return f"the list that continues {whole.path}"


def _spec(each: Continued) -> dict[str, Any]:
    kept = ("format", "encoding", "separator", "decimal", "thousands", "date_order", "header_row", "period")
    told = {k: v for k in kept if (v := getattr(each.like, k)) is not None}
    # the new file may have been exported otherwise
    read = {n.kind: n.after for n in each.described.notes if n.kind in ("encoding", "separator")}
    return {"path": each.path.name, **told, **{k: v for k, v in read.items() if k in told}}


def _continues(evaluation: Evaluation, each: Continued, whole: FileSpec) -> bool:
    """Return whether the new file holds the records of the old one too; a register always is the whole list."""
    if each.source.kind == "sites":
        return True
    path = evaluation.data / whole.path
    if not path.is_file():
        raise EvaluationError("a received file is missing", where=str(path), action="put it back, then add again")
    told = {k: getattr(whole, k) for k in ("encoding", "separator", "decimal", "header_row")}
    old = _rows(describe(path, whole.path, FileSpec(path=whole.path, **told)), each.described)
    new = _rows(each.described, each.described)
    return len(old) > 0 and float(old.isin(new).mean()) >= CONTINUES


def _rows(described: Described, like: Described) -> pd.Series:
    """Return (n,) a number a record, the same for the same values in the columns of the other file."""
    names = [c.name for c in like.columns if c.name in described.received.table]
    return pd.util.hash_pandas_object(described.received.table[names].astype("str"), index=False)


def _new_code(each: Continued, whole: FileSpec) -> object:
    column = next((c for c in each.described.columns if c.name == whole.wave_column), None)
    values = {t for t in map(text_of, distinct(column.examples).values) if t} if column else set()
    new = sorted(values - {str(v) for v in (whole.waves or {}).values()})
    if len(new) != 1:
        raise Unusable(
            "the wave column does not hold one new wave",
            where=each.path.name,
            found=some(new) if new else "no value that is not declared",
            action=f"declare `waves:` of {whole.path} by hand",
        )
    return int(new[0]) if new[0].isdigit() else new[0]
