"""Labels of indicators declared one by one: a name, a question, and what counts in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.instrument import Question
from pipeline.questions.labelling import Label, Said, Texts, codes


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of the indicators of an entry, and of the answers that it tells one by one."""
    survey = next((s for s in evaluation.sources("survey") if entry.settings.get("source") in (None, s.name)), None)
    if entry.title is None and survey is not None and survey.title is not None:
        # the survey's title alone heads who answered
        yield f"entry={entry.name}", said.headed(said.say("heading", survey=said.plain(survey.title)))
    declared = entry.settings.get("indicators")
    listed = [i for i in declared if isinstance(i, dict)] if isinstance(declared, list) else []
    asked = [i.get("question") for i in listed]
    for indicator in listed:
        question = _question(evaluation, entry, indicator)
        if question is None:
            continue
        alone = asked.count(indicator.get("question")) == 1
        key = f"{entry.name}.{indicator.get('name')}"
        yield key, said.headed(_text(question, indicator, said, alone))
        yield f"{key}:asked", said.headed(_wording(question, said))
        yield f"{key}:answer", _counted(question, indicator, said)
        if indicator.get("distribution"):
            yield from codes("answer", question.codes, said.headed)


def _question(evaluation: Evaluation, entry: PlanEntry, indicator: dict[str, Any]) -> Question | None:
    name, source = indicator.get("question"), entry.settings.get("source")
    instruments = [evaluation.instruments[s.name] for s in evaluation.sources("survey") if source in (None, s.name)]
    return next((found for i in instruments if (found := i.question(str(name))) is not None), None)


def _wording(question: Question, said: Said) -> Texts:
    return said.plain(question.label or question.wording)


def _counted(question: Question, indicator: dict[str, Any], said: Said) -> Texts:
    """Return what counts in an indicator: the item, or the answers; of a mean, the question."""
    item = next((i for i in question.items if i.name == indicator.get("item")), None)
    answers = [said.plain(question.codes[c]) for c in indicator.get("codes") or [] if c in question.codes]
    if item or not answers:
        return said.plain(item.label) if item else _wording(question, said)
    return {lang: " / ".join(answer[lang] for answer in answers) for lang in answers[0]}


def _text(question: Question, indicator: dict[str, Any], said: Said, alone: bool) -> Texts:
    """Return the question, or its item, and what counts in it unless that is the only kind of yes that is told."""
    item = next((i for i in question.items if i.name == indicator.get("item")), None)
    counted = [question.codes[c] for c in indicator.get("codes") or [] if c in question.codes]
    text = said.plain(item.label) if item else _wording(question, said)
    # an indicator that counts these answers is its question, and needs no more words
    lang, answers = next(iter(text)), [said.plain(t) for t in counted]
    yes = tuple(said.say(f"affirmed.{key}")[lang] for key in ("yes", "very", "rather"))
    if not counted or (alone and all(answer[lang].lower().startswith(yes) for answer in answers)):
        return text
    return {lang: f"{own} ({', '.join(a[lang] for a in answers)})" for lang, own in text.items()}
