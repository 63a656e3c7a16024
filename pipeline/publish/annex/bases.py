"""Labels of bases: who was asked a question, from the routing that instruments and the plan declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline.instrument import Condition, Instrument
from pipeline.publish.annex.label_texts import LabelTexts

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation


def base_labels(evaluation: Evaluation, texts: LabelTexts) -> dict[str, dict[str, str]]:
    """Return the label of each condition that can restrict a base, under ``base=<condition>``.

    A result's base joins conditions with ``+``; each part has a label here.
    """
    # bases that a plan may name instead of a condition
    out = {f"base={key}": texts.say(f"bases.{key}") for key in texts.under("bases")}
    for source in evaluation.sources("survey"):
        instrument = evaluation.instruments[source.name]
        for question in instrument.questions:
            routed = [question.asked_if, *(h.asked_if or [] for h in question.waves.values())]
            for condition in (c for conditions in routed for c in conditions):
                out.update(_labelled(condition, instrument, texts))
        for entry in evaluation.settings.plan:
            for condition in _conditions(entry.settings):
                if instrument.question(condition.question):
                    out.update(_labelled(condition, instrument, texts))
    return out


def _conditions(settings: Any) -> Iterator[Condition]:
    """Yield the conditions written anywhere below ``where:`` in the settings of the plan."""
    if isinstance(settings, list):
        for value in settings:
            yield from _conditions(value)
    elif isinstance(settings, dict):
        for key, value in settings.items():
            if key == "where" and isinstance(value, list):
                yield from _valid(value)
            else:
                yield from _conditions(value)


def _valid(written: list[Any]) -> Iterator[Condition]:
    for value in written:
        try:
            yield Condition.model_validate(value)
        except ValidationError:
            # the analysis that owns the setting says what is wrong with it
            continue


def _labelled(condition: Condition, instrument: Instrument, texts: LabelTexts) -> Iterator[tuple[str, dict[str, str]]]:
    question = instrument.question(condition.question)
    if question is None:
        return
    title = {lang: question.title(lang) for lang in texts.languages}
    if condition.codes is not None:
        key = f"{condition.question}={','.join(str(c) for c in condition.codes)}"
        boxes = {i.name: i.label for i in question.items}
        named = [t for t in (question.codes.get(c) or boxes.get(str(c)) for c in condition.codes) if t]
        either = {lang: f" {word} ".join(t.in_language(lang) for t in named) for lang, word in texts.say("or").items()}
        yield f"base={key}", texts.say("conditions.coded", title=title, codes=either)
    of = "aged" if question.role == "age" else "number"
    if condition.minimum is not None:
        low = f"{condition.minimum:g}"
        yield f"base={condition.question}>={low}", texts.say(f"conditions.{of}.least", title=title, low=low)
    if condition.maximum is not None:
        high = f"{condition.maximum:g}"
        yield f"base={condition.question}<={high}", texts.say(f"conditions.{of}.most", title=title, high=high)
