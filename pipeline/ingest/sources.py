"""Reading a source: every file of it, cut into waves, identifiers replaced at once, recoded and routed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, FileSpec, Source
from pipeline.ingest.account import Broken
from pipeline.ingest.clean_table import Part
from pipeline.ingest.composites import received_alone, with_composites
from pipeline.ingest.corrections import Corrections, corrected, read_corrections
from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.harmonisation import codes_without_counterpart, harmonised
from pipeline.ingest.privacy.comments import NO_CODES, Codes, lost_codes, read_codes, with_codes
from pipeline.ingest.privacy.gate import told
from pipeline.ingest.privacy.reading import derived_columns, without_keys, without_personal_data
from pipeline.ingest.readers.received import Note, Received, choose_columns, read_received
from pipeline.ingest.readers.sheets import undeclared
from pipeline.ingest.recode import received_columns, recode
from pipeline.ingest.routing import route
from pipeline.ingest.tools.exports import TOOLS, read_export
from pipeline.ingest.totals import COUNTED, label_of, labels_totals, without_totals
from pipeline.ingest.values import spellings, text_of
from pipeline.instrument import Instrument


@dataclass
class SourceRead:
    """What the files of one source held, and why some could not be read."""

    parts: list[Part] = field(default_factory=list)
    broken: Broken = field(default_factory=lambda: Broken([]))
    received: dict[str, int] = field(default_factory=dict)
    unused: dict[str, list[str]] = field(default_factory=dict)
    notes: list[tuple[str, Note]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    codes: Codes | None = None
    coded: set[str] = field(default_factory=set)


def read_source(
    evaluation: Evaluation, source: Source, key: Callable[[], bytes], corrections: Corrections
) -> SourceRead:
    """Read every file of a source; faults are collected, not raised.

    Parameters
    ----------
    corrections : those of `corrections.csv`.
    key : returns the pseudonym key; called only where the instrument has identifiers.
    """
    read = SourceRead()
    try:
        read.codes = read_codes(evaluation, source)
    except Blocked as blocked:
        read.faults, read.codes = blocked.faults, NO_CODES
    for name, spec in source.files.items():
        try:
            for single in itertools.chain(*(each_sheet(evaluation, own) for own in spec.each)):
                _read_file(evaluation, source, name, single, key, corrections, read)
        except Blocked as blocked:
            read.faults += blocked.faults
    if not read.faults:
        read.faults += corrections.lost(source.name)
    if read.codes is not None and not read.faults:
        read.faults += lost_codes(read.codes, read.coded)
    return read


def received_waves(
    evaluation: Evaluation, source: Source, name: str, spec: FileSpec, corrections: Corrections | None = None
) -> tuple[Received, dict[str | None, Received], list[str]]:
    """Return a received file, the same cut into waves, and its columns that no question names (never kept).

    Raises
    ------
    Blocked
        The file cannot be read, lacks a column, or holds records of no known wave.
    """
    instrument = evaluation.instruments[source.name]
    waves = _waves(evaluation, name, spec)
    asked: list[str | None] = [*waves.values()] or [None if name == "all" else name]
    wanted = _wanted(instrument, asked)
    if spec.wave_column:
        wanted[spec.wave_column] = "wave"
    received = _without_totals(evaluation, source, spec, wanted, asked)
    corrections = read_corrections(evaluation) if corrections is None else corrections
    received = corrected(evaluation, source, asked, received, corrections)
    by_wave = _by_wave(received, spec, waves) if spec.wave_column else {None if name == "all" else name: received}
    return received, by_wave, [c for c in received.columns if c not in wanted and c]


def _without_totals(
    evaluation: Evaluation, source: Source, spec: FileSpec, wanted: dict[str, str], asked: list[str | None]
) -> Received:
    """Return a received file without its totals; a column that nobody wants may say what is one, and goes then."""
    instrument = evaluation.instruments[source.name]
    named = choose_columns(spec.path, {c: name for c, name in wanted.items() if c != spec.sheet_column})

    counted = source.kind in COUNTED and spec.across is None

    def choose(columns: list[str]) -> list[str]:
        kept = named(columns)
        return kept if spec.format in TOOLS else [c for c in columns if c and (counted or c in kept or c == columns[0])]

    received = read_export(evaluation.received(spec), spec.path, spec, choose, instrument, asked)
    received = with_sheet(replace(received, file=source.file_name(spec)), spec)
    silent = [c for c in received.table.columns[1:] if c not in wanted and not labels_totals(received.table[c])]
    received = replace(received, table=received.table.drop(columns=silent)) if counted and silent else received
    received = without_totals(received, source.kind, spec.totals)
    extra = [] if spec.format in TOOLS else [c for c in received.table.columns if c not in wanted]
    return replace(received, table=received.table.drop(columns=extra)) if extra else received


def _read_file(
    evaluation: Evaluation,
    source: Source,
    name: str,
    spec: FileSpec,
    key: Callable[[], bytes],
    corrections: Corrections,
    read: SourceRead,
) -> None:
    instrument = evaluation.instruments[source.name]
    received, by_wave, unused = received_waves(evaluation, source, name, spec, corrections)
    file = received.file
    read.received[file] = received.n
    read.broken.records.extend((file, line, why) for line, why in received.broken)
    read.unused[file] = unused
    read.notes += [(file, note) for note in [*received.notes, *_sheets_left(evaluation, source, spec, received)]]
    decimal = spec.decimal or ("," if spec.format == "limesurvey" else None)
    for wave, part in by_wave.items():
        hidden, personal = without_personal_data(evaluation, source, wave, part, key)
        read.faults += personal
        if read.codes is not None:
            hidden, used = with_codes(evaluation, source, wave, hidden, read.codes, key)
            read.coded |= used
        hidden = without_keys(instrument, source.kind, wave, hidden, key)
        read.notes += [(file, note) for note in hidden.notes[len(part.notes) :]]
        asked = received_alone(instrument)
        answers = recode(asked, wave, hidden, decimal)
        try:
            recoded = with_composites(instrument, wave, route(asked, wave, answers))
        except ValueError as circle:
            raise Blocked(
                Fault(
                    "questions of the instrument route each other in a circle",
                    str(evaluation.folder / source.instrument),
                    found=str(circle),
                    action="correct `asked_if:` of one of them",
                )
            ) from None
        read.faults += codes_without_counterpart(instrument, wave, recoded, file)
        read.notes += [(file, note) for note in harmonised(instrument, wave)]
        read.parts.append(Part(wave, hidden, recoded))
        read.notes += [(file, note) for r in recoded.values() for note in r.notes]


def _sheets_left(evaluation: Evaluation, source: Source, spec: FileSpec, received: Received) -> list[Note]:
    """Return what is said of sheets that no file declares, once a workbook; the reader says it where none is."""
    declared_files = (f for s in evaluation.settings.sources for each in s.files.values() for f in each.each)
    beside = [f for f in declared_files if f.path == spec.path]
    asked = [f.sheets if f.sheets is not None else f.sheet for f in beside]
    if None in asked or "all" in asked or not received.documented.sheets:
        return []
    first = beside[0]
    last = first if first.sheets is None else first.model_copy(update={"sheet": first.sheets[-1]})
    declared = itertools.chain(*(each if isinstance(each, list) else [each] for each in asked if each is not None))
    return undeclared(received.documented, declared) if last == spec else []


def each_sheet(evaluation: Evaluation, spec: FileSpec) -> list[FileSpec]:
    """Return a file, or each of the sheets that it is to be read from.

    Raises
    ------
    Blocked
        The workbook cannot be opened.
    """
    if spec.sheets is None:
        return [spec]
    names = spec.sheets
    if names == "all":
        alone = spec.model_copy(update={"sheets": None, "sheet_column": None})
        said = read_received(evaluation.received(spec), spec.path, alone, lambda c: c, first_sheet=True).documented
        names = [s for s in said.sheets if s not in said.hidden]
        if totals := [s for s in names if label_of(s)]:
            raise Blocked(
                Fault(
                    "a sheet has the name of a total of others, and `sheets: all` would count it with them",
                    spec.path,
                    found=some(totals),
                    allowed=some(names, 30),
                    action="name the sheets to read, without it: `sheets: [...]`",
                )
            )
    return [spec.model_copy(update={"sheet": name}) for name in names]


def with_sheet(received: Received, spec: FileSpec) -> Received:
    """Return the records of a sheet with its name in the column that is declared for it.

    Raises
    ------
    Blocked
        The sheet has such a column of its own.
    """
    if spec.sheet_column is None:
        return received
    if spec.sheet_column in received.columns:
        raise Blocked(
            Fault(
                "the column for the names of the sheets is one of the sheet's own",
                received.file,
                column=spec.sheet_column,
                action="choose another name as `sheet_column:`, or leave it out where each sheet tells it itself",
            )
        )
    table = received.table.assign(**{spec.sheet_column: str(spec.sheet)})
    return replace(received, table=table, columns=[*received.columns, spec.sheet_column])


def _waves(evaluation: Evaluation, name: str, spec: FileSpec) -> dict[str, str]:
    """Return value of the wave column -> wave."""
    if not spec.wave_column:
        return {}
    if spec.waves is None:
        return {w.name: w.name for w in evaluation.settings.waves}
    return {str(code): wave for wave, code in spec.waves.items()}


def _wanted(instrument: Instrument, waves: list[str | None]) -> dict[str, str]:
    added = derived_columns(instrument)
    named = {c: q.name for wave in waves for q in instrument.questions for c in received_columns(q, wave)}
    return {c: name for c, name in named.items() if c not in added}


def _by_wave(received: Received, spec: FileSpec, waves: dict[str, str]) -> dict[str | None, Received]:
    """Cut a file into its waves; a value of the wave column that stands for none is refused."""
    assert spec.wave_column is not None
    codes, values = pd.factorize(received.table[spec.wave_column], use_na_sentinel=False)
    found: list[str | None] = []
    for value in values:
        text = text_of(value)
        found.append(next((waves[s] for s in spellings(text or "") if s in waves), None))
    lost = [i for i, wave in enumerate(found) if wave is None]
    if lost:
        rows = np.flatnonzero(np.isin(codes, lost))
        shown = [f"{told(text_of(values[i]) or '(blank)', False)} ({int((codes == i).sum())} records)" for i in lost]
        raise Blocked(
            Fault(
                "the wave column holds values that stand for no wave",
                received.file,
                line=int(received.lines[rows[0]]),
                column=spec.wave_column,
                found=some(shown),
                allowed=some(waves, 20),
                action="add them under `waves:` of the file (and to `waves:` of the evaluation), or correct the file",
            )
        )
    cut: dict[str | None, Received] = {}
    for wave in dict.fromkeys(waves.values()):
        rows = np.flatnonzero(np.isin(codes, [i for i, w in enumerate(found) if w == wave]))
        if not len(rows):
            raise Blocked(
                Fault(
                    f"the file holds no record of wave '{wave}'",
                    received.file,
                    column=spec.wave_column,
                    found=some(sorted({str(w) for w in found})),
                    action="correct `waves:` of the file in evaluation.yaml",
                )
            )
        table = received.table.iloc[rows].reset_index(drop=True)
        parts = None if received.parts is None else received.parts[rows]
        cut[wave] = replace(received, table=table, lines=received.lines[rows], parts=parts, broken=[], notes=[])
    return cut
