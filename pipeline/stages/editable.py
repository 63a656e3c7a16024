"""Brief and report as files of a word processor, on request; they are no part of the site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.evaluation import Evaluation
from pipeline.stages.order import alone

#: The documents that committees annotate.
ANNOTATED = ("brief", "report")
#: Where they are written, below the build of an evaluation.
FOLDER = "docx"


def write_editable(evaluation: Evaluation) -> list[Path]:
    """Write brief and report of every language as DOCX, from the documents that were last published.

    Raises
    ------
    PublishError
        When a document cannot be converted.
    """
    with alone(evaluation):
        return list(_written(evaluation))


def _written(evaluation: Evaluation) -> Iterator[Path]:
    from pipeline.publish.documents.around import authors
    from pipeline.publish.render.docx import write_docx
    from pipeline.wording.markdown import plain

    for lang in evaluation.settings.languages:
        signed = [plain(name) for name in authors(evaluation, lang)]
        for name in ANNOTATED:
            staged = evaluation.stage("publish") / lang / f"{name}.qmd"
            if staged.is_file():
                target = evaluation.build / FOLDER / lang / f"{name}.docx"
                write_docx(staged, target, signed)
                yield target
