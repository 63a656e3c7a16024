"""Checking the words of a language against what the questions need, before any result exists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from pipeline.errors import WordsError
from pipeline.results.statement import ExpectedText
from pipeline.wording.grammar import Hole
from pipeline.wording.language import Language, of
from pipeline.wording.values import LARGEST, NUMBER_FORMS, THRESHOLD_FORMS
from pipeline.wording.words import COMMON, LONGEST_TITLE, VARIANTS, Entry, Words

#: Digits that a text may hold: conventional constants.
CONSTANTS = ("95", "5")
_DIGITS = re.compile(r"\d+(?:[.,\u202f\u00a0 ]\d+)*")
#: Signs that end a sentence, or part it.
_STOPS = (".", "!", "?", ",", ";")
#: Signs that a value takes in a title, to judge its length before any value is known.
_TYPICAL = 8


def faults(
    words: Words, expected: Sequence[ExpectedText], questions: Iterable[str], notes: Iterable[str] = ()
) -> list[WordsError]:
    """Return everything that is wrong with the words of a language.

    Parameters
    ----------
    words : as loaded.   expected : the texts that the questions need.   questions : those that have words.
    notes : keys of other texts that they need, which name nouns alone: the subtitles of figures.
    """
    asked, noted = {e.key: e for e in expected}, set(notes)
    found = [*_missing(words, expected), *_unused(words, asked, set(questions), noted)]
    found += [_lacking(words.lang, key) for key in sorted(noted - set(words.texts))]
    for key, entry in words.texts.items():
        name, variant = _parted(key)
        if name in asked:
            found += _text_faults(words, entry, asked[name], variant)
        elif ".subject." in key or ".reasons." in key or key.startswith(f"{COMMON}."):
            found += _typed_digits(entry)
    return found


def parity(words: Words, other: Words, questions: Iterable[str]) -> list[WordsError]:
    """Return where two languages differ in keys, or in the values that a text names.

    Nouns of the vocabulary are left out: agreement with their gender is one language's matter.
    """
    heads = tuple(f"{q}." for q in questions)
    mine, theirs = ({k: e for k, e in w.texts.items() if k.startswith(heads)} for w in (words, other))
    found = [
        WordsError(f"a text has no counterpart in {b}", where=e.where, found=k, action=f"write it in reports/{b}")
        for a, b in ((mine, other.lang), (theirs, words.lang))
        for k, e in a.items()
        if k not in (theirs if a is mine else mine)
    ]
    for key in mine.keys() & theirs.keys():
        names = [
            sorted({h.name for h, _ in e[key].template.holes() if not _is_noun(h.name, w)})
            for e, w in ((mine, words), (theirs, other))
        ]
        if names[0] != names[1]:
            found.append(
                WordsError(
                    f"a text names other values than in {other.lang}",
                    where=mine[key].where,
                    found=names[0],
                    allowed=names[1],
                )
            )
    return found


def _parted(key: str) -> tuple[str, str]:
    """Return the key of a verdict and the variant of its text."""
    head, _, last = key.rpartition(".")
    return (head, last) if last in VARIANTS else (key, "say")


def _missing(words: Words, expected: Sequence[ExpectedText]) -> Iterator[WordsError]:
    for each in expected:
        if not each.optional and words.find(each.key) is None:
            yield _lacking(words.lang, each.key)


def _lacking(lang: str, key: str) -> WordsError:
    question, _, rest = key.partition(".")
    return WordsError(
        "a text is missing",
        where=f"reports/{lang}/{question}/words.yaml, key {rest}",
        action='write it; "" is silent on purpose',
    )


def _unused(
    words: Words, asked: Mapping[str, ExpectedText], questions: set[str], noted: set[str]
) -> Iterator[WordsError]:
    sections = {".".join(k.split(".")[:2]) for k in asked}
    for key, entry in words.texts.items():
        question = key.partition(".")[0]
        section = ".".join(key.split(".")[:2])
        subject = ".subject." in key and (key.split(".")[1] == "subject" or section in sections)
        reason = key.startswith(f"{section}.reasons.") and section in sections
        if question in questions and not (subject or reason) and _parted(key)[0] not in asked and key not in noted:
            near = [k.partition(".")[2] for k in asked if k.startswith(".".join(key.split(".")[:2]) + ".")]
            yield WordsError(
                "nothing uses this text",
                where=entry.where,
                found=key.partition(".")[2],
                allowed=near or sorted({s.partition(".")[2] for s in sections if s.startswith(f"{question}.")}),
            )


def _text_faults(words: Words, entry: Entry, asked: ExpectedText, variant: str) -> Iterator[WordsError]:
    language = of(words.lang)
    for hole, optional in entry.template.holes():
        kind = asked.types.get(hole.name) or ("noun" if _is_noun(hole.name, words) else "")
        kind = "text" if hole.name == "subject" else kind
        if not kind:
            yield WordsError(
                "no value of that name exists here",
                where=entry.where,
                found=hole.written,
                allowed=sorted([*asked.types, "subject", *words.vocabulary]),
            )
            continue
        yield from _form_faults(hole, kind, language, entry)
        if not (optional or hole.name in asked.sure or kind == "noun" or hole.name == "subject"):
            yield WordsError(
                "this value does not always exist here",
                where=entry.where,
                found=hole.written,
                allowed=f"outside [...]: {', '.join(sorted(asked.sure))}",
                action="put the part that names it between [ and ]",
            )
    yield from _typed_digits(entry)
    yield from _doubled_stops(entry)
    if variant == "title":
        yield from _title_faults(entry)


def _is_noun(name: str, words: Words) -> bool:
    return name in words.vocabulary or name.removesuffix("s") in words.vocabulary


def _form_faults(hole: Hole, kind: str, language: Language, entry: Entry) -> Iterator[WordsError]:
    forms = {
        "result": NUMBER_FORMS,
        "declared": THRESHOLD_FORMS,
        "time": language.TIMES,
        "place": tuple(language.PLACES),
        "group": tuple(language.GROUPS),
        "list": (*language.LISTS, LARGEST),
        "noun": language.NOUN_FORMS,
    }.get(kind, ())
    if hole.form and hole.form not in forms:
        yield WordsError("no such form", where=entry.where, found=hole.written, allowed=forms or "no form")
    agrees = kind in ("result", "declared", "list", "noun")
    if hole.choices and (not agrees or (kind != "list" and len(hole.choices) != 2)):
        yield WordsError(
            "nothing agrees with this value so",
            where=entry.where,
            found=hole.written,
            allowed="{number|one|many}, {noun|masculine|feminine}, {list|one|several}",
        )


def _typed_digits(entry: Entry) -> Iterator[WordsError]:
    prose = "".join(p if isinstance(p, str) else "" for p in _pieces(entry))
    for found in _DIGITS.findall(prose):
        if found not in CONSTANTS:
            yield WordsError(
                "a number is typed in a text",
                where=entry.where,
                found=found,
                allowed=f"{', '.join(CONSTANTS)} (conventional constants)",
                action="name the result, the fact or the declared margin that it is",
            )


def _doubled_stops(entry: Entry) -> Iterator[WordsError]:
    kept = [p for p in entry.template.pieces if isinstance(p, str | Hole)]
    for before, after in pairwise(kept):
        if isinstance(before, str) and isinstance(after, str) and before.endswith(_STOPS) and after.startswith(_STOPS):
            yield WordsError(
                "two full stops meet where the part between them is left out",
                where=entry.where,
                found=before[-20:] + "[...]" + after[:20],
                allowed="one sentence outside [...], or a part that ends with its own full stop",
            )


def _pieces(entry: Entry) -> Iterator[object]:
    for piece in entry.template.pieces:
        yield from getattr(piece, "pieces", (piece,))


def _title_faults(entry: Entry) -> Iterator[WordsError]:
    length = sum(len(p) if isinstance(p, str) else _TYPICAL for p in _pieces(entry))
    if length > LONGEST_TITLE or entry.text.endswith("."):
        yield WordsError(
            "a title is too long, or ends with a full stop",
            where=entry.where,
            found=entry.text,
            allowed=f"at most {LONGEST_TITLE} signs, without a full stop",
        )
