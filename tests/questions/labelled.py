"""The labels that the folder of a question makes, without those of anything else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.publish.annex.label_texts import label_texts
from pipeline.publish.annex.question_labels import QuestionLabels
from pipeline.questions.discovery import labellings
from tests.lexicon import LANGUAGES, with_shared

ROOT = Path(__file__).parents[2]


def own_labels(
    evaluation: Evaluation, entry: PlanEntry, so_far: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, dict[str, str]]:
    """Return the labels of an entry of the plan by key."""
    said = QuestionLabels(
        label_texts(ROOT, LANGUAGES, questions=[entry.question]), entry.question, with_shared(so_far or {})
    )
    return dict(labellings(ROOT)[entry.question].labels(evaluation, entry, said))
