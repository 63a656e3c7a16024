"""Questions, items and columns that settings name: found in the instrument, or refused with what exists."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.evaluation import Source
from pipeline.instrument import Code, Instrument, Question
from pipeline.questions.entry import Entry
from pipeline.questions.outcomes import Event, Outcome, answers_of, base_of, numbers, ticks, value_of
from pipeline.results.quantity import VALUE


def asked_question(
    entry: Entry, instrument: Instrument, name: str, *keys: object, types: Sequence[str] = ()
) -> Question:
    """Return a question of the instrument.

    Raises
    ------
    AnalyseError
        When there is no such question, or it is of another type.
    """
    question = instrument.question(name)
    if question is None:
        raise entry.error(
            f"the instrument '{instrument.name}' has no such question",
            *keys,
            found=name,
            allowed=[q.name for q in instrument.questions],
        )
    if types and question.type not in types:
        raise entry.error(
            f"question '{name}' is of type {question.type}",
            *keys,
            found=name,
            allowed=[q.name for q in instrument.questions if q.type in types] or f"a question of type {list(types)}",
        )
    return question


def known_codes(entry: Entry, question: Question, codes: Sequence[Code], *keys: object) -> list[Code]:
    """Return codes that the question declares as answers.

    Raises
    ------
    AnalyseError
        For a code that is none of its answers.
    """
    unknown = [c for c in codes if c not in question.codes]
    if unknown:
        raise entry.error(
            f"question '{question.name}' has no such answer", *keys, found=unknown, allowed=list(question.codes)
        )
    return list(codes)


def known_wave(entry: Entry, waves: Sequence[str], wanted: Sequence[object], *keys: object) -> tuple[str, ...]:
    """Return waves that the survey has.

    Raises
    ------
    AnalyseError
        For a wave without answers.
    """
    names = tuple(map(str, wanted))
    unknown = [w for w in names if w not in waves]
    if unknown:
        raise entry.error("the survey has no such wave", *keys, found=unknown, allowed=list(waves))
    return names


def domain_column(entry: Entry, frame: pd.DataFrame, name: str, *keys: object) -> str:
    """Return a column to estimate by.

    Raises
    ------
    AnalyseError
        When the weighted table has no such column.
    """
    if name not in frame:
        allowed = [c for c in map(str, frame) if not c.startswith("_") and not c.endswith("__status")]
        raise entry.error("there is no such column to estimate by", *keys, found=name, allowed=allowed)
    return name


def categories(frame: pd.DataFrame, instrument: Instrument, name: str, waves: Sequence[str]) -> list[Outcome]:
    """Return the share of every category of a question (or of a derived column such as the age band)."""
    question = instrument.question(name)
    base = base_of(question, waves) if question is not None else dict.fromkeys(waves, "all")
    codes = list(question.codes) if question is not None and question.codes else sorted(frame[name].dropna().unique())

    def offered(code: Code) -> dict[str, str]:
        return base if question is None else {w: b for w, b in base.items() if question.offers(w, code)}

    return [
        Outcome(
            name,
            "share",
            "share",
            ticks(frame[name], [c]),
            offered(c),
            answers_of(question, [c]) if question is not None else Event({name: [c]}, (name,)),
            {name: c},
            question,
        )
        for c in codes
    ]


def visits_made(
    entry: Entry,
    instrument: Instrument,
    source: Source,
    frame: pd.DataFrame,
    waves: Sequence[str],
    frequency: str | None,
) -> Outcome | None:
    """Return the number of visits that each person says to have made, those to other spaces included where asked.

    Parameters
    ----------
    frequency : question that counts visits, of the setting ``frequency``; by default those of the sampling plan.

    Returns
    -------
    The mean of those numbers; None where neither says which question counts visits.
    """
    name = frequency or (source.visits.question if source.visits else None)
    if name is None:
        return None
    question = asked_question(entry, instrument, name, "frequency", types=("count", "number"))
    values, event = numbers(frame[name]), value_of(question)
    elsewhere = source.visits.elsewhere if source.visits and frequency is None else None
    if elsewhere is not None:
        values = values + numbers(frame[elsewhere])
        event = Event({name: VALUE, elsewhere: VALUE}, (name, elsewhere), question)
    return Outcome(name, "mean", "mean", values, base_of(question, waves), event)
