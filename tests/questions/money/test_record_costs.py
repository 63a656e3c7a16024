"""What a record costs: a ratio of the totals of one year, of the natures that are asked for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.questions.entry import Entry
from pipeline.questions.money.accounts import Accounts
from pipeline.questions.money.record_costs import RecordCosts, record_cost_rows

LINES = pd.DataFrame(
    {
        "year": pd.array([2025, 2025, 2024], dtype="Int64"),
        "cost_nature": ["staff", "travel", "staff"],
        "financer": "payer",
        "amount": [600.0, 400.0, 5000.0],
    }
)
NO_SPACES = pd.DataFrame({"site_id": [], "opened": [], "closed": []})


def accounts(n: int = 40, persons: int | None = None) -> Accounts:
    """Accounts beside ``n`` records a year, each of two persons; ``persons``: how many different ones are named."""
    rows = pd.DataFrame({"day": pd.to_datetime(["2025-03-01"] * n + ["2024-03-01"] * n), "people": 2, "place": "A"})
    asked = [
        SimpleNamespace(name="day", role="date", type="date"),
        SimpleNamespace(name="people", role="quantity", type="count"),
        SimpleNamespace(name="place", role="category", type="single"),
    ]
    if persons is not None:
        asked.append(SimpleNamespace(name="who", role="identifier", type="text"))
        rows["who"] = [f"p{i % persons}" for i in range(len(rows))]
    instrument = SimpleNamespace(
        questions=asked,
        question=lambda name: next((q for q in asked if q.name == name), None),
        by_role=lambda role: next((q for q in asked if q.role == role), None),
    )
    source = SimpleNamespace(name="supports", kind="records")
    context: Any = SimpleNamespace(
        evaluation=SimpleNamespace(
            settings=SimpleNamespace(sources=[source], disclosure=SimpleNamespace(minimum_contributors=11)),
            sources=lambda kind: [source] if kind == "records" else [],
        ),
        instrument=lambda name: instrument,
        clean=lambda name, columns: rows[list(columns)],
        where=lambda place: {"territory_level": "region", "territory": "48"},
    )
    return Accounts(context, Entry("invented", 0, "money", "money", False, {}), LINES, NO_SPACES, "costs", "costs")


def told(made: Accounts, **asked: Any) -> dict[str, float]:
    rows = record_cost_rows(made, RecordCosts(year=2025, records="supports", **asked))
    return {str(r.measure): r.estimate for r in rows if r.domain == {"recorded": "supports"} and r.period == "2025"}


def test_the_costs_of_a_year_stand_over_its_records_and_their_persons() -> None:
    assert told(accounts(), persons="people") == {"per_record": 25.0, "per_person": 12.5}
    assert told(accounts(), natures=("staff",)) == {"per_record": 15.0}


def test_records_too_few_to_be_counted_have_no_cost_either() -> None:
    assert told(accounts(11)) == {"per_record": pytest.approx(1000 / 11)}
    assert told(accounts(40, persons=11)) == {"per_record": 25.0}
    for few in (accounts(10), accounts(40, persons=10)):
        with pytest.raises(AnalyseError, match="too few"):
            told(few)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"natures": ("rent",)}, "no line has this nature"),
        ({"persons": "place"}, "no question counts persons"),
        ({"year": 2023}, "no such costs"),
        ({"records": "loans"}, "no source of kind records of this name"),
    ],
)
def test_what_cannot_be_divided_is_told(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(AnalyseError, match=said):
        list(record_cost_rows(accounts(), RecordCosts(**{"year": 2025, "records": "supports", **asked})))
