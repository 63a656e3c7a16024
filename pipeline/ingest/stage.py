"""The first stage: from files received to clean tables, with an account of every row."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation, Source
from pipeline.ingest import beside, network
from pipeline.ingest.account import (
    ACCOUNT,
    DECISIONS,
    FAILURES,
    RULES,
    account_of,
    failures_of,
    failures_of_checks,
    outcome,
    rules_of_checks,
    rules_table,
)
from pipeline.ingest.age_of_record import with_ages_of_records, without_ages
from pipeline.ingest.attendance.streamed.layout import LARGEST, streams
from pipeline.ingest.attendance.streamed.stream import Streamed, stream
from pipeline.ingest.attendance.tables import AttendanceTables, Tally, attendance_tables
from pipeline.ingest.attendance.visits import refuse_incomplete, visit_rules, visits
from pipeline.ingest.checks import engines
from pipeline.ingest.checks.blocking import blocking
from pipeline.ingest.checks.cross_checks import with_cross_checks
from pipeline.ingest.checks.expectations import rules_of
from pipeline.ingest.checks.kinds import Rule
from pipeline.ingest.checks.periods import not_months
from pipeline.ingest.checks.places import of_register
from pipeline.ingest.checks.row_checks import with_row_checks
from pipeline.ingest.checks.source_checks import SourceChecks, faults_of, source_checks
from pipeline.ingest.clean_table import Assembled, accepted_rows, assemble
from pipeline.ingest.corrections import Corrections, read_corrections
from pipeline.ingest.faults import Blocked, Fault, message, raise_faults
from pipeline.ingest.privacy.gate import screened_file, told
from pipeline.ingest.privacy.pseudonym import pseudonym_key
from pipeline.ingest.progress import against_plan
from pipeline.ingest.quarantine import quarantine_of, write_rows
from pipeline.ingest.readers.received import Note
from pipeline.ingest.sites.decisions import Undecided, undecided_table, write_proposal
from pipeline.ingest.sites.hours import months_of, opening_table
from pipeline.ingest.sites.join import join_sites
from pipeline.ingest.sites.register import Sites, resolve_register
from pipeline.ingest.sites.territories import age_bands, official, units
from pipeline.ingest.sources import SourceRead
from pipeline.instrument import Instrument
from pipeline.tables import write_kept


@dataclass(frozen=True)
class Ingested:
    """Clean tables and the account of what came in; see `ingest` for the columns.

    ``clean`` holds accepted records. ``counts`` holds, for sign-ins and for counts reconciled with them, the monthly
    counts that later stages read in their place; ``tables`` what was made besides (`reconciliation`, `hours`...).
    """

    clean: dict[str, pd.DataFrame]
    quarantine: dict[str, pd.DataFrame]
    account: pd.DataFrame
    failures: pd.DataFrame
    rules: pd.DataFrame
    decisions: pd.DataFrame
    counts: dict[str, pd.DataFrame] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


class Refused(IngestError):
    """The received files cannot be used as they are; carries every fault, and the account of what could be read."""

    def __init__(self, faults: Sequence[Fault], ingested: Ingested) -> None:
        self.faults, self.ingested = list(faults), ingested
        super().__init__(**message(faults))


@dataclass(frozen=True)
class _Begun:
    """One source, read and recoded, whose rules are being worked out."""

    source: Source
    assembled: Assembled
    read: SourceRead
    rules: Sequence[Rule]
    failing: Callable[[], list[np.ndarray]]


@dataclass(frozen=True)
class _Done:
    """One source after its rules."""

    clean: pd.DataFrame
    quarantine: pd.DataFrame
    account: pd.DataFrame
    failures: pd.DataFrame
    rules: pd.DataFrame
    faults: list[Fault]


def ingest(evaluation: Evaluation, out: Path) -> Ingested:
    """Read, recode, check and write the received files of an evaluation.

    Writes below ``out``: ``<source>/<wave>.parquet`` (or ``all.parquet``), ``<source>/quarantine.parquet`` (and
    ``set-aside.csv``, for a spreadsheet), ``account.parquet``, ``failures.parquet``, ``rules.parquet``,
    ``decisions.parquet``, ``nonresponse.parquet`` and ``drift.parquet``. Sign-ins, and counts reconciled with
    them, have monthly counts in ``<source>/all.parquet`` and their accepted records below ``<source>/records/``;
    ``reconciliation.parquet``, ``active_file.parquet`` and ``elsewhere.parquet`` where declared.

    Raises
    ------
    IngestError
        A file cannot be used, or a blocking expectation failed; every such fault is told, with file, line and column.
    """
    ingested = read_sources(evaluation, out)
    for name, table in ingested.clean.items():
        folder = out / name / "records" if name in ingested.counts else out / name
        folder.mkdir(parents=True, exist_ok=True)
        waves = table["wave"].fillna("all")
        for wave in waves.unique():
            write_kept(table, (waves == wave).to_numpy(), folder / f"{wave}.parquet")
        ingested.quarantine[name].to_parquet(out / name / "quarantine.parquet", index=False)
        if len(ingested.quarantine[name]):
            write_rows(ingested.quarantine[name], out / name / "set-aside.csv")
    for name, table in ingested.counts.items():
        table.to_parquet(out / name / "all.parquet", index=False)
    for name, table in ingested.tables.items():
        table.to_parquet(out / f"{name}.parquet", index=False)
    for part in ("account", "failures", "rules", "decisions"):
        getattr(ingested, part).to_parquet(out / f"{part}.parquet", index=False)
    return ingested


def read_sources(
    evaluation: Evaluation,
    out: Path | None = None,
    *,
    largest: int = LARGEST,
    corrections: Corrections | None = None,
) -> Ingested:
    """Return the clean tables and the account without writing them.

    An absent pseudonym key is made, and a proposal for undecided spaces is written (`sites.decisions.write_proposal`).
    Files of sign-ins larger than ``largest`` bytes are not held as a table: their accepted records are written below
    ``out`` at once, where it is given, and only their counts and account come back.

    Raises
    ------
    IngestError
        As `ingest`.
    """
    key = functools.cache(functools.partial(pseudonym_key, evaluation))
    # spaces before what happens in them, actors before the ties between them
    sources = sorted(evaluation.settings.sources, key=lambda s: (s.kind != "sites", s.ties is not None))
    corrections = read_corrections(evaluation) if corrections is None else corrections
    ahead = beside.reading(evaluation, corrections, largest)
    faults: list[Fault] = [*corrections.faults, *_telling_files(evaluation)]
    begun: dict[str, _Begun] = {}
    done: dict[str, _Done] = {}
    decisions: list[tuple[object, ...]] = []
    undecided: list[Undecided] = []
    streamed: dict[str, Streamed] = {}
    sites: Sites | None = None
    engines.prepare()
    rules = engines.Together()
    order = beside.last(sources, ahead)
    for source in order:
        if source.name == beside.waited_for(order, ahead):
            # the others are put to their rules meanwhile
            rules.put()
        try:
            _refuse_declared(evaluation, source)
            if out is not None and streams(evaluation, source, largest) and not corrections.of(source.name):
                check = functools.partial(_check_again, evaluation, source, _places(evaluation, sites))
                records = out / source.name / "records" / "all.parquet"
                each = streamed[source.name] = stream(evaluation, source, sites, key, check, records)
                faults += each.faults
                undecided += each.undecided
                decisions += [_decision(source.name, source.first_file, n) for n in each.notes]
                continue
            read = beside.read(evaluation, source, key, corrections, ahead)
            faults += read.faults
            # what can be read is checked too: the sender gets the whole list at once
            if not read.parts or (read.faults and source.kind == "sites"):
                continue
            assembled = assemble(evaluation.instruments[source.name], read.parts)
            notes = [_decision(source.name, f, n) for f, n in read.notes]
            told_ages = without_ages(evaluation.instruments[source.name], assembled)
            if source.kind == "sites":
                resolved = resolve_register(evaluation, source, assembled)
                assembled, sites, found = resolved.assembled, resolved.sites, resolved.notes
            else:
                joined = join_sites(evaluation, source, assembled, sites)
                assembled, found = joined.assembled, joined.notes
                undecided += joined.undecided
            file = read.parts[0].received.file
            decisions += [*notes, *(_decision(source.name, file, n) for n in [*found, *told_ages])]
            faults += not_months(evaluation, source, assembled)
            derived = _derived(evaluation, assembled, source)
            if source.ties:
                actors = source.ties.actors
                _check(evaluation, begun, done, actors)
                derived = network.ties(evaluation, source, derived, done[actors].clean if actors in done else None)
            begun[source.name] = _begun(evaluation, source, derived, read, _places(evaluation, sites), rules)
        except Blocked as blocked:
            faults += blocked.faults
    place = {source.name: at for at, source in enumerate(sources)}
    decisions.sort(key=lambda each: place[str(each[0])])
    undecided.sort(key=lambda each: place[each.source])
    write_proposal(evaluation, undecided)
    tables = {"undecided_sites": undecided_table(undecided)}
    rules.put()
    done = _all_checked(evaluation, sources, begun, done)
    places = _places(evaluation, sites)
    hours = _open_hours(evaluation, done, streamed)
    seen = {
        name: source_checks(evaluation, evaluation.source(name), each.clean, places, hours)
        for name, each in done.items()
        if not evaluation.source(name).signins
    }
    faults += [fault for each in done.values() for fault in each.faults]
    faults += [fault for name, each in seen.items() for fault in faults_of(evaluation.source(name), each)]
    tables |= _progress(evaluation, done)
    if faults:
        raise Refused(faults, _ingested(evaluation, {**done, **streamed}, seen, decisions, tables))
    made = _attendance(evaluation, {n: d.clean for n, d in done.items()}, {n: s.tally for n, s in streamed.items()})
    decisions += [_decision(name, evaluation.source(name).first_file, note) for name, note in made.notes]
    for name in (n for n in made.counts if n not in seen):
        seen[name] = source_checks(evaluation, evaluation.source(name), made.counts[name], places, hours)
        faults += faults_of(evaluation.source(name), seen[name])
    tables |= _hours(evaluation, done, made)
    ingested = _ingested(evaluation, {**done, **streamed}, seen, decisions, tables, made)
    if faults:
        raise Refused(faults, ingested)
    return ingested


def _ingested(
    evaluation: Evaluation,
    done: Mapping[str, _Done | Streamed],
    seen: dict[str, SourceChecks],
    decisions: list[tuple[object, ...]],
    tables: dict[str, pd.DataFrame],
    made: AttendanceTables | None = None,
) -> Ingested:
    """Put the sources together, in the order of evaluation.yaml; those that could not be read at all are left out."""
    order = [s.name for s in evaluation.settings.sources if s.name in done]
    checks = [(n, seen[n]) for n in order if n in seen]
    told = {name: _told_whole(name, checks) for name in ("nonresponse", "drift")}
    told |= {"corrections": counted} if len(counted := _corrections(decisions)) else {}
    return Ingested(
        {n: each.clean for n in order if isinstance(each := done[n], _Done)},
        {n: done[n].quarantine for n in order},
        _together([done[n].account for n in order], ACCOUNT),
        _together([*(done[n].failures for n in order), *(failures_of_checks(n, c) for n, c in checks)], FAILURES),
        _together([*(done[n].rules for n in order), *(rules_of_checks(n, c) for n, c in checks)], RULES),
        pd.DataFrame(list(dict.fromkeys(decisions)), columns=DECISIONS).astype({"line": "Int64"}),
        made.counts if made else {},
        {**tables, **told, **(made.tables if made else {})},
    )


def _corrections(decisions: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """Return how many received values were corrected, by source and file."""
    made = pd.DataFrame(decisions, columns=DECISIONS).query("kind == 'correction'")
    return made.groupby(["source", "file"], sort=False).size().rename("n").reset_index()


def _progress(evaluation: Evaluation, done: Mapping[str, _Done]) -> dict[str, pd.DataFrame]:
    """Return the answers beside the plan of each survey that has a record of fieldwork."""
    found = against_plan(evaluation, {name: each.clean for name, each in done.items()})
    return {"progress": found} if len(found) else {}


def _hours(evaluation: Evaluation, done: Mapping[str, _Done], made: AttendanceTables) -> dict[str, pd.DataFrame]:
    """Return the opening hours of the spaces of the first register over the months of the attendance."""
    registers = [s.name for s in evaluation.sources("sites")]
    if not registers:
        return {}
    counts = {s.name: made.counts.get(s.name) for s in evaluation.sources("attendance")}
    received = {n: table if table is not None else done[n].clean for n, table in counts.items()}
    hours = opening_table(evaluation, done[registers[0]].clean, months_of(evaluation, received))
    return {"hours": hours} if len(hours) else {}


def _open_hours(
    evaluation: Evaluation, done: Mapping[str, _Done], streamed: Mapping[str, Streamed]
) -> pd.DataFrame | None:
    """Return the hours open by space and month, where the register tells opening hours; checks come before counts."""
    register = next((s.name for s in evaluation.sources("sites") if s.name in done), None)
    if register is None or evaluation.instruments[register].by_role("opening_hours") is None:
        return None
    received = {s.name: done[s.name].clean for s in evaluation.sources("attendance") if s.name in done}
    received |= {name: each.tally.counts for name, each in streamed.items()}
    return opening_table(evaluation, done[register].clean, months_of(evaluation, received))


def _told_whole(name: str, checks: Sequence[tuple[str, SourceChecks]]) -> pd.DataFrame:
    """Return a table of the source checks with its source."""
    parts = [getattr(c, name).assign(source=source) for source, c in checks]
    return _together(parts, [*getattr(SourceChecks(), name).columns, "source"])


def _places(evaluation: Evaluation, sites: Sites | None) -> pd.DataFrame | None:
    registers = evaluation.sources("sites")
    if sites is None or not registers:
        return None
    return of_register(evaluation.instruments[registers[0].name], sites.table)


def _attendance(evaluation: Evaluation, clean: dict[str, pd.DataFrame], streamed: dict[str, Tally]) -> AttendanceTables:
    try:
        return attendance_tables(evaluation, clean, streamed)
    except Blocked as blocked:
        raise_faults(blocked.faults)
        raise


def _together(tables: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    filled = [t for t in tables if len(t)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)


def _decision(source: str, file: str, note: Note) -> tuple[object, ...]:
    return (source, file, note.line, note.kind, note.key, told(note.before), note.after, note.said)


def _telling_files(evaluation: Evaluation) -> list[Fault]:
    """Return one fault a received file whose name, which pages and accounts would hold, says something of a person."""
    declared = {f.path: (s.name, w) for s in evaluation.settings.sources for w, f in s.files.items()}
    return [
        Fault(
            "the name of a received file seems to say something of a person, and accounts and pages name their files",
            str(evaluation.folder / "evaluation.yaml"),
            found=f"the file of source '{source}', '{wave}'",
            action=f"rename the file (as {screened_file(Path(path).name)}), and its `path:`",
        )
        for path, (source, wave) in declared.items()
        if screened_file(Path(path).name) != Path(path).name
    ]


def _refuse_declared(evaluation: Evaluation, source: Source) -> None:
    """Refuse a source whose instrument lacks what its kind needs, or has names that are given to others."""
    _refuse_derived_names(evaluation, source)
    if source.kind == "attendance":
        refuse_incomplete(evaluation, source)
    if source.kind == "network":
        network.refuse_incomplete(evaluation, source)


def _refuse_derived_names(evaluation: Evaluation, source: Source) -> None:
    """Refuse questions named like the columns that the register and the territory add."""
    instrument = evaluation.instruments[source.name]
    if not official(evaluation) or instrument.by_role("site") is None:
        return
    derived = {"site_id", "epci", "department", "pays"} | ({"commune"} if source.kind != "sites" else set())
    for q in instrument.questions:
        if q.name in derived:
            raise Blocked(
                Fault(
                    f"the question '{q.name}' is named like a column that the register adds",
                    str(evaluation.folder / source.instrument),
                    found=q.name,
                    action="give the question another name; `column:` keeps the received one",
                )
            )


def _derived(evaluation: Evaluation, assembled: Assembled, source: Source) -> Assembled:
    """Add the age band, the units of a record's own commune, and the columns that compare records."""
    instrument = evaluation.instruments[source.name]
    assembled = with_ages_of_records(instrument, assembled)
    clean = assembled.clean
    clean["wave"] = clean["wave"].astype("str")
    age = instrument.by_role("age")
    if age is not None and "age_band" not in clean:
        clean = clean.assign(age_band=age_bands(evaluation, clean[age.name]))
    commune = instrument.by_role("commune")
    if commune is not None and commune.name == "commune" and "epci" not in clean:
        clean = units(evaluation, clean)
    checked = with_cross_checks(evaluation, source, Assembled(clean, assembled.seen, assembled.parts))
    return visits(evaluation, source, checked) if source.signins else checked


