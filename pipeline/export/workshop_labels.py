"""Labels that the sources of workshops make: the themes of their cycles, what their lists say of the trainees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.wording.phrases import capital

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation, PlanEntry

LANGUAGES = ("fr", "en")


def workshop_labels(evaluation: Evaluation, entry: PlanEntry) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of an entry of the plan that asks for workshops; those of the cycles win."""
    if entry.question != "workshops":
        return
    for source in (*evaluation.sources("enrolments"), *evaluation.sources("workshops")):
        question = evaluation.instruments[source.name].by_role("theme")
        for code, text in question.codes.items() if question is not None else ():
            yield f"theme={code}", {lang: capital(text.in_language(lang)) for lang in LANGUAGES}
    told = (entry.settings.get("trainees") or []) if entry.settings else []
    for source in evaluation.sources("enrolments"):
        for question in evaluation.instruments[source.name].all_by_role("sex", "occupation"):
            for code, text in question.codes.items() if question.role in told else ():
                said = {lang: text.in_language(lang) for lang in LANGUAGES}
                yield f"{question.role}={code}", {lang: capital(label) for lang, label in said.items()}
                yield f"{question.role}={code}:said", said
