"""What a document may open: protected results, drawn figures, labels, and the evaluation's settings."""

from __future__ import annotations

import functools
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import PublishError

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.evaluation import Evaluation

PROJECT = "EVALUATION_PROJECT"


@dataclass(frozen=True)
class Publishable:
    """The evaluation, its publishable results, and what was drawn for one territory in one language."""

    evaluation: Evaluation
    results: pd.DataFrame
    labels: dict[str, dict[str, str]]
    figures: dict[str, Any]
    absent: dict[str, str]
    drawn: Path


def project_root() -> Path:
    """Return the project: what ``EVALUATION_PROJECT`` says, else the folder above with pyproject.toml and surveys/.

    Raises
    ------
    PublishError
        When neither leads to a project.
    """
    told = os.environ.get(PROJECT)
    candidates = [Path(told)] if told else [Path.cwd(), *Path.cwd().parents]
    for folder in candidates:
        if (folder / "pyproject.toml").is_file() and (folder / "surveys").is_dir():
            return folder
    raise PublishError(
        "no project here: a folder with pyproject.toml and surveys/",
        where=told or str(Path.cwd()),
        action=f"render from inside the project, or set {PROJECT} to its folder",
    )


def open_publishable(evaluation: str, territory: str, lang: str) -> Publishable:
    """Open what draw and protect wrote for a territory (``region`` or a unit's code) and a language.

    Raises
    ------
    PublishError, ResultsError, EvaluationError
        When a stage has not run, or the evaluation is unknown.
    """
    root = project_root()
    build = root / "build" / evaluation
    drawn = build / "draw" / lang / territory
    figures = dict(_json(drawn / "figures.json"))
    absent = figures.pop("absent", {})
    results = build / "protect" / "results.parquet"
    labels = _json(build / "draw" / "labels.json")
    return Publishable(
        _evaluation(evaluation, root), _results(results, _stamp(results)), labels, figures, absent, drawn
    )


@functools.lru_cache(maxsize=4)
def _evaluation(name: str, root: Path) -> Evaluation:
    from pipeline.evaluation import load

    return load(name, root)


@functools.lru_cache(maxsize=2)
def _results(path: Path, stamp: tuple[int, int]) -> pd.DataFrame:
    from pipeline import results

    return results.read(path)


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise PublishError("what the document shows has not been drawn", where=str(path), action="run the stage draw")
    return _parsed(path, _stamp(path))


@functools.lru_cache(maxsize=64)
def _parsed(path: Path, stamp: tuple[int, int]) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _stamp(path: Path) -> tuple[int, int]:
    # an unchanged file is read once a process, a rewritten one again
    if not path.is_file():
        return (0, 0)
    state = path.stat()
    return (state.st_mtime_ns, state.st_size)
