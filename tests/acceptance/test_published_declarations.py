"""What public sources say of a programme and no result counts stands in its declarations: communes, dates, hours."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline.companions import companion_table
from pipeline.evaluation import Evaluation, load
from pipeline.simulate.declared import read_tables
from pipeline.territory.reference import communes_of_france
from tests.acceptance.conftest import DEFAULT, ROOT


def _inhabitants(evaluation: Evaluation) -> int:
    return int(companion_table(evaluation.folder / "population.csv")["population"].astype(int).sum())


def _fact(evaluation: Evaluation, name: str) -> float:
    return float(next(f.value for f in evaluation.settings.facts if f.id == name))


def test_the_agglomeration_of_montbeliard_has_its_communes_its_inhabitants_and_sectors_with_enough_spaces() -> None:
    evaluation = load("montbeliard-epn", ROOT)
    units = companion_table(evaluation.folder / "units.csv")
    # Localtis: 29 communes, 120,000 inhabitants, 23 spaces
    assert len(evaluation.place.communes) == _fact(evaluation, "communes") == 29
    assert set(units["commune"]) == set(evaluation.place.communes)
    assert _inhabitants(evaluation) == _fact(evaluation, "inhabitants") == 120_000
    spaces = read_tables(evaluation).tables["register"].columns["commune"].values or []
    assert len(spaces) == 23
    # of a unit with fewer than three spaces nothing may be said
    assert pd.Series(spaces).map(units.set_index("commune")["unit"]).value_counts().min() >= 3


def test_cantal_has_the_communes_and_inhabitants_of_its_sheet_and_telecentres_opened_from_april_to_december() -> None:
    evaluation = load("cantal-cybercantal", ROOT)
    # Mairie-conseils: 260 communes, 150,778 inhabitants, seven telecentres from April to December 2007
    assert _fact(evaluation, "communes") == 260
    assert _inhabitants(evaluation) == _fact(evaluation, "inhabitants") == 150_778
    register = read_tables(evaluation).tables["register"].columns
    opened = [
        date.fromisoformat(day)
        for day, kind in zip(register["opened"].values or [], register["site_type"].values or [], strict=True)
        if kind == "telecentre"
    ]
    assert len(opened) == _fact(evaluation, "telecentres") == 7
    assert (min(opened).month, max(opened).month) == (4, 12)
    assert {day.year for day in opened} == {2007}


def test_the_resource_centre_of_brest_is_funded_by_three_from_2004_for_two_years() -> None:
    evaluation = load("brest-centre-ressources", ROOT)
    columns = read_tables(evaluation).tables["funding"].columns
    by_year = pd.Series(columns["financer"].values).groupby(pd.Series(columns["year"].values)).agg(set)
    # Intercoop, sheet 12
    assert [year for year, who in by_year.items() if who == {"city", "region", "department"}] == [2004, 2005]
    assert _fact(evaluation, "inhabitants") == 350_000


def test_thirty_communes_of_normandy_are_in_four_areas() -> None:
    evaluation = load("lisieux-mediation", ROOT)
    units = companion_table(evaluation.folder / "units.csv")
    assert len(units) == 30
    assert units["unit"].nunique() == 4
    assert set(units["commune"]) <= communes_of_france(ROOT)


@pytest.mark.slow
def test_the_default_report_gives_the_published_figures(default: Path) -> None:
    """Localtis: 381 spaces, less than 20 km, 5,284,000 euros from 1998 to 2004, 1.80 an inhabitant, 43 labelled."""
    found = pd.read_parquet(default / "build" / DEFAULT / "protect" / "results.parquet").set_index("result_id")[
        "estimate"
    ]
    each = {
        year: found[f"money.spending.per_inhabitant/expenditure/period=1998..2004/region=53/financer=region/{year}"]
        for year in ("population_year=1999", "population_year=2003")
    }
    published = {
        "spaces": (381, found["spaces.open.count/spaces/period=2003-12-31/region=53"], 0),
        "labelled spaces": (43, found["spaces.labelled.count/spaces/period=2006-12-31/region=53"], 0),
        "share within 20 km": (1, found["reach.within_20.share/inhabitants/period=2003-12-31/region=53"], 0.001),
        # 1.80 lies between the costs by the populations of 1999 and 2003
        "euros an inhabitant": (1.80, sum(each.values()) / 2, 0.05),
        "euros of the region": (5_284_000, each["population_year=2003"] * 3_009_249, 5_284),
    }
    for name, (value, computed, _) in published.items():
        print(f"{name}: published {value:g}, computed {computed:g}")
    assert not {n: v for n, v in published.items() if abs(v[0] - v[1]) > v[2]}
