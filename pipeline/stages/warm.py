"""The server that forks workers: it loads the libraries of later stages beside what a run does before."""

from __future__ import annotations

import multiprocessing

from pipeline.evaluation import Evaluation
from pipeline.interruption import without_interruption
from pipeline.stages.options import LONG_PLAN


def warm(evaluation: Evaluation, first: str) -> None:
    """Start the server that forks the workers of stages from ``first`` on; it loads their libraries beside others."""
    from multiprocessing import forkserver

    questions = dict.fromkeys(entry.question for entry in evaluation.settings.plan)
    figures = [f"pipeline.figures.plots.{name}" for name in ("shares", "trend", "composition", "places", "maps")]
    drawing = ["matplotlib.pyplot", "matplotlib.backends.backend_svg", "pipeline.figures.draw", *figures]
    data = ["pipeline.stages.annex", "pipeline.publish.annex.annex", "xlsxwriter", "pyarrow.dataset"]
    hiding = ["pipeline.protect.secondary"]
    libraries = [*hiding, *drawing, *data]
    if first in ("ingest", "weight", "analyse") and len(evaluation.settings.plan) >= LONG_PLAN:
        libraries = [*(f"pipeline.questions.{name}.answer" for name in questions), *libraries]
    multiprocessing.set_forkserver_preload(libraries)
    with without_interruption():
        forkserver.ensure_running()
