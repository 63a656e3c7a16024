"""Labels that the accounts and the settings of money make: financers, natures, rules of aid, criteria."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pipeline.export.label_texts import LabelTexts
from pipeline.wording.phrases import capital

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation, PlanEntry

LANGUAGES = ("fr", "en")


def money_labels(
    evaluation: Evaluation, entry: PlanEntry, texts: LabelTexts, held: Callable[[int], int]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of an entry of the plan that asks for money; ``held``: the official year that stands for one."""
    for source in evaluation.sources("costs"):
        for question in evaluation.instruments[source.name].all_by_role("financer", "cost_nature"):
            for code, text in question.codes.items():
                said = {lang: text.in_language(lang) for lang in LANGUAGES}
                yield f"{question.role}={code}", {lang: capital(label) for lang, label in said.items()}
                yield f"{question.role}={code}:said", said
    for each in entry.settings.get("per_inhabitant") or []:
        year = held(int(each["population_year"]))
        yield f"population_year={year}:said", texts.say("population_of", year=str(year))
    if apart := (entry.settings.get("unit_costs") or {}).get("activity_year"):
        yield f"activity_year={apart}", texts.say("activity_of", year=str(apart))
        yield f"activity_year={apart}:said", texts.say("activity_of", year=str(apart))
    renewal, label = entry.settings.get("renewal"), entry.settings.get("label")
    for name, declared in (("rule", (renewal or {}).get("rules")), ("criterion", (label or {}).get("criteria"))):
        for each in declared or []:
            said = each.get("label") or {"fr": str(each.get("name"))}
            yield f"{name}={each.get('name')}", {lang: said.get(lang) or said["fr"] for lang in LANGUAGES}
