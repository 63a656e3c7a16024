"""Which files are waves of one survey, what each wave is called, and how its questions changed their columns."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

import pandas as pd
import yaml

from pipeline.ingest.conventions import date_order
from pipeline.ingest.lexicon import folded, lexicon, patterns
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.recode import TICKED
from pipeline.ingest.scaffold.columns import is_year
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.majority import few, nearly_filled
from pipeline.ingest.scaffold.scales import FEWEST, scale_of
from pipeline.ingest.scaffold.words import NAMED_WAVES, RESPONDED, WAVES, bare_words, matches
from pipeline.ingest.tools.draft import Draft, hint
from pipeline.ingest.tools.headers import plain
from pipeline.ingest.values import dates, distinct, months, text_of

_YEAR = re.compile(r"(?<!\d)(19[89]\d|20\d\d)(?!\d)")
#: How a text of a date or a month starts.
_DATED = re.compile(r"\d{1,4}[-/.]\d{1,4}|[^\W\d_]{3,9}\.?[ -]\d{2,4}")
#: Files that share this part of their columns or questions are waves of one survey.
ALIKE = 0.5


#: What 1, 0 and 2 mean of a question of yes and no, and the same in English.
_YES_NO = {1: "oui", 0: "non", 2: "non"}
_ENGLISH = {"oui": {"yes", "y"}, "non": {"no", "n"}}
#: Wordings so alike may be one question; shorter ones tell nothing.
CLOSE, _LONG_ENOUGH = 0.75, 15


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


def surveys(given: Sequence[Given], undated: int) -> list[Survey]:
    """Return the surveys that the files make up, with their waves; ``undated`` is the year of those that tell none."""
    out: list[Survey] = []
    groups: list[list[Given]] = []
    for g in given:
        same = next((group for group in groups if is_same_survey(group[0], g)), None)
        if same is None:
            groups.append([g])
        else:
            same.append(g)
    for group in groups:
        if len(group) == 1:
            out.append(_by_column(group[0], undated) or _single(group[0], undated))
        else:
            waves = [_wave(g, undated) for g in group]
            if len({w.name for w in waves}) < len(waves):
                out += [_single(g, undated) for g in group]
            else:
                pairs = sorted(zip(waves, group, strict=True), key=lambda p: year_in(p[0].name) or "")
                out.append(Survey([(w.name, g) for w, g in pairs], [w for w, _ in pairs]))
    return out


def _single(given: Given, undated: int) -> Survey:
    wave = _wave(given, undated)
    return Survey([(wave.name, given)], [wave])


def is_same_survey(one: Given, other: Given) -> bool:
    """Return whether two files are waves: their names differ by the year only, or their columns are much the same.

    Two sheets of a workbook are when both are named as waves.
    """
    if one.path == other.path:
        return one.wave is not None and other.wave is not None
    if year_in(one.path.stem) is None or year_in(other.path.stem) is None:
        return False
    stems = {plain_words(_YEAR.sub("", g.path.stem)) for g in (one, other)}
    a, b = ({plain(c.label or c.name) for c in g.described.columns} for g in (one, other))
    return len(stems) == 1 or len(a & b) >= ALIKE * min(len(a), len(b))


def year_in(text: str) -> str | None:
    """Return the last year that a text names."""
    found = _YEAR.findall(text)
    return found[-1] if found else None


def _wave(given: Given, undated: int) -> Wave:
    first, last = response_dates(given)
    named = year_in(given.wave or given.path.stem)
    year = named or (str(last.year) if last else str(undated))
    name = given.wave or year
    if first is None or last is None:
        return Wave(name, dt.date(int(year), 1, 1), dt.date(int(year), 12, 31), False)
    return Wave(name, first, last, True)


def response_dates(given: Given) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and last day of the responses, from the dates of the tool or a column named « date »."""
    wanted = ("submitdate", "datestamp", "_submission_time", "end", "today")
    for column in given.described.columns:
        if column.name in wanted or matches(RESPONDED, column.name):
            days = days_of(column)
            if len(days):
                return days.min().date(), days.max().date()
    return None, None


#: Headers of dates that are no dates of the data: births, openings of spaces, deadlines, updates of a list.
_ELSEWHERE = re.compile(rf"\b(?:{patterns('headers')['elsewhere']})\b")


