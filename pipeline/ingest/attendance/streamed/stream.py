"""A large file of visits from bytes to clean Parquet, counts and account, without ever being a table in memory.

The file is kept in an engine (duckdb, or Spark) as codes of distinct values. Values are recoded and checked once each;
the visits that may fail a rule are read again as an ordinary table, by the ordinary functions, which decide about them.
So streamed files and small ones come out the same.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, FileSpec, Source
from pipeline.ingest.account import ACCOUNT, RULES, Broken, Outcome, failures_of, outcome
from pipeline.ingest.attendance.monthly import TERRITORY
from pipeline.ingest.attendance.streamed.columnar import read_back
from pipeline.ingest.attendance.streamed.engine import Duckdb, Engine, Lookup
from pipeline.ingest.attendance.streamed.layout import is_columnar, large_file
from pipeline.ingest.attendance.streamed.queries import (
    Visits,
    active_rows,
    keep_accepted,
    key_lines,
    suspects,
    tally_counts,
    visits_joined,
)
from pipeline.ingest.attendance.streamed.store import Store, stored
from pipeline.ingest.attendance.streamed.values import Values, value_tables
from pipeline.ingest.attendance.tables import Tally
from pipeline.ingest.attendance.visits import key_of
from pipeline.ingest.checks import blocking
from pipeline.ingest.checks.kinds import KINDS, Rule
from pipeline.ingest.clean_table import Assembled, Part, assemble
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.quarantine import quarantine_of
from pipeline.ingest.readers.received import Note, Received, choose_columns
from pipeline.ingest.recode import received_columns, recode
from pipeline.ingest.sites.decisions import Undecided
from pipeline.ingest.sites.join import find_sites, join_sites
from pipeline.ingest.sites.register import Sites
from pipeline.ingest.sources import SourceRead

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Derives, checks and returns the table, its rules and the rows that fail each: what `stage` does to every source.
Check = Callable[[Assembled], tuple[Assembled, Sequence[Rule], Sequence[np.ndarray]]]


@dataclass
class Streamed:
    """A large source after its rules: what a table would have become, without the table of accepted records."""

    tally: Tally
    quarantine: pd.DataFrame
    account: pd.DataFrame
    failures: pd.DataFrame
    rules: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)


def stream(
    evaluation: Evaluation, source: Source, sites: Sites | None, key: Callable[[], bytes], check: Check, records: Path
) -> Streamed:
    """Read, recode, check and count a large file of visits; write its accepted records to ``records``.

    Parameters
    ----------
    key : returns the pseudonym key.
    check : what is done to every source once its records have their spaces.
    records : Parquet file to write.

    Raises
    ------
    Blocked
        The file cannot be read, or its columns are not those of the instrument.
    """
    records.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="stream-", dir=records.parent))
    try:
        return _streamed(evaluation, source, sites, key, check, records, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _streamed(
    evaluation: Evaluation,
    source: Source,
    sites: Sites | None,
    key: Callable[[], bytes],
    check: Check,
    records: Path,
    scratch: Path,
) -> Streamed:
    spec, instrument = source.files["all"], evaluation.instruments[source.name]
    wanted = {c: q.name for q in instrument.questions for c in received_columns(q, None)}
    path = evaluation.received(spec)
    layout, blocks, notes = large_file(path, spec.path, spec, choose_columns(spec.path, wanted))
    identifiers = {c for q in instrument.all_by_role("identifier") for c in received_columns(q, None)}
    store = stored(layout, blocks, _engine(evaluation, scratch), identifiers, key)
    if is_columnar(path):
        read_back(store, identifiers)
    values = value_tables(evaluation, source, None, spec, layout.columns, store.found, key, store.examples())
    if values.faults:
        raise Blocked(*values.faults)
    places, joined, undecided = _places(evaluation, source, store, values, sites)
    visits = visits_joined(evaluation, source, store, values, places)
    twice = key_lines(visits, key_of(evaluation, source))
    lines = suspects(visits, values, twice)
    seen, rules, failing = check(_read_again(evaluation, source, spec, store, values, lines, sites))
    result = outcome(len(lines), rules, failing)
    keep_accepted(visits, lines[result.aside])
    read = SourceRead(broken=Broken([(spec.path, line, why) for line, why in store.broken]))
    read.received[spec.path] = store.n + len(store.broken)
    unused = [c for c in layout.columns if c not in wanted and c]
    if visits.count:
        store.engine.write(*_records(source, spec, visits), records)
    tally = Tally(tally_counts(evaluation, source, visits), _spaces(places), active_rows(source, visits))
    return Streamed(
        tally,
        quarantine_of(instrument, seen, result, read.broken),
        _account(source.name, spec.path, visits, store, result, unused),
        failures_of(source.name, seen, rules, failing, read.broken),
        _rules(source.name, visits, values, rules, failing),
        _faults(source, spec, visits, values, seen, rules, failing, result, read),
        [*notes, *store.notes, *values.notes, *joined],
        undecided,
    )


def _engine(evaluation: Evaluation, scratch: Path) -> Engine:
    address = evaluation.settings.engine
    if address == "duckdb":
        return Duckdb(scratch)
    from pipeline.ingest.attendance.streamed.spark import Spark

    return Spark(scratch, address)


def _places(
    evaluation: Evaluation, source: Source, store: Store, values: Values, sites: Sites | None
) -> tuple[pd.DataFrame, list[Note], list[Undecided]]:
    """Return the space of each code of the site (and of its commune), and what was decided about names."""
    q = evaluation.instruments[source.name].by_role("site")
    assert q is not None
    key = values.of(q.name)
    visit = store.engine.visit
    codes = {"site": visit[store.names[key.column]]}
    if source.site_commune:
        codes["town"] = visit[store.names[values.of(source.site_commune).column]]
    met = visit.select(**codes)
    pairs = store.engine.frame(met.group_by(list(codes)).aggregate(n=met.count()).order_by(list(codes)))
    pairs["key"] = key.clean[q.name].astype("str").to_numpy()[pairs["site"]]
    pairs["given"] = pd.Series(None, index=pairs.index, dtype="str")
    if source.site_commune:
        towns = values.of(source.site_commune).clean[source.site_commune].astype("str")
        pairs["given"] = towns.to_numpy()[pairs["town"]]
    if sites is None:
        return pairs.assign(site_id=pairs["key"], bad=False), [], []
    named = pairs[pairs["key"].notna()]
    each = named.groupby(["key", "given"], dropna=False, sort=False)["n"].sum().reset_index()
    communes = [None if pd.isna(c) else str(c) for c in each["given"]]
    found = find_sites(evaluation, source, each["key"].tolist(), communes, each["n"].to_numpy(), sites)
    each["site_id"] = pd.array(found.site, dtype="str")
    pairs = pairs.merge(each.drop(columns="n"), on=["key", "given"], how="left")
    at = sites.table.index.get_indexer(pd.Index(pairs["site_id"]))
    for c in TERRITORY:
        if c in sites.table:
            pairs[c] = sites.table[c].reindex(sites.table.index.append(pd.Index([None]))).to_numpy()[at]
    bad = pairs["key"].notna() & (pairs["site_id"].isna() | pairs["site_id"].isin(sites.outside))
    return pairs.assign(bad=bad), found.notes, found.undecided


def _spaces(places: pd.DataFrame) -> pd.DataFrame:
    held = [c for c in TERRITORY if c in places]
    return places.loc[places["site_id"].notna(), ["site_id", *held]].drop_duplicates("site_id")


def _read_again(
    evaluation: Evaluation,
    source: Source,
    spec: FileSpec,
    store: Store,
    values: Values,
    lines: np.ndarray,
    sites: Sites | None,
) -> Assembled:
    """Return some visits as an ordinary table: as received (persons by pseudonym), recoded, with their spaces."""
    again = store.engine.put("again", pd.DataFrame({"line": lines}))
    rows = store.engine.frame(store.engine.visit.inner_join(again, "line").order_by("line"))
    table = pd.DataFrame({t.column: t.received.to_numpy()[rows[store.names[t.column]]] for t in values.tables})
    received = Received(spec.path, list(store.names), table.astype("str"), rows["line"].to_numpy())
    instrument = evaluation.instruments[source.name]
    part = Part(None, received, recode(instrument, None, received, spec.decimal))
    return join_sites(evaluation, source, assemble(instrument, [part]), sites).assembled


def _records(source: Source, spec: FileSpec, visits: Visits) -> tuple[ir.Table, dict[str, Lookup]]:
    """Return the query that returns the accepted visits as records of the clean table, and what its codes stand for."""
    import ibis

    columns = [c for c in visits.columns if not c.startswith("__")]
    rows, lookups = visits.coded(*columns)
    return rows.select(
        _file=ibis.literal(spec.path),
        _line=rows["line"],
        wave=ibis.null("string"),
        **{c: rows[c] for c in columns},
    ), lookups


def _account(source: str, file: str, visits: Visits, store: Store, result: Outcome, unused: list[str]) -> pd.DataFrame:
    """Return the account; as `account.account_of`."""
    where = (source, "", file)
    received, aside = store.n + len(store.broken), int(result.aside.sum()) + len(store.broken)
    lines: list[tuple[str, str, str, str, str, int]] = [
        (*where, "received", "", received),
        (*where, "accepted", "", received - aside),
        (*where, "set_aside", "", aside),
    ]
    reasons = pd.Series([*result.reason[result.aside], *(why for _, why in store.broken)], dtype="str").value_counts()
    lines += [(*where, "reason", r, int(reasons[r])) for r in KINDS if r in reasons]
    flagged = result.flags[~result.aside & (result.flags != "")]
    lines.append((*where, "flagged", "", len(flagged)))
    flags = pd.Series(flagged, dtype="str").str.split("; ").explode()
    lines += [(*where, "flag", str(f), int(n)) for f, n in flags.value_counts().items()]
    lines += [(source, "", file, "unused_column", c, 1) for c in unused]
    assert visits.count == received - aside
    return pd.DataFrame(lines, columns=ACCOUNT)


def _asked(visits: Visits, values: Values, rule: Rule) -> int:
    """Return on how many visits a rule looks at a value."""
    store = visits.store
    if rule.test == "blank":
        return store.n
    if len(rule.on) > 1:
        # The day against the field period: visits belong to no wave, so there is none.
        return 0
    if rule.on[0] in ("__stay", "__age_reached"):
        name = "__stay" if rule.on[0] == "__stay" else "__age"
        rows = visits.table(name)
        return int(store.engine.array(rows.aggregate(n=rows[name].count()))[0])
    table = values.of(rule.on[0])
    counts = visits.times(table.column)
    return int(counts.loc[table.present[counts["code"]], "n"].sum())


def _rules(
    source: str, visits: Visits, values: Values, rules: Sequence[Rule], failing: Sequence[np.ndarray]
) -> pd.DataFrame:
    rows = [
        (
            source,
            r.name,
            r.column,
            r.asked.key,
            r.asked.written,
            _asked(visits, values, r),
            len(f),
            r.severity,
            "record",
        )
        for r, f in zip(rules, failing, strict=True)
    ]
    return pd.DataFrame(rows, columns=RULES)


def _faults(
    source: Source,
    spec: FileSpec,
    visits: Visits,
    values: Values,
    seen: Assembled,
    rules: Sequence[Rule],
    failing: Sequence[np.ndarray],
    result: Outcome,
    read: SourceRead,
) -> list[Fault]:
    """Return what blocks; as `blocking.blocking`."""
    faults = []
    for rule, rows in zip(rules, failing, strict=True):
        asked = _asked(visits, values, rule) if rule.test == "in_set" else visits.store.n
        if blocking.blocks(rule, len(rows), asked):
            faults.append(blocking.too_many(rule, seen.clean.iloc[rows], seen.seen.iloc[rows], asked))
    faults += blocking.broken_faults(source, read)
    if not visits.count and not faults:
        reasons = pd.Series(result.reason).value_counts()
        faults.append(
            Fault(
                "no record of the file can be accepted",
                spec.path,
                found=", ".join(f"{r}: {n}" for r, n in reasons.items()),
                action="check that this is the right file for this source and wave",
            )
        )
    return faults
