"""Accounts that name no space: an upper bound over hours and trainees, which says the year of the activity."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.questions.money import undivided_costs
from pipeline.questions.money.accounts import Accounts
from pipeline.questions.money.spending import running_rows, told
from pipeline.questions.money.undivided_costs import undivided_cost_rows
from pipeline.questions.money.unit_cost_rows import UnitCosts

LINES = pd.DataFrame(
    {
        "year": pd.array([2007, 2007, 2007], dtype="Int64"),
        "cost_nature": ["staff", "running", "investment"],
        "financer": ["payer", "payer", "payer"],
        "amount": [600.0, 400.0, 5000.0],
    }
)
SPACES = pd.DataFrame({"site_id": list("ABCD"), "commune": "25388", "opened": pd.NaT, "closed": pd.NaT})


class Entry:
    """An entry of the plan as rows need it."""

    name, confirmatory, recipe = "money", False, ""

    def error(self, problem: str, *keys: str, **more: Any) -> AnalyseError:
        return AnalyseError(problem, where=".".join(keys), **more)


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> Accounts:
    where = {"territory_level": "region", "territory": "x"}
    people = pd.DataFrame({"identifier": ["a", "a", "b"], "starts": ["2006-02-01", "2006-03-01", "2006-04-01"]})
    evaluation = SimpleNamespace(sources=lambda kind: [SimpleNamespace(name="lists")])
    context: Any = SimpleNamespace(
        level="commune", evaluation=evaluation, where=lambda place: where, by_role=lambda *asked: people
    )
    cycles = SimpleNamespace(
        table=pd.DataFrame({"year": [2006, 2006], "site_id": ["A", "B"], "training_hours": [30.0, 20.0]})
    )
    monkeypatch.setattr(undivided_costs, "read_cycles", lambda *asked: cycles)
    entry: Any = Entry()
    return Accounts(context, entry, LINES, SPACES, "costs", "register")


def test_running_costs_of_one_year_stand_over_the_hours_and_trainees_of_another(accounts: Accounts) -> None:
    rows = list(undivided_cost_rows(accounts, UnitCosts(year=2007, activity_year=2006, hours="workshops")))
    assert [(r.measure, r.estimate) for r in rows] == [("per_training_hour", 20.0), ("per_trainee", 500.0)]
    assert all(r.domain == {"allocation": "everything", "activity_year": 2006} and r.period == "2007" for r in rows)
    assert {r.contributors for r in rows} == {4.0}


def test_hours_of_visits_need_the_accounts_of_each_space(accounts: Accounts) -> None:
    with pytest.raises(AnalyseError, match="cannot be set over the visits"):
        list(undivided_cost_rows(accounts, UnitCosts(year=2007)))


def test_a_year_without_running_costs_is_refused(accounts: Accounts) -> None:
    with pytest.raises(AnalyseError, match="no running costs"):
        list(undivided_cost_rows(accounts, UnitCosts(year=2006, hours="workshops")))


def test_running_costs_leave_investment_out_and_their_shares_add_up(accounts: Accounts) -> None:
    rows = list(running_rows(accounts, (2007, 2007), ("staff", "running")))
    assert rows[0].estimate == 1000.0
    assert {r.domain["cost_nature"]: r.estimate for r in rows[1:]} == {"staff": 0.6, "running": 0.4}


def test_one_year_is_told_as_that_year() -> None:
    assert (told((2007, 2007)), told((2003, 2006))) == ("2007", "2003..2006")
