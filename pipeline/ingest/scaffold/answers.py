"""Draft questions of a survey file: from its questionnaire where one was given, else from its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import ValidationError

from pipeline.ingest.lexicon import patterns
from pipeline.ingest.privacy.detect import detect, plain_words
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.privacy.patterns import masked
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.scaffold.boxes import boxes, draft_of_boxes, draft_of_categories, member_of
from pipeline.ingest.scaffold.columns import draft_of, is_ticked
from pipeline.ingest.scaffold.file_titles import title_of_name
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.legends import with_legend
from pipeline.ingest.scaffold.majority import is_unique, nearly_unique
from pipeline.ingest.scaffold.no_answer import reason_of, share_missing
from pipeline.ingest.scaffold.plausible import plausible
from pipeline.ingest.scaffold.replicate_weights import replicate_weights
from pipeline.ingest.scaffold.routing import with_filters
from pipeline.ingest.scaffold.several import several
from pipeline.ingest.scaffold.words import KEYS, PARADATA, SURVEY_ROLES, matches, role_of
from pipeline.ingest.tools import kobo, limesurvey, webform
from pipeline.ingest.tools.draft import Draft, Questionnaire, drafts_of, hint, slug
from pipeline.ingest.tools.headers import Asked, asked_columns, matched
from pipeline.ingest.values import distinct, text_of
from pipeline.instrument import Code, Instrument

_OTHER = re.compile(patterns("answers")["other"])
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
    grouped = _as_elsewhere(given, boxes(given), together)
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
                out += draft_of_categories(stem, grouped[stem], declared) or _each(given, grouped, stem, decimal)
            else:
                out.append(draft_of_boxes(stem, grouped[stem], declared))
    return out


def _alone(given: Given, column: Column, decimal: str | None, grouped: dict[str, list[Column]]) -> Draft | None:
    """Return the draft of a column that is no box; None where it says again what boxes say, or nothing."""
    if given.tool == "kobo" and column.name in grouped:
        return None
    found = draft_of(column, decimal)
    if found is None:
        return None
    box = member_of(column.name)
    asked = box is not None and (box["stem"] in grouped or given.column(box["stem"]) is not None)
    if box and asked and _OTHER.fullmatch(plain_words(box["item"])):
        base = {k: v for k, v in found.content.items() if k in ("name", "column", "wording")}
        return Draft({**base, "type": "open", "role": "open_text"}, {"role": hint("open")})
    codes = found.content.get("codes", {})
    if given.tool == "kobo" and all(re.fullmatch(r"[\w.-]+(?: [\w.-]+)*", str(c)) for c in codes):
        return several(column, {k: found.content[k] for k in ("name", "wording", "column") if k in found.content},
                       (" ",)) or found  # fmt: skip
    return found


def _each(given: Given, grouped: dict[str, list[Column]], stem: str, decimal: str | None) -> list[Draft]:
    """Return the drafts of the columns of a set, each on its own."""
    found = [_alone(given, column, decimal, grouped) for column in grouped[stem]]
    return [draft for draft in found if draft is not None]


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
    return title_of_name(without_year(stem))


def without_year(title: str) -> str:
    """Return a title without the years that it names, and the marks that stood beside them alone."""
    return re.sub(r"\s*[,(]?\s*(?<!\d)(?:19|20)\d\d(?!\d)\s*\)?", "", title).strip(" -–,:") or title


def title_above(given: Given) -> str:
    """Return the title that stands alone above the answers of a survey, empty where several lines or none do."""
    above = given.described.received.documented.titles
    return masked(above[0]) if given.kind == "survey" and len(above) == 1 and len(above[0]) <= LONGEST_TITLE else ""


__all__ = ["drafts", "drafts_of", "overlap", "plain_title", "title_above", "without_year"]
