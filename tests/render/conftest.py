"""The small project, built once, and its rendered document."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import project

from pipeline.evaluation import Evaluation


@dataclass(frozen=True)
class Rendered:
    """The outputs of the small document and its staged copy."""

    evaluation: Evaluation
    html: Path
    pdf: Path
    staged: Path


@pytest.fixture(scope="session")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """Return the evaluation of the small project, in a fresh folder."""
    return project.build(tmp_path_factory.mktemp("projet"))


@pytest.fixture(scope="session")
def rendered(evaluation: Evaluation) -> Rendered:
    """Return the small document rendered by the embedded renderer in both formats."""
    from pipeline.render.publishing import Job, render_documents

    source = evaluation.root / "reports" / "fr" / "essai.qmd"
    source.write_text(project.HEAD + project.BODY, encoding="utf-8")
    outputs = {"html": evaluation.site / "essai.html", "pdf": evaluation.site / "essai.pdf"}
    settings = {"subtitle": "Rapport régional", "publication": project.PUBLICATION}
    job = Job("essai", source, "region", outputs, settings=settings)
    (staged,) = render_documents(evaluation, "fr", [job], workers=1)
    return Rendered(evaluation, outputs["html"], outputs["pdf"], staged.path)
