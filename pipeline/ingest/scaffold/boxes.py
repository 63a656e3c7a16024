"""Which columns are the boxes of one question, and the question they make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipeline.ingest.lexicon import folded
from pipeline.ingest.privacy.patterns import masked
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.readers.received import MultipleSet
from pipeline.ingest.recode import TICKED
from pipeline.ingest.scaffold.columns import MOST_ANSWERS, is_ticked, wording_of
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.no_answer import missing_of
from pipeline.ingest.scaffold.words import bare_number
from pipeline.ingest.tools import limesurvey
from pipeline.ingest.tools.draft import Draft, hint, short_name
from pipeline.ingest.values import distinct, text_of
from pipeline.instrument import Code

_NUMBERED = re.compile(r"^(?P<stem>.*?[A-Za-z])(?P<item>\d+)$")
#: How tools call the boxes of one question.
_HEADED = re.compile(r"^(?P<stem>.*[^\W\d_].*?)(?:\s*:| [–—-])\s+(?P<item>\S.*)$")
#: A question and one of its answers, as a file without codes heads its boxes: « Pourquoi non ? trop cher ».
_QUESTIONED = re.compile(r"^(?P<stem>.*\w.*\?)\s+(?P<item>\w.*)$")
_MEMBERS = (
    _HEADED,
    re.compile(r"^(?P<stem>[^\[\]]+)\[(?P<item>[^\[\]]+)\]$"),
    _QUESTIONED,
    re.compile(r"^(?P<stem>.+)/(?P<item>[^/]+)$"),
    re.compile(r"^(?P<stem>.+)_(?P<item>\d+)$"),
    _NUMBERED,
    re.compile(r"^(?P<stem>.*\d)_?(?P<item>[A-Za-z])$"),
)
_PAIRS = [{"oui", "non"}, {"yes", "no"}]


def box_columns(given: Given) -> dict[str, list[str]]:
    """Return the columns of a file without a questionnaire that are boxes of one question, by the question's name."""
    grouped = {} if given.questionnaire is not None else boxes(given)
    return {stem: [c.name for c in columns] for stem, columns in grouped.items() if len(columns) > 1}


def boxes(given: Given) -> dict[str, list[Column]]:
    """Return the columns that are the boxes of one question: declared sets, `Q[SQ1]`, `q/choice`, `Q1_1`, `Q1_2`..."""
    by_name = {c.name: c for c in given.described.columns}
    sets: dict[str, list[Column]] = {}
    taken: set[str] = set()
    for name, declared in given.described.multiple_sets.items():
        # A variable may stand in several sets of a file; a column answers one question here.
        sets[name] = [by_name[c] for c in declared.columns if c in by_name and c not in taken]
        taken |= set(declared.columns)
    for column in given.described.columns:
        found = member_of(column.name)
        if found is None or column.name in taken:
            continue
        if is_ticked(column.examples) or _repeats(column, found["item"]):
            sets.setdefault(found["stem"], []).append(column)
    said = given.described.multiple_sets
    kept = {n: cs for n, cs in sets.items() if len(cs) > 1 and (n in said or _one_question(n, cs))}
    grouped = {c.name for cs in kept.values() for c in cs} | taken
    kept |= _headed_alike([c for c in given.described.columns if c.name not in grouped])
    grouped |= {c.name for cs in kept.values() for c in cs}
    kept |= _neighbours([c if c.name not in grouped and _is_lone_box(c) else None for c in given.described.columns])
    if given.tool == "limesurvey":
        # What was written beside the box stays in the file: that it was written is the tick.
        for stem in kept:
            other = by_name.get(stem + limesurvey.OTHER)
            kept[stem] += [other] if other is not None and other not in kept[stem] else []
    return kept


def member_of(name: str) -> re.Match[str] | None:
    """Return the stem and the item of a column that is named as a box of a question is; None where it is not."""
    return next((found for pattern in _MEMBERS if (found := pattern.match(name))), None)


def _repeats(column: Column, item: str) -> bool:
    """Return whether a column holds the answer that its header names, where it was ticked, and nothing else."""
    return {folded(t) for t in map(text_of, distinct(column.examples).values) if t} == {folded(item)}


def _is_lone_box(column: Column) -> bool:
    """Return whether a column is a box of its own: ticked in some records, blank in all others.

    As a closed question all who answer it would give its one answer, 100 % of them.
    """
    texts = column.examples.map(text_of)
    given = {folded(t) for t in texts.dropna()}
    if column.values or len(given) != 1 or not texts.isna().any():
        return False
    return given <= TICKED or given == {folded(column.label or column.name)}


def _neighbours(columns: Sequence[Column | None]) -> dict[str, list[Column]]:
    """Return boxes that stand side by side with the same mark as those of one question, under the name of the first.

    ``columns`` are those of the file, None in place of what is no box of its own.
    """
    found: dict[str, list[Column]] = {}
    run: list[Column] = []
    for column in columns:
        if column is None or (run and _marked(column) != _marked(run[-1])):
            run = []
        if column is not None:
            run.append(column)
            found[run[0].name] = run
    return found


