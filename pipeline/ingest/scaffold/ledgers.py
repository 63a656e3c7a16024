"""Draft questions of what an administration keeps: accounts of costs, cycles of workshops, lists of enrolments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pipeline.ingest.lexicon import patterns
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.scaffold.columns import draft_of, safe_codes, spelled_alike, wording_of
from pipeline.ingest.scaffold.words import RESERVED, SURVEY_ROLES, role_of
from pipeline.ingest.tools.draft import Draft, hint, short_name
from pipeline.ingest.values import distinct, number_of, text_of

Ledger = Literal["costs", "workshops", "enrolments"]
Flow = Literal["spent", "received"]
FLOWS: tuple[Flow, ...] = ("spent", "received")
_SAID = patterns("ledgers")
#: Role -> what the words of a header must match, whole and without accents, in each kind of table.
ROLES: Mapping[Ledger, Mapping[str, str]] = {
    "costs": {**_SAID["costs"], "site": SURVEY_ROLES["site"]},
    "workshops": {"site": SURVEY_ROLES["site"], **_SAID["workshops"]},
    "enrolments": {
        "site": SURVEY_ROLES["site"],
        **_SAID["enrolments"],
        "age": f"{SURVEY_ROLES['age']}|{_SAID['enrolments']['age']}",
        "sex": SURVEY_ROLES["sex"],
        "occupation": SURVEY_ROLES["occupation"],
    },
}
#: Roles without which the questions of a kind cannot be answered.
NEEDED: Mapping[Ledger, frozenset[str]] = {
    # without a nature they are what was paid in, not what it was spent on
    "costs": frozenset({"amount", "year", "financer"}),
    "workshops": frozenset({"site", "starts", "places", "enrolled", "training_hours"}),
    "enrolments": frozenset({"site", "identifier", "starts", "ends", "completed"}),
}
_TYPES = {"year": "count", "amount": "number", "site": "key", "starts": "date", "ends": "date", "places": "count",
          "enrolled": "count", "attended": "count", "training_hours": "number", "identifier": "key",
          "age": "count"}  # fmt: skip
_REQUIRED = {"year", "cost_nature", "financer", "amount", "site", "starts", "identifier", "completed"}


def ledger_of(described: Described) -> Ledger | None:
    """Return which of these tables a file is: all that its questions need is there; None where it is none."""
    return next((kind for kind in ROLES if NEEDED[kind] <= set(_by_role(described, kind))), None)


def nearly(described: Described) -> tuple[Ledger, list[str]] | None:
    """Return the table that a file would be with a few columns more, and their roles; None where it is far from it."""
    for kind, needed in NEEDED.items():
        held = set(_by_role(described, kind))
        if needed - held and len(needed & held) > len(needed - held) and held - {"site", "age", "sex", "occupation"}:
            return kind, sorted(needed - held)
    return None


def ledger_drafts(described: Described, kind: Ledger, decimal: str | None) -> list[Draft]:
    """Return the questions of such a table: the columns that have a role in it; others are left out."""
    found = []
    for role, column in _by_role(described, kind).items():
        draft = draft_of(column, decimal)
        name = short_name(column.name).lower()
        content: dict[str, Any] = {"name": f"{name}_received" if name in RESERVED else name, "column": column.name}
        content |= {"wording": wording_of(column), "type": _TYPES.get(role, "single"), "role": role}
        if content["type"] == "single":
            content["codes"] = safe_codes(spelled_alike(column.examples))
        if content["type"] == "date" and draft is not None and "date_format" in draft.content:
            content["date_format"] = draft.content["date_format"]
        if role == "amount":
            content["unit"] = "euros"
        if role in _REQUIRED:
            content["required"] = True
        found.append(Draft(content, {"role": hint("role")}))
    return found


def _by_role(described: Described, kind: Ledger) -> dict[str, Column]:
    """Return the first column of each role whose values can be what its header says."""
    found: dict[str, Column] = {}
    for column in described.columns:
        role = role_of(ROLES[kind], column.name, column.label)
        if role is None or not _plausible(role, column):
            continue
        # of what was voted and what was paid, what was paid
        if role not in found or (role == "amount" and _is_paid(column) and not _is_paid(found[role])):
            found[role] = column
    return found


def _is_paid(column: Column) -> bool:
    return re.search(rf"\b(?:{_SAID['paid']})\b", plain_words(f"{column.name} {column.label}")) is not None


def _plausible(role: str, column: Column) -> bool:
    texts = [t for t in map(text_of, distinct(column.examples).values) if t]
    if role == "year":
        return bool(texts) and all(re.fullmatch(r"(?:19|20)\d\d", t) for t in texts)
    if role in ("amount", "places", "enrolled", "attended", "training_hours"):
        read = [number_of(re.sub(r"\s*(?:€|euros?)$", "", t, flags=re.I), "," if "," in t else None) for t in texts]
        return bool(texts) and all(v is not None for v in read)
    if role in ("cost_nature", "financer"):
        return bool(texts) and not any(re.fullmatch(r"[\d.,\s]+", t) for t in texts)
    return bool(texts)


def flows_of(described: Described) -> tuple[str, dict[Flow, list[str]]] | None:
    """Return the column that says which lines of accounts were spent and which received, and its texts of each.

    None where no column says both, and nothing else.
    """
    for column in described.columns:
        texts = [t for t in map(text_of, distinct(column.examples).values) if t]
        said = {flow: [t for t in texts if re.fullmatch(_SAID["flows"][flow], plain_words(t))] for flow in FLOWS}
        if all(said.values()) and sum(map(len, said.values())) == len(texts):
            return column.name, said
    return None


def is_investment(nature: str) -> bool:
    """Return whether a nature of expenditure is that of investment."""
    return re.search(rf"\b(?:{_SAID['investment']})\b", plain_words(nature)) is not None


def largest_financer(described: Described, drafts: list[Draft]) -> str:
    """Return the code of the financer that pays the most, of accounts of costs."""
    by_role = {d.content["role"]: d.content for d in drafts}
    amounts, payers = (
        next(c for c in described.columns if c.name == by_role[role]["column"]).examples
        for role in ("amount", "financer")
    )
    sums: dict[str, float] = {}
    for amount, payer in zip(amounts, payers, strict=True):
        said, text = plain_words(text_of(payer) or ""), text_of(amount) or ""
        sums[said] = sums.get(said, 0.0) + (number_of(text, "," if "," in text else None) or 0.0)
    codes = {plain_words(label["fr"]): str(code) for code, label in by_role["financer"]["codes"].items()}
    return codes[max((s for s in sums if s in codes), key=lambda s: sums[s])]
