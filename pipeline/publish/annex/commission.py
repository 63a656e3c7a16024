"""What the commissioner asked, by which indicators and sources it is answered, and who was asked when."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from pipeline.evaluation import Source
from pipeline.publish.annex.blocks import Ground
from pipeline.publish.annex.fieldwork import days, joined, titles, waves_of
from pipeline.publish.annex.sampling import selection, weights
from pipeline.wording.blocks import Block, bullets, table
from pipeline.wording.grammar import capitalised
from pipeline.wording.labels import find
from pipeline.wording.language import of
from pipeline.wording.markdown import literal
from pipeline.wording.phrases import uncapital

_WORDS = "_report"
#: Measures whose label may stand for an indicator that has none of its own, in order.
_MEASURES = ("count", "share", "score", "evolution", "mean", "per_inhabitant", "per_space", "rate")


def questions(ground: Ground) -> Block:
    """Return the table of evaluation questions: criterion, indicators, sources."""
    heads = ("question", "criterion", "indicators", "sources")
    told = _told(ground)
    rows = [
        [
            literal(question.in_language(ground.lang)),
            ground.word(f"{_WORDS}.criteria.{question.criterion}"),
            joined(_names(ground, question.indicators), ground.lang),
            joined(_sources(ground, told, question.indicators), ground.lang),
        ]
        for question in ground.evaluation.settings.questions
    ]
    if not rows:
        return Block()
    columns = [ground.word(f"{_WORDS}.questions.heads.{head}") for head in heads]
    return Block(table(columns, rows, ground.word(f"{_WORDS}.questions.caption"), "questions", [34, 14, 32, 20]))


def _names(ground: Ground, indicators: Iterable[str]) -> list[str]:
    """Return what indicators are called, those of analyses that the plan asks for."""
    planned = {entry.name for entry in ground.evaluation.settings.plan}
    return [_name(ground, i) for i in indicators if i.partition(".")[0] in planned]


def _name(ground: Ground, indicator: str) -> str:
    """Return what an indicator is called, by its own label, else by that of its main measure or of what it cuts by."""
    head = ".".join(indicator.split(".")[:2])
    measured = ".".join(indicator.split(".")[:3])
    keys = (measured, head, *(f"{head}.{m}" for m in _MEASURES), f"by={head.partition('.')[2]}")
    known = next((key for key in keys if find(key, ground.labels, ground.lang)), None)
    return uncapital(ground.speaker.label(known)) if known else f"`{literal(indicator)}`"


def _told(ground: Ground) -> list[tuple[str, str]]:
    """Return each indicator, measure and method of the published rows with each source that tells it, in order."""
    pairs = pd.DataFrame({"head": ground.heads, "source": ground.table["source"]}).drop_duplicates()
    return list(zip(pairs["head"], pairs["source"], strict=True))


def _sources(ground: Ground, told: Iterable[tuple[str, str]], indicators: Iterable[str]) -> list[str]:
    """Return what the sources of indicators, or of one measure of them, are called."""
    names = dict.fromkeys(
        source for i in indicators for head, source in told if source and f"{head}.".startswith(f"{i}.")
    )
    return [uncapital(ground.speaker.label(f"source={name}")) for name in names]


def surveyed(ground: Ground) -> Block:
    """Return a line a survey: whom it is about, when it took place, and what its answers stand for."""
    return Block(bullets(_survey(ground, source) for source in _asked(ground)))


def _asked(ground: Ground) -> list[Source]:
    """Return the surveys, and the questionnaires on ties that are put to all the actors of a list."""
    evaluation = ground.evaluation
    return [*evaluation.sources("survey"), *(s for s in evaluation.sources("network") if s.ties is not None)]


def _survey(ground: Ground, source: Source) -> str:
    held = set(waves_of(ground.evaluation, source))
    asked = [wave for wave in ground.evaluation.settings.waves if wave.name in held]
    dates = of(ground.lang).joined(list(dict.fromkeys(days(wave, ground.lang) for wave in asked)), ";")
    made = weights(source)
    adjusted = "_adjusted" if made != "supplied" and source.by != "probability" else ""
    drawn = "listed" if source.ties else f"{selection(source)}{adjusted}" if made != "none" else "none"
    said = {
        "title": titles(ground, [source])[0],
        "population": literal(source.population.in_language(ground.lang)) if source.population else "",
        "dates": dates,
        "nature": ground.word(f"{_WORDS}.surveyed.natures.{drawn}"),
    }
    return capitalised(ground.fill(f"{_WORDS}.surveyed.line", **said))


def first_survey(ground: Ground) -> Block:
    """Return the line of the first survey alone, for a document of two pages."""
    return Block(bullets(_survey(ground, source) for source in _asked(ground)[:1]))


BLOCKS = {"first-survey": first_survey, "questions": questions, "surveyed": surveyed}
