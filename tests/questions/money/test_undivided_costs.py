"""Accounts that name no space: an upper bound over hours and trainees, which says the year of the activity."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.questions.money import undivided_costs
from pipeline.questions.money.accounts import Accounts
from pipeline.questions.money.spending import running_rows, told
from pipeline.questions.money.undivided_costs import undivided_cost_rows
from pipeline.questions.money.unit_cost_rows import UnitCosts
from pipeline.questions.panel import Panel, arrange

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


def _panel(visits: list[list[float]], opened: list[list[bool]]) -> Panel:
    """Return a panel of 2007 of spaces that send one count a month; NaN where none came."""
    counts, open_ = np.array(visits)[:, :, None, None], np.array(opened)
    months = pd.period_range("2007-01", periods=open_.shape[1], freq="M")
    returns: Any = SimpleNamespace(counts=counts, expected=open_, months=months, bands=("all",), period="month")
    sites = pd.DataFrame({"coast": [False] * len(open_), "type": "x"})
    return arrange(returns, sites)


def test_costs_of_the_whole_stand_over_all_its_visits_those_of_missing_returns_completed(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the first space sent no return in the second month, the second closed after it
    panel = _panel([[40.0, np.nan, 40.0], [20.0, 20.0, np.nan]], [[True, True, True], [True, True, False]])
    monkeypatch.setattr(undivided_costs, "any_panel", lambda *asked: panel)
    (row,) = undivided_cost_rows(accounts, UnitCosts(year=2007))
    assert (row.measure, row.domain, row.contributors) == ("per_visit", {"costs": "current"}, 4.0)
    assert row.estimate == pytest.approx(1000.0 / 160.0, rel=1e-4)
    assert row.coverage == pytest.approx(4 / 5)


def test_no_visits_in_the_year_and_visits_of_another_year_are_refused(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = _panel([[40.0, 40.0]], [[True, True]])
    monkeypatch.setattr(undivided_costs, "any_panel", lambda *asked: panel)
    with pytest.raises(AnalyseError, match="same year"):
        list(undivided_cost_rows(accounts, UnitCosts(year=2007, activity_year=2006)))
    lines = LINES.assign(year=pd.array([2006] * 3, dtype="Int64"))
    with pytest.raises(AnalyseError, match="no visits are recorded"):
        list(undivided_cost_rows(replace(accounts, lines=lines), UnitCosts(year=2006)))


def test_a_year_without_running_costs_is_refused(accounts: Accounts) -> None:
    with pytest.raises(AnalyseError, match="no running costs"):
        list(undivided_cost_rows(accounts, UnitCosts(year=2006, hours="workshops")))


def test_running_costs_leave_investment_out_and_their_shares_add_up(accounts: Accounts) -> None:
    rows = list(running_rows(accounts, (2007, 2007), ("staff", "running")))
    assert rows[0].estimate == 1000.0
    assert {r.domain["cost_nature"]: r.estimate for r in rows[1:]} == {"staff": 0.6, "running": 0.4}


def test_one_year_is_told_as_that_year() -> None:
    assert (told((2007, 2007)), told((2003, 2006))) == ("2007", "2003..2006")
