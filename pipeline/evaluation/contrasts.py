"""The waves or years that entries compare, as the plan says them: by name, by a word, or several pairs at once.

``contrast: [previous, latest]`` follows the waves of the entry's source (``first``, ``previous``, ``latest``), so that
a plan holds from one edition to the next; ``contrast: [[first, latest], [previous, latest]]`` compares two pairs, of
which the first is what documents lead with. The same words stand in ``about:`` of what the commissioner asked
(``wave=first..latest``, ``period=previous..latest``).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.errors import EvaluationError
from pipeline.evaluation.paths import Evaluation
from pipeline.evaluation.settings import PlanEntry
from pipeline.evaluation.sources import Source

#: Words that stand for a wave, by their place among those there are.
PLACES = {"first": 0, "previous": -2, "latest": -1}
#: Keys of settings that hold one pair or several, and those that always hold several.
ONE_OR_SEVERAL, SEVERAL = "contrast", "contrasts"
#: What the years of waves stand for in a question that counts by calendar year.
YEARS, SURVEY = "years", "survey"
_WORD = "|".join(PLACES)
_ABOUT = re.compile(rf"(?P<kind>wave|period)=(?P<ends>(?:{_WORD})(?:\.\.[^/]+)?|[^/.]+\.\.(?:{_WORD}))(?=/|$)")


def are_named(evaluation: Evaluation) -> bool:
    """Return whether every contrast of the plan is one pair of names already, so that there is nothing to settle."""
    plain = all(_is_plain(entry.settings) for entry in evaluation.settings.plan)
    return plain and not any(_ABOUT.search(s.about) for q in evaluation.settings.questions for s in q.statements)


def _is_plain(settings: object) -> bool:
    if isinstance(settings, Mapping):
        pair = settings.get(ONE_OR_SEVERAL)
        several = settings.get(SEVERAL) or []
        words = [*(pair if isinstance(pair, list) else []), *(w for p in several if isinstance(p, list) for w in p)]
        plain = not any(isinstance(w, list) or w in PLACES for w in words)
        return plain and all(_is_plain(v) for v in settings.values())
    return not isinstance(settings, list) or all(map(_is_plain, settings))


def with_named_waves(evaluation: Evaluation, kinds: Mapping[str, str]) -> Evaluation:
    """Return the evaluation with every contrast by name: one pair an entry, and the further ones beside.

    Parameters
    ----------
    kinds : question -> the kind of source whose waves it compares (a survey unless told), or `years`.

    Raises
    ------
    EvaluationError
        For a word that means no wave here, or a pair that is none.
    """
    settings = evaluation.settings
    plan = [_entry(evaluation, i, entry, kinds) for i, entry in enumerate(settings.plan)]
    waves = [w.name for w in settings.waves]
    years = years_of(evaluation)
    questions = []
    for question in settings.questions:
        told = []
        for each in question.statements:
            about, *agrees = (named_ends(partial, waves, years) for partial in (each.about, *each.agrees))
            told.append(each.model_copy(update={"about": about, "agrees": agrees}))
        questions.append(question.model_copy(update={"statements": told}))
    made = settings.model_copy(update={"plan": plan, "questions": questions})
    return dataclasses.replace(evaluation, settings=made)


def years_of(evaluation: Evaluation) -> list[str]:
    """Return the years that the waves stand for, each once, in order."""
    return [str(year) for year in sorted({w.year for w in evaluation.settings.waves})]


def named_ends(partial: str, waves: Sequence[str], years: Sequence[str]) -> str:
    """Return a partial result_id with names for words; a word that means no wave here stays, and is then not found."""

    def named(match: re.Match[str]) -> str:
        there = waves if match["kind"] == "wave" else years
        ends = [_name(word, there) or word for word in match["ends"].split("..")]
        return f"{match['kind']}={'..'.join(ends)}"

    return _ABOUT.sub(named, partial)


def _name(word: object, there: Sequence[Any]) -> Any:
    """Return what a word or a name means among the waves in order, None where there are too few."""
    place = PLACES.get(str(word))
    if place is None:
        return str(word)
    return there[place] if len(there) >= max(abs(place), 1) else None


def _entry(evaluation: Evaluation, i: int, entry: PlanEntry, kinds: Mapping[str, str]) -> PlanEntry:
    of = kinds.get(entry.question, SURVEY)
    there = years_of(evaluation) if of == YEARS else _waves_of(evaluation, entry, of)
    where = f"surveys/{evaluation.name}/evaluation.yaml, key plan.{i}.settings"
    settings: dict[str, Any] = _settled(entry.settings, [int(y) for y in there] if of == YEARS else there, where)
    pairs = settings.get(ONE_OR_SEVERAL)
    if not (isinstance(pairs, list) and pairs and isinstance(pairs[0], list)):
        return entry.contrasting(settings, ())
    first, *further = pairs
    return entry.contrasting({**settings, ONE_OR_SEVERAL: first}, tuple((a, b) for a, b in further))


def _settled(settings: Any, there: Sequence[Any], where: str) -> Any:
    """Return settings whose contrasts, however deep they stand, hold names; several pairs stay several."""
    if isinstance(settings, Mapping):
        made = {}
        for key, value in settings.items():
            if key in (ONE_OR_SEVERAL, SEVERAL) and isinstance(value, list):
                made[key] = _pairs(value, there, f"{where}.{key}")
            else:
                made[key] = _settled(value, there, f"{where}.{key}")
        return made
    return [_settled(v, there, where) for v in settings] if isinstance(settings, list) else settings


def _pairs(value: list[Any], there: Sequence[Any], where: str) -> list[Any]:
    """Return one pair or several with names for words."""
    if value and all(isinstance(pair, list) for pair in value):
        return [_pair(pair, there, where) for pair in value]
    return _pair(value, there, where)


def _pair(pair: list[Any], there: Sequence[Any], where: str) -> list[Any]:
    if not any(word in PLACES for word in pair if isinstance(word, str)):
        return pair
    named = [_name(word, there) if isinstance(word, str) else word for word in pair]
    if None in named or len({str(n) for n in named}) < len(named):
        raise EvaluationError(
            "these words mean no two waves here",
            where=where,
            found=pair,
            allowed=f"two different ones of {', '.join([*PLACES, *map(str, there)])}",
            action="name other waves, or leave the contrast out until there are two",
        )
    return named


def _waves_of(evaluation: Evaluation, entry: PlanEntry, kind: str) -> list[str]:
    """Return the waves that the source of an entry has files of, in order; of a lens, those of what it looks at."""
    other = next((e for e in evaluation.settings.plan if e.name == entry.settings.get("of") and e is not entry), None)
    asked = entry.settings.get("source") or (other.settings.get("source") if other else None)
    sources = evaluation.settings.sources
    of_kind = [s for s in sources if s.kind == kind and (s.ties is not None or kind != "network")]
    source = next((s for s in sources if s.name == asked), of_kind[0] if of_kind else None)
    every = [w.name for w in evaluation.settings.waves]
    held = _held(source) if source else set()
    return [w for w in every if w in held] if held else every


def _held(source: Source) -> set[str]:
    """Return the waves that files of a source are declared for; none where one file holds all without saying which."""
    files = source.files
    return {w for name, spec in files.items() for w in ((spec.waves or ()) if name == "all" else (name,))}
