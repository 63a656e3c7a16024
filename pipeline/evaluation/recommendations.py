"""Recommendations of an evaluation, each tied to the result that supports it, and what became of earlier ones.

They are declared in ``surveys/<evaluation>/texts/recommendations.yaml``; the word for the evidence is decided by the
results, never typed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from pipeline.errors import PublishError
from pipeline.instrument import Text, read_yaml, validate

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Recommendation(_Strict):
    """One action. ``evidence`` is a partial result_id of the region that must have moved as ``expects`` says."""

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


class Previous(_Strict):
    """A recommendation of the edition before, what became of it, and a note; texts may name facts (``{fact name}``)."""

    action: Text
    """What was recommended."""
    status: Literal["done", "partly", "under_way", "not_started", "dropped", "unknown"]
    """What became of it."""
    note: Text
    """What was done since; texts may name facts as `{fact name}`."""


class Recommendations(_Strict):
    """The content of recommendations.yaml."""

    recommendations: list[Recommendation]
    """Actions, the most important first."""
    previous: list[Previous] = []
    """Recommendations of the edition before, and what became of them."""


def recommendations_file(evaluation: Evaluation) -> Path:
    """Return where recommendations are declared."""
    return evaluation.folder / "texts" / "recommendations.yaml"


def read_recommendations(evaluation: Evaluation) -> Recommendations:
    """Return the declared recommendations; none where the file is absent.

    Raises
    ------
    PublishError
        When the file is wrong.
    """
    path = recommendations_file(evaluation)
    if not path.is_file():
        return Recommendations(recommendations=[])
    content, node = read_yaml(path, PublishError)
    return validate(Recommendations, content, node, path, PublishError)
