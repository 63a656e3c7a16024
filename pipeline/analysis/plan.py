"""The analysis plan: each entry names a question of this package and its settings; run in order, then adjust."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import results
from pipeline.analysis import families
from pipeline.analysis.context import Context
from pipeline.analysis.entry import Entry, entries
from pipeline.errors import AnalyseError
from pipeline.evaluation import Evaluation
from pipeline.results.agreement import check_quantities
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
    "networks",
    "payment",
    "prevalence",
    "profile",
    "reach",
    "response",
    "satisfaction",
    "sensitivity",
    "small_areas",
    "spaces",
    "typology",
    "workshops",
)


#: The results of an entry, and its indicators that are indexes: told by the process that has loaded the module.
Answered = tuple[list[results.Result], tuple[str, ...]]
#: Entries that take longest, first to be handed out: the others fill the gaps.
_LONG = ("label", "crossings", "attendance_model", "typology", "adjusted")


def analyse(
    evaluation: Evaluation, ingest: Path | None = None, weight: Path | None = None, workers: int = 1
) -> pd.DataFrame:
    """Run the plan of an evaluation and return its results.

    Parameters
    ----------
    evaluation : declarations.
    ingest, weight : folders of the stages before; those of the evaluation's build by default.
    workers : processes to use; the results do not depend on it.

    Returns
    -------
    DataFrame
        Results (contract 4), p-values adjusted by Holm within families, not yet protected.

    Raises
    ------
    AnalyseError
        When an entry names an unknown question or cannot be answered with its settings.
    ResultsError
        When a row does not say what it counts, or two rows tell the same quantity differently.
    """
    plan = entries(evaluation)
    for entry in plan:
        if entry.question not in QUESTIONS:
            raise entry.error("there is no such question", "question", found=entry.question, allowed=QUESTIONS)
    context = Context(evaluation, ingest or evaluation.stage("ingest"), weight or evaluation.stage("weight"))
    if workers > 1:
        answered = _shared_out(context, plan, workers)
    else:
        answered = [_answered(context, entry) for entry in plan]
    waves = [w.name for w in evaluation.settings.waves]
    indexes = frozenset(name for _, names in answered for name in names)
    table = results.frame((row for rows, _ in answered for row in rows), waves)
    check_quantities(table)
    return families.adjust(table, indexes)


def _module(entry: Entry) -> Any:
    return import_module(f"pipeline.analysis.{entry.question}")


def _shared_out(context: Context, plan: list[Entry], workers: int) -> list[Answered]:
    """Answer the entries in other processes, the long ones first; the answers stand in the order of the plan."""
    order = sorted(range(len(plan)), key=lambda i: _LONG.index(plan[i].question) if plan[i].question in _LONG else 99)
    settled = (context.evaluation, context.ingest, context.weight)
    forkserver = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(workers, mp_context=forkserver, initializer=_settle, initargs=settled) as pool:
        promised = {i: pool.submit(_answered_there, plan[i]) for i in order}
        try:
            return [promised[i].result() for i in range(len(plan))]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


_settled: list[Context] = []


def _settle(evaluation: Evaluation, ingest: Path, weight: Path) -> None:
    _settled[:] = [Context(evaluation, ingest, weight)]


def _answered_there(entry: Entry) -> Answered:
    return _answered(_settled[0], entry)


def _answered(context: Context, entry: Entry) -> Answered:
    module = _module(entry)
    try:
        return [replace(row, question=entry.question) for row in module.answer(context, entry)], tuple(
            getattr(module, "INDEX", ())
        )
    except SurveyError as fault:
        raise AnalyseError(
            f"the question '{entry.question}' cannot be estimated: {fault}", where=entry.where()
        ) from None


def analyse_folder(evaluation: Evaluation, out_dir: Path, workers: int = 1) -> str:
    """Write ``out_dir``/results.parquet (private) and say how many numbers it holds."""
    table = analyse(evaluation, workers=workers)
    out_dir.mkdir(parents=True, exist_ok=True)
    results.write(table, out_dir / "results.parquet")
    return f"{len(table)} numbers from {table['analysis'].nunique()} questions"
