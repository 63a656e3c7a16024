"""What evaluation.yaml and its recommendations promise to tell, held against the results that there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.errors import PipelineError, PublishError
from pipeline.export.answers import made_for, no_such_indicator
from pipeline.export.findings import row_of
from pipeline.export.pages import site_documents
from pipeline.export.recommendations import evidence_of

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation


def absent_documents(evaluation: Evaluation) -> list[PublishError]:
    """Return the documents of the site that have no source in one of its languages."""
    folder, told = evaluation.root / "reports", []
    for lang in evaluation.settings.languages:
        for i, document in enumerate(site_documents(evaluation)):
            if not (folder / lang / document.file).is_file():
                there = sorted(p.name for p in (folder / lang).glob("*.qmd") if not p.name.startswith("_"))
                told.append(
                    PublishError(
                        "a document of the site has no source in this language",
                        where=f"{evaluation.folder / 'evaluation.yaml'}, key documents.{i}.file",
                        found=f"{lang}/{document.file}",
                        allowed=there or f"no document yet in reports/{lang}",
                        action="write it, or drop the document or the language from evaluation.yaml",
                    )
                )
    return told


def unfounded(evaluation: Evaluation, table: pd.DataFrame) -> list[PipelineError]:
    """Return the statements, indicators and recommendations that name a result which nothing computes.

    What an analysis outside the plan would have told is left out: it is then not studied.

    Parameters
    ----------
    table : publishable results.
    """
    studied = {*table["analysis"].unique(), *(entry.name for entry in evaluation.settings.plan)}
    faults: list[PipelineError] = []
    for place, partial in _named(evaluation):
        if partial.partition(".")[0] in studied:
            try:
                row_of(evaluation, table, partial, place)
            except PipelineError as fault:
                faults.append(fault)
    for i, question in enumerate(evaluation.settings.questions):
        for j, indicator in enumerate(question.indicators):
            if indicator.partition(".")[0] in studied and not made_for(table, indicator):
                faults.append(no_such_indicator(evaluation, table, indicator, f"questions.{i}.indicators.{j}"))
    return [*faults, *_recommended(evaluation, table, studied)]


def _named(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """Yield the key and the partial result_id of everything that statements name."""
    for i, question in enumerate(evaluation.settings.questions):
        for j, statement in enumerate(question.statements):
            place = f"questions.{i}.statements.{j}"
            yield f"{place}.about", statement.about
            for partial in statement.agrees:
                yield f"{place}.agrees", partial.removeprefix("-")


def _recommended(evaluation: Evaluation, table: pd.DataFrame, studied: set[str]) -> list[PipelineError]:
    faults: list[PipelineError] = []
    try:
        named = evidence_of(evaluation)
    except PipelineError as fault:
        return [fault]
    for path, key, partial in named:
        if partial.partition(".")[0] in studied:
            try:
                row_of(evaluation, table, partial, key, path)
            except PipelineError as fault:
                faults.append(fault)
    return faults
