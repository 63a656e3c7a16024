"""The spaces: real communes, declared counts, dates that agree."""

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import SimulateError
from pipeline.evaluation import load
from pipeline.simulate import Population
from pipeline.simulate.parameters import load_truth
from pipeline.simulate.spaces import draw_spaces
from pipeline.territory import load_communes, population_within
from tests.simulate.conftest import ROOT


def test_each_pays_of_the_draw_holds_its_spaces_in_its_own_communes(brittany: Population) -> None:
    spaces = brittany.spaces
    assert spaces.groupby("stratum").size().to_dict() == brittany.truth.spaces.per_pays
    communes = load_communes(ROOT, "53", brittany.truth.draw_vintage).set_index("code")
    assert (spaces["commune"].map(communes["pays"]) == spaces["stratum"]).all()
    assert spaces["site_id"].is_unique
    assert spaces["name"].is_unique


def test_some_spaces_report_in_another_pays_than_that_of_their_stratum(brittany: Population) -> None:
    moved = brittany.spaces[brittany.spaces["pays"] != brittany.spaces["stratum"]]
    assert set(moved["stratum"]) == {"07"}
    assert set(moved["pays"]) == {"11"}


def test_openings_closures_and_labels_are_those_of_the_table(brittany: Population) -> None:
    spaces, truth = brittany.spaces, brittany.truth.spaces
    for year, count in truth.opened_by_end_of.items():
        assert (spaces["opened"].dt.year <= year).sum() == count
    closed = spaces[spaces["closed"].notna()]
    expected = {k: n for k, n in truth.closures.by_type.items() if n}
    assert closed.groupby("site_type").size().to_dict() == expected
    labelled = spaces[spaces["label_date"].notna()]
    assert labelled["label_date"].dt.strftime("%Y-%m").value_counts().to_dict() == brittany.truth.label.cohorts
    assert labelled.groupby("site_type").size().to_dict() == brittany.truth.label.selection
    assert labelled["stratum"].nunique() <= brittany.truth.label.projects
    assert labelled["closed"].isna().all()
    assert (labelled["facilitator_2006"] == "permanent").all()


def test_equipment_was_bought_once_the_space_was_open_and_ages_as_the_table_says(brittany: Population) -> None:
    spaces = brittany.spaces
    assert (spaces["equipment_year"] >= spaces["opened"].dt.year).all()
    assert (spaces["equipment_year_2003"] <= 2003).all()
    share = (spaces["equipment_year"] <= 2001).mean()
    assert abs(share - 0.62) < 1 / len(spaces)  # quotas round to whole spaces


def test_nearly_every_inhabitant_lives_within_twenty_kilometres(brittany: Population) -> None:
    communes = load_communes(ROOT, "53")
    sites = communes[communes["code"].isin(set(brittany.spaces["commune"]))]
    assert population_within(communes, sites, 20).share == pytest.approx(1.0, abs=0.001)  # islands are 0.05 %
    assert 0.97 <= population_within(communes, sites, 10).share <= 1.0
    assert 0.70 <= population_within(communes, sites, 5).share <= 0.90


def test_a_pays_without_room_is_told(brittany: Population) -> None:
    evaluation = load("miniature", ROOT)
    truth = load_truth(evaluation)
    wrong = truth.model_copy(update={"spaces": truth.spaces.model_copy(update={"per_pays": {"99": 4}})})
    with pytest.raises(SimulateError, match="pays '99' has room for 0"):
        draw_spaces(evaluation, wrong)


def test_the_draw_of_spaces_repeats(miniature: Population) -> None:
    again = draw_spaces(miniature.evaluation, miniature.truth)
    pd.testing.assert_frame_equal(again.astype(object), miniature.spaces.astype(object))
    assert np.isfinite(again["size"]).all()
