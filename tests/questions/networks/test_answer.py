"""The network of the simulated programme: what is told, what is true of it, and what is never told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline import results
from pipeline.errors import AnalyseError
from pipeline.evaluation import Evaluation, load
from pipeline.protect import protect
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, entries
from pipeline.questions.networks import answer as networks
from pipeline.questions.networks import bounds, estimation
from pipeline.simulate.network import DrawnNetwork, draw_network, network_truth
from pipeline.simulate.parameters import Truth, load_truth
from pipeline.simulate.spaces import draw_spaces

ROOT = Path(__file__).parents[3]


def lay_out(folder: Path, drawn: DrawnNetwork, spaces: pd.DataFrame) -> None:
    """Write the clean tables of a drawn network, as ingest would without planted errors."""
    pays = spaces.drop_duplicates("commune").set_index("commune")["pays"]
    actors = drawn.actors.assign(pays=drawn.actors["commune"].map(pays))
    for item in [c for c in actors if str(c).startswith("skills_")]:
        actors[item] = actors[item].astype("boolean")
    for source, table in {"actors": actors, "cooperation": drawn.ties}.items():
        (folder / source).mkdir(exist_ok=True)
        table.to_parquet(folder / source / "all.parquet", index=False)


@dataclass(frozen=True, eq=False)
class Programme:
    """The simulated programme as far as networks go."""

    evaluation: Evaluation
    truth: Truth
    spaces: pd.DataFrame

    def network(self, seed: int) -> DrawnNetwork:
        """Return the network, with the answers of a seed."""
        assert self.truth.cooperation is not None
        return draw_network(self.spaces, self.truth, self.truth.cooperation, "pays", seed)


@pytest.fixture(scope="module")
def population() -> Programme:
    evaluation = load("bretagne-cybercommunes", ROOT)
    truth = load_truth(evaluation)
    return Programme(evaluation, truth, draw_spaces(evaluation, truth))


@pytest.fixture(scope="module")
def drawn(population: Programme) -> DrawnNetwork:
    return population.network(1)


@pytest.fixture(scope="module")
def context(population: Programme, drawn: DrawnNetwork, tmp_path_factory: pytest.TempPathFactory) -> Context:
    folder = tmp_path_factory.mktemp("clean")
    lay_out(folder, drawn, population.spaces)
    return Context(population.evaluation, folder, folder)


def planned(context: Context, **changed: Any) -> Entry:
    """Return the declared entry with other settings."""
    own = next(e for e in entries(context.evaluation) if e.question == "networks")
    return Entry(own.evaluation, own.index, own.question, own.name, own.confirmatory, {**own.settings, **changed})


@pytest.fixture(scope="module")
def table(context: Context) -> pd.DataFrame:
    return results.frame(networks.answer(context, planned(context, permutations=199))).set_index(
        "result_id", drop=False
    )


def test_estimates_lie_near_the_whole_network_that_was_simulated(table: pd.DataFrame, drawn: DrawnNetwork) -> None:
    truth = network_truth(drawn, "networks", "53").set_index("result_id")["value"]
    assert set(truth.index) <= set(table.index)
    away = (table.loc[truth.index, "estimate"] - truth) / table.loc[truth.index, "se"]
    # twenty-two estimates of one sample of answers: none five standard errors away, few two
    assert away.abs().max() < 5
    assert (away.abs() < 2).mean() > 0.8


def test_bounds_hold_the_whole_network(table: pd.DataFrame, drawn: DrawnNetwork) -> None:
    truth = network_truth(drawn, "networks", "53").set_index("result_id")["value"]
    for wave in drawn.whole:
        for name in ("density", "reciprocity"):
            told = table.loc[f"networks.{name}_bounds.share/respondents/wave={wave}/region=53"]
            value = truth[f"networks.{name}.share/actors/wave={wave}/region=53"]
            assert told["lower"] <= value <= told["upper"]


def test_the_map_adds_up_and_counts_everybody_listed(table: pd.DataFrame, drawn: DrawnNetwork) -> None:
    listed = table[(table["measure"] == "listed") & (table["indicator"] == "actors") & (table["wave"] == "2006")]
    pays = listed[listed["territory_level"] == "pays"]
    whole = listed.loc["networks.actors.listed/actors/wave=2006/region=53", "estimate"]
    assert whole == len(drawn.names)
    assert pays.loc[pays["domain"] == "", "estimate"].sum() == whole
    assert pays.loc[pays["domain"] != "", "estimate"].sum() == whole


def test_more_cooperation_and_central_facilitators_are_seen(table: pd.DataFrame) -> None:
    gained = table.loc["networks.partners.mean_shift/actors/wave=2003..2006/region=53"]
    assert gained["lower"] > 0
    received = table.loc["networks.received.gap_to_others/respondents/wave=2006/region=53"]
    assert received["estimate"] > 0
    assert received["p_value"] == pytest.approx(2 / 200)
    inside = "networks.same_unit.{}/respondents/wave=2006/region=53"
    assert table.loc[inside.format("share"), "estimate"] > 2 * table.loc[inside.format("by_chance"), "estimate"]


def test_the_gap_to_the_reference_has_the_error_of_the_share(table: pd.DataFrame) -> None:
    head = "networks.skills.{}/{}/wave=2006/region=53/skill=publishing"
    share, gap = (table.loc[head.format(m, "actors")] for m in ("share", "to_reference"))
    assert table.loc[head.format("reference", "respondents"), "estimate"] == 0.5
    assert gap["estimate"] == pytest.approx(100 * (share["estimate"] - 0.5))
    assert gap["se"] == pytest.approx(100 * share["se"])


def test_nothing_published_rests_on_fewer_than_eleven_answers_or_names_an_actor(
    table: pd.DataFrame, drawn: DrawnNetwork
) -> None:
    out, _ = protect(table.reset_index(drop=True))
    private = table.reset_index(drop=True)
    shown = (out["quality"] != "suppress").to_numpy()
    answers = private["measure"].ne("listed") & private["population"].ne("records")
    few = (private["contributors"] < 11) & answers.to_numpy()
    assert few.any()
    assert not (shown & few.to_numpy()).any()
    assert not (shown & (private["contributors"].between(1, 2)).to_numpy()).any()
    text = " ".join(out["result_id"])
    assert not any(name in text for name in drawn.names)
    assert set(out["territory_level"]) == {"region", "pays"}


@pytest.mark.slow
def test_actors_counted_for_where_they_stand_are_protected_by_their_number(table: pd.DataFrame) -> None:
    standing = table[(table["indicator"] == "cohesion") & table["measure"].isin(["brokers", "isolated"])]
    assert len(standing) == 4
    assert (standing["contributors"] == standing["estimate"]).all()
    out = protect(table)[0].set_index("result_id").loc[standing["result_id"], "reason"]
    assert ((out == "c").to_numpy() == standing["estimate"].between(1, 10).to_numpy()).all()
    # the isolated follow from the largest part where it is the only one
    largest = table[(table["indicator"] == "cohesion") & (table["measure"] == "largest")]
    assert (largest["contributors"] == np.minimum(largest["estimate"], largest["n"] - largest["estimate"])).all()


def test_the_same_seed_gives_the_same_numbers(context: Context, table: pd.DataFrame) -> None:
    again = results.frame(networks.answer(context, planned(context, permutations=199)))
    pd.testing.assert_series_equal(again["p_value"], table["p_value"].reset_index(drop=True))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"source": "nothing"}, "source of kind network"),
        ({"central": "prefect"}, "no such type of actors"),
        ({"skills": {"of": "facilitator", "question": "skills", "reference": {"juggling": 0.5}}}, "no such skill"),
        ({"skills": {"of": "prefect", "question": "skills", "reference": {"publishing": 0.5}}}, "no such type"),
        ({"skills": {"of": "facilitator", "question": "skills", "reference": {"publishing": 50}}}, "no share"),
        ({"contrast": ["2003", "2010"]}, "wave"),
        ({"permutations": 3}, "greater than or equal"),
    ],
)
def test_wrong_settings_say_what_is_allowed(context: Context, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(AnalyseError, match=message) as refused:
        networks.answer(context, planned(context, **changed))
    assert "plan" in str(refused.value)


def test_a_type_that_nobody_answered_for_stops_the_analysis(
    context: Context, population: Programme, drawn: DrawnNetwork, tmp_path: Path
) -> None:
    silent = drawn.actors["type"].eq("culture") & drawn.actors["wave"].eq("2006")
    actors = drawn.actors.assign(participated=drawn.actors["participated"].mask(silent, "no"))
    lay_out(tmp_path, DrawnNetwork(drawn.names, actors, drawn.ties, drawn.whole, drawn.skilled), population.spaces)
    with pytest.raises(AnalyseError, match="nobody of a type of actors answered in wave 2006"):
        networks.answer(Context(population.evaluation, tmp_path, tmp_path), planned(context))


def test_a_change_is_the_difference_of_the_levels_printed_beside_it(table: pd.DataFrame) -> None:
    for name, measure, moved in (("partners", "mean", "mean_shift"), ("reciprocity", "share", "shift")):
        first, last = (
            table.loc[f"networks.{name}.{measure}/actors/wave={w}/region=53", "estimate"] for w in ("2003", "2006")
        )
        gained = table.loc[f"networks.{name}.{moved}/actors/wave=2003..2006/region=53", "estimate"]
        assert gained == pytest.approx((last - first) * (100 if moved == "shift" else 1))


def test_actors_who_answered_once_say_nothing_of_ties_kept(table: pd.DataFrame, drawn: DrawnNetwork) -> None:
    told = drawn.actors[drawn.actors["participated"] == "yes"].groupby("actor").size()
    assert table.loc["networks.ties.kept/respondents/wave=2003..2006/region=53", "n"] == int((told == 2).sum())


def test_one_wave_alone_has_no_change(
    population: Programme, drawn: DrawnNetwork, context: Context, tmp_path: Path
) -> None:
    last = drawn.actors[drawn.actors["wave"] == "2006"]
    ties = drawn.ties[drawn.ties["wave"] == "2006"]
    lay_out(tmp_path, DrawnNetwork(drawn.names, last, ties, drawn.whole, drawn.skilled), population.spaces)
    rows = networks.answer(Context(population.evaluation, tmp_path, tmp_path), planned(context, permutations=99))
    assert {r.wave for r in rows} == {"2006"}
    assert np.isfinite([r.estimate for r in rows]).all()


@pytest.mark.slow
def test_intervals_hold_the_simulated_network_as_often_as_they_say(population: Programme, drawn: DrawnNetwork) -> None:
    """The network of truth.yaml stays; who answers is drawn again, more or fewer of each type as declared."""
    asked = population.truth.cooperation
    assert asked is not None
    types = (
        drawn.actors.loc[drawn.actors["wave"] == "2006"].set_index("actor").loc[drawn.names, "type"].to_numpy(object)
    )
    whole = drawn.whole["2006"]
    truth = (whole.sum() / len(whole), (whole & whole.T).sum() / whole.sum())
    held = []
    for seed in range(120):
        again = population.network(seed)
        people = again.actors[again.actors["wave"] == "2006"].set_index("actor").loc[drawn.names]
        answered = (people["participated"] == "yes").to_numpy()
        seen = bounds.observed(whole, answered)
        told = (estimation.partners(seen, types, answered), estimation.reciprocity(seen, types, answered))
        held.append([t.lower <= v <= t.upper for t, v in zip(told, truth, strict=True)])
    # 120 draws: four standard errors around 95 %
    assert np.mean(held, axis=0) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 120))
