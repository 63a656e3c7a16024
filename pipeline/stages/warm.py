"""The server that forks the workers of a run: it loads the libraries of later stages beside what a run does before."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pipeline
from pipeline.stages.environment import settle_environment
from pipeline.stages.options import LONG_PLAN
from pipeline.workers import start_server

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation

#: An entry of the plan as evaluations write it, and the bytes of a declaration in which entries are looked for.
_ENTRY = re.compile(r"^ *- +question: *([\w-]+)", re.MULTILINE)
_LOOKED_AT = 1 << 20


def warm(evaluation: Evaluation, first: str) -> None:
    """Start the server that forks the workers of stages from ``first`` on; it loads their libraries beside others."""
    plan = [entry.question for entry in evaluation.settings.plan]
    start_server(_libraries(plan, first))


def warm_at_once(root: Path, name: str) -> None:
    """Start that server while this process has yet to load its own libraries, where nothing of a report is made.

    Of the declaration only the names of the plan's entries are looked for: who reads it refuses what is wrong with it,
    and where there are few of them, or none is found, the server starts when it is read.
    """
    if (root / "build" / name / "ingest").exists() or not os.access(root, os.W_OK | os.X_OK):
        return
    try:
        with (root / "surveys" / name / "evaluation.yaml").open(encoding="utf-8") as file:
            plan = _ENTRY.findall(file.read(_LOOKED_AT))
    except (OSError, ValueError):
        return
    if len(plan) >= LONG_PLAN:
        settle_environment(root)
        start_server(_libraries(plan, "ingest"))


def _libraries(plan: Iterable[str], first: str) -> list[str]:
    """Return the modules of the stages from ``first`` on, for the questions of a plan."""
    folders = [Path(pipeline.__path__[0]) / "figures" / kind for kind in ("plots", "tables")]
    figures = [f"pipeline.figures.{f.name}.{p.stem}" for f in folders for p in sorted(f.glob("[!_]*.py"))]
    drawing = ["matplotlib.pyplot", "matplotlib.backends.backend_svg", "pipeline.figures.draw", *figures]
    writing = ["plotnine.composition", "babel.dates"]
    data = ["pipeline.stages.annex", "pipeline.publish.annex.annex", "xlsxwriter", "pyarrow.dataset"]
    hiding = ["pipeline.protect.secondary", "scipy.optimize"]
    libraries = [*hiding, *drawing, *writing, *data]
    if first == "ingest":
        libraries = ["pipeline.ingest", *libraries]
    entries = list(plan)
    if first in ("ingest", "weight", "analyse") and len(entries) >= LONG_PLAN:
        libraries = [*(f"pipeline.questions.{name}.answer" for name in dict.fromkeys(entries)), *libraries]
    return libraries
