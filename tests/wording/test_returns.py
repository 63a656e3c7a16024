"""Counts of longer periods are never printed as monthly."""

from __future__ import annotations

import re

import pytest

from pipeline.wording.labels import find
from tests.lexicon import with_shared

KEYS = (
    "attendance.visits.per_space",
    "attendance.visits.per_space.completed",
    "attendance.visits.evolution",
    "attendance.coverage.share",
    "returns=missing",
    "returns=evolution",
)


@pytest.mark.parametrize("period", ["quarter", "half-year", "year", "school-year"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_label_of_visits_speaks_of_months_where_counts_are_of_another_period(period: str, lang: str) -> None:
    labels = with_shared({}, period)
    for key in KEYS:
        said = find(key, labels, lang)
        assert said
        assert not re.search(r"mois|mensuel|month|[{](?:period|comparable|monthly)", said), key


def test_braces_of_a_received_label_stay_as_they_are() -> None:
    assert find("wants=a", {"wants=a": {"fr": "Par {period}"}}, "fr") == "Par {period}"
