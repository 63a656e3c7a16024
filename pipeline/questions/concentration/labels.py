"""Labels of the parts of users whose visits are told: « les 10 % les plus assidus »."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.questions.labelling import Label, Said

_MOST = (10, 20, 50)


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of an entry of the plan that asks how concentrated visits are."""
    for percent in entry.settings.get("most", _MOST):
        yield f"most={percent}", said.say("most", percent=str(percent))
