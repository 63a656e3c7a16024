"""Tables laid out for the eye: counts side by side, cells blank below the first, what stands once for all records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.evaluation.sources import Incomplete
from pipeline.ingest.faults import Blocked, Fault, near_misses, some
from pipeline.ingest.lexicon import folded
from pipeline.ingest.periods import period_in_name
from pipeline.ingest.readers.received import Choose, Note, Received
from pipeline.ingest.values import number_of, text_of


def chosen_across(file: str, spec: FileSpec, choose: Choose) -> Choose:
    """Return a function that shows ``choose`` the columns as rows will have them, and returns those to read for it."""

    def choosing(columns: list[str]) -> list[str]:
        needed = _needed(file, spec, columns)
        kept = choose(_offered(spec, columns))
        return [c for c in columns if c in kept or c in needed]

    return choosing


def as_rows(received: Received, spec: FileSpec, choose: Choose) -> Received:
    """Return a file with a row a count, blank cells filled from above, and constants, as its declaration says.

    The records of one row keep its line; ``parts`` tells them apart by their header. Blank cells stay: a count that was
    not given is none.

    Parameters
    ----------
    choose : names the columns to keep among those that the rows have.
    """
    if not is_laid_out(spec):
        return received
    offered = _offered(spec, received.columns)
    kept = choose(offered)
    table, notes = received.table, list(received.notes)
    for column in spec.fill_down:
        table = table.assign(**{column: _filled_down(table[column])})
    if spec.only:
        received = _only(replace(received, table=table), spec)
        table, notes = received.table, list(received.notes)
    if spec.incomplete is not None and spec.incomplete.column is not None:
        received = _finished(replace(received, table=table), spec.incomplete, spec.incomplete.column)
        table = received.table
    lines, parts = received.lines, received.parts
    for total, added in _sums(spec).items():
        notes += _not_added_up(table, received, spec, total, added)
    if spec.across is not None:
        meant = spec.across.meant
        parts = np.tile(np.array(list(meant), dtype=object), len(table))
        lines = np.repeat(lines, len(meant))
        table = _melted(table, spec)
    table = table.assign(**{name: str(value) for name, value in constants_of(spec, received.file).items()})
    return replace(
        received, columns=offered, table=table[[c for c in kept if c in table]], lines=lines, parts=parts, notes=notes
    )


def is_laid_out(spec: FileSpec) -> bool:
    """Return whether the records of a file are not its lines as they stand."""
    unfinished = spec.incomplete is not None and spec.incomplete.column is not None
    constant = spec.constants or spec.period_in_name
    return bool(unfinished or spec.across or spec.fill_down or constant or spec.only or spec.sums)


def constants_of(spec: FileSpec, file: str) -> dict[str, str | int | float]:
    """Return the columns that hold the same in every record of a file, the period that its name tells among them.

    Raises
    ------
    Blocked
        The name tells no period, or several.
    """
    if spec.period_in_name is None:
        return spec.constants
    told = period_in_name(PurePosixPath(spec.path).stem)
    if told is None:
        raise Blocked(
            Fault(
                "the name of the file tells no month and no year, or several",
                file,
                found=PurePosixPath(spec.path).name,
                allowed="one month with its year (janvier 2025, 2025-01), or one year",
                action="rename the file, or take `period_in_name:` out and name the month under `constants:`",
            )
        )
    return {**spec.constants, spec.period_in_name: told}


def _needed(file: str, spec: FileSpec, columns: list[str]) -> set[str]:
    """Return the received columns that the layout names.

    Raises
    ------
    Blocked
        One of them is not there, or a column that is to be made is there already.
    """
    across = spec.across
    named = dict.fromkeys(across.meant if across else (), "across: columns")
    named |= {across.total: "across: total"} if across and across.total else {}
    if spec.incomplete is not None and spec.incomplete.column is not None:
        named[spec.incomplete.column] = "incomplete: column"
    named |= {column: "sums" for total, added in spec.sums.items() for column in (total, *added)}
    named |= dict.fromkeys(spec.fill_down, "fill_down") | dict.fromkeys(spec.only, "only")
    absent = [
        Fault(
            f"`{key}` names a column that the file does not have",
            file,
            column=column,
            found=near_misses(column, columns),
            action="correct the name in evaluation.yaml, under the file",
        )
        for column, key in named.items()
        if column not in columns
    ]
    made = {**({across.names: "names", across.numbers: "numbers"} if across else {}), **_constant(spec)}
    left = [c for c in columns if not across or c not in across.meant]
    twice = [
        Fault(
            "a column that the layout makes is one of the file's own",
            file,
            column=column,
            allowed="a name of its own for what `across`, `constants` and `period_in_name` make",
            action="choose another name in evaluation.yaml, or leave it out",
        )
        for column in made
        if column in left
    ]
    if absent or twice:
        raise Blocked(*absent, *twice)
    return set(named)


def _offered(spec: FileSpec, columns: list[str]) -> list[str]:
    """Return the columns that the rows have."""
    across = spec.across
    gone = {*across.meant, across.total} if across else set()
    made = [across.names, across.numbers] if across else []
    return [*(c for c in columns if c not in gone), *made, *_constant(spec)]


def _constant(spec: FileSpec) -> dict[str, str]:
    """Return the columns that are the same in every record, each with the key that names it."""
    named = {} if spec.period_in_name is None else {spec.period_in_name: "period_in_name"}
    return {**dict.fromkeys(spec.constants, "constants"), **named}


def _only(received: Received, spec: FileSpec) -> Received:
    """Return the records that hold what is asked for, the others told.

    Raises
    ------
    Blocked
        No record holds one of the texts that are asked for.
    """
    kept = np.ones(len(received.table), dtype=bool)
    notes = []
    for column, wanted in spec.only.items():
        texts = [text_of(v) or "" for v in received.table[column]]
        held = {folded(t) for t in texts}
        if absent := [w for w in wanted if folded(w) not in held]:
            raise Blocked(
                Fault(
                    "no record holds what `only` asks for",
                    received.file,
                    column=column,
                    found=some(absent),
                    allowed=some(dict.fromkeys(t for t in texts if t)),
                    action="correct `only:` in evaluation.yaml, under the file",
                )
            )
        own = np.array([folded(t) in set(map(folded, wanted)) for t in texts], dtype=bool)
        others = some(dict.fromkeys(t or "(blank)" for t, mine in zip(texts, own, strict=True) if not mine))
        if others:
            said = f"{int((~own).sum())} records not read, for their '{column}' is: {others}"
            notes.append(Note("other_records", column, "", others, said))
        kept &= own
    table, parts = received.table[kept].reset_index(drop=True), received.parts
    return replace(
        received,
        table=table,
        lines=received.lines[kept],
        parts=None if parts is None else parts[kept],
        notes=[*received.notes, *notes],
    )


def _finished(received: Received, rule: Incomplete, column: str) -> Received:
    """Return the responses without those that were begun and not finished, which come back in ``broken``."""
    said = set(map(folded, rule.finished))
    finished = np.array([folded(text_of(v) or "") in said for v in received.table[column]], dtype=bool)
    if rule.then == "keep" or finished.all():
        return received
    lost = [(int(line), "incomplete") for line in received.lines[~finished]]
    table, parts = received.table[finished].reset_index(drop=True), received.parts
    parts = None if parts is None else parts[finished]
    broken = sorted([*received.broken, *lost])
    return replace(received, table=table, lines=received.lines[finished], parts=parts, broken=broken)


def _filled_down(column: pd.Series) -> pd.Series:
    """Return a column whose blank cells hold what stands above them."""
    held = pd.Series([None if text_of(v) is None else v for v in column], index=column.index, dtype=object).ffill()
    return held.astype("str") if all(isinstance(v, str) for v in held.dropna()) else held


def _melted(table: pd.DataFrame, spec: FileSpec) -> pd.DataFrame:
    """Return a row a count: the columns that are not across repeated, names and numbers beside them."""
    assert spec.across is not None
    meant = spec.across.meant
    rest = [c for c in table.columns if c not in meant]
    out = table[rest].iloc[np.repeat(np.arange(len(table)), len(meant))].reset_index(drop=True)
    out[spec.across.names] = pd.Series(np.tile(list(meant.values()), len(table)), index=out.index, dtype="str")
    cells = np.column_stack([table[c].astype(object).to_numpy() for c in meant]).reshape(-1)
    held = pd.Series(cells, index=out.index, dtype=object)
    texts = all(isinstance(v, str) for v in held.dropna())
    out[spec.across.numbers] = held.astype("str") if texts else held
    return out


def _sums(spec: FileSpec) -> dict[str, list[str]]:
    """Return the columns that add up others -> those that they add up."""
    across = spec.across
    return spec.sums | ({across.total: list(across.meant)} if across is not None and across.total is not None else {})


def _not_added_up(
    table: pd.DataFrame, received: Received, spec: FileSpec, total: str, added: Sequence[str]
) -> list[Note]:
    """Return what is said of rows whose counts do not add up to the total beside them."""
    counts = np.column_stack([numbers_of(table[c], spec) for c in added])
    told = numbers_of(table[total], spec)
    wrong = np.isfinite(told) & np.isfinite(counts).any(axis=1) & ~np.isclose(np.nansum(counts, axis=1), told)
    at = received.lines[wrong].tolist()
    if not at:
        return []
    used = "read as counted" if total not in spec.sums else f"'{total}' is read all the same: correct it or them"
    said = f"{len(at)} row{'s' if len(at) > 1 else ''} whose counts do not add up to '{total}', {used}: {some(at)}"
    return [Note("row_totals", total, "", str(len(at)), said, int(at[0]))]


def numbers_of(column: pd.Series, spec: FileSpec) -> np.ndarray:
    """Return (n,) the numbers of a column; NaN where a cell holds none."""
    texts = [text_of(v) for v in column]
    read = [None if t is None else number_of(t, spec.decimal or ",", spec.thousands) for t in texts]
    return np.array([np.nan if v is None else v for v in read], dtype=np.float64)
