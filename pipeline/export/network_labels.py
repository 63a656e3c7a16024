"""Labels that the sources of networks make: types of actors, kinds of ties, skills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.wording.phrases import capital

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation, PlanEntry, Source
    from pipeline.instrument import Question, Text

LANGUAGES = ("fr", "en")


def network_labels(evaluation: Evaluation, entry: PlanEntry) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of an entry of the plan that asks for networks."""
    if entry.question != "networks":
        return
    asked = entry.settings.get("source")
    found = [s for s in evaluation.sources("network") if s.ties and asked in (None, s.name)]
    if not found or found[0].ties is None:
        return
    source, ties = found[0], found[0].ties
    actors = evaluation.instruments[ties.actors]
    kinds = evaluation.instruments[source.name].question(ties.kind) if ties.kind else None
    yield from _population(evaluation, source, ties.actors)
    types = actors.by_role("actor_type")
    for name in ("type", "from_type", "to_type"):
        yield from _codes(name, types)
    yield from _codes("kind", kinds)
    asked_skills = entry.settings.get("skills") or {}
    if types is not None and (of := types.codes.get(str(asked_skills.get("of")))) is not None:
        yield "networks:skilled", {lang: of.in_language(lang) for lang in LANGUAGES}
    if reference := asked_skills.get("source"):
        yield "networks:reference", {lang: str(reference.get(lang) or reference["fr"]) for lang in LANGUAGES}
    skills = actors.question(str(asked_skills.get("question")))
    for item in skills.items if skills is not None else ():
        yield f"skill={item.name}", _capital(item.label)


def _population(evaluation: Evaluation, source: Source, actors: str) -> Iterator[tuple[str, dict[str, str]]]:
    for declared in (source.population, evaluation.source(actors).population):
        if declared is not None:
            yield "population=actors", {lang: declared.in_language(lang) for lang in LANGUAGES}
            return


def _codes(name: str, question: Question | None) -> Iterator[tuple[str, dict[str, str]]]:
    for code, text in question.codes.items() if question is not None else ():
        yield f"{name}={code}", _capital(text)


def _capital(text: Text) -> dict[str, str]:
    return {lang: capital(text.in_language(lang)) for lang in LANGUAGES}
