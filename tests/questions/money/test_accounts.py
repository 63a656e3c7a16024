"""Accounts that name no space: who stands behind them decides what is hidden."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipeline.questions.money.accounts import Accounts

SPACES = pd.DataFrame(
    {
        "site_id": ["A", "B", "C", "D"],
        "pays": ["01", "01", "01", "02"],
        "opened": pd.to_datetime(["2001-03-01", "2004-06-01", None, "2006-02-01"]),
        "closed": pd.to_datetime(["2003-05-01", None, None, None]),
    }
)


@pytest.mark.parametrize(
    ("period", "place", "behind"),
    [
        ("2002", None, 2),
        ("2003", None, 2),
        ("2005", None, 2),
        ("2006", None, 3),
        ("2002..2006", None, 4),
        ("2006", "01", 2),
    ],
)
def test_only_spaces_open_in_the_period_and_the_unit_stand_behind_accounts_without_spaces(
    period: str, place: str | None, behind: int
) -> None:
    context: Any = SimpleNamespace(level="pays")
    entry: Any = None
    accounts = Accounts(context, entry, pd.DataFrame({"amount": [1.0]}), SPACES, "costs", "register")
    assert accounts.open_in(period, place) == behind


def test_no_space_stands_behind_the_accounts_of_a_programme_without_spaces() -> None:
    nothing = pd.DataFrame(columns=["site_id", "opened", "closed"])
    context: Any = SimpleNamespace(level="pays")
    entry: Any = None
    accounts = Accounts(context, entry, pd.DataFrame({"amount": [1.0]}), nothing, "costs", "costs")
    assert accounts.open_in("2004", None) == 0
