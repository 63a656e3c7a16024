"""Labels that the sources of networks make: types of actors, kinds of ties, skills."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.evaluation import Evaluation, PlanEntry, Source
from pipeline.instrument import Question
from pipeline.questions.labelling import Label, Said, codes, declared_text


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of an entry of the plan that asks for networks."""
    asked = entry.settings.get("source")
    found = [s for s in evaluation.sources("network") if s.ties and asked in (None, s.name)]
    if not found or found[0].ties is None:
        return
    source, ties = found[0], found[0].ties
    actors = evaluation.instruments[ties.actors]
    kinds = evaluation.instruments[source.name].question(ties.kind) if ties.kind else None
    yield from _population(evaluation, source, ties.actors, said)
    types = actors.by_role("actor_type")
    for name in ("type", "from_type", "to_type"):
        yield from _codes(name, types, said)
    yield from _codes("kind", kinds, said)
    asked_skills = entry.settings.get("skills") or {}
    if types is not None and (of := types.codes.get(str(asked_skills.get("of")))) is not None:
        yield f"{entry.name}:skilled", said.plain(of)
    if reference := declared_text(asked_skills.get("source")):
        yield f"{entry.name}:reference", said.plain(reference)
    skills = actors.question(str(asked_skills.get("question")))
    for item in skills.items if skills is not None else ():
        yield f"skill={item.name}", said.headed(item.label)


def _population(evaluation: Evaluation, source: Source, actors: str, said: Said) -> Iterator[Label]:
    for declared in (source.population, evaluation.source(actors).population):
        if declared is not None:
            yield "population=actors", said.plain(declared)
            return


def _codes(name: str, question: Question | None, said: Said) -> Iterator[Label]:
    yield from codes(name, question.codes if question is not None else {}, said.headed)
