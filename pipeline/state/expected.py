"""What words a question needs, from its declaration alone: every verdict with the values it may name.

So words are checked, and read by a person, before any result exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.results.statement import (
    ALONE,
    ANSWERED,
    ASKED,
    CUTS,
    JUDGED,
    TABLE,
    ExpectedText,
    StatementSpec,
    named_type,
)
from pipeline.state.kinds import ANY, KINDS, SOMETIMES, main_name, sure_names

#: Type of the values that are no results, by name.
_TYPES = {
    "since": "time",
    "wave": "time",
    "here": "place",
    "perimeter": "place",
    "territory": "place",
    "margin": "declared",
    "threshold": "declared",
    "reason": "text",
    "strength": "text",
    "items": "list",
    "base": "list",
}
#: Verdicts that an item may have besides those of its kind, and that need words of their own within its list.
_OF_ITEMS = ("withheld", "not_asked")


def expected_texts(question: str, specs: Iterable[StatementSpec]) -> Iterator[ExpectedText]:
    """Yield the texts that a question's words must or may have.

    Parameters
    ----------
    question : its name, the first part of every key.
    specs : its statements.
    """
    for spec in specs:
        key = f"{question}.{spec.name}"
        for verdict in KINDS[spec.kind].verdicts:
            if verdict != "modelled" or "model" in spec.arguments:
                text = _text(f"{key}.{verdict}", spec, spec.kind, verdict)
                yield replace(text, optional=verdict in JUDGED)
        for verdict in ANY:
            yield replace(_text(f"{key}.{verdict}", spec, spec.kind, verdict), optional=True)
        if spec.each:
            verdicts = (*KINDS[spec.each].verdicts, *_OF_ITEMS)
            yield from (_item(key, spec, v) for v in verdicts if v != "modelled" or "model" in spec.arguments)
        if spec.rows.by == ASKED:
            text = _text(f"{key}.each.some", spec, spec.kind, "some")
            yield replace(text, sure=text.sure | {"group"}, types={**text.types, "group": "group"})
        if spec.rows.by == CUTS:
            yield from (_text(f"{key}.each.{v}", spec, spec.kind, v) for v in KINDS[spec.kind].verdicts)


def _named(spec: StatementSpec) -> dict[str, str]:
    return {name: named_type(key) for name, key in spec.named.items()}


def _text(key: str, spec: StatementSpec, kind: str, verdict: str) -> ExpectedText:
    types = {**_TYPES, **dict.fromkeys(spec.arguments, "result"), **_named(spec)}
    if spec.each:
        types |= dict.fromkeys((*KINDS[spec.each].verdicts, *_OF_ITEMS), "list")
        types |= dict.fromkeys(KINDS[spec.kind].verdicts, "list") if spec.rows.by == CUTS else {}
    elif verdict in KINDS[kind].verdicts and verdict != "modelled":
        types[main_name(spec, kind)] = "result"
    return ExpectedText(key, spec, kind, verdict, sure_names(spec, kind, verdict), _possible(types, spec, verdict))


def _item(key: str, spec: StatementSpec, verdict: str) -> ExpectedText:
    cut: dict[str, str] = {"across": "group"} if spec.rows.by == TABLE else {}
    answered = {} if cut else dict.fromkeys(ANSWERED, "group")
    types = {**_TYPES, "group": "group", **cut, **answered, **dict.fromkeys(spec.arguments, "result"), **_named(spec)}
    if verdict not in ANY and verdict != "modelled":
        types[main_name(spec, spec.each)] = "result"
    # what an entry declares one by one is answers to questions of the survey
    declared = ANSWERED if spec.rows.by in (ALONE, ASKED) else ()
    sure = sure_names(spec, spec.each, verdict) | {"group", *cut, *declared}
    possible = _possible(types, spec, verdict)
    return ExpectedText(f"{key}.each.{verdict}", spec, spec.each, verdict, sure, possible, verdict in JUDGED)


def _possible(types: dict[str, str], spec: StatementSpec, verdict: str) -> dict[str, str]:
    """Return the values that may exist under a verdict."""
    away = {*(() if verdict in ANY else ("reason",)), *(SOMETIMES if spec.of == "whole" else ())}
    return {name: kind for name, kind in types.items() if name not in away}
