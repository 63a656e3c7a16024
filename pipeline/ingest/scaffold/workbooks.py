"""The tables of a file: its one table, sheets of one kind read together, and the other sheets each for what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.evaluation.sources import Incomplete
from pipeline.ingest.faults import some
from pipeline.ingest.periods import period_in_name, period_of
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.readers.describe import Column, Described, describe
from pipeline.ingest.readers.received import Note, SheetTable
from pipeline.ingest.readers.sheets import alike, is_month, is_notes, is_repeat, likeliest, names_wave, wave_names
from pipeline.ingest.scaffold.across import across_of, added_up, blank_below, year_lacks
from pipeline.ingest.scaffold.activities import space_column
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.interview_state import came_of, finished_of
from pipeline.ingest.scaffold.kinds_of_tables import kind_of, of_tool
from pipeline.ingest.scaffold.ledgers import FLOWS, flows_of, nearly
from pipeline.ingest.scaffold.periods import counts_days, totals_persons
from pipeline.ingest.scaffold.words import ATTENDANCE_ROLES, matches, role_of
from pipeline.ingest.tools.draft import hint
from pipeline.ingest.totals import label_of

#: Kinds of which a workbook has one table: another one sums it up, or repeats it.
ONCE = ("attendance", "visits", "sites", "costs", "workshops", "enrolments", "framework")
#: Share of the columns of the smaller table that another of the workbook has too, from which it repeats it.
ALIKE = 0.7
#: Rows of answers or records in a sheet beside others, at least.
FEWEST = 20


def tables_of(path: Path, described: Described, spec: FileSpec) -> list[Given]:
    """Return what a file holds: its table, or the tables of a workbook, sheets of the same columns as one.

    A sheet whose rows cannot be told, or that says again what another one says, is left out with the reason.

    Raises
    ------
    Unusable
        None of the tables can be used; for the reason of the first.
    """
    said = described.received.documented
    tables = [t for t in said.tables if not is_repeat(t.names)]
    if len(tables) < 2 or of_tool(path, described) is not None:
        return _parted(_read(path, described, spec, tables))
    made: list[Given] = []
    first: Unusable | None = None
    while True:
        same = _same_sheets(described, tables)
        try:
            found = _read(path, described, spec, tables)
        except Unusable as unusable:
            first = first or unusable
            found = [Given(path, described, "refused", None, reason_left(unusable))]
        made += [_beside(g, made) for g in _parted(found)]
        # the sheets of a group go together, whatever was made of it
        tables = [t for t in tables if t not in same]
        if not tables or is_notes((chosen := tables[likeliest(tables)]).sheet):
            break
        spec = FileSpec(path=path.name, sheet=chosen.number)
        described = describe(path, path.name, spec)
    if first is not None and all(g.kind in ("refused", "unknown") for g in made):
        raise first
    read = {t.sheet for t in said.tables if t not in tables and not is_repeat(t.names)}
    return _told_apart(made, [s for s in said.sheets if s not in read and s not in said.hidden])


def reason_left(unusable: Unusable) -> str:
    """Return why a table is left out, in one line."""
    found = f" ({unusable.found})" if unusable.found else ""
    problem = f"{unusable.problem}{found}"
    return f"{problem}; {unusable.action}" if unusable.action else problem


def _beside(given: Given, before: Sequence[Given]) -> Given:
    """Return a table of a workbook, one that seems to sum up or to repeat another of its tables left out."""
    if not before or given.kind in ("unknown", "refused"):
        return given
    again = next((g for g in before if _repeats(given, g)), None)
    if again is not None:
        why = f"it seems to say again what sheet '{again.sheet or again.sheets[0]}' says ({given.why})"
        return replace(given, kind="refused", why=f"{why}; where it does not, declare it as a source of its own")
    if given.kind in ("survey", "records") and given.described.n < FEWEST:
        why = f"{given.why}, and no more than {given.described.n} rows: a summary is no source"
        return replace(given, kind="refused", why=f"{why}; where it is none, declare it as a source of its own")
    return given


def _repeats(given: Given, other: Given) -> bool:
    """Return whether two tables of a workbook are of one kind of which it has one, or have much the same columns."""
    counts = ("attendance", "visits")
    if other.kind == "refused" or (given.flow is not None and given.flow != other.flow):
        return False
    if given.kind in ONCE and (given.kind == other.kind or {given.kind, other.kind} <= set(counts)):
        return True
    a, b = set(given.names), set(other.names)
    return given.wave is None and len(a & b) >= ALIKE * min(len(a), len(b))


def _told_apart(made: Sequence[Given], left: Sequence[str]) -> list[Given]:
    """Return the tables of a workbook, each with its sheet and its own notes, and what is said of sheets not read."""
    out = []
    kept = [g for g in made if g.kind not in ("unknown", "refused")]
    for given in made:
        notes = [n for n in given.described.notes if n.kind not in ("sheet", "sheets_left")]
        part = None if given.sheets or [given] == kept else str(given.sheet)
        out.append(replace(given, part=part, described=replace(given.described, notes=notes)))
    if left:
        told = some(left, 20)
        note = Note("sheets_left", "", "", told, f"sheets not read: {told}")
        out[0] = replace(out[0], described=replace(out[0].described, notes=[*out[0].described.notes, note]))
    return out


def _parted(found: Sequence[Given]) -> list[Given]:
    """Return tables, accounts of expenditure and receipts as one of each, counts with what their total adds up,
    answers without those that were but begun.
    """
    parts = [part for given in found for part in (_by_flow(given) if given.kind == "costs" else [given])]
    own = {"survey": _finished, "visits": _came, "attendance": _with_sums}
    return [own[given.kind](given) if given.kind in own else given for given in parts]


def _came(given: Given) -> Given:
    """Return bookings of which nobody came left out, where a column says it."""
    told = came_of(given.described)
    if told is None:
        return given
    spec = given.spec.model_copy(update={"only": {told[0]: told[1]}})
    return replace(given, spec=spec, described=describe(given.path, given.path.name, spec))


def _finished(given: Given) -> Given:
    """Return answers without those that a column says were begun and not finished."""
    told = finished_of(given.described) if given.tool is None else None
    if told is None:
        return given
    column, finished = told
    spec = given.spec if given.spec.path else FileSpec(path=given.path.name, sheet=given.sheet)
    spec = spec.model_copy(update={"incomplete": Incomplete(column=column, finished=finished)})
    return replace(given, spec=spec, described=describe(given.path, given.path.name, spec))


def _with_sums(given: Given) -> Given:
    counts = given.kind == "attendance" and given.spec.across is None
    sums = added_up(given.described) if counts else {}
    return replace(given, spec=given.spec.model_copy(update={"sums": sums})) if sums else given


def _by_flow(given: Given) -> list[Given]:
    flows = flows_of(given.described)
    if flows is None:
        return [given]
    column, texts = flows
    parts = []
    for flow in FLOWS:
        spec = given.spec.model_copy(update={"only": {column: texts[flow]}})
        described = describe(given.path, given.path.name, spec)
        why = f"{given.why}: what was {flow}"
        parts.append(replace(given, described=described, spec=spec, flow=flow, why=why))
    return parts


def _read(path: Path, described: Described, spec: FileSpec, tables: Sequence[SheetTable]) -> list[Given]:
    """Return a table, laid out as rows where its counts stand side by side, or each of its sheets that is a wave."""
    if of_tool(path, described) is None:
        spec, described = _dated_by_name(path, described, spec, tables)
        spec, described = _laid_out(path, described, spec, tables)
        said = described.received.documented
        same = _same_sheets(described, tables)
        if _name_no_year(same, described) and (of_year := _of_one_year(path, described, spec, same)) is not None:
            spec, described = of_year
        if len(same) > 1 and (stacked := _stacked(path, described, spec, same)) is not None:
            return [stacked]
        if _lacks_year(described) and (year := _year_said(path, said.sheet, said.titles)) is not None:
            dated = spec.model_copy(update={"constants": {hint("titles.year"): year}})
            found = replace(kind_of(path, describe(path, path.name, dated)), spec=dated)
            if found.kind in ("attendance", "costs"):
                return _by_sheet(_as_read(found, dated), tables)
    found = _as_read(kind_of(path, described), spec)
    if found.kind == "attendance" and year_lacks(described):
        raise Unusable(
            "the counts name their months, and neither a column nor a title says of which year",
            where=path.name,
            allowed="months with their year (janvier 2025), a column 'annee', or the one year in the title above the"
            " table, in the name of the sheet or in that of the file",
            action="write the year into the title or the name of the file",
        )
    if spec.across is not None and found.kind != "attendance":
        raise Unusable(
            "the counts stand side by side, and no column is called the space that they are of",
            where=path.name,
            found=some(spec.across.meant, 12),
            allowed="a column 'espace' (or 'lieu', 'site', 'EPN')",
            action="write that name above the column of the spaces, or leave the file out",
        )
    return _by_sheet(found, tables)


def _dated_by_name(
    path: Path, described: Described, spec: FileSpec, tables: Sequence[SheetTable]
) -> tuple[FileSpec, Described]:
    """Return counts of spaces of which nothing but the name of the file tells the month with that month."""
    month = period_in_name(path.stem)
    if month is None or "-" not in month or len(tables) > 1 or space_column(described) is None:
        return spec, described
    dated = spec.model_copy(update={"constants": {**spec.constants, hint("titles.month"): month}})
    told = describe(path, path.name, dated)
    try:
        _, as_dated = _laid_out(path, told, dated, tables)
    except Unusable:
        return spec, described
    undated = not any(c.kind == "date" or matches(ATTENDANCE_ROLES["month"], c.name) for c in described.columns)
    if undated and kind_of(path, as_dated).kind == "attendance" and kind_of(path, described).kind != "attendance":
        return dated, told
    return spec, described


def _lacks_year(described: Described) -> bool:
    """Return whether nothing but the year lacks of counts or accounts."""
    return year_lacks(described) or nearly(described) == ("costs", ["year"])


def _as_read(found: Given, spec: FileSpec) -> Given:
    return replace(found, header_row=spec.header_row, catalog=spec.catalog, spec=spec)


def _laid_out(
    path: Path, described: Described, spec: FileSpec, tables: Sequence[SheetTable]
) -> tuple[FileSpec, Described]:
    """Return a file with its blank cells filled from above and its counts as rows, where it is laid out so."""
    if below := blank_below(described):
        spec = spec.model_copy(update={"fill_down": below})
        described = describe(path, path.name, spec)
    across = across_of(described, len(_same_sheets(described, tables)) > 1)
    if across is None:
        return spec, described
    spec = spec.model_copy(update={"across": across})
    return spec, describe(path, path.name, spec)


def _year_said(path: Path, sheet: str | int | None, titles: tuple[str, ...]) -> int | None:
    """Return the one year that the titles above a table name, else the name of its sheet, else that of its file."""
    for texts in (titles, [str(sheet)], [path.stem]):
        years = {int(y) for text in texts for y in re.findall(r"(?<!\d)(?:19[89]\d|20\d\d)(?!\d)", text)}
        if years:
            return years.pop() if len(years) == 1 else None
    return None


def _same_sheets(described: Described, tables: Sequence[SheetTable]) -> list[SheetTable]:
    """Return the tables with the columns of the one that was read, itself among them; none of a file without sheets."""
    chosen = next((t for t in tables if t.number == described.received.documented.number), None)
    return [] if chosen is None else alike(tables, chosen)


def _by_sheet(found: Given, tables: Sequence[SheetTable]) -> list[Given]:
    """Return a file, or each of its sheets where several have the same columns and are waves of one survey.

    Raises
    ------
    IngestError
        Sheets have the same columns, and nothing says that they are waves.
    """
    same = _same_sheets(found.described, tables)
    if len(same) < 2:
        return [found]
    waves = wave_names([t.sheet for t in same])
    named = all(waves) and all(names_wave(t.sheet) for t in same) and len(set(waves)) == len(waves)
    if found.kind != "survey" or not named:
        raise Unusable(
            "several sheets have the same columns, and nothing says how they go together",
            where=found.path.name,
            found=some((f"{t.sheet} ({t.records} rows)" for t in same), 30),
            allowed="one sheet of records; or a survey whose sheets name its waves (2021, Vague 2, Avant)",
            action="put them one below the other in one sheet, with a column that says what the names of the sheets "
            "say ('mois', 'espace'); or hide the sheets that are not to be read; or name each by its wave",
        )
    return [_wave_sheet(found.path, t.number, wave) for t, wave in zip(same, waves, strict=True)]


def _sheet_column(described: Described, names: list[str]) -> str | None:
    """Return the column for the names of sheets of counts: the space, month or year that none of theirs says.

    "" where their columns say it all; None where they are no counts, or one has the name of a total of the others.
    """
    if any(map(label_of, names)):
        return None
    held = {role_of(ATTENDANCE_ROLES, c.name, c.label) for c in described.columns}
    lacking = {"site", "month", "visits"} - held
    lacking -= {"visits"} if totals_persons(described) else set()
    if lacking >= {"site", "month"} and counts_days(described):
        return hint("titles.site")
    if not lacking and year_lacks(described):
        return hint("titles.year") if period_of(wave_names(names)) == "year" else None
    if lacking == {"month"}:
        told = all(map(is_month, names)) and any(c.name == hint("titles.year") for c in described.columns)
        return hint("titles.month") if told or period_of(names) is not None else None
    if lacking == {"site"}:
        return None if year_lacks(described) else hint("titles.site")
    return None if lacking else ""


def _name_no_year(same: Sequence[SheetTable], described: Described) -> bool:
    """Return whether neither the names of several sheets nor their columns say of which year their months are.

    The names are the months themselves (« janv. », « févr. »), each another, or spaces whose columns are the months.
    """
    names = [t.sheet for t in same]
    if len(names) < 2 or len(set(names)) < len(names):
        return False
    return all(map(is_month, names)) or (year_lacks(described) and period_of(wave_names(names)) != "year")


def _of_one_year(
    path: Path, described: Described, spec: FileSpec, same: Sequence[SheetTable]
) -> tuple[FileSpec, Described] | None:
    """Return sheets of months with the one year that the titles above each name, or else the file; None elsewhere."""
    each = [describe(path, path.name, spec.model_copy(update={"sheet": t.number})) for t in same]
    years = {_year_said(path, None, e.received.documented.titles) for e in each}
    year = years.pop() if len(years) == 1 else None
    if year is None or any(c.name == hint("titles.year") for c in described.columns):
        return None
    dated = spec.model_copy(update={"constants": {**spec.constants, hint("titles.year"): year}})
    return dated, describe(path, path.name, dated)


def _stacked(path: Path, described: Described, spec: FileSpec, same: list[SheetTable]) -> Given | None:
    """Return sheets of counts one below the other, their names being months, years or spaces where no column says it.

    None where they are no counts.
    """
    names = [t.sheet for t in same]
    column = _sheet_column(described, names)
    if column is None:
        return None
    each = [describe(path, path.name, spec.model_copy(update={"sheet": t.number})) for t in same]
    columns = [
        replace(c, examples=pd.concat([e.columns[i].examples for e in each], ignore_index=True))
        for i, c in enumerate(each[0].columns)
    ]
    if column:
        told = wave_names(names) if column == hint("titles.year") else names
        rows = [name for name, e in zip(told, each, strict=True) for _ in range(len(e.columns[0].examples))]
        columns.append(Column(column, "", "text", {}, [], pd.Series(rows, dtype="str")))
    lines = np.concatenate([e.received.lines for e in each])
    broken = [b for e in each for b in e.received.broken]
    received = replace(each[0].received, lines=lines, broken=broken)
    notes = list(dict.fromkeys(n for e in each for n in e.notes))
    whole = replace(each[0], n=sum(e.n for e in each), columns=columns, received=received, notes=notes)
    made = _as_read(kind_of(path, whole), spec)
    return replace(made, sheets=tuple(names), sheet_column=column or None) if made.kind == "attendance" else None


def _wave_sheet(path: Path, number: int, wave: str) -> Given:
    described = describe(path, path.name, FileSpec(path=path.name, sheet=number))
    return replace(kind_of(path, described), wave=wave)
