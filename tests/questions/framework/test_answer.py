"""What a framework tells follows from its own numbers, or from the result that the plan names for a value."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.evaluation import PlanEntry
from pipeline.protect import protect
from pipeline.questions.context import Context
from pipeline.questions.entry import entries
from pipeline.questions.framework import answer as question
from pipeline.questions.plan import RESULTS
from pipeline.results import Result
from pipeline.results.quantity import VALUE, Quantity, Where, keys
from tests.questions.conftest import table_of
from tests.questions.framework.made_up import INSTRUMENT, received
from tests.questions.records.made_up import context, programme

SHARE = "reach.within_10.share/inhabitants/period=2006/region=FR"


@pytest.fixture(scope="module")
def goals(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return written(tmp_path_factory.mktemp("goals"), received())


def written(folder: Path, table: pd.DataFrame) -> Context:
    plan = [{"question": "framework", "settings": {}}]
    return context(programme(folder, INSTRUMENT, table, {"kind": "framework"}, plan=plan))


def told(of: Context, results: dict[str, Result] | None = None, **settings: Any) -> pd.DataFrame:
    """Return the rows of the framework, by what they tell and the indicator they tell it of."""
    plan = [PlanEntry(question="framework", settings=settings)]
    changed = of.evaluation.settings.model_copy(update={"plan": plan})
    own = dataclasses.replace(of, evaluation=dataclasses.replace(of.evaluation, settings=changed), shared={})
    own.shared[RESULTS] = results or {}
    made = table_of(question, question.answer(own, entries(own.evaluation)[0]))
    return made.set_index(made["indicator"] + "/" + made["period"] + "/" + made["domain"].str.replace("goal=", ""))


def share(estimate: float, contributors: float = 40.0) -> Result:
    what = Quantity(
        "share", "users", "users", "person", keys({"near": [1]}), keys({"near": VALUE}), Where("region", "FR")
    )
    return Result(
        "reach", "within_10", "share", "users", "region", "FR", "share", "sample", estimate, wave="2006", n=400.0,
        se=0.02, lower=estimate - 0.04, upper=estimate + 0.04, df=50.0, contributors=contributors, source="users",
        quantity=what,
    )  # fmt: skip


def test_values_distances_and_progress_are_those_of_the_file(goals: Context) -> None:
    found = told(goals)["estimate"]
    assert found["reached/2006/covered"] == pytest.approx(0.62)
    assert found["distance/2006/covered"] == pytest.approx(-8)
    assert found["trend/2005..2006/covered"] == pytest.approx(4)
    assert found["progress/2006/covered"] == pytest.approx((62 - 55) / (70 - 55))
    assert found["progress/2006/queue"] == pytest.approx(0.8)  # from 20 down to 12, of the way to 10
    assert found["indicators/2006/"] == 5
    assert np.isnan(found["reached/2006/reports"])


def test_the_state_follows_from_the_numbers_in_the_direction_of_the_target(goals: Context) -> None:
    rows = told(goals)
    states = rows.loc[rows["measure"] == "state", ["domain", "indicator"]]
    assert dict(states.itertuples(index=False)) == {
        "goal=covered": "nearer",
        "goal=queue": "missed",  # nearer than the year before, and due
        "goal=staff": "met",
        "goal=budget": "farther",
        "goal=reports": "unknown",  # no value is not nil
    }


def test_units_say_what_a_number_is(goals: Context) -> None:
    units = told(goals).loc[lambda t: t["measure"] == "target", "unit"]
    assert list(units) == ["share", "count", "mean", "euro", "count"]


def test_a_named_result_gives_its_value_with_its_own_protection(goals: Context) -> None:
    rows = told(goals, {SHARE: share(0.71)}, computed={"covered": {"2006": SHARE}})
    value = rows.loc["reached/2006/covered"]
    assert (value["estimate"], value["population"], value["se"]) == (0.71, "users", 0.02)
    assert rows.loc["entered/2006/covered", "estimate"] == pytest.approx(0.62)
    assert "met/2006/covered" in rows.index
    few = told(goals, {SHARE: share(0.71, contributors=5)}, computed={"covered": {"2006": SHARE}})
    shown, _ = protect(few.reset_index(drop=True))
    own = shown[shown["domain"] == "goal=covered"].set_index("indicator")["quality"]
    assert all(own[name] == "suppress" for name in ("distance", "progress", "trend", "met"))


def test_what_is_made_of_an_imprecise_result_is_hidden_with_it(goals: Context) -> None:
    vague = dataclasses.replace(share(0.71), n=25.0, se=0.2, lower=0.3, upper=1.0)
    rows = told(goals, {SHARE: vague}, computed={"covered": {"2006": SHARE}})
    shown, _ = protect(rows.reset_index(drop=True))
    own = shown[shown["domain"] == "goal=covered"].set_index(["indicator", "period"])["quality"]
    hidden = [("reached", "2006"), ("distance", "2006"), ("progress", "2006"), ("met", "2006")]
    assert all(own[key] == "suppress" for key in hidden)
    assert own["reached", "2005"] == "publish"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"computed": {"lost": {"2006": SHARE}}}, "no such indicator"),
        ({"computed": {"covered": {"2006": "demand.x.share/users/wave=2006"}}}, "no such result"),
        ({"computed": {"covered": {"2001": SHARE}}}, "no such year"),
        ({"computed": {"staff": {"2006": SHARE}}}, "cannot give the value"),
        ({"values": {"2006": "y1999"}}, "no such question"),
        ({"values": {"last": "y2006"}}, "is no year"),
        ({"source": "other"}, "no source of kind framework"),
    ],
)
def test_settings_that_cannot_be_answered_are_refused(goals: Context, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(AnalyseError, match=said):
        told(goals, {SHARE: share(0.71)}, **settings)


def test_an_indicator_that_stands_twice_is_refused(tmp_path: Path) -> None:
    table = received()
    of = written(tmp_path, pd.concat([table, table.head(1)], ignore_index=True))
    with pytest.raises(AnalyseError, match="stands twice"):
        told(of)
