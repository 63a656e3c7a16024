"""Each scenario brings its own nuisance, and the default none."""

import pandas as pd
import pytest

from pipeline.evaluation import load
from pipeline.simulate import Population, draw_population, draw_sample
from pipeline.simulate.sampling import SampledWaves
from tests.simulate.conftest import ROOT


def _scenario(name: str) -> Population:
    return draw_population(load("miniature", ROOT), scenario=name)


@pytest.fixture(scope="module")
def default(miniature: Population) -> SampledWaves:
    return draw_sample(miniature)


def test_the_mode_of_the_last_wave_changes_answers_but_not_the_population(
    miniature: Population, default: SampledWaves
) -> None:
    population = _scenario("mode_effect")
    pd.testing.assert_frame_equal(population.waves["2006"].persons, miniature.waves["2006"].persons)
    other = draw_sample(population)
    pd.testing.assert_series_equal(other.users["2003"]["sat_overall"], default.users["2003"]["sat_overall"])
    ticks = [s.users["2006"].filter(regex=r"^wants_(?!_)").sum(axis=1).mean() for s in (other, default)]
    assert ticks[0] - ticks[1] == pytest.approx(0.03 * 13, abs=0.2)


def test_ticks_by_mode_alone_leave_notes_and_opinions(miniature: Population, default: SampledWaves) -> None:
    population = _scenario("mode_ticks")
    pd.testing.assert_frame_equal(population.waves["2006"].persons, miniature.waves["2006"].persons)
    other = draw_sample(population)
    pd.testing.assert_series_equal(other.users["2006"]["sat_overall"], default.users["2006"]["sat_overall"])
    for item in population.truth.demand.items:
        more = [s.users["2006"][f"wants_{item}"].mean() for s in (other, default)]
        assert more[0] > more[1], item


def test_future_labelled_spaces_grow_before_the_label_only_in_pretrend() -> None:
    growth = {}
    for name in ("default", "pretrend"):
        population = _scenario(name)
        later = population.spaces["label_date"].notna().to_numpy()
        first, last = (later[w.persons["space"]].sum() for w in population.waves.values())
        growth[name] = last / first
    # Three years at 0.03, in five spaces, against a total that is held.
    assert growth["pretrend"] > growth["default"] * 1.03


def test_closures_follow_the_decline_of_a_space_only_when_informative() -> None:
    spaces = _scenario("informative_closure").spaces
    closed = spaces["closed"].notna()
    assert closed.sum() == 3
    assert spaces.loc[closed, "slope"].mean() < spaces.loc[~closed, "slope"].mean() - 0.03
    assert (_scenario("default").spaces["slope"] == 0).all()


def test_true_zeros_exist_only_in_refusal_of_payment(miniature: Population, default: SampledWaves) -> None:
    assert (miniature.waves["2003"].persons["would_pay"] > 0).all()
    assert not (default.users["2003"]["pay_anything"] == "no").any()
    population = _scenario("refusal_of_payment")
    assert (population.waves["2003"].persons["would_pay"] == 0).mean() == pytest.approx(0.12, abs=0.02)
    assert (draw_sample(population).users["2003"]["pay_anything"] == "no").any()


def test_sparse_has_half_the_spaces_and_users(miniature: Population) -> None:
    population = _scenario("sparse")
    assert len(population.spaces) == len(miniature.spaces) / 2
    assert len(population.waves["2003"].persons) == len(miniature.waves["2003"].persons) / 2


def test_new_items_are_not_offered_in_the_first_wave(default: SampledWaves) -> None:
    sample = draw_sample(_scenario("new_items"))
    for item in ("specialised_culture_sites", "activism_associations"):
        assert sample.users["2003"][f"wants_{item}"].isna().all()
        assert sample.users["2006"][f"wants_{item}"].notna().any()
        assert default.users["2003"][f"wants_{item}"].notna().any()
