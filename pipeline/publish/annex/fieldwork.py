"""When and how the answers were collected: the waves of the surveys, their days and modes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from pipeline.evaluation import Evaluation, Source
from pipeline.evaluation.settings import Wave
from pipeline.publish.annex.blocks import Ground
from pipeline.wording import numbers
from pipeline.wording.blocks import Block, table
from pipeline.wording.grammar import capitalised
from pipeline.wording.language import of
from pipeline.wording.markdown import literal

_WORDS = "_methods.waves"


def waves(ground: Ground) -> Block:
    """Return the table of waves; the surveys of each where they do not all have the same."""
    asked = [(wave, asked_in(ground.evaluation, wave.name)) for wave in ground.evaluation.settings.waves]
    several = len({source.name for _, found in asked for source in found}) > 1
    heads = ["wave", "dates", "mode", *(["surveys"] if several else [])]
    rows = [
        [
            literal(wave.name),
            days(wave, ground.lang),
            capitalised(mode(ground, wave)),
            *([joined(titles(ground, found), ground.lang)] if several else []),
        ]
        for wave, found in asked
        if found
    ]
    if not rows:
        return Block()
    columns = [ground.word(f"{_WORDS}.heads.{head}") for head in heads]
    widths = [10, 30, 24, 36][: len(heads)]
    return Block(table(columns, rows, ground.word(f"{_WORDS}.caption"), "waves", widths))


def asked_in(evaluation: Evaluation, wave: str) -> list[Source]:
    """Return the surveys that were put in a wave."""
    asked = [s for s in evaluation.settings.sources if s.kind == "survey" or s.ties is not None]
    return [s for s in asked if wave in waves_of(evaluation, s)]


def waves_of(evaluation: Evaluation, source: Source) -> list[str]:
    """Return the waves that the files of a source hold, in order."""
    held: set[str] = set()
    for name, spec in source.files.items():
        held |= {name} if name != "all" else set(spec.waves or [w.name for w in evaluation.settings.waves])
    return [w.name for w in evaluation.settings.waves if w.name in held]


def days(wave: Wave, lang: str) -> str:
    """Return the days of a wave; the year alone where it is declared from its first day to its last."""
    first, last = wave.field
    if (first, last) == (dt.date(first.year, 1, 1), dt.date(first.year, 12, 31)):
        return str(first.year)
    return literal(numbers.dates(first, last, lang))


def mode(ground: Ground, wave: Wave) -> str:
    """Return how the answers of a wave were collected, as it stands within a sentence."""
    return ground.word(f"_methods.modes.{wave.mode}") or literal(wave.mode.replace("_", " "))


def titles(ground: Ground, sources: list[Source]) -> list[str]:
    """Return what sources are called."""
    return [literal(s.title.in_language(ground.lang) if s.title else s.name) for s in sources]


def joined(texts: Iterable[str], lang: str) -> str:
    """Return texts, each once, as they stand in one cell."""
    return of(lang).joined(list(dict.fromkeys(filter(None, texts))), ";")


BLOCKS = {"waves": waves}
