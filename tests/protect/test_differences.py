"""A difference is shown exactly when both of its levels are."""

from __future__ import annotations

import pytest

from pipeline.errors import ProtectError
from pipeline.protect import protect
from pipeline.results.quantity import ANSWERED, Quantity, Where, difference, keys, statistic

UNIT = Where("pays", "03")


def level(wave="2006", where=None):
    """Return the share of a wave, in a place."""
    place = where or Where("region", "53")
    return Quantity(
        "share", "users", "users", "person", keys({"wants": [1]}), keys({"wants": ANSWERED}), place, f"wave={wave}"
    )


NOW, BEFORE = {"quantity": level()}, {"wave": "2003", "quantity": level("2003")}
PAYS = {"territory_level": "pays", "territory": "03", "quantity": level(where=UNIT)}
SHIFT = {"measure": "shift", "unit": "point", "wave": "2003..2006", "estimate": 9.4, "se": 2.1, "lower": 5, "upper": 14}
SHIFT["quantity"] = difference(level(), level("2003"))
GAP = {"measure": "gap", "unit": "point", "estimate": 3.0, "se": 4.0, "lower": -5, "upper": 11}
GAP["quantity"] = difference(level(where=UNIT), level(where=Where("pays", "03", rest=True)))


def quality(out, measure, level="region"):
    row = out[(out["measure"] == measure) & (out["territory_level"] == level)].iloc[0]
    return row["quality"], row["reason"]


def test_shift_needs_both_waves(table):
    shown, _ = protect(table(NOW, BEFORE, SHIFT))
    hidden, _ = protect(table(NOW, {**BEFORE, "n": 25}, SHIFT))
    assert quality(shown, "shift") == ("publish", "")
    assert quality(hidden, "shift") == ("suppress", "ns_level")
    assert hidden.loc[hidden["measure"] == "shift", ["estimate", "lower", "upper"]].isna().all(axis=None)


def test_shift_of_an_uncertain_level_is_itself_uncertain(table):
    out, _ = protect(table(NOW, {**BEFORE, "df": 6}, SHIFT))
    assert quality(out, "shift") == ("caution", "level")


def test_gap_needs_the_part_and_the_whole(table):
    whole_hidden, _ = protect(table({**NOW, "n": 25}, PAYS, {**PAYS, **GAP}))
    both, _ = protect(table(NOW, PAYS, {**PAYS, **GAP}))
    assert quality(whole_hidden, "gap", "pays") == ("suppress", "ns_level")
    # shown, with what its interval was measured to cover
    assert quality(both, "gap", "pays") == ("caution", "coverage_92")


@pytest.mark.parametrize("measure", ["shift", "behaviour"])
def test_a_part_of_a_difference_needs_the_levels_of_all_of_it_whatever_it_is_called(table, measure):
    part = {**SHIFT, "measure": measure, "quantity": statistic("part", SHIFT["quantity"], method="kitagawa")}
    hidden, _ = protect(table(NOW, {**BEFORE, "n": 25}, part))
    assert quality(hidden, measure) == ("suppress", "ns_level")


def test_difference_without_its_levels_cannot_be_judged(table):
    with pytest.raises(ProtectError, match=r"wave=2003"):
        protect(table(NOW, SHIFT))


def test_a_difference_that_does_not_say_what_it_compares_cannot_be_judged(table):
    with pytest.raises(ProtectError, match="no quantity"):
        protect(table({"measure": "shift", "unit": "point"}))
