"""Labels of a typology: its classes by name, its categories under the names that results give them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.wording.phrases import capital

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation, PlanEntry

_MOST = 8


def typology_labels(evaluation: Evaluation, entry: PlanEntry) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of an entry of the plan that asks for a typology."""
    names = entry.settings.get("names") or []
    for number in range(1, _MOST + 1):
        neutral = {"fr": f"Classe {number}", "en": f"Class {number}"}
        given = names[number - 1] if number <= len(names) else {}
        yield f"class={number}", {k: str(given.get(k) or given.get("fr") or neutral[k]) for k in neutral}
    yield "by=class", {"fr": "Classe d'espaces", "en": "Class of spaces"}
    yield f"{entry.name}.class", {"fr": "Espaces de la classe", "en": "Spaces of the class"}
    yield f"{entry.name}.axes", {"fr": "Axes de l'analyse", "en": "Axes of the analysis"}
    yield f"{entry.name}.classes", {"fr": "Nombre de classes", "en": "Number of classes"}
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
