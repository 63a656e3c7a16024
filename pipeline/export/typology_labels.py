"""Labels of a typology: its classes by name, its categories under the names that results give them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.export.label_texts import LabelTexts
from pipeline.wording.phrases import capital

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation, PlanEntry

_MOST = 8


def typology_labels(
    evaluation: Evaluation, entry: PlanEntry, texts: LabelTexts
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of an entry of the plan that asks for a typology."""
    names = entry.settings.get("names") or []
    for number in range(1, _MOST + 1):
        neutral = texts.say("typology.numbered", number=str(number))
        given = names[number - 1] if number <= len(names) else {}
        yield f"class={number}", {k: str(given.get(k) or given.get("fr") or neutral[k]) for k in neutral}
    yield "by=class", texts.say("typology.by")
    yield from ((f"{entry.name}.{name}", texts.say(f"typology.{name}")) for name in ("class", "axes", "classes"))
    source = entry.settings.get("source") or evaluation.sources("survey")[0].name
    asked = {*entry.settings.get("active", []), *entry.settings.get("supplementary", [])}
    for question in evaluation.instruments[source].questions:
        if question.name not in asked:
            continue
        label = question.label or question.wording
        for item in question.items:
            text = {k: capital(item.label.in_language(k)) for k in ("fr", "en")}
            yield f"{entry.name}.{item.name}", text
        if not question.items:
            yield f"{entry.name}.{question.name}", {k: capital(label.in_language(k)) for k in ("fr", "en")}
