"""Checking the documents of a language before any result exists: what they name, open and type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.errors import PublishError
from pipeline.publish.documents.chapters import Document, Line
from pipeline.publish.documents.expansion import ENTRY, NOUN
from pipeline.publish.documents.shortcodes import CLOSES, FENCE, OPENS, PATTERN, Shortcode, conditions, shortcodes

#: Numbers that prose may hold: conventional constants.
CONSTANTS = ("95", "5")
#: What is no prose: code, targets and attributes of Markdown, numbers that open a list.
_NOT_PROSE = re.compile(r"`[^`]*`|\]\([^)]*\)|\{[^{}]*\}|^\s*\d+[.)]\s|^#{1,6}\s")
_DIGITS = re.compile(r"\d+(?:[.,\u202f\u00a0]\d+)*")


@dataclass(frozen=True)
class Known:
    """What documents may name.

    statements : ``<entry>.<name>``.   figures, facts, lists : names; figures with tables and blocks.
    nouns : of the vocabulary.   dates : waves and years that may be typed.   traits : what an evaluation may be.
    """

    statements: frozenset[str]
    figures: frozenset[str]
    facts: frozenset[str]
    lists: frozenset[str]
    nouns: frozenset[str]
    dates: frozenset[str] = field(default_factory=frozenset)
    traits: frozenset[str] = field(default_factory=frozenset)


def faults(document: Document, known: Known) -> list[PublishError]:
    """Return everything that is wrong with a document and its chapters, with the author's file and line."""
    found: list[PublishError] = []
    opened: list[str] = []
    fence = ""
    for line in document.lines:
        mark = FENCE.match(line.text)
        if mark and (not fence or line.text.strip() == fence):
            fence = "" if fence else mark.group(1)
        elif not fence:
            found += _line_faults(line, known, opened)
    found += [PublishError("a division is left open", where=w, action="close it with :::") for w in opened]
    return found


def _line_faults(line: Line, known: Known, opened: list[str]) -> Iterator[PublishError]:
    if CLOSES.match(line.text):
        if opened:
            opened.pop()
        else:
            yield PublishError("a division is closed that was not opened", where=line.where)
    elif division := OPENS.match(line.text):
        opened.append(line.where)
        yield from _condition_faults(line, division["attributes"] or "", known)
    else:
        yield from _text_faults(line, known)


def _condition_faults(line: Line, attributes: str, known: Known) -> Iterator[PublishError]:
    try:
        when = conditions(attributes, line.where) or {}
    except PublishError as fault:
        yield fault
        return
    yield from (unknown for name in when.get("said", ()) if (unknown := _unknown(name, line, known)))
    for condition, allowed in (("shows", known.figures), ("has", known.traits), ("lacks", known.traits)):
        for name in when.get(condition, ()):
            full = f"{line.entry}-{name[1:]}" if condition == "shows" and name.startswith(".") else name
            if full not in allowed:
                yield PublishError(
                    f"the condition '{condition}' names what does not exist",
                    where=line.where,
                    found=full,
                    allowed=sorted(allowed),
                )


def _text_faults(line: Line, known: Known) -> Iterator[PublishError]:
    try:
        codes = list(shortcodes(line.text, line.where))
    except PublishError as fault:
        yield fault
        return
    for code in codes:
        yield from _named_faults(code, line, known)
    prose = PATTERN.sub(" ", line.text)
    for match in NOUN.finditer(prose):
        if match["name"] not in (*known.nouns, ENTRY) and match["name"].removesuffix("s") not in known.nouns:
            yield PublishError(
                "prose names a noun that the vocabulary lacks",
                where=line.where,
                found=match.group(),
                allowed=sorted(known.nouns),
            )
    for number in _DIGITS.findall(_NOT_PROSE.sub(" ", prose)):
        if number not in CONSTANTS and number not in known.dates:
            yield PublishError(
                "a number is typed in prose: it has no text for being withheld, and no source",
                where=line.where,
                found=number,
                allowed=f"a wave, or {' and '.join(CONSTANTS)}",
                action="say a statement, or declare a fact and write {{< fact NAME >}}",
            )


def _named_faults(code: Shortcode, line: Line, known: Known) -> Iterator[PublishError]:
    sets = {"show": known.figures, "fact": known.facts, "list": known.lists}
    for name in code.names:
        if code.name == "say":
            fault = _unknown(name, line, known)
            if fault:
                yield fault
            continue
        full = f"{line.entry}-{name[1:]}" if code.name == "show" and name.startswith(".") else name
        if full not in sets[code.name]:
            yield PublishError(
                f"the shortcode '{code.name}' names what does not exist",
                where=line.where,
                found=full,
                allowed=sorted(sets[code.name]),
            )


def _unknown(name: str, line: Line, known: Known) -> PublishError | None:
    """Return the fault of a name that no planned entry states; one of an entry that is not planned is silent."""
    full = f"{line.entry}{name}" if name.startswith(".") else name
    entry = full.partition(".")[0]
    own = sorted(s for s in known.statements if s.startswith(f"{entry}."))
    if full in known.statements or not own:
        return None
    return PublishError("there is no such statement", where=line.where, found=full, allowed=own)
