"""Labels that a framework makes: its indicators, their objectives and who is responsible for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.wording.phrases import capital

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation, PlanEntry

LANGUAGES = ("fr", "en")
_QUESTION = "framework"
#: Role of a question -> name of its codes in results.
_NAMES = {"indicator": "goal", "objective": "objective", "responsible": "responsible"}


def framework_labels(evaluation: Evaluation, entry: PlanEntry) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of an entry of the plan that follows a framework of indicators."""
    if entry.question != _QUESTION:
        return
    asked = entry.settings.get("source")
    source = next((s for s in evaluation.sources("framework") if asked in (None, s.name)), None)
    for question in evaluation.instruments[source.name].questions if source is not None else ():
        name = _NAMES.get(str(question.role))
        for code, text in question.codes.items() if name else ():
            yield f"{name}={code}", {lang: capital(text.in_language(lang)) for lang in LANGUAGES}
