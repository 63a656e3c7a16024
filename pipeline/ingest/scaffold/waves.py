"""Which files are waves of one survey, what each wave is called, and how its questions changed their columns."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.words import WAVES, matches
from pipeline.ingest.tools.draft import Draft
from pipeline.ingest.tools.headers import plain
from pipeline.ingest.values import dates, distinct, text_of

_YEAR = re.compile(r"(?<!\d)(19[89]\d|20\d\d)(?!\d)")
#: Files that share this part of their columns or questions are waves of one survey.
ALIKE = 0.5


@dataclass
class Wave:
    """A wave: its name, the first and last day of its fieldwork, and whether they were found in the data."""

    name: str
    first: dt.date
    last: dt.date
    found: bool


@dataclass
class Survey:
    """Files of one survey, a wave each, or one file of all waves by a column."""

    files: list[tuple[str, Given]]
    waves: list[Wave]
    wave_column: str | None = None
    codes: dict[str, Any] = field(default_factory=dict)  # wave -> value of the wave column


def surveys(given: Sequence[Given], today: dt.date) -> list[Survey]:
    """Return the surveys that the files make up, each with its waves."""
    out: list[Survey] = []
    groups: list[list[Given]] = []
    for g in given:
        same = next((group for group in groups if _same_survey(group[0], g)), None)
        if same is None:
            groups.append([g])
        else:
            same.append(g)
    for group in groups:
        if len(group) == 1:
            out.append(_by_column(group[0]) or _single(group[0], today))
        else:
            waves = [_wave(g, today) for g in group]
            if len({w.name for w in waves}) < len(waves):
                out += [_single(g, today) for g in group]
            else:
                pairs = sorted(zip(waves, group, strict=True), key=lambda p: p[0].name)
                out.append(Survey([(w.name, g) for w, g in pairs], [w for w, _ in pairs]))
    return out


def _single(given: Given, today: dt.date) -> Survey:
    wave = _wave(given, today)
    return Survey([(wave.name, given)], [wave])


def _same_survey(one: Given, other: Given) -> bool:
    """Return whether two files are waves: their names differ by the year only, or their columns are much the same."""
    if year_in(one.path.stem) is None or year_in(other.path.stem) is None:
        return False
    stems = {plain_words(_YEAR.sub("", g.path.stem)) for g in (one, other)}
    a, b = ({plain(c.label or c.name) for c in g.described.columns} for g in (one, other))
    return len(stems) == 1 or len(a & b) >= ALIKE * min(len(a), len(b))


def year_in(text: str) -> str | None:
    """Return the last year that a text names."""
    found = _YEAR.findall(text)
    return found[-1] if found else None


def _wave(given: Given, today: dt.date) -> Wave:
    first, last = response_dates(given)
    year = year_in(given.path.stem) or (str(last.year) if last else str(today.year))
    if first is None or last is None:
        return Wave(year, dt.date(int(year), 1, 1), dt.date(int(year), 12, 31), False)
    return Wave(year, first, last, True)


def response_dates(given: Given) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and last day of the responses, from the dates of the tool or a column named « date »."""
    wanted = ("submitdate", "datestamp", "_submission_time", "end", "today")
    for column in given.described.columns:
        if column.name in wanted or matches(
            r"date(?: (?:enquete|interview|de passation|collecte|reponse))?", column.name
        ):
            days = _days(column)
            if len(days):
                return days.min().date(), days.max().date()
    return None, None


def _days(column: Column) -> pd.Series:
    found = distinct(column.examples)
    read, unreadable, _ = dates(found, None)
    # LimeSurvey writes 1980-01-01 where a survey keeps no dates.
    read = read[read.dt.year > 1980].dropna()
    return read if unreadable.notna().sum() <= 0.1 * len(column.examples) else read.iloc[:0]


