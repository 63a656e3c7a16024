"""Labels that settings of payment and satisfaction make: prices, and items as drivers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.wording import numbers
from pipeline.wording.phrases import capital

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation, PlanEntry

LANGUAGES = ("fr", "en")


def valued_labels(evaluation: Evaluation, entry: PlanEntry) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of an entry that asks for payment or satisfaction."""
    if entry.question == "payment":
        for price in sorted(float(p) for p in entry.settings.get("prices", [])):
            yield f"price={price:g}", {lang: numbers.euro(price, lang) for lang in LANGUAGES}
    drivers = entry.settings.get("drivers") if entry.question == "satisfaction" else None
    if isinstance(drivers, dict):
        prefix = str(entry.settings.get("prefix", "sat_"))
        for item in drivers.get("items", []):
            for source in evaluation.sources("survey"):
                question = evaluation.instruments[source.name].question(item)
                if question is not None:
                    text = question.label or question.wording
                    name = f"item={item.removeprefix(prefix) or item}"
                    yield name, {lang: capital(text.in_language(lang)) for lang in LANGUAGES}
