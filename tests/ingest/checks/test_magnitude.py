"""Numbers of another order than those beside them, decimals among whole ones, amounts off a list."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.ingest import read_sources
from pipeline.ingest.checks import magnitude

from ..conftest import Make, codes, question

RNG = np.random.default_rng(1)
AMOUNTS = np.exp(RNG.normal(8, 0.6, 400))
ONE = np.zeros(400, dtype=np.int64)
WAVE = np.full(400, "2006", dtype=object)


@pytest.mark.parametrize("times", [1e-3, 1e3])
def test_an_amount_a_thousand_times_its_kind_is_found_alone(times: float) -> None:
    values = AMOUNTS.copy()
    values[7] = np.median(AMOUNTS) * times
    found = magnitude.out_of_scale(values, ONE, 100)
    assert np.flatnonzero(found != "").tolist() == [7]
    assert "usual" in found[7]


def test_amounts_as_they_spread_are_not_doubted_and_few_tell_nothing() -> None:
    assert not (magnitude.out_of_scale(AMOUNTS, ONE, 100) != "").any()
    few = np.array([1.0, 1.1, 1.2, 1000.0])
    assert not (magnitude.out_of_scale(few, np.zeros(4, dtype=np.int64), 100) != "").any()


def test_a_group_is_held_against_itself() -> None:
    values = np.r_[AMOUNTS, AMOUNTS * 1000]
    groups = np.repeat([0, 1], 400)
    assert not (magnitude.out_of_scale(values, groups, 100) != "").any()


def test_a_decimal_is_found_on_a_scale_of_whole_steps_only() -> None:
    marks = RNG.integers(0, 11, 400).astype(float)
    marks[3] = 7.5
    assert np.flatnonzero(magnitude.decimals_among_whole(marks, WAVE, 0.97) != "").tolist() == [3]
    assert not (magnitude.decimals_among_whole(RNG.uniform(0, 10, 400), WAVE, 0.97) != "").any()


def test_an_amount_off_the_list_is_found_and_free_amounts_have_no_list() -> None:
    bids = RNG.choice([5.0, 10.0, 20.0, 50.0], 400)
    bids[9] = 7
    assert np.flatnonzero(magnitude.off_list(bids, WAVE, 0.95) != "").tolist() == [9]
    assert not (magnitude.off_list(np.round(AMOUNTS), WAVE, 0.95) != "").any()


def test_posts_are_held_against_those_of_spaces_of_their_kind(make: Make) -> None:
    asked = [
        question("id", "key", role="site"),
        question("kind", "single", codes=codes("grand", "petit"), role="site_type"),
        question("posts", "count", role="posts"),
    ]
    spaces = [*(f"G{i};grand;{11 + i % 3}" for i in range(12)), *(f"P{i};petit;{3 if i % 4 else 2}" for i in range(12))]
    source = {"kind": "sites", "files": {"all": {"path": "users.csv"}}}
    content = "\n".join(["id;kind;posts", *spaces, "P12;petit;30", "G12;grand;30"]) + "\n"
    found = read_sources(make(asked, content, source=source)).failures
    assert found.loc[found["rule"] == "posts_scale", "found"].tolist() == ["30: 10 times the usual 3"]