def years_in(given: Given) -> set[int]:
    """Return the years of the dates, months and years that the columns of a file hold, births and openings aside."""
    found: set[int] = set()
    for column in given.described.columns:
        if given.counted is not None and column.name == given.counted.column:
            # quarters, half-years and school years name theirs
            texts = {t for t in map(text_of, distinct(column.examples).values) if t}
            found |= {int(y) for t in texts for y in _YEAR.findall(t)}
        if not _ELSEWHERE.search(plain_words(column.name)):
            found |= _years_of(column)
    return found


def latest_year(given: Sequence[Given], today: dt.date) -> int | None:
    """Return the last year that the files are of, by what they hold, then by their names; None where none tells it.

    Accounts come last: a budget may be of the year to come.
    """
    surveyed = [g for g in given if g.kind != "costs"]
    for files in (surveyed, [g for g in given if g.kind == "costs"]):
        held = {y for g in files if g.kind not in ("sites", "framework") for y in years_in(g) if y <= today.year}
        held |= {int(y) for g in files if (y := year_in(g.wave or g.path.stem)) and int(y) <= today.year}
        if held:
            return max(held)
    # a framework tells the years of its values in its headers alone
    named = [int(y) for g in given if g.kind == "framework" for n in g.names if (y := year_in(n.lstrip("yYaA")))]
    return max((y for y in named if y <= today.year), default=None)


def _years_of(column: Column) -> set[int]:
    if is_year(column):
        return {int(t) for t in map(text_of, distinct(column.examples).values) if t and _YEAR.fullmatch(t)}
    found = distinct(column.examples)
    texts = [t for t in map(text_of, found.values) if t]
    if column.kind != "date" and not (texts and all(_DATED.match(t) for t in texts)):
        return set()
    days = days_of(column)
    if not len(days):
        days, unread = months(found)
        days = pd.to_datetime(days, errors="coerce").dropna() if unread.isna().all() else days.iloc[:0]
    return {int(y) for y in days.dt.year.unique()} if len(days) else set()


def days_of(column: Column) -> pd.Series:
    """Return the days that a column holds; none where more than a tenth of its values are no days."""
    found = distinct(column.examples)
    read, unreadable, _ = dates(found, None, date_order(found))
    # LimeSurvey writes 1980-01-01 where a survey keeps no dates.
    read = read[read.dt.year > 1980].dropna()
    return read if unreadable.notna().sum() <= 0.1 * len(column.examples) else read.iloc[:0]


def _by_column(given: Given, undated: int) -> Survey | None:
    """Return the waves of a file that holds several, told by a column of years or waves."""
    for column in given.described.columns:
        if not matches(WAVES, column.name, column.label):
            continue
        values = {t for t in (text_of(v) for v in distinct(column.examples).values) if t}
        if not 1 < len(values) <= 40 or not nearly_filled(column.examples):
            continue
        told = {value: wave for value in values if (wave := _of_a_year(value)) is not None}
        if len(told) > 1 and few(column.examples, values - told.keys()):
            # a year typed otherwise in a record is no wave: `check` asks for it with its line
            values = set(told)
        if len({wave.name for wave in told.values()}) == len(values):
            ordered = sorted(told.items(), key=lambda t: t[1].first)
        elif matches(NAMED_WAVES, column.name, column.label) and (placed := _placed(values)):
            ordered = [(value, _wave_at(given, column, value, undated)) for value in placed]
        else:
            return None
        codes = {wave.name: int(value) if value.isdigit() else value for value, wave in ordered}
        return Survey([("all", given)], [wave for _, wave in ordered], column.name, codes)
    return None


def _placed(values: set[str]) -> list[str]:
    """Return names of waves in order: numbers, a word and a number, before and after; none where no order is told."""
    found = lexicon("waves")
    counted = re.compile(rf"(?:(?:{'|'.join(found['counted'])})\s*(?:n?[°o]?\s*)?)?(\d{{1,2}})")
    sides = {word: side for side in ("before", "after") for word in found[side]}
    place: dict[str, int] = {}
    for value in values:
        said = folded(value)
        number = counted.fullmatch(said)
        if number is not None:
            place[value] = int(number[1])
        elif said in sides:
            place[value] = int(sides[said] == "after")
    alike = len({folded(v) in sides for v in place}) == 1
    return sorted(values, key=place.__getitem__) if alike and len(set(place.values())) == len(values) else []


