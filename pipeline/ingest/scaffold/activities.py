"""Older activity exports: a row an activity, a column of participants an age band."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipeline.ingest.lexicon import patterns
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.scaffold.ages import bands_of, low_of
from pipeline.ingest.scaffold.columns import safe_codes, wording_of
from pipeline.ingest.scaffold.several import several
from pipeline.ingest.scaffold.words import ATTENDANCE_ROLES, SURVEY_ROLES, matches
from pipeline.ingest.tools.draft import Draft, slug
from pipeline.ingest.values import dates, distinct, text_of

#: So many columns of ages are a column an age band.
FEWEST = 3
_SAID = patterns("ledgers")
_TOTAL = f"{ATTENDANCE_ROLES['total']}|{_SAID['participants']}"
_SPACE = f"{SURVEY_ROLES['site']}|{_SAID['places']}"


def age_columns(described: Described) -> dict[str, str]:
    """Return age band -> the column that counts its participants; empty where no columns stand for ages.

    Bands start at the ages that the headers name and reach up to the next one, so that « 12-18 » before « 18-35 » is
    12-17.
    """
    lows: dict[int, str] = {}
    for column in described.columns:
        low = low_of(plain_words(column.name))
        if low is not None and _counts(column):
            if low in lows:
                return {}
            lows[low] = column.name
    return bands_of(lows) if len(lows) >= FEWEST else {}


def _counts(column: Column) -> bool:
    texts = [t for t in map(text_of, distinct(column.examples).values) if t]
    return bool(texts) and all(re.fullmatch(r"\d{1,5}", t) for t in texts)


def is_activities(described: Described) -> bool:
    """Return whether a file has a day, a space and a column of participants an age band."""
    return bool(age_columns(described) and _first(described, _SPACE) and _day(described))


def space_column(described: Described) -> Column | None:
    """Return the column that names the space, by its header."""
    return _first(described, _SPACE)


def _first(described: Described, pattern: str) -> Column | None:
    return next((c for c in described.columns if matches(pattern, c.name, c.label)), None)


def _day(described: Described) -> Column | None:
    for column in described.columns:
        found = distinct(column.examples)
        if matches(patterns("headers")["day"], column.name) and dates(found, None)[1].isna().all():
            return column
    return None


def activity_drafts(described: Described) -> tuple[list[Draft], dict[str, Any]]:
    """Return the questions of an activity export and how its rows become monthly counts.

    Columns without a part in the counts are left out, except durations and themes.
    """
    drafts: list[Draft] = []

    def add(column: Column | None, name: str, **content: Any) -> bool:
        if column is None or any(d.content["column"] == column.name for d in drafts):
            return False
        drafts.append(Draft({"name": name, "column": column.name, "wording": wording_of(column), **content}))
        return True

    add(_day(described), "day", type="date", role="date", required=True)
    add(_first(described, _SPACE), "space_id", type="key", role="site", required=True)
    add(_first(described, _TOTAL), "participants", type="count", role="total")
    counts = {}
    for band, name in age_columns(described).items():
        column = next(c for c in described.columns if c.name == name)
        add(column, "aged_" + slug(band).strip("_"), type="count")
        counts[band] = "aged_" + slug(band).strip("_")
    kind = _first(described, ATTENDANCE_ROLES["activity"])
    answers = sorted({t for t in map(text_of, distinct(kind.examples).values) if t}) if kind else []
    if 1 < len(answers) <= 20:
        add(kind, "kind", type="single", role="activity", codes=safe_codes(answers))
    signins: dict[str, Any] = {"rows": "activity", "counts": counts}
    if add(_first(described, r"duree(?: .*)?"), "minutes_spent", type="text"):
        signins["duration"] = "minutes_spent"
    themes = _first(described, r"themes?|thematiques?(?: .*)?")
    if themes is not None:
        base: Mapping[str, Any] = {"name": "themes", "column": themes.name, "wording": wording_of(themes)}
        drafts += [d for d in [several(themes, base)] if d is not None]
    return drafts, signins
