"""The bar of a published site under attack."""

from __future__ import annotations

from pathlib import Path

from tests.attack import on
from tests.attack.files import of_documents
from tests.attack.score import Score, judged, scores


def found_nothing(project: Path, name: str) -> None:
    """Hold that no hidden number of few persons or spaces is found on a published site, exactly or nearly."""
    site = project / "reports" / "_site" / name
    rows, found = on(site)
    score = scores(judged(rows, found, project / "build" / name / "analyse" / "results.parquet"))["primary"]
    assert score.hidden > 0
    assert score == Score(score.hidden, exact=0, near=0, few=0)
    assert of_documents(site) == {}