def _wave_at(given: Given, column: Column, value: str, undated: int) -> Wave:
    """Return the wave of the rows that name it, dated by their answers; else as one file of one wave is."""
    rows = (column.examples.map(text_of) == value).to_numpy(dtype=bool)
    for dated in given.described.columns:
        if matches(RESPONDED, dated.name) and len(days := days_of(replace(dated, examples=dated.examples[rows]))):
            return Wave(value, days.min().date(), days.max().date(), True)
    whole = _wave(given, undated)
    return Wave(value, whole.first, whole.last, False)


def _of_a_year(value: str) -> Wave | None:
    """Return the wave of a year (2006), or of a school year or season (2006-2007, 2006/07); None of anything else."""
    said = re.fullmatch(r"((?:19|20)\d\d)(?:\s*[-/–]\s*((?:19|20)?\d\d))?", value)
    if said is None:
        return None
    year = int(said[1])
    if said[2] is None:
        return Wave(value, dt.date(year, 1, 1), dt.date(year, 12, 31), False)
    if int(said[2]) % 100 != (year + 1) % 100:
        return None
    return Wave(f"{year}-{year + 1}", dt.date(year, 9, 1), dt.date(year + 1, 8, 31), False)


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
    _propose_matches(out, held)
    _columns_apart(out, held)
    return list(out.values())


def _columns_apart(drafts: dict[str, Draft], held: dict[str, dict[str, Draft]]) -> None:
    """Name a column that two questions of different waves have in each of these waves alone for the older of them."""
    named: dict[str, str] = {}
    for name, draft in sorted(drafts.items(), key=lambda each: max(held[each[0]]), reverse=True):
        own = draft.content
        columns = [str(i["column"]) for i in own.get("items", []) if "column" in i] or [str(own.get("column", name))]
        if "items" not in own and columns[0] in named:
            for wave in held[name]:
                own.setdefault("waves", {}).setdefault(wave, {}).setdefault("column", columns[0])
            own.pop("column", None)
        named |= dict.fromkeys(columns, name)


def _propose_matches(drafts: dict[str, Draft], held: dict[str, dict[str, Draft]]) -> None:
    """Say of a question which one of other waves may be the same: the same answers, and nearly the same words."""
    for name, draft in drafts.items():
        for other in (o for n, o in drafts.items() if n != name and held[n].keys().isdisjoint(held[name])):
            if max(held[name]) < max(held[other.name]):
                continue
            recode = {} if _alike(draft, other) else _of_satisfaction(draft, other, list(drafts.values()))
            if recode is None:
                continue
            own = {"column": str(other.content.get("column", other.name)), **({"recode": recode} if recode else {})}
            said = yaml.safe_dump(
                own, default_flow_style=True, allow_unicode=True, sort_keys=False, width=math.inf
            ).strip()
            history = ", ".join(f"'{wave}': {said}" for wave in sorted(held[other.name]))
            draft.review["waves"] = hint("same", name=other.name, history=f"{{{history}}}")


def _of_satisfaction(draft: Draft, other: Draft, asked: Sequence[Draft]) -> dict[str, Any] | None:
    """Return how the answers to another question of overall satisfaction are those of one; None where they are not.

    Both say so in their words, each is the only one of its waves that does, and they have as many answers, in order.
    """
    about = [d for d in asked if _rates_all(d)]
    if about not in ([draft, other], [other, draft]):
        return None
    scales = []
    for each in (other, draft):
        codes = each.content["codes"]
        order = scale_of([label["fr"] for label in codes.values()])
        by_label = {label["fr"]: code for code, label in codes.items()}
        ordered = sorted(codes) if all(isinstance(c, int) for c in codes) else None
        scales.append([by_label[label] for label in order] if order else ordered)
    theirs, ours = scales
    if theirs is None or ours is None or len(theirs) != len(ours):
        return None
    return dict(zip(theirs, ours, strict=True))


def _rates_all(draft: Draft) -> bool:
    """Return whether a closed question asks by its words how satisfied somebody is."""
    words = folded(f"{draft.content.get('column', draft.name)} {draft.content['wording']['fr']}")
    closed = draft.content["type"] in ("single", "likert") and len(draft.content.get("codes", {})) >= FEWEST
    return closed and any(word in words for word in lexicon("scales")["satisfaction"])


