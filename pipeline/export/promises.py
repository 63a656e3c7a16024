"""What evaluation.yaml and its recommendations promise to tell, held against the results that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.errors import PipelineError
from pipeline.export.answers import made_for, no_such_indicator
from pipeline.export.findings import row_of
from pipeline.export.recommendations import evidence_of

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation


def unfounded(evaluation: Evaluation, table: pd.DataFrame) -> list[PipelineError]:
    """Return the statements, indicators and recommendations that name a result which nothing computes.

    What an analysis outside the plan would have told is left out: it is then not studied.

    Parameters
    ----------
    table : publishable results.
    """
    studied = {*table["analysis"].unique(), *(entry.name for entry in evaluation.settings.plan)}
    faults = _missing(evaluation, table, studied, ((None, *stated) for stated in _stated(evaluation)))
    for i, question in enumerate(evaluation.settings.questions):
        for j, indicator in enumerate(question.indicators):
            if indicator.partition(".")[0] in studied and not made_for(table, indicator):
                faults.append(no_such_indicator(evaluation, table, indicator, f"questions.{i}.indicators.{j}"))
    try:
        recommended = evidence_of(evaluation)
    except PipelineError as fault:
        return [*faults, fault]
    return [*faults, *_missing(evaluation, table, studied, recommended)]


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
    """Yield the key and the partial result_id of everything that statements name."""
    for i, question in enumerate(evaluation.settings.questions):
        for j, statement in enumerate(question.statements):
            place = f"questions.{i}.statements.{j}"
            yield f"{place}.about", statement.about
            for partial in statement.agrees:
                yield f"{place}.agrees", partial.removeprefix("-")
