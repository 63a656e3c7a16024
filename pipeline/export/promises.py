"""What evaluation.yaml and its recommendations promise to tell, held against the results that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import yaml

from pipeline.errors import PipelineError, PublishError
from pipeline.export.answers import made_for, no_such_indicator
from pipeline.export.findings import row_of
from pipeline.export.pages import site_documents
from pipeline.export.recommendations import evidence_of

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation


def unfit_documents(evaluation: Evaluation) -> list[PublishError]:
    """Return why documents of the site cannot be written: no source in a language, or nothing to be written from."""
    faults = []
    for lang in evaluation.settings.languages:
        for i, document in enumerate(site_documents(evaluation)):
            place = f"{evaluation.folder / 'evaluation.yaml'}, key documents.{i}.file"
            fault = _unfit(evaluation, evaluation.root / "reports" / lang / document.file, place)
            if fault is not None:
                faults.append(fault)
    return faults


def _unfit(evaluation: Evaluation, path: Path, place: str) -> PublishError | None:
    if not path.is_file():
        there = sorted(p.name for p in path.parent.glob("*.qmd") if not p.name.startswith("_"))
        return PublishError(
            "a document of the site has no source in this language",
            where=place,
            found=f"{path.parent.name}/{path.name}",
            allowed=there or f"no document yet in reports/{path.parent.name}",
            action="write it, or drop the document or the language from evaluation.yaml",
        )
    declared = {s.kind for s in evaluation.settings.sources}
    lacking = [kind for kind in _needs(path) if kind not in declared]
    if not lacking:
        return None
    return PublishError(
        f"the document {path.name} is written from sources that the evaluation does not have",
        where=place,
        found=f"no source of kind {', '.join(lacking)}; those declared: {', '.join(sorted(declared))}",
        allowed="overview.qmd, which shows what there is; without `documents:`, the site takes those that fit",
        action="name another document, or leave `documents:` out",
    )


def _needs(path: Path) -> list[str]:
    """Return the kinds of source that the front matter of a document names."""
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    front = yaml.safe_load(parts[1]) if len(parts) == 3 and not parts[0] else None
    return list(front.get("needs") or []) if isinstance(front, dict) else []


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
