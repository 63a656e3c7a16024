"""The second stage: weights of the answers."""

from __future__ import annotations

from pathlib import Path

from pipeline.evaluation import Evaluation
from pipeline.stages.options import Options
from pipeline.stages.progress import Progress
from pipeline.weighting import weight


def run(evaluation: Evaluation, out: Path, options: Options, progress: Progress) -> str:
    """Write the weights of every survey, and say how many answers have one."""
    return weight(evaluation, evaluation.stage("ingest"), out)
