"""The analysis plan: each entry names a question of this package and its settings; run in order, then adjust."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from pipeline import results
from pipeline.errors import AnalyseError, PipelineError
from pipeline.evaluation import Evaluation
from pipeline.memory import give_back
from pipeline.questions import families
from pipeline.questions.context import Context
from pipeline.questions.discovery import answering, declarations, names
from pipeline.questions.entry import Entry, entries
from pipeline.questions.met_spaces import of_few_spaces
from pipeline.results.agreement import check_quantities
from pipeline.survey import SurveyError
from pipeline.survey.errors import LonelyPsuError
from pipeline.workers import begin, processes


class Answered(NamedTuple):
    """The results of an entry, and what its question declares: told by the process that has loaded the module.

    ``rows`` are kept where entries are answered after others alone.
    """

    columns: results.Columns
    measures: tuple[results.Measure, ...]
    indexes: tuple[str, ...]
    rows: list[results.Result]


#: What came of an entry: its answer, or why there is none.
Attempt = Answered | PipelineError


#: Between a question and what the estimation of it lacks.
_NOT_ESTIMATED = " cannot be estimated: "


class Unanswered(AnalyseError):
    """Entries of the plan that cannot be answered; carries what each of them says."""

    def __init__(self, faults: Sequence[PipelineError]) -> None:
        self.faults = list(faults)
        listed = [f"  {number}. " + str(f).replace("\n", "\n   ") for number, f in enumerate(self.faults, 1)]
        super().__init__("\n".join([f"{len(self.faults)} entries of the plan cannot be answered", *listed]))

    def __reduce__(self) -> tuple[type[Unanswered], tuple[list[PipelineError]]]:
        return Unanswered, (self.faults,)


def refusals(evaluation: Evaluation) -> list[AnalyseError]:
    """Return what is wrong with the plan as it is written, entry by entry, before anything is read.

    A question that does not exist, a setting that it does not know, and a value that it does not take.
    """
    found = []
    for entry in entries(evaluation):
        try:
            _known(evaluation, entry)
            entry.checked(_module(evaluation.root, entry).Settings)
        except AnalyseError as fault:
            found.append(fault)
    return found


def _known(evaluation: Evaluation, entry: Entry) -> None:
    allowed = names(evaluation.root)
    if entry.question not in allowed:
        raise entry.error("there is no such question", "question", found=entry.question, allowed=allowed)


#: Where a question that is answered after others finds their results: result_id -> result.
RESULTS = ("results",)


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
        When an entry names an unknown question or cannot be answered with its settings; of several, all are told.
    ResultsError
        When a row does not say what it counts, two rows tell the same quantity differently, or a question does not
        declare a measure that it writes.
    """
    plan = entries(evaluation)
    for entry in plan:
        _known(evaluation, entry)
    context = Context(evaluation, ingest or evaluation.stage("ingest"), weight or evaluation.stage("weight"))
    answered = _all_answered(_each_answered(context, plan, workers))
    waves = [w.name for w in evaluation.settings.waves]
    indexes = frozenset(name for each in answered for name in each.indexes)
    declared = results.measures({entry.question: each.measures for entry, each in zip(plan, answered, strict=True)})
    table = results.stack([each.columns for each in answered], waves, declared)
    check_quantities(table)
    return families.adjust(table, indexes)


def _each_answered(context: Context, plan: list[Entry], workers: int) -> list[Attempt]:
    """Answer every entry; those whose question reads the results of others, after these, and from :data:`RESULTS`."""
    known = declarations(context.evaluation.root, {entry.question for entry in plan})
    late = [e for e in plan if known[e.question].after_others]
    early = [e for e in plan if e not in late]
    many = workers > 1 and len(early) > 1
    keep = bool(late)
    tried = _shared_out(context, early, workers, keep) if many else [_attempt(context, e, keep) for e in early]
    found = dict(zip((e.name for e in early), tried, strict=True))
    if late:
        rows = [row for each in tried if isinstance(each, Answered) for row in each.rows]
        context.shared[RESULTS] = {results.id_of(row): row for row in rows}
        found |= {entry.name: _attempt(context, entry, keep=False) for entry in late}
    return [found[entry.name] for entry in plan]


def _all_answered(tried: Sequence[Attempt]) -> list[Answered]:
    faults = one_cause_once([t for t in tried if isinstance(t, PipelineError)])
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise Unanswered(faults)
    return [t for t in tried if not isinstance(t, PipelineError)]


def one_cause_once(faults: Sequence[PipelineError]) -> list[PipelineError]:
    """Return the faults of entries, those that one cause has told together: a survey's design is that of all."""
    by_cause: dict[tuple[str, str | None], list[PipelineError]] = {}
    for number, fault in enumerate(faults):
        _, mark, cause = fault.problem.partition(_NOT_ESTIMATED)
        by_cause.setdefault((cause if mark else str(number), fault.action), []).append(fault)
    return [alike[0] if len(alike) == 1 else _told_of_all(alike, cause) for (cause, _), alike in by_cause.items()]


