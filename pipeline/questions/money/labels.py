"""Labels that the accounts and the settings of money make: financers, natures, rules of aid, criteria."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.instrument import Text
from pipeline.questions.labelling import Label, Said, declared_text, said_codes
from pipeline.territory import year_of_region


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of an entry of the plan that asks for money."""
    for source in evaluation.sources("costs"):
        for question in evaluation.instruments[source.name].all_by_role("financer", "cost_nature"):
            yield from said_codes(str(question.role), question.codes, said)
            if question.role == "financer":
                for code, text in question.codes.items():
                    yield from ((f"financer={code}:{form}", told) for form, told in said.payer(text).items())
    for each in entry.settings.get("per_inhabitant") or []:
        year = year_of_region(evaluation.root, evaluation.place, int(each["population_year"]))
        yield f"population_year={year}:said", said.say("population_of", year=str(year))
    if apart := (entry.settings.get("unit_costs") or {}).get("activity_year"):
        yield f"activity_year={apart}", said.say("activity_of", year=str(apart))
        yield f"activity_year={apart}:said", said.say("activity_of", year=str(apart))
    for each in entry.settings.get("record_costs") or []:
        titles = [s.title for s in evaluation.sources("records") if s.name == each.get("records")]
        title = next((t for t in titles if t is not None), None) or Text(fr=str(each.get("records")))
        yield f"recorded={each.get('records')}", said.plain(title)
    renewal, label = entry.settings.get("renewal"), entry.settings.get("label")
    for name, declared in (("rule", (renewal or {}).get("rules")), ("criterion", (label or {}).get("criteria"))):
        for each in declared or []:
            text = declared_text(each.get("label")) or Text(fr=str(each.get("name")))
            yield f"{name}={each.get('name')}", said.plain(text)
