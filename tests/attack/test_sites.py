"""Nothing that is hidden on a published site can be worked out of what it prints.

Two more sites are attacked where they are made: that of few spaces (`acceptance/test_scenarios.py`) and that of a space
outside every unit (`acceptance/test_residual_units.py`).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.acceptance.conftest import DEFAULT, copy_project
from tests.acceptance.in_process import run_here
from tests.attack.site import found_nothing

DATA = os.environ.get("PIPELINE_REAL_DATA", "")
BAROMETRE = "barometre-numerique"


@pytest.mark.slow
def test_nothing_is_found_on_a_small_site(built: Path) -> None:
    found_nothing(built, "miniature")


@pytest.mark.slow
def test_nothing_is_found_on_the_default_site(default: Path) -> None:
    found_nothing(default, DEFAULT)


@pytest.mark.slow
@pytest.mark.skipif(not DATA, reason="set PIPELINE_REAL_DATA to the folder of the Baromètre to attack its site")
def test_nothing_is_found_on_the_site_of_real_answers(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project", (BAROMETRE,))
    run = run_here(project, "report", BAROMETRE, "--renderer", "embedded", "--data", DATA)
    assert run.code == 0, run.out + run.err
    found_nothing(project, BAROMETRE)