def _alike(one: Draft, other: Draft) -> bool:
    answers = [{plain(t["fr"]) for t in d.content.get("codes", {}).values()} for d in (one, other)]
    if one.content["type"] != other.content["type"] or answers[0] != answers[1]:
        return False
    this, that = (plain(d.content["wording"]["fr"]) for d in (one, other))
    if min(len(this), len(that)) < _LONG_ENOUGH:
        return False
    return SequenceMatcher(None, this, that, autojunk=False).ratio() >= CLOSE


def _same_question(one: Draft, other: Draft) -> bool:
    kinds = {one.content["type"], other.content["type"]}
    if "multiple" in kinds and len(kinds) > 1:
        return False
    wordings = plain(one.content["wording"]["fr"]), plain(other.content["wording"]["fr"])
    columns = [str(d.content.get("column", d.name)).casefold() for d in (one, other)]
    bare = [plain(bare_words(d.content["wording"]["fr"])) for d in (one, other)]
    same = any(a == b and len(a) > 3 for a, b in (wordings, bare))
    return columns[0] == columns[1] or same or one.name == other.name


def _history(draft: Draft, by_wave: dict[str, Draft], names: Sequence[str]) -> None:
    history: dict[str, Any] = {}
    own = str(draft.content.get("column", draft.name))
    for wave in names:
        other = by_wave.get(wave)
        if other is None:
            history[wave] = {"asked": False}
        elif other is not draft and draft.content["type"] == "multiple":
            _same_items(draft, other, wave, history)
            if other.content.get("ticked") != draft.content.get("ticked"):
                history.setdefault(wave, {})["ticked"] = other.content.get("ticked") or list(TICKED)
            if other.content.get("separator") != draft.content.get("separator"):
                history.setdefault(wave, {})["separator"] = other.content["separator"]
        elif other is not draft:
            column = str(other.content.get("column", other.name))
            if column != own:
                history[wave] = {"column": column}
            if recode := _same_codes(draft, other, wave):
                history.setdefault(wave, {})["recode"] = recode
    if draft.content["type"] == "multiple":
        _with_all_items(draft, {wave: by_wave[wave] for wave in names if wave in by_wave})
    for wave, other in by_wave.items():
        _offered(draft, other, history.setdefault(wave, {}))
    history = {wave: history[wave] for wave in names if history.get(wave)}
    if history:
        draft.content["waves"] = history
        draft.review["waves"] = hint("matched")


def _own_code(own: dict[Any, Any], code: Any, label: dict[str, str]) -> Any:
    """Return the code that another wave's answer has here: answers typed as text are one by their label."""
    if code in own or not isinstance(code, str):
        return code
    return next((c for c, t in own.items() if folded(t["fr"]) == folded(label["fr"])), code)


def _with_all_items(draft: Draft, by_wave: dict[str, Draft]) -> None:
    """Give a question the items of all its waves, and say of each which waves did not offer it."""
    items = draft.content["items"]
    offered = {w: {plain(i["label"]["fr"]) for i in d.content["items"]} for w, d in by_wave.items()}
    for item in [i for d in by_wave.values() if d is not draft for i in d.content["items"]]:
        if plain(item["label"]["fr"]) not in {plain(i["label"]["fr"]) for i in items}:
            names = {i["name"] for i in items}
            items.append(
                {**item, "name": item["name"] if item["name"] not in names else f"{item['name']}_{len(items)}"}
            )
    for item in items:
        if absent := [w for w, labels in offered.items() if plain(item["label"]["fr"]) not in labels]:
            item["_absent"] = absent
    if lacking := sorted({w for i in items for w in i.get("_absent", [])}):
        draft.review["items"] = hint("absent", wave=", ".join(lacking))


def _offered(draft: Draft, other: Draft, history: dict[str, Any]) -> None:
    """Say which answers a wave offered where it did not offer all: what it never offered is not 0 % there."""
    codes, theirs = draft.content.get("codes", {}), other.content.get("codes", {})
    held = [c for c in codes if c in theirs]
    if theirs and held and len(held) < len(codes):
        history["codes"] = held


