"""Labels of a typology: its classes by name, its categories under the names that results give them."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.instrument import ORIGINAL
from pipeline.questions.labelling import Label, Said

_MOST = 8


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of an entry of the plan that asks for a typology."""
    names = entry.settings.get("names") or []
    for number in range(1, _MOST + 1):
        neutral = said.say("numbered", number=str(number))
        given = names[number - 1] if number <= len(names) else {}
        yield f"class={number}", {k: str(given.get(k) or given.get(ORIGINAL) or neutral[k]) for k in neutral}
    yield "by=class", said.say("by")
    yield from ((f"{entry.name}.{name}", said.say(name)) for name in ("class", "axes", "classes"))
    source = entry.settings.get("source") or evaluation.sources("survey")[0].name
    asked = {*entry.settings.get("active", []), *entry.settings.get("supplementary", [])}
    for question in evaluation.instruments[source].questions:
        if question.name not in asked:
            continue
        for item in question.items:
            yield f"{entry.name}.{item.name}", said.headed(item.label)
        if not question.items:
            yield f"{entry.name}.{question.name}", said.headed(question.label or question.wording)
