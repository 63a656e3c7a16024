"""One page rendered while it is written: a changed sentence shows, and the published site stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.provenance import tree_digests
from pipeline.stages.loading import load_planned
from pipeline.stages.preview import render_page
from pipeline.stages.progress import Progress

pytestmark = pytest.mark.slow


def test_a_changed_sentence_shows_in_the_preview_alone(project: Path) -> None:
    site = tree_digests(project / "reports/_site/miniature", ["."])
    chapter = project / "reports/fr/report.qmd"
    chapter.write_text(
        chapter.read_text(encoding="utf-8") + "\n\nUne phrase que personne n'a écrite.\n", encoding="utf-8"
    )
    evaluation = load_planned("miniature", project)
    page = render_page(evaluation, "report", "fr", evaluation.build / "preview", Progress())
    text = page.read_text(encoding="utf-8")
    assert "Une phrase que personne" in text
    assert "data-result" in text
    assert tree_digests(project / "reports/_site/miniature", ["."]) == site
    with pytest.raises(PublishError, match="no such document"):
        render_page(evaluation, "reprot", "fr", evaluation.build / "preview", Progress())
