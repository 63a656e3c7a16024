"""Labels of the items of satisfaction as drivers of the overall one."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.questions.labelling import Label, Said


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of an entry of the plan that asks for drivers."""
    drivers = entry.settings.get("drivers")
    prefix = str(entry.settings.get("prefix", "sat_"))
    for item in drivers.get("items", []) if isinstance(drivers, dict) else []:
        for source in evaluation.sources("survey"):
            question = evaluation.instruments[source.name].question(item)
            if question is not None:
                yield f"item={item.removeprefix(prefix) or item}", said.headed(question.label or question.wording)
