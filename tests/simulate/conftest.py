"""A project of its own for the tests, so that nothing is written into the repository's data or build folders."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline.evaluation import Evaluation, load
from pipeline.simulate import Population, SampledWaves, draw_population, draw_sample, simulate

ROOT = Path(__file__).parents[2]


def new_project(folder: Path) -> Path:
    """Return a project folder with the surveys (copied) and the reference tables (linked) of the repository."""
    shutil.copytree(ROOT / "surveys", folder / "surveys")
    (folder / "data").mkdir()
    (folder / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    return folder


@pytest.fixture(scope="session")
def brittany() -> Population:
    return draw_population(load("bretagne-cybercommunes", ROOT))


@pytest.fixture(scope="session")
def miniature() -> Population:
    return draw_population(load("miniature", ROOT))


@pytest.fixture(scope="session")
def brittany_sample(brittany: Population) -> SampledWaves:
    return draw_sample(brittany)


@pytest.fixture(scope="session")
def received(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """Return the miniature evaluation with its received files and the record of their truth written."""
    evaluation = load("miniature", new_project(tmp_path_factory.mktemp("project")))
    simulate(evaluation)
    return evaluation


@pytest.fixture(scope="session")
def planted(received: Evaluation) -> pd.DataFrame:
    return pd.read_parquet(received.stage("simulate") / "planted.parquet")
