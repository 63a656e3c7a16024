"""Satisfaction in depth: consistency, what goes with it, and spaces compared without a name."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline import results
from pipeline.errors import AnalyseError
from pipeline.protect import protect
from pipeline.questions.satisfaction import answer as satisfaction
from tests.questions.conftest import entry

ITEMS = ["sat_welcome", "sat_hours", "sat_equipment", "sat_connection_speed", "sat_price", "sat_quiet"]
SETTINGS: dict[str, Any] = {
    "items": ["sat_overall"],
    "satisfied": [4, 5],
    "scale": ITEMS,
    "drivers": {"of": "sat_overall", "items": ITEMS},
    "funnel": {"item": "sat_overall"},
}


@pytest.fixture(scope="module")
def told(brittany: Any) -> pd.DataFrame:
    """What the question answers on one sample."""
    return results.frame(satisfaction.answer(brittany.context, entry(SETTINGS, "satisfaction")))


def test_parts_of_what_is_explained_add_up(told: pd.DataFrame) -> None:
    rows = told[(told["measure"] == "explained") & (told["wave"] == "2006")]
    whole = rows.loc[rows["domain"] == "", "estimate"].item()
    assert rows.loc[rows["domain"] != "", "estimate"].sum() == pytest.approx(whole)
    assert 0 < whole < 1


def test_every_item_goes_with_overall_satisfaction(told: pd.DataFrame) -> None:
    odds = told[told["measure"] == "odds_ratio"].set_index(["wave", "domain"])
    assert len(odds) == 2 * len(ITEMS)
    # the simulation gives all answers of a person the same halo
    assert (odds["estimate"] > 1).all()
    assert ((odds["lower"] < odds["estimate"]) & (odds["estimate"] < odds["upper"])).all()


def test_items_of_one_factor_have_an_omega_not_under_alpha(told: pd.DataFrame) -> None:
    scale = told[told["indicator"] == "scale"].set_index(["wave", "measure"])
    for wave in ("2003", "2006"):
        alpha, omega = scale.loc[(wave, "alpha")], scale.loc[(wave, "omega")]
        assert 0 < alpha["estimate"] <= omega["estimate"] < 1
        assert alpha["lower"] < alpha["estimate"] < alpha["upper"]


def test_no_row_is_about_a_space_and_no_class_holds_fewer_than_five(told: pd.DataFrame, brittany: Any) -> None:
    funnel = told[told["method"] == "funnel"]
    assert set(funnel["territory_level"]) == {"region"}
    spaces = set(brittany.population.spaces["site_id"])
    assert not any(space in rid for rid in funnel["result_id"] for space in spaces)
    sizes = funnel[(funnel["measure"] == "spaces") & (funnel["domain"] != "")]
    assert (sizes["estimate"] >= 5).all()
    whole = funnel.loc[(funnel["measure"] == "spaces") & (funnel["domain"] == ""), "estimate"].item()
    assert sizes["estimate"].sum() == whole
    frame = brittany.context.weighted("users").frame
    answered = frame[frame["sat_overall"].notna()].groupby("site_id").size()
    assert whole <= (answered >= 30).sum()


def test_counts_by_size_are_those_beyond_the_widened_limits(told: pd.DataFrame) -> None:
    funnel = told[told["method"] == "funnel"]
    for side in ("under", "over"):
        rows = funnel[funnel["measure"] == side].set_index("domain")["estimate"]
        by_size = rows[[d.startswith("size=") for d in rows.index]].sum()
        assert by_size == rows["limits=95/widened=yes"] <= rows["limits=95/widened=no"]


def test_what_is_told_of_spaces_and_of_drivers_may_be_published(told: pd.DataFrame) -> None:
    published, _ = protect(told)
    kept = published[published["method"].eq("funnel") | published["measure"].isin(["odds_ratio", "alpha", "omega"])]
    assert (kept["quality"] != "suppress").all()


def test_a_driver_that_was_never_asked_is_refused(brittany: Any) -> None:
    wrong = {**SETTINGS, "drivers": {"of": "sat_overall", "items": ["sat_welcome", "sat_nothing"]}}
    with pytest.raises(AnalyseError, match="no such question"):
        satisfaction.answer(brittany.context, entry(wrong, "satisfaction"))
    alone = {**SETTINGS, "drivers": {"of": "sat_overall", "items": ["sat_welcome"]}}
    with pytest.raises(AnalyseError, match="at least 2"):
        satisfaction.answer(brittany.context, entry(alone, "satisfaction"))


def test_a_wave_that_did_not_ask_an_item_is_left_out(brittany: Any) -> None:
    people = brittany.context.weighted("users").person
    assert people is not None
    settings = {**SETTINGS, "drivers": {"of": "sat_overall", "items": ["sat_welcome", "sat_quiet"]}}
    from pipeline.questions import estimates
    from pipeline.questions.satisfaction.drivers import Drivers, drivers

    subject = estimates.subjects(brittany.context, brittany.context.survey(None))["users"]
    frame = subject.frame.assign(sat_quiet=subject.frame["sat_quiet"].mask(subject.frame["wave"] == "2003"))
    changed = estimates.over_columns(subject.design, frame)
    import dataclasses

    other = dataclasses.replace(subject, design=changed)
    names = {i: i for i in ("sat_overall", "sat_welcome", "sat_quiet")}
    made = drivers(entry(settings, "satisfaction"), other, Drivers.model_validate(settings["drivers"]), names)
    assert {r.wave for r in made} == {"2006"}
    assert np.isfinite([r.estimate for r in made]).all()
