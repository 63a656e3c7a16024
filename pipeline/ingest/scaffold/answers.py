"""Draft questions of a survey file: from its questionnaire where one was given, else from its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from pipeline.ingest.lexicon import folded, patterns
from pipeline.ingest.privacy.detect import detect, plain_words
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.privacy.patterns import masked
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.readers.received import MultipleSet
from pipeline.ingest.recode import TICKED
from pipeline.ingest.scaffold.columns import (
    MOST_ANSWERS,
    draft_of,
    is_ticked,
    missing_of,
    reason_of,
    share_missing,
    wording_of,
)
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.legends import with_legend
from pipeline.ingest.scaffold.majority import is_unique, nearly_unique
from pipeline.ingest.scaffold.plausible import plausible
from pipeline.ingest.scaffold.replicate_weights import replicate_weights
from pipeline.ingest.scaffold.routing import with_filters
from pipeline.ingest.scaffold.several import several
from pipeline.ingest.scaffold.words import KEYS, PARADATA, SURVEY_ROLES, bare_number, matches, role_of
from pipeline.ingest.tools import kobo, limesurvey, webform
from pipeline.ingest.tools.draft import Draft, Questionnaire, drafts_of, hint, short_name, slug
from pipeline.ingest.tools.headers import Asked, asked_columns, matched
from pipeline.ingest.values import distinct, text_of
from pipeline.instrument import Code, Instrument

_NUMBERED = re.compile(r"^(?P<stem>.*?[A-Za-z])(?P<item>\d+)$")
_OTHER = re.compile(patterns("answers")["other"])
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
#: Signs of a title, at most.
LONGEST_TITLE = 120
_LIKE_TEXT = ("open", "text", "key", "date", "month", "multiple")


def drafts(given: Given, decimal: str | None, together: Mapping[str, Sequence[str]] | None = None) -> list[Draft]:
    """Return the draft questions of a survey, roles guessed; columns about the response itself are left out.

    Parameters
    ----------
    decimal : decimal mark of the file.
    together : columns that are boxes of one question in other waves, by the name of the question (`box_columns`).
    """
    if given.questionnaire is not None:
        found = from_questionnaire(given, given.questionnaire)
    else:
        found = _from_columns(given, decimal, together or {})
    _communes(given, found)
    _key(given, found)
    _roles(given, found)
    if given.questionnaire is None:
        with_filters(given, found)
    return found


def _communes(given: Given, found: list[Draft]) -> None:
    """Give the questions that ask for a commune by its code their role, unless answers of theirs have names."""
    for draft in found:
        column = _column_of(given, draft)
        if column is None or column.name not in given.communes or column.values:
            continue
        codes = draft.content.get("codes", {})
        if any(label["fr"] != str(code) for code, label in codes.items()):
            continue
        kept = {k: v for k, v in draft.content.items() if k in ("name", "column", "wording", "waves", "asked_if")}
        draft.content = {**kept, "type": "text", "role": "commune"}
        draft.review = {"role": hint("role")}


def overlap(given: Given, questionnaire: Questionnaire) -> float:
    """Return the share of a questionnaire's questions that a file holds."""
    held = _held(given, questionnaire)
    return len(held) / max(len(questionnaire.drafts), 1)


def from_questionnaire(given: Given, questionnaire: Questionnaire) -> list[Draft]:
    """Return the questions of a questionnaire that the file holds, and the dates of the response beside them."""
    held = _held(given, questionnaire)
    kept = [d for d in questionnaire.drafts if d.name in held]
    personal = {d.name: draft_of(c, None) for d in kept if (c := _column_of(given, d)) is not None}
    out = []
    for draft in kept:
        other = personal.get(draft.name)
        if other is not None and _says_more(draft, other):
            draft.content |= {k: other.content[k] for k in ("role", "type", "date_format") if k in other.content}
            draft.review["role"] = other.review.get("role", "")
        elif other is not None and draft.content["type"] == "number" and "range" in other.content:
            draft.content["range"] = other.content["range"]
            draft.review["range"] = other.review["range"]
        _reasons(draft, _column_of(given, draft))
        out.append(draft)
    return out


