"""One row is meant: the first of several is never taken for it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import ResultsError
from pipeline.results import at_most_one, one, shared

PIPELINE = Path(__file__).parents[2] / "pipeline"
#: Parts through which numbers pass from the designs to the pages.
PARTS = ("weighting", "questions", "results", "protect", "state", "figures", "publish")
_FIRST = re.compile(
    r"next\(.*\.(iterrows|itertuples)\(\).*\)|.*(\.(iloc|iat)\[(\w+\[)?0\]?(, .*)?\]|\.head\(1\))", re.DOTALL
)
_READING = "a reading explains the first line that is shown"
#: Where the first row may be taken, how often, and why.
ALLOWED: dict[str, tuple[int, str]] = {
    "results/lookup.py": (2, "counted before"),
    "questions/framework/reading.py": (1, "a series of one value"),
    "protect/confidentiality.py": (1, "an example of the rows at fault, for a message"),
    "weighting/recipe.py": (2, "an example of the rows at fault, for a message"),
    "figures/plots/composition.py": (2, _READING),
    "figures/plots/factorial_plane.py": (1, "the point furthest to the left"),
    "figures/plots/maps.py": (3, _READING),
    "figures/plots/places.py": (1, _READING),
    "figures/plots/reach_map.py": (1, _READING),
    "figures/tables/accounts.py": (4, _READING),
    "figures/tables/across.py": (1, _READING),
    "figures/tables/crossed.py": (1, _READING),
    "figures/tables/models.py": (1, _READING),
    "figures/tables/money.py": (3, _READING),
    "figures/tables/networks.py": (2, _READING),
    "figures/tables/places.py": (2, _READING),
    "figures/tables/reach.py": (2, _READING),
    "figures/tables/typology.py": (1, _READING),
}


def firsts(source: str) -> Iterator[int]:
    """Yield the lines that take the first row of a table."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Subscript, ast.Call)) and _FIRST.fullmatch(ast.unparse(node)):
            yield node.lineno


@pytest.mark.parametrize(
    "snippet",
    ["t.iloc[0]", "t['x'].iloc[0]", "t.iloc[0, 2]", "t.iloc[at[0]]", "t.iat[0, 1]", "t.head(1)", "next(t.iterrows())"],
)
def test_the_check_sees_a_first_row(snippet: str) -> None:
    assert list(firsts(snippet))


@pytest.mark.parametrize("snippet", ["t.iloc[:5]", "t.iloc[i]", "t.head(most)", "one(t, 'x')"])
def test_the_check_lets_other_rows_pass(snippet: str) -> None:
    assert not list(firsts(snippet))


def test_the_first_of_several_rows_is_taken_only_where_it_is_said_why() -> None:
    paths = [p for part in PARTS for p in sorted((PIPELINE / part).rglob("*.py"))]
    found = Counter({p.relative_to(PIPELINE).as_posix(): len(list(firsts(p.read_text("utf-8")))) for p in paths})
    assert +found == Counter({path: times for path, (times, _) in ALLOWED.items()})


TABLE = pd.DataFrame({"result_id": ["a.b.share/users", "a.c.share/users"], "time": ["V9", "V10"], "unit": "share"})


def test_one_row_is_given_and_none_is_an_error_that_says_what_was_meant() -> None:
    assert one(TABLE[TABLE["time"] == "V9"], "V9")["result_id"] == "a.b.share/users"
    assert at_most_one(TABLE[TABLE["time"] == "V1"], "V1") is None
    with pytest.raises(ResultsError, match="no row is found where one is meant\n  found: wave V1"):
        one(TABLE[TABLE["time"] == "V1"], "wave V1")


@pytest.mark.parametrize("take", [one, at_most_one])
def test_several_rows_are_an_error_that_names_them(take: object) -> None:
    with pytest.raises(ResultsError, match=r"a\.b\.share/users, a\.c\.share/users"):
        take(TABLE, "the share")  # type: ignore[operator]


def test_rows_without_identifiers_are_named_by_the_columns_that_differ() -> None:
    with pytest.raises(ResultsError, match="found: time=V9, time=V10"):
        one(TABLE.drop(columns="result_id"), "the share")


def test_a_value_is_shared_or_it_is_an_error() -> None:
    assert shared(TABLE, "unit") == "share"
    with pytest.raises(ResultsError, match="V9, V10"):
        shared(TABLE, "time")
