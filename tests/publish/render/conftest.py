"""The small project, built once, and its rendered document."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.publish.render import project


@dataclass(frozen=True)
class Rendered:
    """The outputs of the small document, its source and its staged copy."""

    root: Path
    html: Path
    pdf: Path
    source: Path
    staged: Path


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small project, in a fresh folder."""
    return project.build(tmp_path_factory.mktemp("projet"))


@pytest.fixture(scope="session")
def rendered(root: Path) -> Rendered:
    """Return the small document rendered by the embedded renderer in both formats."""
    source = project.write(root, "essai", project.BODY)
    outputs = {"html": root / "site" / "essai.html", "pdf": root / "site" / "essai.pdf"}
    done = project.render(root, source, outputs, {"subtitle": "Rapport régional"})
    return Rendered(root, outputs["html"], outputs["pdf"], source, done.path)