def _says_more(draft: Draft, other: Draft) -> bool:
    """Return whether answers tell what a question of text or numbers is: a person, a commune, a year of birth."""
    kind, role = draft.content["type"], other.content.get("role")
    return bool(role) and (kind in ("text", "open") or (kind == "number" and role == "birth_date"))


def _reasons(draft: Draft, column: Column | None) -> None:
    """Make answers that say why there is none (« Ne sait pas ») missing ones, whose share is told, as in any file."""
    codes: dict[Code, dict[str, str]] = draft.content.get("codes", {})
    said = {code: reason for code, label in codes.items() if (reason := reason_of(label["fr"])) is not None}
    if not said or len(codes) - len(said) < 2:
        return
    draft.content["codes"] = {code: label for code, label in codes.items() if code not in said}
    draft.content["missing"] = {**draft.content.get("missing", {}), **said}
    draft.review["missing"] = hint("missing") + (share_missing(column, said) if column is not None else "")


def _column_of(given: Given, draft: Draft) -> Column | None:
    return given.column(str(draft.content.get("column", draft.name)))


def under_names(given: Given, questionnaire: Questionnaire) -> Given:
    """Return a file with its columns called as the questionnaire calls them, and with the words of their questions."""
    names, asked = _names(given, questionnaire)
    said = {a.column: a.question.wording.fr for a in asked if a.item is None}
    columns = []
    for c in given.described.columns:
        name = names.get(c.name, c.name)
        columns.append(replace(c, name=name, label=c.label or said.get(name, "")))
    communes = frozenset(names.get(c, c) for c in given.communes)
    return replace(given, described=replace(given.described, columns=columns), communes=communes)


def _held(given: Given, questionnaire: Questionnaire) -> set[str]:
    names, asked = _names(given, questionnaire)
    held = {a.question.name for a in asked if a.column in names.values()}
    if given.tool == "kobo":
        held |= {q.name for q in kobo.joined_columns(given.described.file, given.names, asked, names).values()}
        held |= {a.question.name for parts in kobo.ranked_columns(given.names, asked, names).values() for a in parts}
    return held


def _names(given: Given, questionnaire: Questionnaire) -> tuple[dict[str, str], list[Asked]]:
    """Return received column -> column of the questionnaire, and every column that it asks for."""
    questions = [{k: v for k, v in d.content.items() if k != "asked_if"} for d in questionnaire.drafts]
    try:
        instrument = Instrument.model_validate({"name": "draft", "title": {"fr": "draft"}, "questions": questions})
    except ValidationError as fault:
        raise Unusable(
            "the questionnaire cannot be an instrument",
            where=f"questionnaire '{questionnaire.title.get('fr', '')}'",
            found=str(fault.errors()[0]["msg"]).removeprefix("Value error, "),
            action="correct it in the survey tool and export it again, or leave it out",
        ) from None
    asked = asked_columns(instrument, [None])
    tool = limesurvey if given.tool == "limesurvey" else kobo
    return matched(given.described.file, given.names, asked, tool.forms, tool.joined), asked


def box_columns(given: Given) -> dict[str, list[str]]:
    """Return the columns of a file without a questionnaire that are boxes of one question, by the question's name."""
    grouped = {} if given.questionnaire is not None else _boxes(given)
    return {stem: [c.name for c in columns] for stem, columns in grouped.items() if len(columns) > 1}


def _as_elsewhere(
    given: Given, grouped: dict[str, list[Column]], together: Mapping[str, Sequence[str]]
) -> dict[str, list[Column]]:
    """Return boxes with those that are one question in another wave, however this file ticks them."""
    alone = {c.name for stem, columns in grouped.items() if len(columns) > 1 for c in columns}
    for stem, names in together.items():
        columns = [c for c in given.described.columns if c.name in names and c.name not in alone]
        if len(columns) == len(names) and all(is_ticked(c.examples) for c in columns):
            grouped = {s: cs for s, cs in grouped.items() if cs[0].name not in names} | {stem: columns}
    return grouped


