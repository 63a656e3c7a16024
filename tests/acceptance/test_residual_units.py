"""A space in no unit counts in the region, stops nothing, and no table tells its own visits."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.acceptance.edited_site import NAME, no_empty_figure, published
from tests.acceptance.in_process import run_here
from tests.attack import on
from tests.attack.links import alone
from tests.attack.site import found_nothing

#: A commune of the miniature's register, and one of the same region that belongs to no pays.
INSIDE, OUTSIDE = b";56206;", b";56030;"


def moved_outside(project: Path) -> None:
    """Move one space of the register to a commune that belongs to no pays."""
    register = project / "data" / "raw" / NAME / "register.csv"
    received = register.read_bytes()
    assert received.count(INSIDE) == 1
    register.write_bytes(received.replace(INSIDE, OUTSIDE))


@pytest.mark.slow
def test_a_space_in_no_unit_stops_nothing_and_its_visits_are_not_told(project: Path) -> None:
    before = pd.read_parquet(project / "build" / NAME / "protect" / "results.parquet").set_index("result_id")
    moved_outside(project)
    run = run_here(project, "check", NAME)
    assert run.code == 0, run.out + run.err
    site = published(project)
    no_empty_figure(site)
    table = pd.read_parquet(project / "build" / NAME / "protect" / "results.parquet").set_index("result_id")
    total = "attendance.visits.count/visits/period=2006/region=53"
    assert table.loc[total, "estimate"] == before.loc[total, "estimate"]
    margins = table[table.index.str.contains("margin_pays") & ~table.index.str.contains("imputed_share")]
    assert margins.index.str.contains("pays=none").any()
    assert set(margins["reason"]) == {"c"}
    assert margins["estimate"].isna().all()
    found_nothing(project, NAME)
    assert alone(on(site.folder)[0]) == []
