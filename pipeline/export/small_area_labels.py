"""Labels of models of territories: what they predict territories from, and the indicators that they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pipeline.wording import labels, numbers
from pipeline.wording.numbers import NO_BREAK

if TYPE_CHECKING:
    from pipeline.evaluation import PlanEntry

LANGUAGES = ("fr", "en")
_NONE = {"fr": "la seule moyenne des territoires", "en": "the mean of territories alone"}
_AGED = {"fr": "la part des visites faites par {}", "en": "the share of visits by {}"}
_ACTIVITY = {"fr": f"la part des visites «{NO_BREAK}{{}}{NO_BREAK}»", "en": "the share of visits “{}”"}


def small_area_labels(entry: PlanEntry, known: Mapping[str, dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of an entry of the plan that models territories; ``known`` are those of codes and indicators."""
    if entry.question != "small_areas":
        return
    names = [str(name) for name in entry.settings.get("covariates", [])]
    yield (
        f"{entry.question}:covariates",
        {k: numbers.listing([_covariate(n, known, k) for n in names], k) if names else _NONE[k] for k in LANGUAGES},
    )
    for indicator in entry.settings.get("indicators", []):
        told = f"{indicator['analysis']}.{indicator['name']}"
        text = {k: labels.find(told, known, k) for k in LANGUAGES}
        yield f"{entry.name}.{indicator['name']}", {k: t or str(indicator["name"]) for k, t in text.items()}


def _covariate(name: str, known: Mapping[str, dict[str, str]], lang: str) -> str:
    start, _, group = name.partition(":")
    if start != "visits":
        return labels.label(f"covariate={name}", known, lang)
    if group[:1].isdigit():
        return _AGED[lang].format(labels.the_aged(group, lang))
    return _ACTIVITY[lang].format(labels.label(f"activity={group}", known, lang))
