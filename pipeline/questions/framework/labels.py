"""Labels that a framework makes: its indicators, their objectives and who is responsible for them."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.questions.labelling import Label, Said, codes

#: Role of a question -> name of its codes in results.
_NAMES = {"indicator": "goal", "objective": "objective", "responsible": "responsible"}


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of an entry of the plan that follows a framework of indicators."""
    asked = entry.settings.get("source")
    source = next((s for s in evaluation.sources("framework") if asked in (None, s.name)), None)
    if source is None:
        return
    if source.title and not entry.title:
        yield f"entry={entry.name}", said.headed(source.title)
    for question in evaluation.instruments[source.name].questions:
        if name := _NAMES.get(str(question.role)):
            yield from codes(name, question.codes, said.headed)
