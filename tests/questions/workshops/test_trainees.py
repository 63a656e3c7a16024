"""Trainees are persons, each counted once in a year, as described at the first enrolment of that year."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.questions.workshops.trainees import trainee_rows

LISTS = pd.DataFrame(
    {
        "person": ["a", "a", "b", "c", "d"],
        "starts": pd.to_datetime(["2006-03-01", "2006-02-01", "2006-05-01", "2006-06-01", "2005-06-01"]),
        "age_band": ["45+", "25-44", "45+", None, "45+"],
    }
)


class Entry:
    """An entry of the plan as rows need it."""

    name, confirmatory = "workshops", False

    def error(self, problem: str, *keys: str, **more: Any) -> AnalyseError:
        return AnalyseError(problem, where=".".join(keys), **more)


def rows(by: tuple[str, ...]) -> dict[tuple[str, str], float]:
    context: Any = SimpleNamespace(where=lambda place: {"territory_level": "region", "territory": "x"})
    entry: Any = Entry()
    made = trainee_rows(context, entry, LISTS, "lists", [2006], by)
    return {(f"{r.indicator}.{r.measure}", str((r.domain or {}).get("age_band", ""))): r.estimate for r in made}


def test_each_person_counts_once_as_first_described_and_who_is_not_described_in_no_share() -> None:
    assert rows(("age_band",)) == {
        ("trainees.count", ""): 3.0,
        ("enrolments_each.mean", ""): 4 / 3,
        ("trainees.share", "25-44"): 0.5,
        ("trainees.share", "45+"): 0.5,
    }


def test_a_column_that_the_lists_lack_is_named() -> None:
    with pytest.raises(AnalyseError, match="say nothing of this"):
        rows(("sex",))
