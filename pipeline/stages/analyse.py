"""The third stage: the questions of the plan, answered."""

from __future__ import annotations

from pathlib import Path

from pipeline.evaluation import Evaluation
from pipeline.questions.plan import analyse_folder
from pipeline.stages.options import LONG_PLAN, Options
from pipeline.stages.progress import Progress


def run(evaluation: Evaluation, out: Path, options: Options, progress: Progress) -> str:
    """Write the results of every entry of the plan, and say how many numbers there are."""
    long = len(evaluation.settings.plan) >= LONG_PLAN
    return analyse_folder(evaluation, out, workers=options.jobs if long else 1)
