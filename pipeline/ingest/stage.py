"""The first stage: from files received to clean tables, with an account of every row."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.account import (
    DECISIONS,
    Outcome,
    account_of,
    failures_of,
    outcome,
    rules_table,
    told,
)
from pipeline.ingest.checks import engines
from pipeline.ingest.checks.cross_checks import with_cross_checks
from pipeline.ingest.checks.expectations import KINDS, Rule, ragged_threshold, rules_of
from pipeline.ingest.clean_table import Assembled, assemble
from pipeline.ingest.faults import Blocked, Fault, raise_faults, some
from pipeline.ingest.privacy.pseudonym import pseudonym_key
from pipeline.ingest.quarantine import quarantine_of
from pipeline.ingest.readers.received import Note
from pipeline.ingest.sites.register import Sites, join_sites, resolve_register
from pipeline.ingest.sites.territories import age_bands, official, units
from pipeline.ingest.sources import SourceRead, read_source
from pipeline.instrument import Instrument

#: Fewer failing rows than this never block by their share alone: in a small file they would be a large share.
FEWEST = 3


@dataclass(frozen=True)
class Ingested:
    """Clean tables and the account of what came in; see `ingest` for the columns."""

    clean: dict[str, pd.DataFrame]
    quarantine: dict[str, pd.DataFrame]
    account: pd.DataFrame
    failures: pd.DataFrame
    rules: pd.DataFrame
    decisions: pd.DataFrame


@dataclass(frozen=True)
class _Begun:
    """One source, read and recoded, whose rules are being worked out."""

    source: Source
    assembled: Assembled
    read: SourceRead
    rules: Sequence[Rule]
    failing: Future[list[np.ndarray]]


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

    Writes below ``out``: ``<source>/<wave>.parquet`` (or ``all.parquet``), ``<source>/quarantine.parquet``,
    ``account.parquet``, ``failures.parquet``, ``rules.parquet`` and ``decisions.parquet``.

    Raises
    ------
    IngestError
        A file cannot be used, or a blocking expectation failed; every such fault is told, with file, line and column.
    """
    ingested = read_sources(evaluation)
    for name, table in ingested.clean.items():
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        waves = table["wave"].fillna("all")
        for wave in waves.unique():
            table[waves == wave].reset_index(drop=True).to_parquet(folder / f"{wave}.parquet", index=False)
        ingested.quarantine[name].to_parquet(folder / "quarantine.parquet", index=False)
    for part in ("account", "failures", "rules", "decisions"):
        getattr(ingested, part).to_parquet(out / f"{part}.parquet", index=False)
    return ingested


def read_sources(evaluation: Evaluation) -> Ingested:
    """Return the clean tables and the account without writing them (an absent pseudonym key is made).

    Raises
    ------
    IngestError
        As `ingest`.
    """
    key = functools.cache(functools.partial(pseudonym_key, evaluation))
    sources = sorted(evaluation.settings.sources, key=lambda s: s.kind != "sites")
    faults: list[Fault] = []
    begun: dict[str, _Begun] = {}
    decisions: list[tuple[object, ...]] = []
    sites: Sites | None = None
    engines.prepare()
    for source in sources:
        try:
            _refuse_derived_names(evaluation, source)
            read = read_source(evaluation, source, key)
            faults += read.faults
            if read.faults or not read.parts:
                continue
            assembled = assemble(evaluation.instruments[source.name], read.parts)
            notes = [_decision(source.name, f, n) for f, n in read.notes]
            if source.kind == "sites":
                resolved = resolve_register(evaluation, source, assembled)
                assembled, sites, found = resolved.assembled, resolved.sites, resolved.notes
            else:
                assembled, found = join_sites(evaluation, source, assembled, sites)
            file = read.parts[0].received.file
            decisions += [*notes, *(_decision(source.name, file, n) for n in found)]
            begun[source.name] = _begun(evaluation, source, _derived(evaluation, assembled, source), read)
        except Blocked as blocked:
            faults += blocked.faults
    done = {name: _checked(evaluation.instruments[name], each) for name, each in begun.items()}
    raise_faults([*faults, *(fault for each in done.values() for fault in each.faults)])
    order = [s.name for s in evaluation.settings.sources]
    return Ingested(
        {n: done[n].clean for n in order},
        {n: done[n].quarantine for n in order},
        _together([done[n].account for n in order]),
        _together([done[n].failures for n in order]),
        _together([done[n].rules for n in order]),
        pd.DataFrame(list(dict.fromkeys(decisions)), columns=DECISIONS).astype({"line": "Int64"}),
    )


