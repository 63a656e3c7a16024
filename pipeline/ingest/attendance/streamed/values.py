"""Distinct values recoded and checked once each, by the very functions that recode and check the rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, FileSpec, SignIns, Source
from pipeline.ingest.attendance.durations import clock_minutes
from pipeline.ingest.attendance.streamed.value_codes import ValueCodes
from pipeline.ingest.attendance.visits import IN_SPACE, visit_rules, visits
from pipeline.ingest.checks import duckdb_run
from pipeline.ingest.checks.expectations import rules_of
from pipeline.ingest.clean_table import Assembled, Part, assemble
from pipeline.ingest.faults import Fault
from pipeline.ingest.privacy.reading import without_keys, without_personal_data
from pipeline.ingest.readers.received import Note, Received
from pipeline.ingest.recode import Recoded, received_columns, recode
from pipeline.ingest.sites.territories import age_bands
from pipeline.instrument import Question


@dataclass
class ValueTable:
    """What each distinct value of a column becomes (one row a value, in the order of its codes).

    Attributes
    ----------
    received : the text as received (masked where it looks personal; a pseudonym of an identifier).
    clean : clean columns and status, as they stand in the clean table.
    fails : whether the value alone makes a row fail a rule.
    present : whether the value is one that rules about values look at.
    """

    question: Question
    column: str
    received: pd.Series
    clean: pd.DataFrame
    fails: np.ndarray
    present: np.ndarray


@dataclass
class Values:
    """Every column by its distinct values, and what reading them decided."""

    tables: list[ValueTable]
    notes: list[Note]
    faults: list[Fault]

    def of(self, question: str) -> ValueTable:
        """Return the table of a question."""
        return next(t for t in self.tables if t.question.name == question)


def value_tables(
    evaluation: Evaluation,
    source: Source,
    wave: str | None,
    spec: FileSpec,
    columns: Sequence[str],
    found: dict[str, ValueCodes],
    key: Callable[[], bytes],
    examples: pd.DataFrame,
) -> Values:
    """Return every question of a source of sign-ins by the distinct values that its column holds.

    The columns stand side by side, each with its own values, so that the ordinary functions run over them; nothing that
    compares two columns of one row is looked at here.

    Parameters
    ----------
    examples : records spread over the file, by which a column is told to be personal: by how many of them, not by how
        many of its different values, look so.
    """
    instrument, settings = evaluation.instruments[source.name], source.signins
    assert settings is not None
    identifiers = {c for q in instrument.all_by_role("identifier") for c in received_columns(q, wave)}
    n = max(len(f.values) for c, f in found.items() if c not in identifiers)
    side = {c: _padded([] if c in identifiers else f.values, n) for c, f in found.items()}
    pseudo = Received(spec.path, list(columns), pd.DataFrame(side), np.arange(1, n + 1), thousands=spec.thousands)
    some = replace(pseudo, table=examples, lines=np.arange(1, len(examples) + 1))
    hidden, faults = without_personal_data(evaluation, source, wave, pseudo, key, some)
    hidden = without_keys(instrument, source.kind, wave, hidden, key)
    recoded = recode(instrument, wave, hidden, spec.decimal)
    assembled = assemble(instrument, [Part(wave, hidden, dict(recoded))])
    assembled = _derived(evaluation, source, assembled)
    seen = assembled.seen
    rules = rules_of(evaluation, source, seen, visit_rules(evaluation, source, seen))
    single = [r for r in rules if len(r.on) == 1]
    of_column: dict[str, list[np.ndarray]] = {}
    for r, rows in zip(single, duckdb_run.failing_rows(seen, single), strict=True):
        of_column.setdefault(r.column, []).append(rows)
    tables = []
    for q in instrument.questions:
        names = received_columns(q, wave)
        if names:
            failing = of_column.get(q.name, [])
            made = _table(q, names[0], found[names[0]], hidden, recoded[q.name], assembled, failing, settings)
            tables.append(made)
    _add_times(source, tables)
    notes = [*hidden.notes, *(note for r in recoded.values() for note in r.notes)]
    return Values(tables, notes, faults)


def _padded(values: Sequence[str | None], n: int) -> pd.Series:
    return pd.Series([*values, *[None] * (n - len(values))], dtype="str")


def _derived(evaluation: Evaluation, source: Source, assembled: Assembled) -> Assembled:
    """Add what follows from one value: the age band, the month, the duration, whether the visit was in a space."""
    instrument, settings = evaluation.instruments[source.name], source.signins
    assert settings is not None
    clean = assembled.clean
    age = instrument.by_role("age")
    if age is not None and "age_band" not in clean:
        clean = clean.assign(age_band=age_bands(evaluation, clean[age.name]))
    alone = settings.model_copy(
        update={"person": None, "key": [], "arrival": None, "departure": None, "birth_year": None, "active_file": None}
    )
    made = visits(
        evaluation, source.model_copy(update={"signins": alone}), Assembled(clean, assembled.seen, assembled.parts)
    )
    site = instrument.by_role("site")
    assert site is not None
    blank = f"{site.name}__unanswered"
    # Whether a space had to be named depends on the place of the same row: looked at row by row.
    seen = made.seen.assign(**{blank: assembled.seen[blank]}) if blank in assembled.seen else made.seen
    return Assembled(made.clean, seen, made.parts)


def _table(
    q: Question,
    column: str,
    found: ValueCodes,
    hidden: Received,
    recoded: Recoded,
    assembled: Assembled,
    failing: Sequence[np.ndarray],
    settings: SignIns,
) -> ValueTable:
    n = len(found.values)
    if q.role == "identifier":
        received = pd.Series(found.values, dtype="str")
        status = np.where(received.notna(), "answered", "no_answer")
        clean = pd.DataFrame({q.name: received, f"{q.name}__status": pd.Series(status, dtype="str")})
        known = received.notna().to_numpy()
        return ValueTable(q, column, received, clean, ~known & q.required, known)
    kept = [c for c in (*recoded.clean, f"{q.name}__status") if c in assembled.clean]
    clean = assembled.clean[[*kept, *_follows(q, settings, assembled.clean)]].iloc[:n].reset_index(drop=True)
    clean[f"{q.name}__status"] = clean[f"{q.name}__status"].astype("str")
    fails = np.zeros(n, dtype=bool)
    for rows in failing:
        fails[rows[rows < n]] = True
    received = hidden.table[column].iloc[:n].reset_index(drop=True)
    seen = assembled.seen[q.name].iloc[:n].notna().to_numpy() if q.name in assembled.seen else np.ones(n, dtype=bool)
    return ValueTable(q, column, received, clean, fails, seen)


def _follows(q: Question, settings: SignIns, clean: pd.DataFrame) -> list[str]:
    """Return the derived columns that follow from a question."""
    columns = {"date": ["month"], "age": ["age_band"]}.get(str(q.role), [])
    columns += ["minutes", "minutes_low", "minutes_high"] if q.name == settings.duration else []
    columns += [IN_SPACE] if q.name == settings.place else []
    return [c for c in columns if c in clean and c != q.name]


def _add_times(source: Source, tables: list[ValueTable]) -> None:
    """Add the times of day, in minutes, to the tables of arrival and departure."""
    settings = source.signins
    assert settings is not None
    for table in tables:
        name = table.question.name
        if name in (settings.arrival, settings.departure):
            minutes, unreadable = clock_minutes(table.clean[name])
            table.clean["__clock"] = minutes
            table.fails |= unreadable.notna().to_numpy()