def _begun(
    evaluation: Evaluation,
    source: Source,
    assembled: Assembled,
    read: SourceRead,
    places: pd.DataFrame | None,
    together: engines.Together,
) -> _Begun:
    more = [*visit_rules(evaluation, source, assembled.seen), *network.tie_rules(source, assembled.seen)]
    assembled, declared = with_row_checks(evaluation, source, assembled, places)
    rules = rules_of(evaluation, source, assembled.seen, [*more, *declared])
    return _Begun(source, assembled, read, rules, together.failing_rows(assembled.seen, rules))


def _check(evaluation: Evaluation, begun: dict[str, _Begun], done: dict[str, _Done], name: str) -> None:
    """Put what was begun of a source to its rules, once; what could not be read stays out."""
    if name in begun:
        done[name] = _checked(evaluation.instruments[name], begun.pop(name))


def _all_checked(
    evaluation: Evaluation, sources: Sequence[Source], begun: dict[str, _Begun], done: dict[str, _Done]
) -> dict[str, _Done]:
    """Return every source that could be read after its rules, in the order in which they were read."""
    for name in list(begun):
        _check(evaluation, begun, done, name)
    return {s.name: done[s.name] for s in sources if s.name in done}


def _check_again(
    evaluation: Evaluation, source: Source, places: pd.DataFrame | None, assembled: Assembled
) -> tuple[Assembled, Sequence[Rule], Sequence[np.ndarray]]:
    """Check the suspect records of a streamed source as those of any other."""
    begun = _begun(
        evaluation, source, _derived(evaluation, assembled, source), SourceRead(), places, engines.Together()
    )
    return begun.assembled, begun.rules, begun.failing()


def _checked(instrument: Instrument, begun: _Begun) -> _Done:
    source, assembled, read, rules = begun.source, begun.assembled, begun.read, begun.rules
    failing = begun.failing()
    result = outcome(len(assembled.seen), rules, failing)
    told = (
        quarantine_of(instrument, assembled, result, read.broken),
        account_of(source.name, assembled, result, read.broken, read.unused),
        failures_of(source.name, assembled, rules, failing, read.broken),
        rules_table(source.name, len(assembled.seen), rules, failing, assembled.seen),
        blocking(source, assembled, rules, failing, read, result),
    )
    return _Done(accepted_rows(assembled.clean, ~result.aside), *told)