def _from_columns(given: Given, decimal: str | None, together: Mapping[str, Sequence[str]]) -> list[Draft]:
    """Return the drafts of a file that no questionnaire describes; boxes of one question are put together."""
    sets = given.described.multiple_sets
    grouped = _as_elsewhere(given, _boxes(given), together)
    inside = {c.name: stem for stem, columns in grouped.items() for c in columns}
    state = given.spec.incomplete.column if given.spec.incomplete is not None else None
    unasked = {*webform.own_columns(given.names), *replicate_weights(given.described.columns), state}
    out: list[Draft] = []
    done: set[str] = set()
    for column in given.described.columns:
        if column.name in unasked or (PARADATA.fullmatch(column.name) and given.tool is not None):
            continue
        stem = inside.get(column.name)
        if stem is None:
            draft = _alone(given, with_legend(column), decimal, grouped)
            if draft is not None:
                out.append(draft)
        elif stem not in done:
            done.add(stem)
            declared = sets.get(stem)
            if declared is not None and declared.counted is None:
                out += _categories(stem, grouped[stem], declared) or _each(given, grouped, stem, decimal)
            else:
                out.append(_together(stem, grouped[stem], declared))
    return out


def _alone(given: Given, column: Column, decimal: str | None, grouped: dict[str, list[Column]]) -> Draft | None:
    """Return the draft of a column that is no box; None where it says again what boxes say, or nothing."""
    if given.tool == "kobo" and column.name in grouped:
        return None
    found = draft_of(column, decimal)
    if found is None:
        return None
    member = _member(column.name)
    asked = member is not None and (member["stem"] in grouped or given.column(member["stem"]) is not None)
    if member and asked and _OTHER.fullmatch(plain_words(member["item"])):
        base = {k: v for k, v in found.content.items() if k in ("name", "column", "wording")}
        return Draft({**base, "type": "open", "role": "open_text"}, {"role": hint("open")})
    codes = found.content.get("codes", {})
    if given.tool == "kobo" and all(re.fullmatch(r"[\w.-]+(?: [\w.-]+)*", str(c)) for c in codes):
        return several(column, {k: found.content[k] for k in ("name", "wording", "column") if k in found.content},
                       (" ",)) or found  # fmt: skip
    return found


def _boxes(given: Given) -> dict[str, list[Column]]:
    """Return the columns that are the boxes of one question: declared sets, `Q[SQ1]`, `q/choice`, `Q1_1`, `Q1_2`..."""
    by_name = {c.name: c for c in given.described.columns}
    sets: dict[str, list[Column]] = {}
    taken: set[str] = set()
    for name, declared in given.described.multiple_sets.items():
        # A variable may stand in several sets of a file; a column answers one question here.
        sets[name] = [by_name[c] for c in declared.columns if c in by_name and c not in taken]
        taken |= set(declared.columns)
    for column in given.described.columns:
        found = _member(column.name)
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


def _member(name: str) -> re.Match[str] | None:
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


def _each(given: Given, grouped: dict[str, list[Column]], stem: str, decimal: str | None) -> list[Draft]:
    """Return the drafts of the columns of a set, each on its own."""
    found = [_alone(given, column, decimal, grouped) for column in grouped[stem]]
    return [draft for draft in found if draft is not None]


def _categories(stem: str, columns: Sequence[Column], declared: MultipleSet) -> list[Draft]:
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


def _together(stem: str, columns: Sequence[Column], declared: MultipleSet | None = None) -> Draft:
    shared = _shared([c.label for c in columns])
    headed = declared is None and all(bare_number(c.label).startswith(stem) for c in columns)
    side_by_side = declared is None and len(columns) > 1 and stem == columns[0].name
    begin = _begin([wording_of(c)["fr"] for c in columns]) if side_by_side and not shared else ""
    items = []
    for i, column in enumerate(columns, 1):
        found = None if side_by_side or headed else _member(column.name)
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


