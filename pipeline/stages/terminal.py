"""What the command line says before a run."""

from __future__ import annotations

from pathlib import Path

from pipeline.evaluation import Evaluation
from pipeline.stages.order import Options
from pipeline.wording.markdown import visible


def opening_lines(evaluation: Evaluation, options: Options) -> str:
    """Return what is evaluated, from which files, and which renderer is used and why."""
    from pipeline.publish.render.quarto import choose_renderer

    renderer, why = choose_renderer(options.renderer)
    kind = "synthetic data" if evaluation.settings.synthetic else "received data"
    title = visible(evaluation.settings.title.in_language("en"))
    return f"{title} ({kind} in {_short(evaluation.data, evaluation.root)})\nrenderer: {renderer} ({why})"


def _short(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
