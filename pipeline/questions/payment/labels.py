"""Labels of the prices that were asked about."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.questions.labelling import Label, Said


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of an entry of the plan that asks for payment."""
    for price in sorted(float(p) for p in entry.settings.get("prices", [])):
        yield f"price={price:g}", said.euro(price)
