"""Labels of models of territories: what they predict territories from, and the indicators that they are about."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.questions.labelling import Label, Said, Texts

#: The indicators are those of other entries, and bear their labels.
LOOKS_AT_OTHERS = True


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of an entry of the plan that models territories."""
    names = [str(name) for name in entry.settings.get("covariates", [])]
    yield (
        f"{entry.name}:covariates",
        said.listed([_covariate(n, said) for n in names]) if names else said.say("none"),
    )
    for indicator in entry.settings.get("indicators", []):
        named = said.same(str(indicator["name"]))
        known = said.known(f"{indicator['analysis']}.{indicator['name']}")
        yield f"{entry.name}.{indicator['name']}", {lang: known[lang] or named[lang] for lang in named}


def _covariate(name: str, said: Said) -> Texts:
    start, _, group = name.partition(":")
    if start != "visits":
        return said.known(f"covariate={name}")
    if group[:1].isdigit():
        return said.say("aged", group=said.aged(group))
    return said.say("activity", activity=said.known(f"activity={group}"))
