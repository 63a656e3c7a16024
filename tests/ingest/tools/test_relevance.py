"""Routing of survey tools is translated exactly, or left to a person: never half."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.ingest.tools.relevance import Filter, conditions

KNOWN = {
    "Q1": Filter("home", ("A1", "A2", "A3")),
    "q1": Filter("home", ("A1", "A2", "A3")),
    "Q2_SQ001": Filter("uses", item="mail"),
    "uses": Filter("uses", ("mail", "web")),
    "age": Filter("age"),
    "9X1X4": Filter("home", ("A1", "A2", "A3")),
}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("1", []),
        ("", []),
        ('((Q1.NAOK == "A1"))', [{"question": "home", "codes": ["A1"]}]),
        ("${q1} = 'A1'", [{"question": "home", "codes": ["A1"]}]),
        ('Q1.NAOK != "A1"', [{"question": "home", "codes": ["A2", "A3"]}]),
        ('(Q1 == "A1" or Q1 == "A3")', [{"question": "home", "codes": ["A1", "A3"]}]),
        ('Q2_SQ001.NAOK == "Y" and Q1 == "A2"',
         [{"question": "uses", "codes": ["mail"]}, {"question": "home", "codes": ["A2"]}]),
        ("selected(${uses}, 'web')", [{"question": "uses", "codes": ["web"]}]),
        ("${age} >= 18", [{"question": "age", "minimum": 18}]),
        ("${age} >= 18 and ${age} <= 64", [{"question": "age", "minimum": 18, "maximum": 64}]),
        ("${age} = 18", [{"question": "age", "minimum": 18, "maximum": 18}]),
    ],
)  # fmt: skip
def test_what_conditions_can_say_is_said(rule: str, expected: list[dict[str, Any]]) -> None:
    assert conditions(rule, KNOWN.get) == expected


@pytest.mark.parametrize(
    "rule",
    [
        "count(Q3) > 2",
        "Q9 == 'x'",
        "Q1 == 'B9'",
        "${age} > 17.5",
        "Q1 == 'A1' or ${age} >= 18",
        "not(selected(${uses}, 'web'))",
        "Q2_SQ001 == 'N'",
        "(Q1 == 'A1'",
        "Q1 == 'A1' Q1",
        "Q1 ==",
        "'; drop",
        "(" * 3000,
    ],
)
def test_what_they_cannot_say_is_left_to_a_person(rule: str) -> None:
    assert conditions(rule, KNOWN.get) is None
