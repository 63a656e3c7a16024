"""What becomes of the accepted records of sign-ins: monthly counts, reconciliations, the file active."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.attendance import active_file, reconcile
from pipeline.ingest.attendance.monthly import KEYS, TERRITORY, monthly_counts, places_of, tallied, with_territory
from pipeline.ingest.attendance.visits import IN_SPACE
from pipeline.ingest.readers.received import Note


@dataclass(frozen=True)
class Tally:
    """The accepted records of a source of sign-ins, counted.

    Attributes
    ----------
    counts : as `monthly.tallied` returns them.
    places : one row a space: site_id and territory columns.
    active : as `active_file.active_file`; None where it is not asked for.
    """

    counts: pd.DataFrame
    places: pd.DataFrame
    active: pd.DataFrame | None = None


@dataclass
class AttendanceTables:
    """Tables made from accepted records.

    Attributes
    ----------
    counts : source -> monthly counts that weighting and analysis read in place of its records.
    tables : ``reconciliation``, ``active_file``, ``elsewhere``, each where there is one.
    notes : source and decision.
    """

    counts: dict[str, pd.DataFrame] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: list[tuple[str, Note]] = field(default_factory=list)

    def add(self, name: str, table: pd.DataFrame) -> None:
        """Put rows under those of a table."""
        if len(table):
            kept = [t for t in (self.tables.get(name), table) if t is not None]
            self.tables[name] = pd.concat(kept, ignore_index=True)


def tally_of(evaluation: Evaluation, source: Source, records: pd.DataFrame) -> Tally:
    """Return the accepted records of a source of sign-ins, counted."""
    settings = source.signins
    assert settings is not None
    active = None
    if settings.active_file and settings.person:
        inside = records[records[IN_SPACE] & records["site_id"].notna()]
        active = active_file.active_file(source.name, inside, settings.person, settings.active_file)
    return Tally(tallied(evaluation, source, records), places_of(records), active)


def attendance_tables(
    evaluation: Evaluation, records: Mapping[str, pd.DataFrame], streamed: Mapping[str, Tally]
) -> AttendanceTables:
    """Return the monthly counts of every source of sign-ins, and those that were reconciled.

    Parameters
    ----------
    records : accepted records by source.
    streamed : what was counted of sources whose records are too many for a table.

    Raises
    ------
    Blocked
        Categories that cannot be compared.
    """
    made = AttendanceTables()
    for source in evaluation.sources("attendance"):
        if not source.signins:
            continue
        tally = streamed.get(source.name) or tally_of(evaluation, source, records[source.name])
        counts, apart, notes = monthly_counts(evaluation, source, tally.counts)
        made.counts[source.name] = with_territory(counts, tally.places)
        made.add("elsewhere", apart)
        if tally.active is not None:
            made.add("active_file", tally.active)
        made.notes += [(source.name, note) for note in notes]
        if source.reconciles:
            received = _by_role(evaluation, source.reconciles, records[source.reconciles])
            used, compared, told = reconcile.reconciled(source, received, made.counts[source.name])
            made.counts[source.reconciles] = _by_question(evaluation, source.reconciles, used)
            made.add("reconciliation", compared)
            made.notes += [(source.reconciles, note) for note in told]
    return made


def _roles(evaluation: Evaluation, source: str) -> dict[str, str]:
    questions = evaluation.instruments[source].questions
    return {q.name: str(q.role) for q in questions if q.role in (*KEYS[1:], "visits")}


def _by_role(evaluation: Evaluation, source: str, records: pd.DataFrame) -> pd.DataFrame:
    table = records.rename(columns=_roles(evaluation, source))
    kept = [c for c in (*KEYS, "visits", "wave", *TERRITORY) if c in table]
    return table[kept]


def _by_question(evaluation: Evaluation, source: str, table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(columns={role: name for name, role in _roles(evaluation, source).items()})
