"""Labels of models of territories: what they predict territories from, and the indicators that they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pipeline.export.label_texts import LANGUAGES, LabelTexts
from pipeline.wording import labels, numbers

if TYPE_CHECKING:
    from pipeline.evaluation import PlanEntry


def small_area_labels(
    entry: PlanEntry, known: Mapping[str, dict[str, str]], texts: LabelTexts
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of an entry of the plan that models territories; ``known`` are those of codes and indicators."""
    if entry.question != "small_areas":
        return
    names = [str(name) for name in entry.settings.get("covariates", [])]
    covariates = [_covariate(n, known, texts) for n in names]
    listed = {k: numbers.listing([c[k] for c in covariates], k) for k in LANGUAGES}
    yield f"{entry.question}:covariates", listed if names else texts.say("small_areas.none")
    for indicator in entry.settings.get("indicators", []):
        told = f"{indicator['analysis']}.{indicator['name']}"
        text = {k: labels.find(told, known, k) for k in LANGUAGES}
        yield f"{entry.name}.{indicator['name']}", {k: t or str(indicator["name"]) for k, t in text.items()}


def _covariate(name: str, known: Mapping[str, dict[str, str]], texts: LabelTexts) -> dict[str, str]:
    start, _, group = name.partition(":")
    if start != "visits":
        return {lang: labels.label(f"covariate={name}", known, lang) for lang in LANGUAGES}
    if group[:1].isdigit():
        return texts.say("small_areas.aged", group={lang: labels.the_aged(group, lang) for lang in LANGUAGES})
    activity = {lang: labels.label(f"activity={group}", known, lang) for lang in LANGUAGES}
    return texts.say("small_areas.activity", activity=activity)
