"""The given files: data and questionnaires, each data file told for what it is beside the others."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, raise_faults
from pipeline.ingest.periods import period_in_name
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.readers.describe import Column, describe
from pipeline.ingest.readers.received import TOLD
from pipeline.ingest.scaffold.communes import Communes, holds_communes
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.header_row import header_row_of
from pipeline.ingest.scaffold.label_lists import with_label_lists
from pipeline.ingest.scaffold.own_units import lists_units
from pipeline.ingest.scaffold.ties import is_list_of
from pipeline.ingest.scaffold.words import ATTENDANCE_ROLES, SITE_ROLES, matches, role_of
from pipeline.ingest.scaffold.workbooks import reason_left, tables_of
from pipeline.ingest.tools.ddi import is_codebook, read_questionnaires
from pipeline.ingest.tools.draft import Questionnaire
from pipeline.ingest.tools.lss import read_lss
from pipeline.ingest.tools.xlsform import is_xlsform, read_xlsform
from pipeline.ingest.totals import label_of
from pipeline.ingest.values import distinct, text_of

#: Kinds whose records add up over several files.
ADDED = ("attendance", "visits", "records", "costs", "workshops", "enrolments")
#: Catalogues hold the value labels of SAS files, and no records.
CATALOG = ".sas7bcat"
#: Share of the spaces of counts that a register lists.
LISTED = 0.8


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
                data += tables_of(path, described, spec)
            except Blocked as blocked:
                faults += blocked.faults
            except Unusable as unusable:
                refused.append((Given(path, described, "refused", None, reason_left(unusable)), unusable))
    raise_faults(faults)
    if refused and not data:
        raise refused[0][1]
    data = [*with_label_lists(_together(_without_copies(data))), *(given for given, _ in refused)]
    return _with_register(_with_actors([_with_communes(g, known) for g in data])), questionnaires


def _together(data: list[Given]) -> list[Given]:
    """Return the tables, files of the same columns as one: a file a month or a space of what is recorded or counted."""
    made: list[Given] = []
    for each in data:
        at = next((i for i, g in enumerate(made) if _goes_on(g, each)), None)
        if at is None:
            made.append(each)
        else:
            made[at] = _one_below(made[at], each)
    return made


def _goes_on(one: Given, other: Given) -> bool:
    """Return whether a file holds more records of what another one holds: of one kind, layout, encoding and columns."""
    if one.kind != other.kind or one.kind not in ADDED or one.path == other.path or one.names != other.names:
        return False
    if (one.sheet or other.sheet) or (one.sheets, one.sheet_column) != (other.sheets, other.sheet_column):
        return False
    specs = [_alike_spec(one), _alike_spec(other)]
    forms = [
        {n.after for n in g.described.notes if n.kind in ("encoding", "separator", "decimal")} for g in (one, other)
    ]
    return specs[0] == specs[1] and forms[0] == forms[1]


def _alike_spec(given: Given) -> FileSpec:
    """Return how a table is laid out, whatever its file is called and whichever period that name tells."""
    named = _by_name(given)
    constants = {k: v for k, v in given.spec.constants.items() if k != named}
    return given.spec.model_copy(update={"path": "", "also": [], "constants": constants, "period_in_name": named})


def _by_name(given: Given) -> str | None:
    """Return the column that holds the month or year which the name of the file tells, where none else does."""
    told = period_in_name(given.path.stem)
    constants = given.spec.constants
    own = next((name for name, value in constants.items() if told is not None and str(value) == told), None)
    return given.spec.period_in_name or own


def _one_below(one: Given, other: Given) -> Given:
    """Return a file with the records of another one below its own."""
    a, b = one.described, other.described
    columns = [
        replace(x, examples=pd.concat([x.examples, y.examples], ignore_index=True))
        for x, y in zip(a.columns, b.columns, strict=True)
    ]
    lines = np.concatenate([a.received.lines, b.received.lines])
    received = replace(a.received, lines=lines, broken=[*a.received.broken, *b.received.broken])
    told = [replace(n, said=f"{other.path.name}: {n.said}") for n in b.notes if n.kind in TOLD]
    described = replace(a, n=a.n + b.n, columns=columns, received=received, notes=[*a.notes, *told])
    laid = _alike_spec(one).model_copy(update={"path": one.spec.path, "also": one.spec.also})
    same = one.spec.constants == other.spec.constants and one.spec.period_in_name is None
    spec = (one.spec if same else laid).model_copy(update={"also": [*one.spec.also, other.path.name]})
    return replace(one, described=described, spec=spec, communes=one.communes | other.communes)


def _without_copies(data: list[Given]) -> list[Given]:
    """Return the tables, each that holds the same records as one before it left out."""
    made: list[Given] = []
    for each in data:
        same = next((g for g in made if g.kind == each.kind and _holds_the_same(g, each)), None)
        why = "" if same is None else f"the same records as {same.said}"
        made.append(each if same is None else replace(each, kind="refused", why=why))
    return made


def _holds_the_same(one: Given, other: Given) -> bool:
    a, b = one.described, other.described
    # two files of answers may be two waves
    alike = one.names == other.names and a.n == b.n and one.sheets == other.sheets == () and one.kind != "survey"
    return alike and all(x.examples.equals(y.examples) for x, y in zip(a.columns, b.columns, strict=True))


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
    told = [_with_years(g) for g in (named, ties)]
    if told[0].spec.waves != told[1].spec.waves:
        told = [named, ties]
    return [told[0] if g is actors else told[1] if g is ties else g for g in data]


def _with_years(given: Given) -> Given:
    """Return a file with its one column of several years as that of its waves."""
    columns = [c for c in given.described.columns if len(_years(c)) > 1]
    if len(columns) != 1:
        return given
    waves = {year: int(year) for year in sorted(_years(columns[0]))}
    return replace(given, spec=given.spec.model_copy(update={"wave_column": columns[0].name, "waves": waves}))


def _years(column: Column) -> set[str]:
    """Return the years that a column holds; none where it holds anything else."""
    texts = {t for t in map(text_of, distinct(column.examples).values) if t}
    return texts if all(re.fullmatch(r"(?:19|20)\d\d", t) for t in texts) else set()


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
