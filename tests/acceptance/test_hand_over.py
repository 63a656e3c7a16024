"""What is handed over to R rebuilds the design there, and gives back what was published."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from .in_process import run_here

pytestmark = pytest.mark.slow

NEEDED = 'quit(status = !all(sapply(c("survey", "MASS"), requireNamespace, quietly = TRUE)))'


def has_r() -> bool:
    program = shutil.which("Rscript")
    return bool(program) and subprocess.run([str(program), "-e", NEEDED], capture_output=True).returncode == 0


@pytest.fixture
def handed_over(project: Path) -> Path:
    done = run_here(project, "export", "miniature", "--for", "r")
    assert done.code == 0, done.err
    return project / "build/miniature/export/r/users"


def test_the_script_replays_every_step_of_the_weighting(handed_over: Path) -> None:
    text = (handed_over / "survey.R").read_text(encoding="utf-8")
    assert "ids = ~`site_id` + `day`" in text
    assert "fpc = ~`spaces_in_pays` + `opening_days`" in text
    assert 'calfun = "raking"' in text
    answers = pd.read_csv(handed_over / "answers.csv", dtype={"wave": str})
    published = pd.read_csv(handed_over / "published.csv", dtype={"wave": str})
    assert set(published["column"]) <= set(answers)
    assert len(published) > 20
    # only the design and what levels are made of: no answer under its own name
    assert not {"age", "sex", "occupation", "comment", "email"} & set(answers)


def test_forgetting_destroys_what_was_handed_over(handed_over: Path) -> None:
    project = handed_over.parents[4]
    assert run_here(project, "forget", "miniature", "--yes").code == 0
    assert not handed_over.exists()


@pytest.mark.skipif(not has_r(), reason="R with the packages survey and MASS is not installed")
def test_r_computes_the_published_levels(handed_over: Path) -> None:
    done = subprocess.run(["Rscript", "survey.R"], cwd=handed_over, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = pd.read_csv(handed_over / "in-r.csv")
    assert found["same"].all()
    assert found["se_r"].gt(0).all()
