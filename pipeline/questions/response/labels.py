"""Labels of the surveys of an evaluation that has several: what was received of one names it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.questions.labelling import Label, Said


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield ``surveyed=<source>``, the title of every survey where there are several with a title."""
    surveys = evaluation.sources("survey")
    for source in surveys if len(surveys) > 1 else ():
        if source.title is not None:
            yield f"surveyed={source.name}", said.plain(source.title)
