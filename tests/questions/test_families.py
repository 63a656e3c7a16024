"""Which comparisons share a family, and what Holm makes of them."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.questions import families
from pipeline.results import Result, frame


def shift(indicator="email", p=0.01, territory="53", band=None, measure="shift"):
    return Result(
        analysis="demand", indicator=indicator, measure=measure, population="users", unit="point", inference="sample",
        territory_level="region" if territory == "53" else "pays", territory=territory, wave="2003..2006",
        domain={"age_band": band} if band else None, estimate=1.0, p_value=p,
    )  # fmt: skip


def test_services_age_bands_and_pays_are_families_of_their_own():
    rows = [shift("email"), shift("blog"), shift("elaborate"), shift("basic")]
    rows += [shift("elaborate", band=b) for b in ("15-24", "60+")]
    rows += [shift("elaborate", territory=t) for t in ("01", "02")]
    rows += [shift("elaborate", territory=t, band="60+") for t in ("01", "02")]
    table = frame(rows)
    named = families.family_of(table, frozenset({"elaborate", "basic"}))
    groups = named.groupby(named.to_numpy()).indices.values()
    assert sorted(sorted(map(int, g)) for g in groups) == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]


def test_holm_multiplies_step_by_step_inside_a_family_only():
    rows = [shift(f"i{i}", p) for i, p in enumerate((0.01, 0.04, 0.03))] + [shift("i0", 0.04, band="60+")]
    adjusted = families.adjust(frame(rows)).set_index("result_id")["p_adjusted"]
    # 3 x 0.01, 2 x 0.03, then at least as much as the step before
    assert adjusted.iloc[:3].tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert adjusted.iloc[3] == pytest.approx(0.04)


def test_rows_without_a_test_stay_without():
    table = families.adjust(frame([shift(p=np.nan)]))
    assert np.isnan(table["p_adjusted"].iloc[0])
