"""Printed numbers stand on a step that follows their standard error, and say no more than it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.protect.printed import printed, steps
from pipeline.results.measure import Measure, Relation


@pytest.mark.parametrize(
    ("unit", "se", "step"),
    [
        ("share", 0.031, 0.01),
        ("share", 0.012, 0.005),
        ("share", 0.0051, 0.002),
        ("share", 0.002, 0.001),
        ("share", 0.0001, 0.0005),
        ("point", 2.5, 1.0),
        ("mean", 0.3, 0.05),
        ("mean", 0.04, 0.02),
        ("mean", 0.001, 0.005),
        ("count", 137.0, 50.0),
        ("euro", 4.4, 2.0),
    ],
)
def test_step_is_at_most_half_the_standard_error_but_for_the_smallest_step(table, unit, se, step):
    assert steps(table({"unit": unit, "se": se})) == pytest.approx([step])


def test_exhaustive_counts_are_printed_whole_and_what_is_made_of_them_with_four_digits(table):
    exact = {"inference": "census", "se": np.nan, "lower": np.nan, "upper": np.nan}
    rows = [{"unit": "count", "estimate": 1234.0}, {"unit": "mean", "estimate": 12.34567, "indicator": "x"}]
    rows += [
        {"unit": "euro", "estimate": 1.80123, "indicator": "y"},
        {"unit": "euro", "estimate": 52841.6, "indicator": "z"},
    ]
    made = printed(table(*({**exact, **r} for r in rows))).set_index("indicator")["estimate"]
    assert made[["elaborate", "x", "y", "z"]].tolist() == [1234.0, 12.35, 1.801, 52842.0]


def test_what_a_model_makes_of_answers_keeps_two_digits_unless_its_measure_says_more(table):
    plain = {"inference": "model", "unit": "ratio", "measure": "weight", "se": np.nan, "lower": np.nan, "upper": np.nan}
    rows = [{"estimate": 0.12345}, {"estimate": 0.12345, "measure": "likelihood"}, {"estimate": 0.003912}]
    made = table(*({**plain, "indicator": str(i), **r} for i, r in enumerate(rows)))
    fine, coarse = Measure("likelihood", "ratio", digits=4), Measure("weight", "ratio", finest=0.001)
    made = printed(made.assign(declared=[coarse, fine, coarse])).set_index("indicator")["estimate"]
    assert made.to_dict() == {"0": 0.12, "1": 0.1234, "2": 0.004}


def test_a_mark_never_passes_a_threshold_that_it_did_not_reach(table):
    measure = Measure("test_value", "score", relation=Relation("mark", "share", "class"), finest=0.5)
    plain = {"inference": "model", "unit": "score", "measure": "test_value", "se": np.nan}
    made = table(*({**plain, "indicator": str(v), "estimate": v} for v in (1.96, -1.96, 2.6)))
    assert sorted(printed(made.assign(declared=[measure] * 3))["estimate"]) == [-1.5, 1.5, 2.5]


def test_limits_go_outward_and_a_number_on_its_step_stays(table):
    row = {"estimate": 0.487, "se": 0.024, "lower": 0.441, "upper": 0.53}
    made = printed(table(row)).iloc[0]
    assert made[["estimate", "lower", "upper", "step"]].tolist() == [0.49, 0.44, 0.53, 0.01]


def test_limits_of_a_share_stay_between_nothing_and_all(table):
    made = printed(table({"estimate": 0.004, "se": 0.021, "lower": 0.0, "upper": 0.999}))
    assert made[["lower", "upper"]].iloc[0].tolist() == [0.0, 1.0]


def test_ingredients_of_the_error_keep_two_digits(table):
    made = printed(table({"se": 0.012345, "deff": 1.6464, "n_effective": 1137.0, "p_value": 0.04321}))
    assert made[["se", "deff", "n_effective", "p_value"]].iloc[0].tolist() == [0.012, 1.6, 1100.0, 0.043]


def test_rows_of_one_quantity_are_printed_on_one_step(table):
    made = table({"se": 0.0101}, {"se": 0.0099, "analysis": "crossings"}).assign(quantity="share{a=1|a=*}[users;;;;;]")
    assert steps(made) == pytest.approx([0.005, 0.005])


def test_the_spread_of_a_mean_is_not_printed_for_a_unit(table):
    rows = {"unit": "mean", "measure": "mean", "estimate": 4.2, "se": 0.1, "deff": 1.5, "n_effective": 60.0}
    made = printed(table({**rows, "territory_level": "pays", "territory": "01"}, rows)).set_index("territory")
    assert made["deff"].isna().to_dict() == {"01": True, "53": False}