def _told_of_all(alike: Sequence[PipelineError], cause: str) -> AnalyseError:
    names = ", ".join(fault.problem.partition("'")[2].partition("'")[0] for fault in alike)
    problem = f"{len(alike)} questions{_NOT_ESTIMATED}{cause}"
    return AnalyseError(problem, where=alike[0].where, found=names, action=alike[0].action)


def _module(root: Path, entry: Entry) -> Any:
    return answering(root, entry.question)


def measures_of(root: Path, question: str) -> tuple[results.Measure, ...]:
    """Return the kinds of numbers that a question declares; none of a name that is no question."""
    if question not in names(root):
        return ()
    declared: tuple[results.Measure, ...] = answering(root, question).MEASURES
    return declared


def _shared_out(context: Context, plan: list[Entry], workers: int, keep: bool) -> list[Attempt]:
    """Answer the entries in other processes, the long ones first; the answers stand in the order of the plan.

    A question may say how long it takes beside others (``EFFORT``): those that take less fill the gaps.
    """
    known = declarations(context.evaluation.root, {entry.question for entry in plan})
    order = sorted(range(len(plan)), key=lambda i: -known[plan[i].question].effort)
    settled = (context.evaluation, context.ingest, context.weight)
    with processes(workers, _settle, settled) as pool:
        promised = {i: pool.submit(_attempt_there, plan[i], keep) for i in order}
        try:
            return [promised[i].result() for i in range(len(plan))]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


_settled: list[Context] = []


def _settle(evaluation: Evaluation, ingest: Path, weight: Path) -> None:
    begin()
    _settled[:] = [Context(evaluation, ingest, weight)]


def _attempt_there(entry: Entry, keep: bool) -> Attempt:
    return _attempt(_settled[0], entry, keep)


def _attempt(context: Context, entry: Entry, keep: bool) -> Attempt:
    """Return the answer of an entry, with its rows too if ``keep``, or the error that says why it has none."""
    rows = _tried(context, entry)
    give_back()
    if isinstance(rows, PipelineError):
        return rows
    module = _module(context.evaluation.root, entry)
    columns = results.columns_of(of_few_spaces(context, rows))
    columns["question"] = [entry.question] * len(rows)
    kept = [replace(row, question=entry.question) for row in rows] if keep else []
    return Answered(columns, module.MEASURES, tuple(getattr(module, "INDEX", ())), kept)


def _tried(context: Context, entry: Entry) -> list[results.Result] | PipelineError:
    """Return the rows of an entry, or the error that says why it has none."""
    module = _module(context.evaluation.root, entry)
    try:
        # columns of a few texts: kept as Arrow's, each look at one takes longer; a tenth of all answers
        with pd.option_context("mode.string_storage", "python"):
            return _answered(module, context, entry)
    except AnalyseError as fault:
        return fault
    except PipelineError as fault:
        place = "; ".join([entry.where(), *([fault.where] if fault.where else [])])
        return AnalyseError(
            f"the question '{entry.question}': {fault.problem}",
            where=place,
            found=fault.found,
            allowed=fault.allowed,
            action=fault.action,
        )
    except SurveyError as fault:
        remedy = "of `design:` of the survey, under `sources:`" if isinstance(fault, LonelyPsuError) else None
        return AnalyseError(
            f"the question '{entry.question}'{_NOT_ESTIMATED}{fault}",
            where=entry.where(),
            action=remedy and f"merge strata in the received file, or choose `lonely_psu:` {remedy}",
        )
    except Exception as fault:
        return _unforeseen(entry, fault)


def _answered(module: Any, context: Context, entry: Entry) -> list[results.Result]:
    """Return the answer of an entry; of further pairs of waves, what the first one has not told already."""
    rows: list[results.Result] = module.answer(context, entry)
    told = {results.id_of(row) for row in rows} if entry.further else set()
    for pair in entry.further:
        more = [row for row in module.answer(context, entry.contrasting(pair)) if results.id_of(row) not in told]
        told |= {results.id_of(row) for row in more}
        rows = [*rows, *more]
    return rows


def _unforeseen(entry: Entry, fault: Exception) -> AnalyseError:
    """Return the error for a fault of the program itself: which entry, and where in the code; never its message.

    Messages of libraries quote what they choke on, and that may be a person's.
    """
    package = Path(__file__).parents[1]
    frames = [f for f in traceback.extract_tb(fault.__traceback__) if Path(f.filename).is_relative_to(package)]
    places = [f"{Path(f.filename).relative_to(package.parent).as_posix()}:{f.lineno}" for f in frames[-3:]]
    return AnalyseError(
        f"the question '{entry.question}' ends in a fault of the program on these data",
        where=entry.where(),
        found=f"{type(fault).__name__} at {', '.join(places)}",
        action="take this entry out of the plan to publish the others, and report the fault with this message",
    )


def analyse_folder(evaluation: Evaluation, out_dir: Path, workers: int = 1) -> str:
    """Write ``out_dir``/results.parquet (private) and say how many numbers it holds."""
    table = analyse(evaluation, workers=workers)
    out_dir.mkdir(parents=True, exist_ok=True)
    results.write(table, out_dir / "results.parquet")
    return f"{len(table)} numbers from {table['analysis'].nunique()} questions"