def _key(given: Given, found: list[Draft]) -> None:
    """Make the first column named like a key, whose values differ on every record, the key of the respondent.

    Where none does, the first whose values differ on nearly all: rows given twice, and those without a key, are told.
    """
    if any(d.content.get("role") == "respondent" for d in found):
        return
    called = [(d, c) for d in found if (c := _column_of(given, d)) is not None and matches(KEYS, c.name, c.label)]
    for draft, column in sorted(called, key=lambda each: not is_unique(each[1].examples)):
        if nearly_unique(column.examples):
            wording = draft.content["wording"]
            draft.content.clear()
            draft.content |= {"name": slug(column.name), "type": "key", "wording": wording, "role": "respondent"}
            draft.content |= {"column": column.name, "required": True, "unique": True}
            draft.review.clear()
            return


def _roles(given: Given, found: list[Draft]) -> None:
    """Give the questions the roles that their words and types stand for, each role once."""
    given_roles = {d.content.get("role") for d in found}
    for draft in found:
        if draft.content.get("role") and not _codes_alone(given, draft):
            continue
        name = str(draft.content.get("column", draft.name))
        said = (name, name.rpartition("/")[2], draft.content["wording"]["fr"])
        role = role_of(SURVEY_ROLES, *said)
        kind = draft.content["type"]
        again = role in given_roles and role not in ("weight", "identifier")
        if role is None or again or not _fits(role, kind, draft):
            continue
        column = _column_of(given, draft)
        if column is not None and not plausible(role, said, column):
            continue
        if role != "site" and draft.content.get("role"):
            continue
        if role == "site" and kind in ("open", "text", "single", "count", "number"):
            draft.content = {k: v for k, v in draft.content.items() if k != "codes"} | {"type": "key"}
            draft.review.pop("codes", None)
        if role in ("commune", "stratum", "weight", "identifier"):
            draft.content = {k: v for k, v in draft.content.items() if k not in ("codes", "range")}
        if role in ("commune", "identifier"):
            draft.content["type"] = "text"
        if role == "age":
            draft.content |= {"type": "number", "range": [0, 120]}
        draft.content["role"] = role
        given_roles.add(role)
        draft.review["role"] = hint("role")


def _codes_alone(given: Given, draft: Draft) -> bool:
    """Return whether a column that no answer was made of holds codes (SIRET, E07) and nothing that a person is."""
    column = _column_of(given, draft)
    if column is None or draft.content["role"] not in ("open_text", "identifier"):
        return False
    texts = {t for t in map(text_of, distinct(column.examples).values) if t}
    bare = [re.sub(r"(?<=\d)\s(?=\d)", "", t) for t in texts]
    coded = bool(bare) and all(re.fullmatch(r"(?=.*\d)[\w./-]{1,14}", t) for t in bare)
    return coded and detect(column.name, column.label or None, column.examples) is None


def _fits(role: str, kind: str, draft: Draft) -> bool:
    if role in ("age", "weight"):
        return kind in ("number", "count")
    if role in ("sex", "occupation"):
        return kind in ("single", "likert") and len(draft.content.get("codes", {})) > 1
    return kind in (*_LIKE_TEXT, "single", "count", "number")


def plain_title(given: Given) -> str:
    """Return a title for a source: of its questionnaire, above its table, or the words of its file's name."""
    if given.questionnaire is not None and given.questionnaire.title.get("fr"):
        return given.questionnaire.title["fr"]
    if title := title_above(given):
        return title
    stem = masked(given.part or given.path.stem)
    return " ".join(re.split(r"[\s_.-]+", without_year(stem))).strip() or stem


def without_year(title: str) -> str:
    """Return a title without the years that it names, and the marks that stood beside them alone."""
    return re.sub(r"\s*[,(]?\s*(?<!\d)(?:19|20)\d\d(?!\d)\s*\)?", "", title).strip(" -–,:") or title


def title_above(given: Given) -> str:
    """Return the title that stands alone above the answers of a survey, empty where several lines or none do."""
    above = given.described.received.documented.titles
    return masked(above[0]) if given.kind == "survey" and len(above) == 1 and len(above[0]) <= LONGEST_TITLE else ""


__all__ = ["drafts", "drafts_of", "overlap", "plain_title", "title_above", "without_year"]
