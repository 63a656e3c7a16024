"""The analysis plan: each entry names a question of this package and its settings; run in order, then adjust."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pandas as pd

from pipeline import results
from pipeline.analysis import families
from pipeline.analysis.context import Context
from pipeline.analysis.entry import Entry, entries
from pipeline.errors import AnalyseError
from pipeline.evaluation import Evaluation
from pipeline.survey import SurveyError

#: Questions that a plan may name: modules of this package with ``Settings`` and ``answer(context, entry)``.
QUESTIONS = (
    "adjusted",
    "attendance",
    "attendance_model",
    "comments",
    "comparability",
    "crossings",
    "decomposition",
    "demand",
    "forecast",
    "interruption",
    "label",
    "money",
    "payment",
    "prevalence",
    "profile",
    "reach",
    "response",
    "satisfaction",
    "small_areas",
    "spaces",
    "typology",
)


def analyse(evaluation: Evaluation, ingest: Path | None = None, weight: Path | None = None) -> pd.DataFrame:
    """Run the plan of an evaluation and return its results.

    Parameters
    ----------
    evaluation : declarations.
    ingest, weight : folders of the stages before; those of the evaluation's build by default.

    Returns
    -------
    DataFrame
        Results (contract 4), p-values adjusted by Holm within families, not yet protected.

    Raises
    ------
    AnalyseError
        When an entry names an unknown question or cannot be answered with its settings.
    """
    context = Context(evaluation, ingest or evaluation.stage("ingest"), weight or evaluation.stage("weight"))
    rows: list[results.Result] = []
    indexes: set[str] = set()
    for entry in entries(evaluation):
        if entry.question not in QUESTIONS:
            raise entry.error("there is no such question", "question", found=entry.question, allowed=QUESTIONS)
        module = import_module(f"pipeline.analysis.{entry.question}")
        indexes |= getattr(module, "INDEX", frozenset())
        rows += _answered(module, context, entry)
    return families.adjust(results.frame(rows), frozenset(indexes))


def _answered(module: object, context: Context, entry: Entry) -> list[results.Result]:
    try:
        return list(module.answer(context, entry))  # type: ignore[attr-defined]
    except SurveyError as fault:
        raise AnalyseError(
            f"the question '{entry.question}' cannot be estimated: {fault}", where=entry.where()
        ) from None


def analyse_folder(evaluation: Evaluation, out_dir: Path) -> str:
    """Write ``out_dir``/results.parquet (private) and say how many numbers it holds."""
    table = analyse(evaluation)
    out_dir.mkdir(parents=True, exist_ok=True)
    results.write(table, out_dir / "results.parquet")
    return f"{len(table)} numbers from {table['analysis'].nunique()} questions"
