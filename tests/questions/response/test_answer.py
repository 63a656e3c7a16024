"""Questionnaires handed out record by record: a rate of return, though nobody knows who returned them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.questions.response.answer import _returned

ACCOUNT = pd.DataFrame(
    [
        ("lists", None, "received", 420),
        ("lists", None, "accepted", 400),
        ("sheets", "2006", "accepted", 240),
        ("waves", "2003", "accepted", 10),
        ("waves", "2006", "accepted", 20),
    ],
    columns=["source", "wave", "kind", "n"],
)


class Entry:
    """An entry of the plan as rows need it."""

    name, confirmatory = "response", False

    def error(self, problem: str, *keys: str, **more: Any) -> AnalyseError:
        return AnalyseError(problem, where=".".join(keys), **more)


def returned(handed: dict[str, str]) -> dict[str, float]:
    context: Any = SimpleNamespace(ingest=Path(), region="x", table=lambda stage, name: ACCOUNT)
    entry: Any = Entry()
    return {f"{r.indicator}.{r.measure}": r.estimate for r in _returned(context, entry, handed)}


def test_the_rate_is_what_was_accepted_over_the_accepted_records_of_the_list() -> None:
    assert returned({"sheets": "lists"}) == {"returned.rate": 0.6, "given.count": 400.0, "back.count": 240.0}


def test_a_list_without_waves_is_not_spread_over_several() -> None:
    with pytest.raises(AnalyseError, match="without waves"):
        returned({"waves": "lists"})


def test_an_unknown_source_is_named() -> None:
    with pytest.raises(AnalyseError, match="no such source"):
        returned({"sheets": "nobody"})


def test_nothing_is_told_where_nothing_was_handed_out() -> None:
    assert returned({}) == {}
