"""Draft questions of files of records (loans, requests, occupancy) and of frameworks of indicators."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from pipeline.ingest.lexicon import folded, lexicon
from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.scaffold.columns import MOST_ANSWERS, draft_of, safe_codes, spelled_alike, wording_of
from pipeline.ingest.scaffold.days import is_year
from pipeline.ingest.scaffold.ledgers import ROLES
from pipeline.ingest.scaffold.plausible import plausible
from pipeline.ingest.scaffold.words import RESERVED, SURVEY_ROLES, role_of
from pipeline.ingest.tools.draft import Draft, hint, short_name
from pipeline.ingest.values import distinct, text_of

_YEAR = re.compile(r"\D{0,8}((?:19|20)\d{2})")
#: Roles of a framework whose answers are listed with their labels, and those that are numbers.
_LISTED = ("objective", "indicator", "measured_in", "responsible")
_WORD = re.compile(r"[a-z]+")
#: Answers of a question that is coded 0, 1, 2, at most: more of them count something.
MOST_CODED = 3
#: What a record is of, and what it says.
_OF = {"date", "month", "year", "identifier", "site"}
_SAID = {"category", "theme", "quantity", "amount", "used"}
#: Types that roles of records ask for.
_TYPED = {"identifier": "text", "used": "count", "offered": "count", "amount": "number", "year": "count",
          "site": "key", "commune": "text"}  # fmt: skip


def is_framework(described: Described) -> bool:
    """Return whether a header names indicators with their targets, and values of a baseline or of years."""
    roles = {_framework_role(c.name) for c in described.columns}
    values = "baseline" in roles or any(_YEAR.fullmatch(c.name) for c in described.columns)
    return {"indicator", "target"} <= roles and values


def is_records(described: Described) -> bool:
    """Return whether each row is dated, and names who was served or what was used of what was offered."""
    words = lexicon("records")
    kinds = {d.content["type"] for c in described.columns if (d := draft_of(c, None)) is not None}
    said = {w for c in described.columns for w in said_words(c.name)}
    of_persons = not said.isdisjoint(words["persons"])
    return not kinds.isdisjoint({"date", "month"}) and (of_persons or bool(_of_use(described, words)))


def may_be_records(described: Described) -> bool:
    """Return whether rows that nobody was asked to answer are of a time, of somebody or of a place, and say something.

    Of a table that no more than names things nobody knows what its rows are.
    """
    roles = {d.content["role"] for d in records_drafts(described, None, frozenset())}
    return not roles.isdisjoint(_OF) and not roles.isdisjoint(_SAID)


def said_words(name: str) -> list[str]:
    """Return the words of a header, folded."""
    return _WORD.findall(folded(name))


def _framework_role(name: str) -> str | None:
    said = " ".join(re.split(r"[\s_]+", folded(name)))
    return next((role for role, words in lexicon("framework").items() if said in words), None)


def framework_drafts(described: Described) -> list[Draft]:
    """Return the questions of a framework; columns of no known role are left out."""
    found = []
    for column in described.columns:
        role = _framework_role(column.name)
        year = _YEAR.fullmatch(column.name)
        if role is None and year is None:
            continue
        base = _base(column, f"value_{year[1]}" if role is None and year is not None else None)
        if role in _LISTED:
            content = {**base, "type": "single", "codes": safe_codes(_answers(column)), "role": role}
        else:
            content = {**base, "type": "count" if role == "due" else "number", "role": role or "reached"}
        if role == "indicator":
            content["required"] = True
        found.append(Draft(content, {"role": hint("role")}))
    return found


def records_drafts(described: Described, decimal: str | None, communes: frozenset[str]) -> list[Draft]:
    """Return the questions of a file of records: its date, who or where, what cuts it, what is summed or used.

    Parameters
    ----------
    communes : the columns that hold codes of communes.
    """
    words = lexicon("records")
    of_use = _of_use(described, words)
    taken: set[str] = set()
    found = []
    for column in described.columns:
        draft = draft_of(column, decimal)
        if draft is None or draft.content.get("role") == "birth_date":
            continue
        role = of_use.get(column.name) or _own_role(column, draft, communes, taken)
        kind = "count" if _are_counts(draft) else draft.content["type"]
        role = role or _record_role(kind, said_words(column.name), words, taken)
        if role is None or (role == "quantity" and is_clock(column)):
            continue
        taken.add(role)
        if role == "category" and "codes" not in draft.content:
            draft = Draft({"type": "single", "codes": safe_codes(_answers(column))}, {"codes": hint("met")})
        content = {**draft.content, **_base(column, None), "role": role}
        kind = "count" if draft.content["type"] in ("single", "likert") else draft.content["type"]
        if kind_of_role := {**_TYPED, "quantity": kind}.get(role):
            content = {k: v for k, v in content.items() if k not in ("codes", "missing")} | {"type": kind_of_role}
        if role == "amount":
            content.setdefault("unit", "euros")
        review = {k: v for k, v in draft.review.items() if k in content and k != "type"}
        found.append(Draft(content, {**review, "role": hint("role")}))
    return _of_places_or_persons(found)


def _are_counts(draft: Draft) -> bool:
    """Return whether the codes of a column are numbers without a label, nought among several: how many there were."""
    codes = draft.content.get("codes", {})
    bare = all(isinstance(code, int) and label["fr"] == str(code) for code, label in codes.items())
    return bool(codes) and bare and 0 in codes and len(codes) > MOST_CODED


def _own_role(column: Column, draft: Draft, communes: frozenset[str], taken: set[str]) -> str | None:
    """Return the role of a year, a space, a commune or a sum of money; None elsewhere, and where it is taken."""
    kind = draft.content["type"]
    if column.name in communes:
        return "commune" if "commune" not in taken else None
    payer = role_of({r: ROLES["costs"][r] for r in ("financer", "cost_nature")}, column.name, column.label)
    if payer is not None and kind == "open" and len(_answers(column)) <= MOST_ANSWERS:
        return "category"
    if is_year(column) and taken.isdisjoint({"date", "month", "year"}):
        return "year"
    if role_of({"site": SURVEY_ROLES["site"]}, column.name, column.label) and kind != "multiple":
        return "site" if "site" not in taken and plausible("site", (), column) else None
    if (
        kind in ("number", "count")
        and said_words(column.name)[:1]
        and said_words(column.name)[0] in lexicon("records")["money"]
    ):
        return "amount"
    return None


def _of_places_or_persons(found: list[Draft]) -> list[Draft]:
    """Return records without the person who holds a post or a session where they are of a place and a time."""
    words = lexicon("records")
    roles = {d.content["role"] for d in found}
    if "site" not in roles or roles.isdisjoint({"date", "month", "year"}):
        return found
    return [
        d for d in found
        if d.content["role"] != "identifier" or not set(said_words(d.content["column"])).isdisjoint(words["persons"])
    ]  # fmt: skip


def _of_use(described: Described, words: dict[str, Any]) -> dict[str, str]:
    """Return the columns of what was used and of what was offered of the same: posts rented, posts available."""
    said = {c.name: set(said_words(c.name)) - set(words["joins"]) for c in described.columns}
    for name, own in said.items():
        if own.isdisjoint(words["offered"]):
            continue
        what = own - set(words["offered"])
        for other, its in said.items():
            if other != name and not its.isdisjoint(words["used"]) and its - set(words["used"]) == what:
                return {name: "offered", other: "used"}
    return {}


def _record_role(kind: str, header: Sequence[str], words: dict[str, Any], taken: set[str]) -> str | None:
    """Return the role of a column of records; None where it holds text, which is never kept.

    « Bénéficiaire » is a person, « Situation du bénéficiaire » one of a few things that are said of one.
    """
    said, persons = set(header), {*words["persons"], *words["holders"]}
    of_somebody = kind in ("single", "likert") and header[:1] and header[0] not in persons
    if not said.isdisjoint(persons) and said.isdisjoint(words["amounts"]) and not of_somebody:
        return "identifier" if "identifier" not in taken else None
    if kind in ("date", "month"):
        return kind if taken.isdisjoint({"date", "month", "year"}) else None
    if kind in ("number", "count") or (kind in ("single", "likert") and not said.isdisjoint(words["amounts"])):
        return "quantity"
    if kind in ("single", "likert"):
        return "category"
    return "theme" if kind == "multiple" else None


def with_places(found: list[Draft]) -> list[Draft]:
    """Return records of occupancy whose category of the most values is their place: there it is offered."""
    roles = [d.content.get("role") for d in found]
    if "offered" not in roles or "identifier" in roles or "category" not in roles:
        return found
    place = max(
        (d for d in found if d.content.get("role") == "category"), key=lambda d: len(d.content.get("codes", ()))
    )
    place.content = {k: v for k, v in place.content.items() if k != "codes"} | {"type": "text", "role": "site"}
    return found


def without_unlisted(found: list[Draft], described: Described, listed: set[str]) -> list[Draft]:
    """Return records whose place is none of the register's with that place as a category, or without it.

    Parameters
    ----------
    listed : keys and names of the spaces of the register, folded.
    """
    place = next((d for d in found if d.content.get("role") == "site"), None)
    if place is None:
        return found
    column = next(c for c in described.columns if c.name == place.content["column"])
    texts = spelled_alike(column.examples)
    if 2 * sum(folded(t) in listed for t in texts) >= len(texts):
        return found
    if len(texts) > MOST_ANSWERS:
        return [d for d in found if d is not place]
    place.content |= {"type": "single", "codes": safe_codes(texts), "role": "category"}
    return found


def uses_more_than_offered(found: list[Draft], described: Described) -> bool:
    """Return whether some records use more than they offer."""
    by_role = {d.content.get("role"): d.content["column"] for d in found}
    if not {"used", "offered"} <= by_role.keys():
        return False
    used, offered = (
        pd.to_numeric(next(c for c in described.columns if c.name == by_role[r]).examples, errors="coerce")
        for r in ("used", "offered")
    )
    return bool((used > offered).any())


def _base(column: Column, name: str | None) -> dict[str, Any]:
    own = name or short_name(column.name).lower()
    own = f"{own}_received" if own in RESERVED else own
    return {"name": own, "wording": wording_of(column), "column": column.name}


def is_clock(column: Column) -> bool:
    """Return whether a column holds times of day, which are neither counted nor summed."""
    texts = _answers(column)
    return bool(texts) and all(re.fullmatch(r"\d{1,2}[:hH]\d{2}(?::\d{2})?", t) for t in texts)


def _answers(column: Column) -> Sequence[str]:
    return [t for t in (text_of(v) for v in distinct(column.examples).values) if t is not None]