def _headed_alike(columns: Sequence[Column]) -> dict[str, list[Column]]:
    """Return questions of yes or no whose labels are one question and an answer each, under that question.

    « Q2a. Devices used: Smartphone », « Q2b. Devices used: Tablet », the numbers aside.
    """
    found: dict[str, list[Column]] = {}
    for column in columns:
        label = re.sub(r"\s+", " ", bare_number(column.label))
        member = _HEADED.match(label)
        if (
            member is not None
            and {folded(t) for c, t in column.values.items() if c not in missing_of(column)} in _PAIRS
        ):
            found.setdefault(member["stem"].strip(), []).append(column)
    return {stem: each for stem, each in found.items() if len(each) > 1}


def _marked(column: Column) -> str:
    """Return the mark of a box of its own; its header where the answer itself stands in it."""
    (mark,) = {folded(t) for t in map(text_of, distinct(column.examples).values) if t}
    return mark if mark in TICKED else ""


def _one_question(stem: str, columns: Sequence[Column]) -> bool:
    """Return whether columns are the boxes of one question: brackets, labels that start alike, ticks without a no.

    Q1, Q2, Q3 answered by yes or no are questions of their own.
    """
    if (
        any("[" in c.name or "/" in c.name or _HEADED.match(c.name) or _QUESTIONED.match(c.name) for c in columns)
        or len(_shared([c.label for c in columns])) > 3
    ):
        return True
    ticked_only = all(len({t for t in map(text_of, c.examples) if t}) == 1 for c in columns)
    own_name = len(re.sub(r"[^A-Za-z]", "", stem)) > 2 or bool(re.search(r"_\d+$", columns[0].name))
    return len(columns) > 2 and (ticked_only or own_name)


def draft_of_categories(stem: str, columns: Sequence[Column], declared: MultipleSet) -> list[Draft]:
    """Return the one question of a set of categories, whose columns hold the first, second, third answer.

    None where its answers are texts that differ from record to record.
    """
    labels: dict[str, str] = {}
    missing: dict[Code, str] = {}
    for column in columns:
        labels |= {str(v): masked(label or str(v)) for v, label in column.values.items()}
        missing |= missing_of(column)
    met = {t for column in columns for t in map(text_of, distinct(column.examples).values) if t}
    unlabelled = sorted(met - set(labels) - {str(m) for m in missing})
    if len(unlabelled) > MOST_ANSWERS:
        return []
    answers = {**labels, **{t: masked(t) for t in unlabelled}}
    items: list[dict[str, Any]] = []
    for i, (code, label) in enumerate((c, t) for c, t in answers.items() if c not in {str(m) for m in missing}):
        plain = re.fullmatch(r"[\w.-]+", code) is not None
        items.append({"name": code if plain else short_name(label, f"i{i}", 36), "label": {"fr": label}})
        items[-1] |= {} if plain else {"column": code}
    content: dict[str, Any] = {"name": short_name(stem), "type": "multiple"}
    content |= {"wording": {"fr": declared.label or stem}, "slots": [c.name for c in columns], "items": items}
    content |= {"missing": missing} if missing else {}
    said = hint("set")
    return [Draft(content, {"items": said})] if items else []


def draft_of_boxes(stem: str, columns: Sequence[Column], declared: MultipleSet | None = None) -> Draft:
    """Return the one question of several boxes, with an item a column."""
    shared = _shared([c.label for c in columns])
    headed = declared is None and all(bare_number(c.label).startswith(stem) for c in columns)
    side_by_side = declared is None and len(columns) > 1 and stem == columns[0].name
    begin = _begin([wording_of(c)["fr"] for c in columns]) if side_by_side and not shared else ""
    items = []
    for i, column in enumerate(columns, 1):
        found = None if side_by_side or headed else member_of(column.name)
        own = found["item"] if found else column.name if side_by_side or headed else str(i)
        named = column.name.endswith("]") or any(p.match(column.name) for p in (_HEADED, _QUESTIONED))
        bracketed = masked(own) if found is not None and named else ""
        label = column.label.removeprefix(shared).strip(" :-[]") if not begin else ""
        label = bare_number(column.label).removeprefix(stem).strip(" :-") if headed else label
        label = label or bracketed or wording_of(column)["fr"].removeprefix(begin).strip(" :-")
        items.append(
            {"name": short_name(own, f"i{i}", 36).lstrip("_") or f"i{i}", "label": {"fr": label}, "column": column.name}
        )
    name = short_name(stem.rpartition("/")[2])
    wording = (declared.label if declared else "") or (stem if headed else "") or shared.strip(" :-[]") or begin or stem
    if side_by_side and not shared and not begin:
        wording = hint("titles.boxes")
    ticked = {} if declared is None or declared.counted in (None, 1) else {"ticked": [declared.counted]}
    return Draft(
        {"name": name, "type": "multiple", "wording": {"fr": wording}, **ticked, "items": items},
        {"items": hint("boxes"), **({"wording": hint("boxes_asked")} if side_by_side else {})},
    )


def _shared(labels: Sequence[str]) -> str:
    """Return the start that all labels share, up to a break between words."""
    if not all(labels):
        return ""
    first, last = min(labels), max(labels)
    n = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    start = first[:n]
    end = max(start.rfind(mark) for mark in (":", "?", "-", "["))
    return start[: end + 1] if end > 0 else ""


def _begin(names: Sequence[str]) -> str:
    """Return the words that all names begin with, each of which goes on; empty where they share none."""
    words = [name.split() for name in names]
    n = next((i for i, each in enumerate(zip(*words, strict=False)) if len(set(map(folded, each))) > 1), 0)
    return " ".join(words[0][:n])
