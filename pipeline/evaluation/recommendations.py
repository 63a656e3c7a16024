"""Recommendations of an evaluation, each tied to the result that supports it, and what became of earlier ones.

They are declared in ``surveys/<evaluation>/texts/recommendations.yaml``; the word for the evidence is decided by the
results, never typed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from pipeline.errors import PublishError
from pipeline.evaluation.contrasts import named_ends, years_of
from pipeline.instrument import Text, read_yaml, validate

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Recommendation(_Strict):
    """One action. ``evidence`` is a partial result_id of the region that must have moved as ``expects`` says."""

    id: str | None = None
    """Name by which the next edition follows it up; its number by default."""
    action: Text
    """What to do."""
    who: Text
    """Who should do it."""
    when: Text
    """By when."""
    cost: Text
    """What it costs; `{amount}` stands for the number of `amount`."""
    amount: str | None = None
    """Partial result_id whose number opens the cost, or stands where the cost says `{amount}`, where it is
    published.
    """
    evidence: str | None = None
    """Partial result_id of the region that supports the action; without it the action answers a limit."""
    expects: Literal["rise", "fall", "level"] = "level"
    """How the evidence must have moved; `level` asks only that it be published."""


Status = Literal["done", "partly", "under_way", "not_started", "dropped", "unknown"]


class Previous(_Strict):
    """A recommendation of the edition before, what became of it, and a note; texts may name facts (``{fact name}``)."""

    action: Text
    """What was recommended."""
    status: Status
    """What became of it."""
    note: Text | None = None
    """What was done since; texts may name facts as `{fact name}`."""
    evidence: str | None = None
    """Partial result_id that it rested on: what this edition says of it is told."""


class FollowUp(_Strict):
    """What became of a recommendation of the edition before, whose file `previous:` of evaluation.yaml names."""

    of: int | str
    """Its id, or its number, from 1."""
    status: Status
    """What became of it."""
    note: Text | None = None
    """What was done since; texts may name facts as `{fact name}`."""


class Recommendations(_Strict):
    """The content of recommendations.yaml."""

    recommendations: list[Recommendation]
    """Actions, the most important first."""
    previous: list[Previous] = []
    """Recommendations of the edition before, and what became of them, where its file is not kept."""
    followup: list[FollowUp] = []
    """What became of the recommendations in the file of the edition before; of one left out, nothing is known."""


def recommendations_file(evaluation: Evaluation) -> Path:
    """Return where recommendations are declared."""
    return evaluation.folder / "texts" / "recommendations.yaml"


def read_recommendations(evaluation: Evaluation) -> Recommendations:
    """Return the declared recommendations, those of the edition before followed up; none where the file is absent.

    Raises
    ------
    PublishError
        When a file is wrong, or what is followed up is none of the recommendations of the edition before.
    """
    path = recommendations_file(evaluation)
    told = _read(path, evaluation) if path.is_file() else Recommendations(recommendations=[])
    files = [p.recommendations for p in sorted(evaluation.settings.previous, key=lambda p: p.edition)]
    last = next((file for file in reversed(files) if file is not None), None)
    if last is None:
        if told.followup:
            raise PublishError(
                "no file says what is followed up",
                where=f"{path}, key followup",
                action="name the file of the edition before in evaluation.yaml: `previous: [{edition: ...,"
                " ledger: ..., recommendations: texts/recommendations-YEAR.yaml}]`",
            )
        return told
    before = _read(evaluation.folder / last, evaluation).recommendations
    return told.model_copy(update={"previous": [*told.previous, *_followed(before, told.followup, path)]})


def _read(path: Path, evaluation: Evaluation) -> Recommendations:
    """Return the content of a file of recommendations, with names for words in what it rests on."""
    content, node = read_yaml(path, PublishError)
    read = validate(Recommendations, content, node, path, PublishError)
    waves, years = [w.name for w in evaluation.settings.waves], years_of(evaluation)

    def named(each: Recommendation) -> Recommendation:
        partials = {k: v for k, v in each.model_dump().items() if isinstance(v, str) and k not in ("id", "expects")}
        return each.model_copy(update={k: named_ends(v, waves, years) for k, v in partials.items()})

    return read.model_copy(update={"recommendations": [named(r) for r in read.recommendations]})


def _followed(before: list[Recommendation], followup: list[FollowUp], path: Path) -> list[Previous]:
    """Return every earlier recommendation with what became of it, unknown where nothing is said."""
    names = {str(r.id or n): r for n, r in enumerate(before, 1)}
    said = {str(f.of): f for f in followup}
    if unknown := [of for of in said if of not in names]:
        raise PublishError(
            "what is followed up is none of the recommendations of the edition before",
            where=f"{path}, key followup",
            found=unknown,
            allowed=list(names),
        )
    if len(said) < len(followup):
        raise PublishError("a recommendation is followed up twice", where=f"{path}, key followup")
    return [
        Previous(action=r.action, status=f.status if f else "unknown", note=f.note if f else None, evidence=r.evidence)
        for r, f in ((r, said.get(name)) for name, r in names.items())
    ]
