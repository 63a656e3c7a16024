"""A difference is shown exactly when both of its levels are."""

from __future__ import annotations

import pytest

from pipeline.errors import ProtectError
from pipeline.protect import protect

PAYS = {"territory_level": "pays", "territory": "03"}
SHIFT = {"measure": "shift", "unit": "point", "wave": "2003..2006", "estimate": 9.4, "se": 2.1, "lower": 5, "upper": 14}
GAP = {"measure": "gap", "unit": "point", "estimate": 3.0, "se": 4.0, "lower": -5, "upper": 11}


def quality(out, measure, level="region"):
    row = out[(out["measure"] == measure) & (out["territory_level"] == level)].iloc[0]
    return row["quality"], row["reason"]


def test_shift_needs_both_waves(table):
    shown, _ = protect(table({}, {"wave": "2003"}, SHIFT))
    hidden, _ = protect(table({}, {"wave": "2003", "n": 25}, SHIFT))
    assert quality(shown, "shift") == ("publish", "")
    assert quality(hidden, "shift") == ("suppress", "ns_level")
    assert hidden.loc[hidden["measure"] == "shift", ["estimate", "lower", "upper"]].isna().all(axis=None)


def test_shift_of_an_uncertain_level_is_itself_uncertain(table):
    out, _ = protect(table({}, {"wave": "2003", "df": 6}, SHIFT))
    assert quality(out, "shift") == ("caution", "level")


def test_gap_needs_the_part_and_the_whole(table):
    whole_hidden, _ = protect(table({"n": 25}, PAYS, {**PAYS, **GAP}))
    both, _ = protect(table({}, PAYS, {**PAYS, **GAP}))
    assert quality(whole_hidden, "gap", "pays") == ("suppress", "ns_level")
    # shown, with what its interval was measured to cover
    assert quality(both, "gap", "pays") == ("caution", "coverage_92")


def test_difference_without_its_levels_cannot_be_judged(table):
    with pytest.raises(ProtectError, match=r"elaborate\.share/users/wave=2003"):
        protect(table({}, SHIFT))


def test_unknown_kind_of_difference_cannot_be_judged(table):
    with pytest.raises(ProtectError, match="measure 'excess'"):
        protect(table({"measure": "excess", "unit": "point"}))
