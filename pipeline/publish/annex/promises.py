"""What evaluation.yaml and its recommendations promise to tell, held against the results that there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline import results
from pipeline.errors import PipelineError, PublishError, ResultsError
from pipeline.evaluation.recommendations import read_recommendations, recommendations_file

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation


def unfounded(evaluation: Evaluation, table: pd.DataFrame) -> list[PipelineError]:
    """Return the statements, indicators, figures and recommendations that name a result which nothing computes.

    What an analysis outside the plan would have told is left out: it is then not studied.

    Parameters
    ----------
    table : publishable results.
    """
    studied = _studied(evaluation, table)
    faults = _missing(evaluation, table, studied, ((None, *stated) for stated in _stated(evaluation)))
    faults += [*unknown_indicators(evaluation, table), *figures_of_nobody(evaluation, table)]
    try:
        recommended = list(_evidence(evaluation))
    except PipelineError as fault:
        return [*faults, fault]
    return [*faults, *_missing(evaluation, table, studied, recommended)]


def unknown_indicators(evaluation: Evaluation, table: pd.DataFrame) -> list[PipelineError]:
    """Return the indicators of questions that an analysis of the plan makes nothing of: they would go without a word.

    Parameters
    ----------
    table : publishable results.
    """
    studied, known = _studied(evaluation, table), _named(table)
    return [
        _no_such_indicator(evaluation, table, indicator, f"questions.{i}.indicators.{j}")
        for i, question in enumerate(evaluation.settings.questions)
        for j, indicator in enumerate(question.indicators)
        if indicator.partition(".")[0] in studied and indicator not in known
    ]


def figures_of_nobody(evaluation: Evaluation, table: pd.DataFrame) -> list[PipelineError]:
    """Return the figures that ask an analysis for populations none of whose results are about: they would draw nothing.

    Whom results are about changes with `design:` and `persons:` of a source.

    Parameters
    ----------
    table : publishable results.
    """
    faults: list[PipelineError] = []
    for i, figure in enumerate(evaluation.settings.figures):
        held = set(table.loc[table["analysis"] == str(figure.settings.get("analysis")), "population"])
        for key in ("population", "populations"):
            asked = figure.settings.get(key, [])
            names = {str(asked)} if isinstance(asked, str) else set(map(str, asked))
            if held and names and held.isdisjoint(names):
                place = f"figures.{i}.settings.{key}"
                faults.append(_of_nobody(evaluation, place, sorted(names), sorted(held)))
    return faults


def _of_nobody(evaluation: Evaluation, key: str, names: list[str], held: list[str]) -> PublishError:
    return PublishError(
        "a figure is about a population that its analysis has no result of",
        where=f"{evaluation.folder / 'evaluation.yaml'}, key {key}",
        found=names,
        allowed=held,
        action="write one of these in the figure: `design:` and `persons:` of its source say whom results are about",
    )


def _studied(evaluation: Evaluation, table: pd.DataFrame) -> set[str]:
    return {*table["analysis"].unique(), *(entry.name for entry in evaluation.settings.plan)}


def _missing(
    evaluation: Evaluation, table: pd.DataFrame, studied: set[str], named: Iterable[tuple[Path | None, str, str]]
) -> list[PipelineError]:
    """Return why results that are named (file, key, partial result_id) are not there."""
    faults: list[PipelineError] = []
    for path, key, partial in named:
        if partial.partition(".")[0] in studied:
            try:
                row_of(evaluation, table, partial, key, path)
            except PipelineError as fault:
                faults.append(fault)
    return faults


def _stated(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """Yield the key and the partial result_id of everything that statements and answers name."""
    for i, question in enumerate(evaluation.settings.questions):
        for j, statement in enumerate(question.statements):
            place = f"questions.{i}.statements.{j}"
            yield f"{place}.about", statement.about
            for partial in statement.agrees:
                yield f"{place}.agrees", partial.removeprefix("-")
        for name, partial in question.numbers.items():
            yield f"questions.{i}.numbers.{name}", partial


def _evidence(evaluation: Evaluation) -> Iterator[tuple[Path, str, str]]:
    """Yield file, key and partial result_id of the evidence that each recommendation names."""
    for i, each in enumerate(read_recommendations(evaluation).recommendations):
        if each.evidence:
            yield recommendations_file(evaluation), f"recommendations.{i}.evidence", each.evidence


def row_of(evaluation: Evaluation, table: pd.DataFrame, partial: str, key: str, path: Path | None = None) -> pd.Series:
    """Return the row of the region that a declaration names.

    Parameters
    ----------
    key, path : where the declaration stands; evaluation.yaml by default.

    Raises
    ------
    PublishError
        When there is no such result, or there are several.
    """
    try:
        return results.find(table, partial, "region", evaluation.settings.territory.code)
    except ResultsError as fault:
        raise PublishError(
            f"what is stated rests on a result that is not there: {fault.problem}",
            where=f"{path or evaluation.folder / 'evaluation.yaml'}, key {key}",
            found=fault.found,
            allowed=fault.allowed,
            action="name one of these results, take the key out, or add to the plan the analysis that computes it",
        ) from None


def _no_such_indicator(evaluation: Evaluation, table: pd.DataFrame, indicator: str, key: str) -> PublishError:
    return PublishError(
        "an evaluation question names an indicator that no analysis makes",
        where=f"{evaluation.folder / 'evaluation.yaml'}, key {key}",
        found=indicator,
        allowed=_near(table, indicator) or "an indicator that an analysis of the plan makes",
        action="name one of these, or take the indicator out",
    )


def _named(table: pd.DataFrame) -> set[str]:
    """Return what an indicator may be called: ``analysis.indicator``, with a measure, with a method too."""
    made = set(zip(table["analysis"], table["indicator"], table["measure"], strict=True))
    heads = {f"{analysis}.{indicator}" for analysis, indicator, _ in made}
    return {*heads, *map(".".join, made), *(key.partition("/")[0] for key in table["result_id"])}


def _near(table: pd.DataFrame, indicator: str) -> list[str]:
    names = (table["analysis"] + "." + table["indicator"]).unique().tolist()
    return difflib.get_close_matches(indicator, names, n=5, cutoff=0.4)
