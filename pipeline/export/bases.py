"""Labels of bases: who was asked a question, from the routing that instruments and the plan declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline.instrument import Condition, Instrument

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation
#: Bases that a plan may name instead of a condition.
_DECLARED = {
    "remark_written": ("personnes qui ont laissé une remarque", "those who left a remark"),
    "service_users": ("personnes qui utilisent le service", "those who use the service"),
}


def base_labels(evaluation: Evaluation) -> dict[str, dict[str, str]]:
    """Return the label of each condition that can restrict a base, under ``base=<condition>``.

    A result's base joins conditions with ``+``; each part has a label here.
    """
    out = {f"base={key}": {"fr": fr, "en": en} for key, (fr, en) in _DECLARED.items()}
    for source in evaluation.sources("survey"):
        instrument = evaluation.instruments[source.name]
        for question in instrument.questions:
            routed = [question.asked_if, *(h.asked_if or [] for h in question.waves.values())]
            for condition in (c for conditions in routed for c in conditions):
                out.update(_labelled(condition, instrument))
        for entry in evaluation.settings.plan:
            for condition in _conditions(entry.settings):
                if instrument.question(condition.question):
                    out.update(_labelled(condition, instrument))
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


def _labelled(condition: Condition, instrument: Instrument) -> Iterator[tuple[str, dict[str, str]]]:
    question = instrument.question(condition.question)
    if question is None:
        return
    if condition.codes is not None:
        key = f"{condition.question}={','.join(str(c) for c in condition.codes)}"
        boxes = {i.name: i.label for i in question.items}
        named = [t for t in (question.codes.get(c) or boxes.get(str(c)) for c in condition.codes) if t]
        fr = f"{question.title('fr')}\u00a0: {' ou '.join(t.fr for t in named)}"
        en = f"{question.title('en')}: {' or '.join(t.in_language('en') for t in named)}"
        yield (
            f"base={key}",
            {"fr": f"personnes dont la réponse est «\u00a0{fr}\u00a0»", "en": f"those who answered “{en}”"},
        )
    age = question.role == "age"
    if condition.minimum is not None:
        low = f"{condition.minimum:g}"
        fr = f"personnes de {low}\u00a0ans ou plus" if age else f"{question.title('fr')}\u00a0: au moins {low}"
        en = f"those aged {low} and over" if age else f"{question.title('en')}: at least {low}"
        yield f"base={condition.question}>={low}", {"fr": fr, "en": en}
    if condition.maximum is not None:
        high = f"{condition.maximum:g}"
        fr = f"personnes de {high}\u00a0ans ou moins" if age else f"{question.title('fr')}\u00a0: au plus {high}"
        en = f"those aged {high} or less" if age else f"{question.title('en')}: at most {high}"
        yield f"base={condition.question}<={high}", {"fr": fr, "en": en}
