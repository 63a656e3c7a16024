"""What is handed over to R is what the plan answers, and the script says which packages it lacks."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.stages.hand_over import script, told_in_the_whole

PLAN: dict[str, Any] = {
    "strata": None,
    "clusters": [],
    "population_sizes": [],
    "base": "_base",
    "lonely_psu": "fail",
    "steps": [],
}
RAKED: dict[str, Any] = {**PLAN, "steps": [{"step": "rake", "margins": [{"variables": ["wave", "sex"], "totals": []}]}]}


def test_variants_by_another_method_are_no_level_to_reproduce() -> None:
    table = pd.DataFrame(
        {
            "result_id": ["level", "variant", "unit", "hidden"],
            "territory": ["53", "53", "01", "53"],
            "method": ["", "half_cap", "", None],
            "estimate": [0.4, 0.4, 0.4, None],
        }
    )
    assert told_in_the_whole(table, "53")["result_id"].tolist() == ["level"]


@pytest.mark.parametrize(("plan", "needed"), [(PLAN, 'c("survey")'), (RAKED, 'c("survey", "MASS")')])
def test_the_script_names_the_packages_it_needs(plan: dict[str, Any], needed: str) -> None:
    assert f"needed <- {needed}" in script(plan)
