"""The server that forks workers: it loads the libraries of later stages beside what a run does before."""

from __future__ import annotations

from pipeline.evaluation import Evaluation
from pipeline.stages.options import LONG_PLAN
from pipeline.workers import start_server


def warm(evaluation: Evaluation, first: str) -> None:
    """Start the server that forks the workers of stages from ``first`` on; it loads their libraries beside others."""
    from pipeline.figures.registry import KINDS

    questions = dict.fromkeys(entry.question for entry in evaluation.settings.plan)
    figures = sorted({place.partition(":")[0] for place in KINDS.values()})
    writing = ["pipeline.figures.plots.svg", "pipeline.figures.plots.direct", "plotnine.composition", "babel.dates"]
    drawing = ["matplotlib.pyplot", "matplotlib.backends.backend_svg", "pipeline.figures.draw", *figures, *writing]
    data = ["pipeline.stages.annex", "pipeline.publish.annex.annex", "xlsxwriter", "pyarrow.dataset"]
    hiding = ["pipeline.protect.secondary"]
    libraries = [*hiding, *drawing, *data]
    if first == "ingest":
        libraries = ["pipeline.ingest", *libraries]
    if first in ("ingest", "weight", "analyse") and len(evaluation.settings.plan) >= LONG_PLAN:
        libraries = [*(f"pipeline.questions.{name}.answer" for name in questions), *libraries]
    start_server(libraries)