def _together(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [t for t in tables if len(t)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]


def _decision(source: str, file: str, note: Note) -> tuple[object, ...]:
    return (source, file, note.line, note.kind, note.key, told(note.before, False), note.after, note.fr, note.en)


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
    clean = assembled.clean
    clean["wave"] = clean["wave"].astype("str")
    age = instrument.by_role("age")
    if age is not None and "age_band" not in clean:
        clean = clean.assign(age_band=age_bands(evaluation, clean[age.name]))
    commune = instrument.by_role("commune")
    if commune is not None and commune.name == "commune" and "epci" not in clean:
        clean = units(evaluation, clean)
    return with_cross_checks(evaluation, source, Assembled(clean, assembled.seen, assembled.parts))


def _begun(evaluation: Evaluation, source: Source, assembled: Assembled, read: SourceRead) -> _Begun:
    rules = rules_of(evaluation, source, assembled.seen)
    return _Begun(source, assembled, read, rules, engines.failing_rows_later(assembled.seen, rules))


def _checked(instrument: Instrument, begun: _Begun) -> _Done:
    source, assembled, read, rules = begun.source, begun.assembled, begun.read, begun.rules
    failing = begun.failing.result()
    result = outcome(len(assembled.seen), rules, failing)
    return _Done(
        assembled.clean[~result.aside].reset_index(drop=True),
        quarantine_of(source.name, instrument, assembled, result, read.broken),
        account_of(source.name, assembled, result, read.broken, read.unused),
        failures_of(source.name, assembled, rules, failing, read.broken),
        rules_table(source.name, len(assembled.seen), rules, failing, assembled.seen),
        _blocking(source, assembled, rules, failing, read, result),
    )


def _blocking(
    source: Source,
    assembled: Assembled,
    rules: Sequence[Rule],
    failing: Sequence[np.ndarray],
    read: SourceRead,
    result: Outcome,
) -> list[Fault]:
    """Return the rules that fail on more rows than they may, and files none of whose records is accepted."""
    faults = []
    clean, seen = assembled.clean, assembled.seen
    for rule, rows in zip(rules, failing, strict=True):
        fewest = 1 if rule.severity == "block" else FEWEST
        asked = max(int(seen[list(rule.on)].notna().all(axis=1).sum()) if rule.test == "in_set" else len(seen), 1)
        if len(rows) < fewest or len(rows) / asked <= rule.threshold:
            continue
        at = clean.iloc[rows[0]]
        values = [told(v, rule.private) for v in pd.unique(seen[rule.shows].iloc[rows])]
        share = f"{len(rows)} of {asked} records ({100 * len(rows) / asked:.1f} %)"
        shown = "" if rule.private or rule.shows.startswith("__") else f": {some(values, 12)}"
        faults.append(
            Fault(
                f"too many records fail the rule '{rule.name}' ({rule.en})",
                str(at["_file"]),
                line=int(at["_line"]),
                column=rule.column,
                found=share + shown,
                allowed=some(rule.allowed, 12)
                if rule.allowed
                else f"at most {100 * rule.threshold:g} % of the records",
                action=rule.action,
            )
        )
    return faults + _broken_faults(source, read) + _nothing_left(clean, result, bool(faults))


def _broken_faults(source: Source, read: SourceRead) -> list[Fault]:
    faults = []
    most = ragged_threshold(source)
    for file, n in read.received.items():
        ragged = [line for f, line, why in read.broken.records if f == file and why == "ragged_row"]
        if len(ragged) >= FEWEST and len(ragged) / n > most:
            faults.append(
                Fault(
                    "records do not have as many fields as the header",
                    file,
                    line=ragged[0],
                    found=f"{len(ragged)} of {n} records (lines {some(ragged)})",
                    allowed=f"at most {100 * most:g} % of the records",
                    action=KINDS["ragged_row"].action,
                )
            )
    return faults


def _nothing_left(clean: pd.DataFrame, result: Outcome, told_already: bool) -> list[Fault]:
    if told_already:
        return []
    faults = []
    by_file_and_wave = clean.assign(wave=clean["wave"].fillna("")).groupby(["_file", "wave"], sort=False).indices
    for place, rows in by_file_and_wave.items():
        file, wave = cast(tuple[str, str], place)
        if result.aside[rows].all():
            reasons = pd.Series(result.reason[rows]).value_counts()
            faults.append(
                Fault(
                    f"no record of wave '{wave}' can be accepted" if wave else "no record of the file can be accepted",
                    str(file),
                    line=int(clean["_line"].iloc[rows[0]]),
                    found=", ".join(f"{r}: {n}" for r, n in reasons.items()),
                    action="check that this is the right file for this source and wave",
                )
            )
    return faults
