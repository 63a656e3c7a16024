"""Codes and labels that are no answer, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.ingest.lexicon import patterns
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.tools.draft import hint
from pipeline.ingest.values import text_of
from pipeline.instrument import Code

#: A longer text (characters) is no label of an answer.
LONGEST = 150
_WHOLE = re.compile(r"-?(?:0|[1-9]\d*)")
_REASONS: Mapping[str, str] = patterns("answers")["reasons"]
_ASIDE = re.compile(r"^\s*(?:[(\[][^)\]]{2,40}[)\]]|\**(?:vol(?:\.|unteered)?|spont(?:\.|ane)?)\s*:)\s*", re.IGNORECASE)


def reason_of(label: str) -> str | None:
    """Return why an answer with this label is missing, None where it is an answer."""
    # what an interviewer is told before it: « (DO NOT READ) Don't know », « (VOL) Refused »
    plain = plain_words(_ASIDE.sub("", label)) or plain_words(label)
    return next((reason for reason, pattern in _REASONS.items() if re.fullmatch(pattern, plain)), None)


def missing_of(column: Column) -> dict[Code, str]:
    """Return the values that the file declares missing, each with why (its label says so, else no answer)."""
    found: dict[Code, str] = {}
    for low, high in column.missing:
        single = [low] if low == high else []
        inside = [v for v in column.values if not isinstance(v, str) and not isinstance(low, str) and low <= v <= high]  # type: ignore[operator]
        for value in [*inside, *single]:
            code = code_of(value)
            found[code] = reason_of(column.values.get(code, column.values.get(value, ""))) or "no_answer"  # type: ignore[arg-type]
    for value, label in column.values.items():
        if (reason := reason_of(label)) is not None:
            found.setdefault(code_of(value), reason)
    return found


def code_of(value: object) -> Code:
    """Return a value as a code of an answer: a number where it is a whole one, else its text."""
    text = text_of(value) or ""
    return int(text) if len(text) <= LONGEST and _WHOLE.fullmatch(text) else text


def share_missing(column: Column, missing: Mapping[Code, str]) -> str:
    """Return what share of the records gives a reason of its own for saying nothing, for the remark on it."""
    told = {str(code) for code, reason in missing.items() if reason in ("dont_know", "refused")}
    texts = column.examples.map(text_of).dropna()
    share = float(texts.isin(told).mean()) if len(texts) else 0.0
    return hint("share", share=f"{100 * share:.0f}") if told and share else ""
