"""Nothing that is hidden on a published site can be worked out of what it prints.

Two more sites are attacked where they are made: that of few spaces (`acceptance/test_scenarios.py`) and that of a space
outside every unit (`acceptance/test_residual_units.py`).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.acceptance.conftest import DEFAULT
from tests.attack.site import found_nothing
from tests.shared_builds import BAROMETRE

DATA = os.environ.get("PIPELINE_REAL_DATA", "")


@pytest.mark.slow
def test_nothing_is_found_on_a_small_site(built: Path) -> None:
    found_nothing(built, "miniature")


@pytest.mark.slow
def test_nothing_is_found_on_the_default_site(default: Path) -> None:
    found_nothing(default, DEFAULT)


@pytest.mark.slow
@pytest.mark.skipif(not DATA, reason="set PIPELINE_REAL_DATA to the folder of the Baromètre to attack its site")
def test_nothing_is_found_on_the_site_of_real_answers(barometre: Path) -> None:
    found_nothing(barometre, BAROMETRE)