def asked_by_wave(draft: Draft, given: Given, survey: Survey) -> None:
    """Say of a question in a file of several waves in which of them it was not asked, and which answers each offered.

    A question, or a box, that is blank in a whole wave was not asked in it; an answer that a wave never holds is not
    taken for one that nobody chose there.
    """
    waves = given.column(str(survey.wave_column))
    assert waves is not None
    own = waves.examples.map(text_of)
    rows = {w.name: (own == str(survey.codes[w.name])).to_numpy(dtype=bool) for w in survey.waves}
    if draft.content["type"] == "multiple" and not {"separator", "slots"} & set(draft.content):
        return _boxes_by_wave(draft, given, rows)
    column = given.column(str(draft.content.get("column", draft.name)))
    if column is None:
        return
    history: dict[str, Any] = {}
    for wave, at in rows.items():
        met = {folded(t) for t in map(text_of, distinct(column.examples[at]).values) if t}
        codes = draft.content.get("codes", {})
        held = [c for c, label in codes.items() if met & {folded(str(c)), folded(label["fr"])}]
        if not met:
            history[wave] = {"asked": False}
        elif held and len(held) < len(codes):
            history[wave] = {"codes": held}
    _told(draft, history)


def _boxes_by_wave(draft: Draft, given: Given, rows: dict[str, Any]) -> None:
    held: dict[str, list[str]] = {}
    for item in draft.content["items"]:
        column = given.column(str(item["column"]))
        assert column is not None
        held[item["name"]] = [w for w, at in rows.items() if column.examples[at].map(text_of).notna().any()]
    asked = {w for waves in held.values() for w in waves}
    for item in draft.content["items"]:
        waves = held[item["name"]]
        if set(waves) < asked:
            item["waves"] = waves
            draft.review["items"] = hint("items")
    _told(draft, {w: {"asked": False} for w in rows if w not in asked})


def _told(draft: Draft, history: dict[str, Any]) -> None:
    if history:
        draft.content["waves"] = history
        draft.review["waves"] = hint("held")


def _same_codes(draft: Draft, other: Draft, wave: str) -> dict[Any, Any]:
    """Add the answers of another wave to those of a question, and return which of its codes are which of its own."""
    own, theirs = draft.content.get("codes", {}), other.content.get("codes", {})
    recode = _by_label(own, theirs) if own else {}
    theirs = {recode.get(c, _own_code(own, c, label)): label for c, label in theirs.items()}
    other.content["codes"] = theirs
    led = set(recode.values())
    differing = [c for c in theirs if c not in own or (c not in led and plain(own[c]["fr"]) != plain(theirs[c]["fr"]))]
    if differing:
        draft.content["codes"] = {**theirs, **own}
        said = ", ".join(str(c) for c in differing)
        draft.review["codes"] = hint("differ", wave=wave, said=said)
    if other.content.get("missing"):
        known = draft.content.get("codes", {})
        extra = {c: r for c, r in other.content["missing"].items() if c not in known}
        draft.content["missing"] = {**extra, **draft.content.get("missing", {})}
    return recode


def _by_label(own: dict[Any, Any], theirs: dict[Any, Any]) -> dict[Any, Any]:
    """Return number of another wave -> code of a question, where each of its numbers is one of its answers.

    « 1 = oui » is « oui », or « O » where no other answer begins so; without labels 1 is yes, 0 or 2 no.
    """
    found: dict[Any, Any] = {}
    for code, label in theirs.items():
        if not isinstance(code, int):
            return {}
        said = _YES_NO.get(code, "") if label["fr"] == str(code) else folded(label["fr"])
        texts = {c: folded(t["fr"]) for c, t in own.items() if isinstance(c, str)}
        same = [c for c, t in texts.items() if t == said]
        same = same or [c for c, t in texts.items() if said and 1 in (len(t), len(said)) and t[0] == said[0]]
        same = same or [c for c, t in texts.items() if said in _YES_NO.values() and t in _ENGLISH[said]]
        found |= {code: same[0]} if len(same) == 1 else {}
    return found if len(found) == len(theirs) == len(set(found.values())) else {}


def _same_items(draft: Draft, other: Draft, wave: str, history: dict[str, Any]) -> None:
    own = {plain(i["label"]["fr"]): i for i in draft.content["items"]}
    columns = {}
    for item in other.content["items"]:
        match = own.get(plain(item["label"]["fr"]))
        if match is not None and item.get("column") != match.get("column"):
            columns[match["name"]] = item["column"]
    if columns:
        history[wave] = {"items": columns}
