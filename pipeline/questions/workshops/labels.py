"""Labels that the sources of workshops make: the themes of their cycles, what their lists say of the trainees."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.questions.labelling import Label, Said, codes, said_codes


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of an entry of the plan that asks for workshops; those of the cycles win."""
    for source in (*evaluation.sources("enrolments"), *evaluation.sources("workshops")):
        question = evaluation.instruments[source.name].by_role("theme")
        yield from codes("theme", question.codes if question is not None else {}, said.headed)
    told = entry.settings.get("trainees") or []
    for source in evaluation.sources("enrolments"):
        for asked in evaluation.instruments[source.name].all_by_role("sex", "occupation"):
            yield from said_codes(str(asked.role), asked.codes if asked.role in told else {}, said)
