"""Nothing that is hidden on a published site can be worked out of what it prints."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.acceptance.conftest import DEFAULT, copy_project, pipeline
from tests.acceptance.test_residual_units import moved_outside
from tests.attack import on
from tests.attack.files import of_documents
from tests.attack.links import alone
from tests.attack.score import Score, judged, scores

NAME = "miniature"
DATA = os.environ.get("PIPELINE_REAL_DATA", "")
BAROMETRE = "barometre-numerique"


def found_nothing(project: Path, name: str) -> None:
    """Hold that no hidden number of few persons or spaces is found on a published site."""
    site = project / "reports" / "_site" / name
    rows, found = on(site)
    score = scores(judged(rows, found, project / "build" / name / "analyse" / "results.parquet"))["primary"]
    assert score.hidden > 0
    assert score == Score(score.hidden, exact=0, near=0, few=0)
    assert of_documents(site) == {}


def published(project: Path, name: str, *more: str) -> None:
    """Publish an evaluation of a copied project."""
    run = pipeline(project, "report", name, "--renderer", "embedded", *more)
    assert run.code == 0, run.out + run.err


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["", "sparse"])
def test_no_hidden_number_of_few_is_found_exactly_or_nearly(scenario: str, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    if scenario:
        made = pipeline(project, "simulate", NAME, "--scenario", scenario)
        assert made.code == 0, made.out + made.err
    published(project, NAME)
    found_nothing(project, NAME)


@pytest.mark.slow
def test_nothing_is_found_on_the_default_site(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project", (DEFAULT,))
    published(project, DEFAULT)
    found_nothing(project, DEFAULT)


@pytest.mark.slow
@pytest.mark.skipif(not DATA, reason="set PIPELINE_REAL_DATA to the folder of the Baromètre to attack its site")
def test_nothing_is_found_on_the_site_of_real_answers(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project", (BAROMETRE,))
    published(project, BAROMETRE, "--data", DATA)
    found_nothing(project, BAROMETRE)


@pytest.mark.slow
def test_a_space_outside_every_unit_is_not_found_from_the_whole_and_its_units(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    made = pipeline(project, "simulate", NAME)
    assert made.code == 0, made.out + made.err
    moved_outside(project)
    published(project, NAME)
    found_nothing(project, NAME)
    rows, _ = on(project / "reports" / "_site" / NAME)
    assert alone(rows) == []
