"""Errors as the field sends them are noticed, and the files of the default evaluation are not doubted as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.planted import BAR, tried

#: What stands out of the files as they are simulated.
KNOWN = {
    "contradictory_answers",
    "drift",
    "enrolled_over_places",
    "item_nonresponse",
    "missing_month",
    "same_answers",
    "spike",
    "straight_lining",
}


@pytest.mark.slow
def test_most_kinds_of_planted_errors_are_noticed_and_files_as_they_were_are_not_doubted(default: Path) -> None:
    found, before = tried(default)
    assert len(found) == 54
    assert sum(map(bool, found.values())) >= BAR, [kind for kind, why in found.items() if not why]
    assert set(before.loc[before["severity"] == "flag", "rule"]) <= KNOWN
