"""A recommendation is made only where a statement bears it out, and is as strong as that statement."""

from __future__ import annotations

import pytest

from pipeline.state.recommendations import Weighed, weighed
from tests.questions.made_up import PERIMETER, statements, table

MADE = [s for s in statements(table(), margin=None) if s.place == PERIMETER]
SHIFT = "demand.{}.shift/users/wave=2003..2006/region=53"


def test_a_change_as_expected_supports_it_with_its_own_strength() -> None:
    found = weighed(SHIFT.format("elaborate"), "rise", MADE)
    statement = next(s for s in MADE if s.id == found.rests_on)
    assert found == Weighed(True, statement.strength, f"demand.change@{PERIMETER}")
    assert weighed(SHIFT.format("elaborate"), "level", MADE).supported


def test_a_change_the_other_way_or_none_does_not() -> None:
    assert not weighed(SHIFT.format("elaborate"), "fall", MADE).supported
    assert not weighed(SHIFT.format("printing"), "rise", MADE).supported


def test_an_item_of_a_list_bears_out_an_action_about_it() -> None:
    found = weighed(f"{SHIFT.format('elaborate')}/age_band=60+", "rise", MADE)
    assert found.supported
    assert found.rests_on == f"demand.by_age/60+@{PERIMETER}"


@pytest.mark.parametrize("evidence", ["demand.nothing.shift/users/wave=2003..2006/region=53", ""])
def test_what_no_statement_tells_supports_nothing(evidence: str) -> None:
    assert weighed(evidence, "level", MADE) == Weighed(False)


def test_what_is_withheld_supports_nothing() -> None:
    hidden = statements(table(withheld=("shift",)))
    assert not weighed(SHIFT.format("elaborate"), "rise", hidden).supported


def test_an_answer_to_a_limit_needs_no_result() -> None:
    assert weighed(None, "level", MADE) == Weighed(True)
