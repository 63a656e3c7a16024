"""Labels that a benchmark of skills makes: types of actors, skills, where the reference comes from."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.questions.labelling import Label, Said, codes, declared_text


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of an entry of the plan that asks for a benchmark of skills."""
    asked = entry.settings.get("source")
    source = next((s for s in evaluation.sources("survey") if asked in (None, s.name)), None)
    if source is None:
        return
    instrument = evaluation.instruments[source.name]
    types = instrument.question(str(entry.settings.get("type")))
    yield from codes("type", types.codes if types is not None else {}, said.headed)
    for skill in entry.settings.get("skills") or []:
        question = instrument.question(str(skill.get("question")))
        if question is not None:
            item = next((i.label for i in question.items if i.name == skill.get("item")), None)
            yield f"skill={skill.get('name')}", said.headed(item or question.label or question.wording)
    if reference := declared_text(entry.settings.get("origin")):
        yield f"{entry.name}:reference", said.plain(reference)
