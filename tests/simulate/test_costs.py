"""The simulated accounts keep the one sum that is known, the rules of aid and the calendar of the spaces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import SimulateError
from pipeline.evaluation import load
from pipeline.simulate import draw_population
from pipeline.simulate.costs import draw_costs
from pipeline.simulate.label_criteria import with_criteria

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def population():
    return draw_population(load("bretagne-cybercommunes", ROOT), scale=0.05)


@pytest.fixture(scope="module")
def costs(population):
    return draw_costs(population, population.truth.costs)


def test_the_region_paid_the_known_sum_to_the_euro(population, costs):
    paid = costs[(costs["financer"] == "region") & (costs["year"] <= 2004)]
    assert paid["amount"].sum() == population.truth.costs.region_total == 5_284_000


def test_aid_to_investment_keeps_rate_and_ceiling(population, costs):
    asked, spaces = population.truth.costs, population.spaces.set_index("site_id")
    bought = costs[costs["cost_nature"] == "investment"]
    opening = bought[bought["year"] == bought["space_id"].map(spaces["opened"].dt.year)]
    total = opening.groupby("space_id")["amount"].sum()
    aid = opening[opening["financer"] == "region"].groupby("space_id")["amount"].sum().reindex(total.index)
    carriers = opening.groupby("space_id")["communes"].max()
    small = (spaces["inhabitants"].reindex(total.index) < asked.size_threshold) | (carriers >= asked.group_of)
    ceiling = np.where(small, asked.ceiling, asked.ceiling_large)
    assert (aid <= np.minimum(asked.rate * total, ceiling)).all()
    # aid is cut to whole euros
    assert (aid > np.minimum(asked.rate * total, ceiling) - 1).all()


def test_nothing_is_spent_before_opening_or_after_closing(population, costs):
    spaces = population.spaces.set_index("site_id")
    opened, closed = (costs["space_id"].map(spaces[c].dt.year) for c in ("opened", "closed"))
    current = costs["cost_nature"] != "investment"
    assert (costs["year"] >= opened).all()
    assert (costs["year"] <= closed.fillna(9999))[current].all()
    assert (costs["amount"] > 0).all()


def test_accounts_are_drawn_alike_every_time(population, costs):
    assert draw_costs(population, population.truth.costs).equals(costs)


def test_a_total_that_investment_alone_exceeds_is_refused(population):
    with pytest.raises(SimulateError, match="more than the region paid"):
        draw_costs(population, population.truth.costs.model_copy(update={"region_total": 1000}))


def test_labelled_spaces_met_the_criteria_when_labelled(population):
    rows = with_criteria(population.spaces, population.truth)
    labelled = rows[rows["label_date"].notna()]
    assert (labelled["pays_project"] == "yes").all()
    assert (labelled["quality_facilitation"] == "yes").all()
    assert (labelled["partners"] >= 1).all()
