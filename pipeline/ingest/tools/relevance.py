"""Routing as survey tools write it (LimeSurvey relevance, XLSForm relevant), translated where an instrument can say it.

An instrument's rule is a list of conditions that all hold; each is about one question: one of some codes, or bounds.
So `and` of comparisons, and `or` of answers to one question, can be said; the rest is left to a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.instrument.affirmation import YES

_TOKEN = re.compile(
    r"""\s*(?:(?P<selected>selected)\s*\(\s*\$?\{?(?P<asked>[\w.]+)\}?\s*,\s*(?P<choice>'[^']*'|"[^"]*")\s*\)
    |(?P<logic>\band\b|\bor\b|&&|\|\|)|(?P<paren>[()])|(?P<op>==|!=|<=|>=|=|<|>|\bge\b|\ble\b|\beq\b|\bne\b)
    |\$\{(?P<braced>\w+)\}|(?P<text>'[^']*'|"[^"]*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*(?:\.\w+)*))""",
    re.VERBOSE | re.IGNORECASE,
)
_OPERATORS = {"==": "=", "eq": "=", "ne": "!=", "ge": ">=", "le": "<="}
#: Returns the question and codes of a variable: (name, codes or None), or None where there is no such question.
Resolve = Callable[[str], "Filter | None"]


@dataclass(frozen=True)
class Filter:
    """The question that a variable of a rule stands for.

    ``codes`` are its answers (empty for numbers); ``item`` is the box that the variable is, of a multiple question.
    """

    question: str
    codes: Sequence[int | str] = ()
    item: str | None = None


class _CannotSay(Exception):
    """The rule says what an instrument's conditions cannot."""


def conditions(rule: str, resolve: Resolve) -> list[dict[str, Any]] | None:
    """Return a routing rule as conditions of an instrument; None where it cannot be said, [] where it is always true.

    Parameters
    ----------
    rule : expression of the tool.
    resolve : returns what a variable of the expression stands for.
    """
    text = rule.strip()
    if text in ("", "1", "true()", "(1)"):
        return []
    try:
        tokens = _tokens(text)
        parsed, rest = _either(tokens, resolve)
        return None if rest else _merged(parsed)
    except (_CannotSay, IndexError, RecursionError):
        return None


def _tokens(text: str) -> list[re.Match[str]]:
    at, found = 0, []
    while at < len(text.rstrip()):
        token = _TOKEN.match(text, at)
        if token is None:
            raise _CannotSay
        found.append(token)
        at = token.end()
    return found


Parsed = tuple[list[dict[str, Any]], list[re.Match[str]]]


def _either(tokens: list[re.Match[str]], resolve: Resolve) -> Parsed:
    parts, rest = _both(tokens, resolve)
    alternatives = [parts]
    while rest and (rest[0]["logic"] or "").casefold() in ("or", "||"):
        parts, rest = _both(rest[1:], resolve)
        alternatives.append(parts)
    return (alternatives[0] if len(alternatives) == 1 else [_one_of(alternatives)]), rest


def _both(tokens: list[re.Match[str]], resolve: Resolve) -> Parsed:
    parts, rest = _term(tokens, resolve)
    while rest and (rest[0]["logic"] or "").casefold() in ("and", "&&"):
        more, rest = _term(rest[1:], resolve)
        parts = [*parts, *more]
    return parts, rest


def _term(tokens: list[re.Match[str]], resolve: Resolve) -> Parsed:
    first = tokens[0]
    if first["paren"] == "(":
        parts, rest = _either(tokens[1:], resolve)
        if not rest or rest[0]["paren"] != ")":
            raise _CannotSay
        return parts, rest[1:]
    if first["selected"]:
        return [_compared(_found(first["asked"], resolve), "=", first["choice"][1:-1])], tokens[1:]
    variable = first["braced"] or first["name"]
    if variable is None or not tokens[1]["op"]:
        raise _CannotSay
    value = tokens[2]["text"]
    value = value[1:-1] if value is not None else tokens[2]["number"]
    if value is None:
        raise _CannotSay
    return [_compared(_found(variable, resolve), tokens[1]["op"].casefold(), value)], tokens[3:]


def _found(variable: str, resolve: Resolve) -> Filter:
    name = re.sub(r"\.(NAOK|value|shown|code)$", "", variable, flags=re.IGNORECASE)
    known = resolve(name)
    if known is None:
        raise _CannotSay
    return known


def _compared(known: Filter, op: str, value: str) -> dict[str, Any]:
    op = _OPERATORS.get(op, op)
    if known.item is not None:
        if op == "=" and value.casefold() in YES:
            return {"question": known.question, "codes": [known.item]}
        raise _CannotSay
    codes = {str(c): c for c in known.codes}
    if codes:
        if value not in codes or op not in ("=", "!="):
            raise _CannotSay
        kept = [codes[value]] if op == "=" else [c for c in known.codes if str(c) != value]
        return {"question": known.question, "codes": kept}
    try:
        number = float(value)
    except ValueError:
        raise _CannotSay from None
    number = int(number) if number.is_integer() else number
    bounds = {"=": ("minimum", "maximum"), ">=": ("minimum",), "<=": ("maximum",)}
    if op not in bounds:
        # a strict bound cannot be said for numbers that need not be whole
        raise _CannotSay
    return {"question": known.question, **dict.fromkeys(bounds[op], number)}


def _one_of(alternatives: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """Return « one answer or another » to one question as one condition."""
    if any(len(a) != 1 or "codes" not in a[0] for a in alternatives):
        raise _CannotSay
    questions = {a[0]["question"] for a in alternatives}
    if len(questions) != 1:
        raise _CannotSay
    return {"question": questions.pop(), "codes": list(dict.fromkeys(c for a in alternatives for c in a[0]["codes"]))}


def _merged(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return two bounds on one question as one condition."""
    merged: list[dict[str, Any]] = []
    for part in parts:
        same = next(
            (m for m in merged if m["question"] == part["question"] and not {*m} & {*part} - {"question"}), None
        )
        if same is None or "codes" in part or "codes" in same:
            merged.append(dict(part))
        else:
            same.update(part)
    return merged
