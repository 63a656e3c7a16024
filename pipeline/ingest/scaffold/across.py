"""Counts that stand side by side, as town halls lay them out: a column a month, an age band, or an activity.

They are read as rows only where nothing is left to guess: all columns beside the names are of one kind, and what is
called a total adds them up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from pipeline.evaluation import Across, FileSpec
from pipeline.ingest.faults import some
from pipeline.ingest.lexicon import folded, lexicon
from pipeline.ingest.periods import NAMED, period_named
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.readers.across import numbers_of
from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.scaffold.activities import space_column
from pipeline.ingest.scaffold.ages import age_codes, follow, low_of
from pipeline.ingest.scaffold.words import ATTENDANCE_ROLES, SITE_ROLES, role_of
from pipeline.ingest.tools.draft import hint
from pipeline.ingest.totals import label_of
from pipeline.ingest.values import text_of

#: So many columns of one kind are a table laid out sideways.
FEWEST = 3
#: So many of the cells that hold something are numbers; so many of the rows add up to a total.
NUMBERS, ADDED_UP = 0.5, 0.9
#: So many columns are tried together for what a total adds up.
MOST_PARTS = 8
_Y = r"(?:19|20)\d\d"
_MONTH = "(?:" + "|".join(n for names in lexicon("months").values() for n in names) + ")"
#: Periods that name no year; « Q1 » alone is also what a question is called: looked at beside a space only.
_WITHOUT_YEAR = {
    "month": _MONTH,
    "quarter": r"(?:trimestre|quarter|trim) ?[1-4]|(?:1er|[1-4](?:e|eme|st|nd|rd|th)) (?:trimestre|quarter)",
}
_BESIDE_SPACE = {"quarter": r"[tq][1-4]"}
_WEEK = rf"(?:semaine|sem|week) ?\d{{1,2}}(?: {_Y})?|{_Y} [sw] ?\d{{1,2}}|[sw] ?\d{{1,2}} {_Y}"
_UNTOLD = (
    r"(?:age )?(?:inconnue?s?|non (?:renseigne|precise|communique|connu|declare)e?s?|nsp|nr|unknown"
    r"|not (?:known|given))(?: .*)?"
)
_ROWS = (
    "turn these columns into rows: what they stand for in a column 'periode' or \"tranche d'age\", their numbers in"
    " 'visites'"
)
_KEYS = frozenset({"n°", "no", "num", "numero", "code postal", "cp", "ordre"})


def across_of(described: Described, by_sheet: bool = False) -> Across | None:
    """Return the layout of counts that stand side by side; None where no columns do.

    Parameters
    ----------
    by_sheet : whether several sheets are laid out so, each of which may be a space.

    Raises
    ------
    Unusable
        They stand side by side, and something beside them, or what they stand for, cannot be told.
    """
    of_space = space_column(described) is not None
    placed = of_space or by_sheet or _names_rows(described.columns[0])
    if placed and (found := _periods(described, of_space)) is not None:
        return found
    if not (of_space or by_sheet) or not any(_tells_time(c) for c in described.columns):
        return None
    return _ages(described) or _activities(described)


def _periods(described: Described, of_space: bool) -> Across | None:
    """Return the layout of a column a month, quarter or year."""
    named = {c.name: found for c in described.columns if _numbers(c) and (found := _period(c, of_space)) is not None}
    kinds = [kind for kind, _ in named.values()]
    if not kinds:
        return None
    kind = max(kinds, key=kinds.count)
    mine = {name: text for name, (k, text) in named.items() if k == kind}
    words = sum(not _numbers(c) for c in described.columns)
    if len(mine) < FEWEST or (not of_space and 2 * len(mine) <= len(described.columns) - words + 1):
        return None
    if kind == "week":
        action = "ask for monthly counts, a row a space and month, or leave it out"
        raise _untold(described, "one column a week", list(mine), action)
    dated = [bool(re.search(_Y, text)) for text in mine.values()]
    if any(dated) and not all(dated):
        raise _untold(described, f"one column a {kind}, some without their year", list(mine), _ROWS)
    if twice := sorted({t for t in mine.values() if list(mine.values()).count(t) > 1}):
        raise _untold(described, f"several columns of the same {kind}", twice, _ROWS)
    total = _sums(described, list(mine), f"a {kind}")
    return Across(columns=_columns(mine), names=hint("titles.month"), numbers=hint("titles.visits"), total=total)


def _period(column: Column, of_space: bool) -> tuple[str, str] | None:
    """Return the kind of period that a header names, and how a record says it: with its year where it is told."""
    texts = [column.name]
    group = re.fullmatch(r"(.*?)\s*\[(.*)\]", column.name)
    parts = list(group.groups()) if group else column.label.split(" : ") if " : " in column.label else []
    if len(parts) == 2 and (year := re.findall(_Y, parts[0])):
        texts.insert(0, f"{parts[1]} {year[0]}")
    for text in texts:
        words = plain_words(text)
        if re.fullmatch(_WEEK, words):
            return "week", text
        for kind in NAMED:
            if (found := period_named(text, kind)) is not None and re.search(_Y, words + found):
                return kind, text if text == column.name else found
        for alone, pattern in _WITHOUT_YEAR.items():
            more = f"|{_BESIDE_SPACE[alone]}" if of_space and alone in _BESIDE_SPACE else ""
            if re.fullmatch(pattern + more, words):
                return alone, text
    return None


def _ages(described: Described) -> Across | None:
    """Return the layout of a column an age band; None where the file has a column of visits that is not their sum."""
    lows: dict[str, int] = {}
    said: list[str] = []
    for column in described.columns:
        low = low_of(plain_words(_last(column)))
        if low is not None and _numbers(column):
            lows[column.name] = low
            said.append(_last(column))
    if len(lows) < FEWEST and not (len(lows) == 2 and follow(age_codes(said))):
        return None
    if len(set(lows.values())) < len(lows):
        raise _untold(described, "several columns of the same age band", list(lows), _ROWS)
    untold = [c.name for c in described.columns if re.fullmatch(_UNTOLD, plain_words(_last(c))) and _numbers(c)]
    mine = {c.name: _last(c) for c in described.columns if c.name in lows or c.name in untold}
    total = _sums(described, list(mine), "an age band")
    return Across(columns=_columns(mine), names=hint("titles.age"), numbers=hint("titles.visits"), total=total)


def _activities(described: Described) -> Across | None:
    """Return the layout of a column a kind of visit: nothing but a total that adds them up says that they are."""
    numeric = [c for c in described.columns if _numbers(c) and not _is_word(c)]
    for total in numeric:
        if label_of(total.name) is None and role_of(ATTENDANCE_ROLES, total.name, total.label) != "visits":
            continue
        parts = [c for c in numeric if c is not total]
        known = any(role_of(ATTENDANCE_ROLES, c.name, c.label) == "visits" for c in parts)
        if len(parts) >= 2 and not known and _adds_up(parts, total):
            mine = {c.name: _last(c) for c in parts}
            names, numbers = hint("titles.activity"), hint("titles.visits")
            return Across(columns=_columns(mine), names=names, numbers=numbers, total=total.name)
    return None


def added_up(described: Described) -> dict[str, list[str]]:
    """Return the total of counts -> the columns that it adds up in nearly every row; none where no columns are so.

    Of several ways to add up the one of the most columns.
    """
    numeric = [c for c in described.columns if _numbers(c) and not _is_word(c)]
    for total in numeric:
        if role_of(ATTENDANCE_ROLES, total.name, total.label) != "total" and label_of(total.name) is None:
            continue
        parts = [c for c in numeric if c is not total][:MOST_PARTS]
        for size in range(len(parts), 1, -1):
            if found := next((some for some in combinations(parts, size) if _adds_up(some, total)), None):
                return {total.name: [c.name for c in found]}
    return {}


def _sums(described: Described, mine: Sequence[str], what: str) -> str | None:
    """Return the column that adds up all the counts, None where there is none.

    Raises
    ------
    Unusable
        A column of other numbers stands beside the counts: nobody knows what it counts.
    """
    counts = [c for c in described.columns if c.name in mine]
    places = {c.name: i for i, c in enumerate(described.columns)}
    total: str | None = None
    for column in (c for c in described.columns if c.name not in mine and _numbers(c) and not _is_word(c)):
        before = [c for c in counts if places[c.name] < places[column.name]]
        if _adds_up(counts, column):
            total = total or column.name
        elif not any(_adds_up(before[i:], column) for i in range(len(before) - 1)) and not _averages(counts, column):
            raise Unusable(
                f"the counts stand side by side, one column {what}, and another column of numbers beside them",
                where=f"{described.file}, column '{column.name}'",
                found=f"numbers that are not the sum of {some(mine, 3)}",
                allowed="a total that adds them up, or no other numbers",
                action="correct the total; or take the column out, or give it in a file of its own",
            )
    return total


def _adds_up(parts: Sequence[Column], total: Column) -> bool:
    sums, told = np.nansum(_table(parts), axis=1), numbers_of(total.examples, FileSpec(path=""))
    looked = np.isfinite(told) & ((sums != 0) | (told != 0))
    return bool(len(parts) > 1 and looked.any() and np.isclose(sums, told)[looked].mean() >= ADDED_UP)


def _averages(parts: Sequence[Column], mean: Column) -> bool:
    table, told = _table(parts), numbers_of(mean.examples, FileSpec(path=""))
    held = np.isfinite(table).sum(axis=1)
    looked = np.isfinite(told) & (held > 0)
    means = np.nansum(table, axis=1) / np.maximum(held, 1)
    return bool(looked.any() and (np.abs(means - told) <= 0.51)[looked].mean() >= ADDED_UP)


def _table(parts: Sequence[Column]) -> np.ndarray:
    return np.column_stack([numbers_of(c.examples, FileSpec(path="")) for c in parts])


def _columns(mine: dict[str, str]) -> list[str] | dict[str, str]:
    return list(mine) if all(name == text for name, text in mine.items()) else mine


def _last(column: Column) -> str:
    """Return what the lower of two header lines says of a column: « Visites [Moins de 25 ans] »."""
    group = re.fullmatch(r".*\[(.+)\]", column.name)
    return group[1] if group else column.name


def _numbers(column: Column) -> bool:
    """Return whether a column holds numbers, marks of what is not known aside; a blank one may be yet to come."""
    held = [t for t in map(text_of, column.examples) if t is not None]
    read = np.isfinite(numbers_of(column.examples, FileSpec(path=""))).sum()
    return not held or int(read) > NUMBERS * len(held)


def _is_word(column: Column) -> bool:
    """Return whether a column of numbers says which space or when, and counts no visits."""
    site, other = role_of(SITE_ROLES, column.name, column.label), role_of(ATTENDANCE_ROLES, column.name, column.label)
    return site is not None or other in ("site", "month") or _tells_time(column) or folded(column.name) in _KEYS


def _tells_time(column: Column) -> bool:
    words = folded(column.name)
    return role_of(ATTENDANCE_ROLES, column.name, column.label) == "month" or any(
        words in names for names in lexicon("periods").values()
    )


def year_lacks(described: Described) -> bool:
    """Return whether the periods of a file are months or quarters of a year that none of its columns names."""
    if any(folded(c.name) in lexicon("periods")[p] for c in described.columns for p in ("year", "school-year")):
        return False
    for column in (c for c in described.columns if _tells_time(c)):
        texts = [t for t in map(text_of, column.examples) if t is not None and label_of(t) is None]
        if texts and all(re.fullmatch(f"{_MONTH}|{_WITHOUT_YEAR['quarter']}|[tq][1-4]", plain_words(t)) for t in texts):
            return True
    return False


def blank_below(described: Described) -> list[str]:
    """Return the columns of words in which a space stands once for the rows below it, blank in them."""
    site = space_column(described)
    if site is None or not any(_tells_time(c) for c in described.columns):
        return []
    blank = _blanks(site)
    texts = [t for t in map(text_of, site.examples) if t is not None]
    if not len(blank) or blank[0] or blank.mean() < NUMBERS or len(set(texts)) < len(texts):
        return []
    return [
        c.name for c in described.columns if not _tells_time(c) and not _blanks(c)[0] and (_blanks(c) == blank).all()
    ]


def _blanks(column: Column) -> np.ndarray:
    return np.array([text_of(v) is None for v in column.examples], dtype=bool)


def _names_rows(column: Column) -> bool:
    """Return whether a column names each record once, in words: a place, and not an answer; totals aside."""
    texts = [t for t in map(text_of, column.examples) if t is not None and label_of(t) is None]
    return len(texts) > 1 and len(set(texts)) == len(texts) and all(re.match(r"[^\W\d_]{2}", t) for t in texts)


def _untold(described: Described, what: str, found: Sequence[str], action: str) -> Unusable:
    return Unusable(
        f"the counts stand side by side, {what}",
        where=described.file,
        found=some(found, 12),
        allowed="one column a month, quarter, half-year, year or age band, each once, with its year where another"
        " has one; or one row a space and period, with a column 'periode' (2006-01, janvier 2006, T1 2006, 2006) and"
        " one 'visites'",
        action=action,
    )
