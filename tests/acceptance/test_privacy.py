"""End to end: persons planted in the received files are in no file of the build or the site, nor in the terminal."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.ingest.privacy.tokens import TOKENS, betrayed, betrayed_in

from .conftest import Run, copy_project, pipeline

pytestmark = pytest.mark.slow


def plant(path: Path) -> None:
    """Put a person into every record of the on-line questionnaires: remark, address, and pasted into another text."""
    with path.open(encoding="cp1252", newline="") as file:
        header, *rows = list(csv.reader(file, delimiter=";"))
    for i, row in enumerate(rows):
        n = i % 40
        row[header.index("Q14")] = f"{TOKENS['remarque'](n)} {TOKENS['nom'](n)} {TOKENS['telephone'](n)}"
        row[header.index("Q15")] = TOKENS["courriel"](i)
        if i % 7 == 0:
            row[header.index("startlanguage")] = f"fr {TOKENS['courriel'](n)} {TOKENS['nir'](n)} {TOKENS['adresse'](n)}"
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([header, *rows])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_project(tmp_path_factory.mktemp("privacy"))
    assert pipeline(folder, "simulate", "miniature").code == 0
    received = folder / "data" / "raw" / "miniature"
    plant(received / "users-2006.csv")
    assert betrayed_in(received)
    return folder


@pytest.fixture(scope="module")
def published(project: Path) -> Run:
    run = pipeline(project, "report", "miniature", "--renderer", "embedded")
    assert run.code == 0, run.out + run.err
    return run


def test_a_published_evaluation_holds_no_trace_of_a_person(project: Path, published: Run) -> None:
    assert betrayed(published.out + published.err) == []
    assert betrayed_in(project / "build") == {}
    assert betrayed_in(project / "reports" / "_site") == {}


def test_a_research_file_of_few_people_is_refused_and_the_site_stands(project: Path, published: Run) -> None:
    run = pipeline(project, "report", "miniature", "--renderer", "embedded", "--research-file")
    assert run.code == 1
    assert "too few people are alike" in run.err
    assert [p.name for p in (project / "build" / "miniature" / "research").iterdir()] == ["k-anonymity.csv"]
    assert (project / "reports" / "_site" / "miniature" / "index.html").is_file()


def test_forgetting_asks_first_and_then_leaves_the_site_alone(project: Path, published: Run) -> None:
    refused = pipeline(project, "forget", "miniature")
    assert refused.code == 1
    assert "--yes" in refused.err
    assert (project / "data" / "raw" / "miniature" / "users-2006.csv").exists()
    run = pipeline(project, "forget", "miniature", "--yes")
    assert run.code == 0, run.err
    assert "users-2006.csv" in run.out
    assert betrayed_in(project / "data" / "raw") == {}
    assert json.loads((project / "build" / "miniature" / "forgotten.json").read_text(encoding="utf-8"))
    again = pipeline(project, "report", "miniature", "--renderer", "embedded")
    assert again.code == 1
    assert "were destroyed" in again.err
    assert (project / "reports" / "_site" / "miniature" / "index.html").is_file()