def _by_column(given: Given) -> Survey | None:
    """Return the waves of a file that holds several, told by a column of years or waves."""
    for column in given.described.columns:
        if not matches(WAVES, column.name, column.label):
            continue
        values = {t for t in (text_of(v) for v in distinct(column.examples).values) if t}
        if not 1 < len(values) <= 40 or column.examples.map(text_of).isna().any():
            continue
        waves = []
        for value in sorted(values):
            year = int(value) if re.fullmatch(r"(?:19|20)\d\d", value) else 0
            if not year:
                return None
            waves.append(Wave(value, dt.date(year, 1, 1), dt.date(year, 12, 31), False))
        return Survey([("all", given)], waves, column.name, {w.name: int(w.name) for w in waves})
    return None


def merged(waves: Sequence[tuple[str, list[Draft]]]) -> list[Draft]:
    """Return one list of questions over several waves, with the columns that changed and the waves that lack each.

    Questions are the same when they have one column, one wording, or one name. The last wave gives wording and codes;
    codes that only another wave has are added, to be reviewed.
    """
    out: dict[str, Draft] = {}
    held: dict[str, dict[str, Draft]] = {}
    for wave, drafts in reversed(waves):
        taken: set[str] = set()
        for draft in drafts:
            name = next((n for n, d in out.items() if n not in taken and _same_question(d, draft)), None)
            if name is None:
                name = draft.name
                while name in out:
                    name += f"_{wave}"
                draft.content["name"] = name
                out[name] = draft
            taken.add(name)
            held.setdefault(name, {})[wave] = draft
    names = [w for w, _ in waves]
    for name, draft in out.items():
        _history(draft, held[name], names)
    return list(out.values())


def _same_question(one: Draft, other: Draft) -> bool:
    kinds = {one.content["type"], other.content["type"]}
    if "multiple" in kinds and len(kinds) > 1:
        return False
    wordings = plain(one.content["wording"]["fr"]), plain(other.content["wording"]["fr"])
    columns = [str(d.content.get("column", d.name)).casefold() for d in (one, other)]
    return columns[0] == columns[1] or (wordings[0] == wordings[1] and len(wordings[0]) > 3) or one.name == other.name


def _history(draft: Draft, by_wave: dict[str, Draft], names: Sequence[str]) -> None:
    history: dict[str, Any] = {}
    own = str(draft.content.get("column", draft.name))
    for wave in names:
        other = by_wave.get(wave)
        if other is None:
            history[wave] = {"asked": False}
        elif other is not draft and draft.content["type"] == "multiple":
            _same_items(draft, other, wave, history)
        elif other is not draft:
            column = str(other.content.get("column", other.name))
            if column != own:
                history[wave] = {"column": column}
            _same_codes(draft, other, wave)
    if history:
        draft.content["waves"] = history
        draft.review["waves"] = "rapprochement des vagues proposé / matching of waves proposed"


def _same_codes(draft: Draft, other: Draft, wave: str) -> None:
    own, theirs = draft.content.get("codes", {}), other.content.get("codes", {})
    differing = [c for c in theirs if c not in own or plain(own[c]["fr"]) != plain(theirs[c]["fr"])]
    if differing:
        draft.content["codes"] = {**theirs, **own}
        said = ", ".join(str(c) for c in differing)
        draft.review["codes"] = f"codes qui diffèrent en {wave} / differ in {wave}: {said}"
    if other.content.get("missing"):
        known = draft.content.get("codes", {})
        extra = {c: r for c, r in other.content["missing"].items() if c not in known}
        draft.content["missing"] = {**extra, **draft.content.get("missing", {})}


def _same_items(draft: Draft, other: Draft, wave: str, history: dict[str, Any]) -> None:
    own = {plain(i["label"]["fr"]): i for i in draft.content["items"]}
    columns = {}
    for item in other.content["items"]:
        match = own.get(plain(item["label"]["fr"]))
        if match is not None and item.get("column") != match.get("column"):
            columns[match["name"]] = item["column"]
    if columns:
        history[wave] = {"items": columns}
    theirs = {plain(i["label"]["fr"]) for i in other.content["items"]}
    if set(own) - theirs:
        draft.review["items"] = f"items absents en {wave} / items not offered in {wave}"
        for label, item in own.items():
            if label not in theirs:
                offered = item.setdefault("_absent", [])
                offered.append(wave)
