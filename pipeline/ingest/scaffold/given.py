"""What each given file is: a survey and its tool, monthly counts, visits one by one, a register, a questionnaire."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, raise_faults, some
from pipeline.ingest.periods import period_of
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.readers.describe import Column, Described, describe
from pipeline.ingest.readers.received import SheetTable
from pipeline.ingest.readers.sheets import alike, is_month, names_wave, undeclared, wave_names
from pipeline.ingest.scaffold.across import across_of, blank_below, year_lacks
from pipeline.ingest.scaffold.activities import is_activities
from pipeline.ingest.scaffold.communes import Communes, holds_communes
from pipeline.ingest.scaffold.header_row import header_row_of
from pipeline.ingest.scaffold.ledgers import ledger_of, nearly
from pipeline.ingest.scaffold.own_units import lists_units
from pipeline.ingest.scaffold.periods import Counted, counted, counts_days, totals_persons
from pipeline.ingest.scaffold.plausible import plausible
from pipeline.ingest.scaffold.recorded import is_framework, is_records, may_be_records
from pipeline.ingest.scaffold.survey_signs import asks_persons
from pipeline.ingest.scaffold.ties import ends_of, is_list_of
from pipeline.ingest.scaffold.words import ATTENDANCE_ROLES, SITE_ROLES, matches, role_of
from pipeline.ingest.sites.national_schema import is_national
from pipeline.ingest.tools import limesurvey
from pipeline.ingest.tools.ddi import is_codebook, read_questionnaires
from pipeline.ingest.tools.draft import Questionnaire, hint
from pipeline.ingest.tools.lss import read_lss
from pipeline.ingest.tools.xlsform import is_xlsform, read_xlsform
from pipeline.ingest.totals import label_of
from pipeline.ingest.values import distinct, text_of

Kind = Literal[
    "survey", "attendance", "visits", "sites", "fieldwork", "records", "framework", "costs", "workshops", "enrolments",
    "ties", "actors", "units", "unknown", "refused",
]  # fmt: skip
#: Catalogues hold the value labels of SAS files, and no records.
CATALOG = ".sas7bcat"
#: Formats of statistical software, which hold surveys.
_STATISTICAL = {"sav", "por", "dta", "sas7bdat", "xpt"}
_LEDGERS = {
    "costs": "accounts of costs or funding (an amount, who paid, the year)",
    "workshops": "cycles of workshops (their start, places, enrolments and hours)",
    "enrolments": "enrolments (a person, a space, a cycle and whether it was followed to its end)",
}
#: Share of the spaces of counts that a register lists.
LISTED = 0.8
_LIMESURVEY = {"submitdate", "lastpage", "startlanguage"}
_KOBO = {"_uuid", "_index", "_submission_time", "formhub/uuid", "meta/instanceID", "_id"}


@dataclass(frozen=True)
class Given:
    """A data file: what it says of itself, what it was taken for and why, and its questionnaire where one was given.

    ``counted`` says when counts are of; ``sheets`` are read one below the other, their names in ``sheet_column``;
    ``communes`` are the columns that hold codes of communes; ``ties`` are those whose actors the file lists;
    ``key`` is the column of a register that holds the spaces of the counts; ``spec`` says how its table is laid out.
    """

    path: Path
    described: Described
    kind: Kind
    tool: Literal["limesurvey", "kobo"] | None
    why: str
    questionnaire: Questionnaire | None = None
    header_row: int | None = None
    catalog: str | None = None
    wave: str | None = None
    counted: Counted | None = None
    sheets: tuple[str, ...] = ()
    sheet_column: str | None = None
    communes: frozenset[str] = frozenset()
    ties: Described | None = None
    key: str | None = None
    spec: FileSpec = field(default_factory=lambda: FileSpec(path=""))

    @property
    def sheet(self) -> str | int | None:
        """Return the sheet that was read, where the workbook has several."""
        said = self.described.received.documented
        if self.sheets:
            return None
        return said.sheet if len(said.sheets) > 1 else None

    @property
    def said(self) -> str:
        """Return the name of the file for messages, with its sheet where that is a wave."""
        return self.path.name if self.wave is None else f"{self.path.name}, sheet '{self.sheet}'"

    @property
    def names(self) -> list[str]:
        """Return the names of the columns."""
        return [c.name for c in self.described.columns]

    def column(self, name: str) -> Column | None:
        """Return a column by name."""
        return next((c for c in self.described.columns if c.name == name), None)


def look_at(paths: list[Path], known: Communes) -> tuple[list[Given], dict[Path, list[Questionnaire]]]:
    """Return the data files, each described and sorted, and the questionnaires by file.

    A file that can be read, and whose rows cannot be told, is left out with the reason where there are others.

    Raises
    ------
    IngestError
        Telling every file that cannot be read, with the reason.
    """
    data: list[Given] = []
    questionnaires: dict[Path, list[Questionnaire]] = {}
    faults = []
    refused: list[tuple[Given, Unusable]] = []
    for path in paths:
        suffix = path.suffix.lower()
        if suffix == CATALOG:
            continue
        if suffix == ".lss":
            questionnaires[path] = [read_lss(path)]
        elif suffix == ".xml":
            if not is_codebook(path):
                raise Unusable(
                    "this XML file is no DDI codebook",
                    where=path.name,
                    allowed="a DDI Codebook (codeBook as its root element), a LimeSurvey .lss, or a data file",
                )
            questionnaires[path] = read_questionnaires(path)
        elif suffix == ".xlsx" and is_xlsform(path):
            questionnaires[path] = [read_xlsform(path)]
        else:
            try:
                spec = FileSpec(path=path.name, header_row=header_row_of(path), catalog=_catalog_of(path, paths))
                described = describe(path, path.name, spec)
                data += _read(path, described, spec)
            except Blocked as blocked:
                faults += blocked.faults
            except Unusable as unusable:
                refused.append((Given(path, described, "refused", None, _reason(unusable)), unusable))
    raise_faults(faults)
    if refused and not data:
        raise refused[0][1]
    data += [given for given, _ in refused]
    return _with_register(_with_actors([_with_communes(g, known) for g in data])), questionnaires


def _reason(unusable: Unusable) -> str:
    found = f" ({unusable.found})" if unusable.found else ""
    return f"{unusable.problem}{found}; {unusable.action}" if unusable.action else f"{unusable.problem}{found}"


def _read(path: Path, described: Described, spec: FileSpec) -> list[Given]:
    """Return a file, laid out as rows where its counts stand side by side, or each of its sheets that is a wave."""
    if _of_tool(path, described) is None:
        spec, described = _laid_out(path, described, spec)
        said = described.received.documented
        same = _same_sheets(described)
        if len(same) > 1 and _are_months(same) and (of_year := _of_one_year(path, described, spec, same)) is not None:
            spec, described = of_year
        if len(same) > 1 and (stacked := _stacked(path, described, spec, same)) is not None:
            return [stacked]
        if year_lacks(described) and (year := _year_said(path, said.sheet, said.titles)) is not None:
            dated = spec.model_copy(update={"constants": {hint("titles.year"): year}})
            found = replace(_sorted(path, describe(path, path.name, dated)), spec=dated)
            if found.kind == "attendance":
                return _by_sheet(_as_read(found, dated))
    found = _as_read(_sorted(path, described), spec)
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
    return _by_sheet(found)


def _as_read(found: Given, spec: FileSpec) -> Given:
    return replace(found, header_row=spec.header_row, catalog=spec.catalog, spec=spec)


def _laid_out(path: Path, described: Described, spec: FileSpec) -> tuple[FileSpec, Described]:
    """Return a file with its blank cells filled from above and its counts as rows, where it is laid out so."""
    if below := blank_below(described):
        spec = spec.model_copy(update={"fill_down": below})
        described = describe(path, path.name, spec)
    across = across_of(described, len(_same_sheets(described)) > 1)
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


def _with_communes(given: Given, known: Communes) -> Given:
    if given.kind in ("records", "unknown") and lists_units(given.described, known):
        return replace(given, kind="units", why="the unit of each commune (territory.units)")
    held = frozenset(c.name for c in given.described.columns if holds_communes(c, known))
    return replace(given, communes=held)


def _with_actors(data: list[Given]) -> list[Given]:
    """Return the files, those that list the actors of a file of ties as such; ties without such a list are unknown."""
    ties = next((g for g in data if g.kind == "ties"), None)
    if ties is None:
        return data
    actors = next((g for g in data if is_list_of(g.described, ties.described)), None)
    if actors is None:
        why = f"{ties.why}: a network needs the list of its actors, with their type and who answered"
        return [replace(g, kind="unknown", why=why) if g is ties else g for g in data]
    why = "the actors of the ties (with their type and who answered)"
    named = replace(actors, kind="actors", why=why, ties=ties.described)
    return [named if g is actors else g for g in data]


def _with_register(data: list[Given]) -> list[Given]:
    """Return the files, that one as the register which lists the spaces of the counts once each, with their communes.

    Its headers may say nothing of it: what makes a register is a key that counts repeat.
    """
    counts = [g for g in data if g.kind in ("attendance", "visits")]
    if not counts or any(g.kind == "sites" for g in data):
        return data
    held = {t for g in counts for c in _spaces(g) for t in map(text_of, distinct(c.examples).values) if t}
    held = {t for t in held if label_of(t) is None}
    made = []
    for each in data:
        key = _key_of(each, held) if each.kind in ("records", "unknown", "survey") and held else None
        why = "register of spaces (it lists those of the counts, and their communes)"
        made.append(each if key is None else replace(each, kind="sites", why=why, key=key))
    return made if sum(g.key is not None for g in made) == 1 else data


def _spaces(given: Given) -> list[Column]:
    return [c for c in given.described.columns if matches(ATTENDANCE_ROLES["site"], c.name, c.label)][:1]


def _key_of(given: Given, held: set[str]) -> str | None:
    """Return the column that holds (nearly) all spaces once each, where another one holds communes; None elsewhere."""
    placed = any(role_of(SITE_ROLES, c.name, c.label) in ("commune", "commune_name") for c in given.described.columns)
    for column in given.described.columns if placed or given.communes else ():
        texts = {t for t in map(text_of, column.examples) if t}
        if column.examples.is_unique and len(held & texts) >= LISTED * len(held):
            return column.name
    return None


def _catalog_of(path: Path, paths: list[Path]) -> str | None:
    """Return the SAS catalogue given with a SAS file: the one of its name, else the only one in its folder."""
    if path.suffix.lower() != ".sas7bdat":
        return None
    beside = [p for p in paths if p.suffix.lower() == CATALOG and p.parent.resolve() == path.parent.resolve()]
    own = [p for p in beside if p.stem.lower() == path.stem.lower()] or beside
    return own[0].name if len(own) == 1 else None


def _same_sheets(described: Described) -> list[SheetTable]:
    """Return the sheets with the columns of the one that was read, itself among them; none of a file without sheets."""
    said = described.received.documented
    return alike(said.tables, next(t for t in said.tables if t.number == said.number)) if said.tables else []


def _by_sheet(found: Given) -> list[Given]:
    """Return a file, or each of its sheets where several have the same columns and are waves of one survey.

    Raises
    ------
    IngestError
        Sheets have the same columns, and nothing says that they are waves.
    """
    said = found.described.received.documented
    same = _same_sheets(found.described)
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
    out = [_wave_sheet(found.path, t.number, wave) for t, wave in zip(same, waves, strict=True)]
    first = out[0].described
    left = undeclared(said, [t.number for t in same])
    return [replace(out[0], described=replace(first, notes=[*first.notes, *left])), *out[1:]]


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


def _are_months(same: Sequence[SheetTable]) -> bool:
    """Return whether the names of sheets are months without their year, each another: « janv. », « févr. »."""
    return all(is_month(t.sheet) for t in same) and len({t.sheet for t in same}) == len(same)


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
    left = undeclared(received.documented, names)
    notes = [n for e in each for n in e.notes]
    whole = replace(
        each[0], n=sum(e.n for e in each), columns=columns, received=received, notes=[*dict.fromkeys(notes), *left]
    )
    made = _as_read(_sorted(path, whole), spec)
    return replace(made, sheets=tuple(names), sheet_column=column or None) if made.kind == "attendance" else None


def _wave_sheet(path: Path, number: int, wave: str) -> Given:
    described = describe(path, path.name, FileSpec(path=path.name, sheet=number))
    return replace(_sorted(path, described), wave=wave)


def _of_tool(path: Path, described: Described) -> Given | None:
    """Return a file that a tool wrote, or a record of fieldwork, by its columns; None where it is none."""
    names = {c.name for c in described.columns}
    plain = {plain_words(n) for n in names}
    if {"id cra", "type"} <= plain:
        return Given(path, described, "visits", None, "activity export of La Coop (column 'ID CRA')")
    if is_national(list(names)):
        return Given(path, described, "sites", None, "register of places (national schema)")
    own = {limesurvey.own_column(n) for n in names}
    if len(own & _LIMESURVEY) >= 2 or any(re.search(r"\[SQ\d+\]", n) for n in names):
        return Given(path, _by_code(described), "survey", "limesurvey", "LimeSurvey results")
    if len(names & _KOBO) >= 2:
        return Given(path, described, "survey", "kobo", "Kobo or ODK export")
    if any("proba" in n or "inclusion" in n for n in plain):
        return Given(path, described, "fieldwork", None, "fieldwork record (a probability of inclusion)")
    return None


def _sorted(path: Path, described: Described) -> Given:
    """Return a data file with what it is taken for, from the words of its header and its first records."""
    if (of_tool := _of_tool(path, described)) is not None:
        return of_tool
    plain = {plain_words(c.name) for c in described.columns}
    if (when := counted(described)) is not None:
        why = "monthly counts" if when.period == "month" else f"counts of a {when.period}"
        told = f"{why} (a space, a {when.period} and a number of visits)"
        return Given(path, described, "attendance", None, told, counted=when)
    if is_activities(described):
        return Given(path, described, "visits", None, "activities with a column an age band")
    named = re.search(r"emargement|sign.?in|presence", plain_words(path.stem))
    if (named or {"heure arrivee", "arrivee"} & plain) and _space_and_day(described):
        return Given(path, described, "visits", None, "visits one by one (sign-in sheet)")
    of_sites = {role_of(SITE_ROLES, c.name, c.label) for c in described.columns}
    facts = {"opened", "closed", "posts", "hours", "label", "aliases"} & of_sites
    placed = "commune" in of_sites or (len(facts) > 1 and facts & {"opened", "posts"})
    if {"site_name", "site"} <= of_sites and facts and placed:
        return Given(path, described, "sites", None, "register of spaces (names, communes and what they have)")
    return _listed(path, described)


def _listed(path: Path, described: Described) -> Given:
    """Return a file that is none of a tool nor of spaces: a framework, accounts, lists, records or answers."""
    if is_framework(described):
        return Given(path, described, "framework", None, "framework of indicators (indicators and their targets)")
    if (ledger := ledger_of(described)) is not None:
        return Given(path, described, ledger, None, _LEDGERS[ledger])
    if is_records(described):
        return Given(path, described, "records", None, "records one by one (dated, with who or what was served)")
    return _answers_or_records(path, described)


def _answers_or_records(path: Path, described: Described) -> Given:
    """Return a file as answers where somebody was asked, else as ties, as records, or as nothing that can be told."""
    if described.format in _STATISTICAL or asks_persons(described):
        return Given(path, described, "survey", None, "survey answers")
    if ends_of(described) is not None:
        return Given(path, described, "ties", None, "ties between actors (two columns of the same names)")
    if may_be_records(described):
        near = nearly(described)
        more = f"; {near[0]} if it had columns of {', '.join(near[1])}" if near else ""
        return Given(path, described, "records", None, f"records one by one (no question was put{more})")
    return Given(path, described, "unknown", None, "no sign of what its rows are")


def _space_and_day(described: Described) -> bool:
    """Return whether a column names the space of a visit, and one its day."""
    spaces = [c for c in described.columns if matches(ATTENDANCE_ROLES["site"], c.name, c.label)]
    days = [
        c for c in described.columns if c.kind == "date" or matches(r"(?:date|jour|day|horodat\w*)(?: .*)?", c.name)
    ]
    return bool(days) and any(plausible("site", (), c) for c in spaces)


def _by_code(described: Described) -> Described:
    """Return a LimeSurvey export with the codes of columns as names and of answers as values, their texts as labels."""
    columns = []
    for c in described.columns:
        if told := limesurvey.coded_texts(c.examples):
            c = replace(c, examples=limesurvey.as_codes(c.examples), values=told)
        own = limesurvey.own_column(c.name)
        code = next(iter(limesurvey.forms(c.name)), None) if ". " in c.name else None
        name = own or code or c.name
        label = c.label or (c.name.removeprefix(name).removeprefix(".").strip() if code else "")
        columns.append(replace(c, name=name, label=label))
    unique = len({c.name for c in columns}) == len(columns)
    return replace(described, columns=columns) if unique else described
