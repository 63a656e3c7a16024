"""Draft questions of files of records (loans, requests, occupancy) and of frameworks of indicators."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipeline.ingest.lexicon import folded, lexicon
from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.scaffold.columns import draft_of, safe_codes, wording_of
from pipeline.ingest.scaffold.words import RESERVED
from pipeline.ingest.tools.draft import Draft, hint, short_name
from pipeline.ingest.values import distinct, text_of

_YEAR = re.compile(r"\D{0,8}((?:19|20)\d{2})")
#: Roles of a framework whose answers are listed with their labels, and those that are numbers.
_LISTED = ("objective", "indicator", "measured_in", "responsible")
_WORD = re.compile(r"[a-z]+")


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


def records_drafts(described: Described, decimal: str | None) -> list[Draft]:
    """Return the questions of a file of records: its date, who or where, what cuts it, what is summed or used."""
    words = lexicon("records")
    of_use = _of_use(described, words)
    taken: set[str] = set()
    found = []
    for column in described.columns:
        draft = draft_of(column, decimal)
        if draft is None:
            continue
        said = set(said_words(column.name))
        role = of_use.get(column.name) or _record_role(draft.content["type"], said, words, taken)
        if role is None:
            continue
        taken.add(role)
        content = {**draft.content, **_base(column, None), "role": role}
        kind = "count" if draft.content["type"] in ("single", "likert") else draft.content["type"]
        if kind_of_role := {"identifier": "text", "used": "count", "offered": "count", "quantity": kind}.get(role):
            content = {k: v for k, v in content.items() if k not in ("codes", "missing")} | {"type": kind_of_role}
        review = {k: v for k, v in draft.review.items() if k in content and k != "type"}
        found.append(Draft(content, {**review, "role": hint("role")}))
    return found


def _of_use(described: Described, words: dict[str, Any]) -> dict[str, str]:
    """Return the columns of what was used and of what was offered of the same: posts rented, posts available."""
    said = {c.name: set(said_words(c.name)) for c in described.columns}
    for name, own in said.items():
        if own.isdisjoint(words["offered"]):
            continue
        what = own - set(words["offered"])
        for other, its in said.items():
            if other != name and not its.isdisjoint(words["used"]) and its - set(words["used"]) == what:
                return {name: "offered", other: "used"}
    return {}


def _record_role(kind: str, said: set[str], words: dict[str, Any], taken: set[str]) -> str | None:
    """Return the role of a column of records; None where it holds text, which is never kept."""
    if not said.isdisjoint(words["persons"]):
        return "identifier" if "identifier" not in taken else None
    if kind in ("date", "month"):
        return kind if taken.isdisjoint({"date", "month"}) else None
    if kind in ("number", "count") or (kind in ("single", "likert") and not said.isdisjoint(words["amounts"])):
        return "quantity"
    if kind in ("single", "likert"):
        return "category"
    return "theme" if kind == "multiple" else None


def with_places(found: list[Draft]) -> list[Draft]:
    """Return records of occupancy whose first category is their place: what is offered is offered somewhere."""
    roles = [d.content["role"] for d in found]
    if "offered" not in roles or "identifier" in roles or "category" not in roles:
        return found
    place = found[roles.index("category")]
    place.content = {k: v for k, v in place.content.items() if k != "codes"} | {"type": "text", "role": "site"}
    return found


def _base(column: Column, name: str | None) -> dict[str, Any]:
    own = name or short_name(column.name).lower()
    own = f"{own}_received" if own in RESERVED else own
    return {"name": own, "wording": wording_of(column), "column": column.name}


def _answers(column: Column) -> Sequence[str]:
    return [t for t in (text_of(v) for v in distinct(column.examples).values) if t is not None]
