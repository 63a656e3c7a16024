"""What an evaluation is, as documents may ask: a closed list, decided by what is declared and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline.evaluation.declared import SourceKind
from pipeline.evaluation.recommendations import recommendations_file

if TYPE_CHECKING:
    from pipeline.evaluation.paths import Evaluation


def _has(kind: SourceKind) -> Callable[[Evaluation], bool]:
    return lambda evaluation: bool(evaluation.sources(kind))


#: What ends a line that `new` guessed, until somebody has reviewed it.
_GUESSED = " / to review: "


def _guesses(evaluation: Evaluation) -> bool:
    """Return whether a declaration still holds a guess of its first draft."""
    files = (path for path in evaluation.declaration_files() if path.suffix == ".yaml" and path.is_file())
    return any(_GUESSED in path.read_text(encoding="utf-8") for path in files)


#: Name -> whether an evaluation is so.
TRAITS: dict[str, Callable[[Evaluation], bool]] = {
    "survey": _has("survey"),
    "attendance": _has("attendance"),
    "sites": _has("sites"),
    "network": _has("network"),
    "workshops": _has("workshops"),
    "enrolments": _has("enrolments"),
    "costs": _has("costs"),
    "records": _has("records"),
    "framework": _has("framework"),
    "surveys": lambda e: len(e.sources("survey")) > 1,
    # surveys by how persons came into them
    "drawn": lambda e: any(not s.unweighted for s in e.sources("survey")),
    "visits": lambda e: any(s.sampled == "visit" and not s.unweighted for s in e.sources("survey")),
    "unweighted": lambda e: any(s.unweighted for s in e.sources("survey")),
    "indicative": lambda e: any(s.by != "probability" and not s.unweighted for s in e.sources("survey")),
    "non_users": lambda e: any(s.persons == "non_users" for s in e.sources("survey")),
    # attendance of which returns may be missing, and of which every visit is recorded
    "returns": lambda e: any(not s.is_complete for s in e.sources("attendance")),
    "recorded": lambda e: any(s.is_complete for s in e.sources("attendance")),
    # the evaluation as a whole
    "waves": lambda e: len(e.settings.waves) > 1,
    "units": lambda e: e.settings.territory.level != "area",
    "communes": lambda e: e.settings.territory.level == "commune",
    "questions": lambda e: bool(e.settings.questions),
    # what comes from answers has an error, and an interval
    "estimated": lambda e: any(s.kind == "survey" or s.ties is not None for s in e.settings.sources),
    "proposed": lambda e: recommendations_file(e).is_file(),
    "months": lambda e: not e.withheld,
    "guesses": _guesses,
    "synthetic": lambda e: e.settings.synthetic,
}


def traits(evaluation: Evaluation) -> frozenset[str]:
    """Return the names of what an evaluation is."""
    return frozenset(name for name, holds in TRAITS.items() if holds(evaluation))
