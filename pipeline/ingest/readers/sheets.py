"""Which sheet of a workbook holds the records, which sheets are waves of one survey, and what is said of the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.ingest.faults import some
from pipeline.ingest.lexicon import lexicon
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.received import Documented, Note, SheetTable

#: Columns that tie a row to the submission that it is a part of, as Kobo and ODK write them.
_REPEATS = ({"_parent_index"}, {"_parent_table_name"}, {"PARENT_KEY", "KEY"})
#: Columns that tell a wave of one survey from another sheet: this share of those of the smaller one.
_ALIKE = 0.5
_YEAR = re.compile(r"(?<!\d)(?:19[89]\d|20\d\d)(?!\d)")
_NUMBERED = re.compile(r"[tv]\d{1,2}")


def is_repeat(names: Iterable[str]) -> bool:
    """Return whether a sheet is a repeat group, whose rows are parts of submissions and no respondents."""
    held = set(names)
    return any(tie <= held for tie in _REPEATS)


def likeliest(tables: Sequence[SheetTable]) -> int:
    """Return which table holds the records: no repeat group, no notes, no single column, then the largest."""

    def order(table: SheetTable) -> tuple[bool, bool, bool, int]:
        size = len(table.names) * table.records
        return not is_repeat(table.names), len(table.names) > 1, not is_notes(table.sheet), size

    return max(range(len(tables)), key=lambda i: order(tables[i]))


def alike(tables: Sequence[SheetTable], chosen: SheetTable) -> list[SheetTable]:
    """Return the tables that have the columns of the chosen one, itself among them, in the order of the workbook.

    Sheets that name waves may differ in some columns; others have the very same header.
    """

    def same(table: SheetTable) -> bool:
        a, b = set(table.names), set(chosen.names)
        if names_wave(table.sheet) and names_wave(chosen.sheet):
            return len(a & b) >= max(2, _ALIKE * min(len(a), len(b)))
        return a == b and not is_notes(table.sheet)

    return [t for t in tables if t == chosen or same(t)]


def names_wave(sheet: str) -> bool:
    """Return whether the name of a sheet says a wave: a year, « Avant », « Vague 2 », « T1 »; a month is none."""
    words = plain_words(sheet).split()
    if any(set(words) & set(months) for months in lexicon("months").values()):
        return False
    waves = set(lexicon("sheets")["waves"])
    return bool(_YEAR.search(sheet) or waves & set(words) or any(map(_NUMBERED.fullmatch, words)))


def is_month(sheet: str) -> bool:
    """Return whether the name of a sheet is that of a month and nothing else: « janv. », « Février », « Mar »."""
    return any(plain_words(sheet) in months for months in lexicon("months").values())


def is_notes(sheet: str) -> bool:
    """Return whether the name of a sheet says that it holds notes, lists or summaries: « Lisez-moi », « Synthèse »."""
    words = plain_words(sheet)
    return any(re.match(rf"{note}\b", words) for note in lexicon("sheets")["notes"])


def wave_names(sheets: Sequence[str]) -> list[str]:
    """Return the names of the waves that sheets are: their years where these tell them apart, else their own names."""
    years = [(_YEAR.findall(s) or [""])[-1] for s in sheets]
    if all(years) and len(set(years)) == len(years):
        return years
    return [re.sub(r"[^\w -]+", " ", s).strip(" -")[:40].strip(" -") for s in sheets]


def left_note(read: str, left: Sequence[SheetTable]) -> Note:
    """Return what is said of sheets that were not read, each with the number of its rows."""
    groups = [t for t in left if is_repeat(t.names)]
    told = some((f"{t.sheet} ({t.records} rows)" for t in left if t not in groups), 20)
    said = f"sheet not declared, read: {read}"
    if told:
        said = f"{said}; sheets not read: {told}"
    if groups:
        names = some((f"{t.sheet} ({t.records} rows)" for t in groups), 20)
        said += f"; repeat groups, whose rows are no respondents, not read: {names}"
    return Note("sheet", "", "", read, said)


def hidden_note(hidden: Sequence[str]) -> Note:
    """Return what is said of hidden sheets that were not read."""
    names = some(hidden, 20)
    return Note("hidden_sheets", "", "", names, f"hidden sheets, not read: {names} (`sheet:` asks for one)")


def undeclared(said: Documented, declared: Iterable[str | int]) -> list[Note]:
    """Return what is said of the sheets of a workbook that no file of the evaluation declares."""
    named = dict(enumerate(said.sheets, 1))
    asked = {s if isinstance(s, str) else named.get(s) for s in declared}
    left = [s for s in said.sheets if s not in asked]
    visible = some((s for s in left if s not in said.hidden), 20)
    notes = [hidden_note([s for s in left if s in said.hidden])] if set(left) & set(said.hidden) else []
    if visible:
        told = f"sheets not read: {visible}"
        notes.append(Note("sheets_left", "", "", visible, told))
    return notes
