"""The simulated network keeps the numbers of truth.yaml, and its received files hold what silent actors did not say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.evaluation import Evaluation, load
from pipeline.simulate.network import DrawnNetwork, draw_network, network_truth, plant_in_ties
from pipeline.simulate.parameters import Cooperation, load_truth
from pipeline.simulate.spaces import draw_spaces

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return load("bretagne-cybercommunes", ROOT)


@pytest.fixture(scope="module")
def spaces(evaluation: Evaluation) -> pd.DataFrame:
    return draw_spaces(evaluation, load_truth(evaluation))


@pytest.fixture(scope="module")
def asked(evaluation: Evaluation) -> Cooperation:
    found = load_truth(evaluation).cooperation
    assert found is not None
    return found


def draw(evaluation: Evaluation, spaces: pd.DataFrame, asked: Cooperation, seed: int) -> DrawnNetwork:
    return draw_network(spaces, load_truth(evaluation), asked, "pays", seed)


@pytest.fixture(scope="module")
def drawn(evaluation: Evaluation, spaces: pd.DataFrame, asked: Cooperation) -> DrawnNetwork:
    return draw(evaluation, spaces, asked, 1)


def test_the_mean_number_of_partners_is_that_of_truth(asked: Cooperation, drawn: DrawnNetwork) -> None:
    for wave, ties in drawn.whole.items():
        assert ties.sum() == round(asked.mean_partners[wave] * len(ties))
        assert not ties.diagonal().any()


def test_more_is_returned_and_kept_than_chance_would(drawn: DrawnNetwork) -> None:
    first, last = drawn.whole.values()
    for ties in (first, last):
        assert (ties & ties.T).sum() / ties.sum() > 3 * ties.mean()
    assert (first & last).sum() / first.sum() > 3 * last.mean()


def test_actors_live_in_the_declared_pays_and_are_as_many_as_declared(
    spaces: pd.DataFrame, asked: Cooperation, drawn: DrawnNetwork
) -> None:
    pays = spaces.drop_duplicates("commune").set_index("commune")["pays"]
    assert set(drawn.actors["commune"].map(pays)) == set(asked.pays)
    for _, people in drawn.actors.groupby("wave"):
        assert people["type"].value_counts().to_dict() == asked.actors


def test_the_silent_declare_nothing_and_are_named_all_the_same(drawn: DrawnNetwork) -> None:
    for wave, people in drawn.actors.groupby("wave"):
        told = set(people.loc[people["participated"] == "yes", "actor"])
        ties = drawn.ties[drawn.ties["wave"] == wave]
        assert set(ties["sender"]) <= told
        assert set(ties["receiver"]) - told
        assert people.loc[people["participated"] == "no", "skills_first_steps"].isna().all()


def test_another_seed_draws_other_answers_from_the_same_network(
    evaluation: Evaluation, spaces: pd.DataFrame, asked: Cooperation, drawn: DrawnNetwork
) -> None:
    again = draw(evaluation, spaces, asked, 2)
    for wave, ties in drawn.whole.items():
        assert np.array_equal(ties, again.whole[wave])
    assert not drawn.actors["participated"].equals(again.actors["participated"])


def test_planted_ties_are_what_their_kind_says(asked: Cooperation, drawn: DrawnNetwork) -> None:
    errors = plant_in_ties(drawn, asked, 1)
    kinds = errors.planted["kind"].value_counts().to_dict()
    assert kinds == {k: getattr(asked, k) for k in ("unknown_actor", "self_tie", "tie_without_answer")}
    wrong = errors.rows.iloc[errors.planted["position"].to_numpy()].assign(kind_of=errors.planted["kind"].to_numpy())
    own = wrong[wrong["kind_of"] == "self_tie"]
    assert (own["sender"] == own["receiver"]).all()
    unknown = wrong.loc[wrong["kind_of"] == "unknown_actor", "receiver"]
    assert not set(unknown) & set(drawn.names)


def test_truth_tells_the_whole_network(drawn: DrawnNetwork) -> None:
    truth = network_truth(drawn, "networks", "53").set_index("result_id")["value"]
    last = drawn.whole["2006"]
    n = len(last)
    head = "networks.{}/actors/wave=2006/region=53"
    assert truth[head.format("density.share")] == pytest.approx(last.sum() / (n * (n - 1)))
    assert truth[head.format("reciprocity.share")] == pytest.approx((last & last.T).sum() / last.sum())
    assert truth[head.format("partners.mean")] == pytest.approx(last.sum() / n)
