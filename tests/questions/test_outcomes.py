"""Who was asked, and what counts as yes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.instrument import Condition, Question
from pipeline.questions.outcomes import Event, Outcome, any_of, base_of, compact, condition_text, holds, one_of

NET = {
    "name": "net",
    "type": "single",
    "wording": {"fr": "Relié ?"},
    "codes": {"yes": {"fr": "oui"}, "no": {"fr": "non"}},
    "asked_if": [{"question": "computer", "codes": ["yes"]}],
    "waves": {"2003": {"asked": False}, "2009": {"asked_if": []}},
}


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"codes": ["yes"]}, "q=yes"),
        ({"codes": [1, 2]}, "q=1,2"),
        ({"minimum": 18}, "q>=18"),
        ({"minimum": 18, "maximum": 64}, "q>=18+q<=64"),
    ],
)
def test_conditions_are_label_keys(condition, text):
    assert condition_text(Condition(question="q", **condition)) == text


def test_base_follows_the_routing_of_each_wave():
    adults = [Condition(question="age", minimum=18)]
    assert base_of(Question(**NET), ["2003", "2006", "2009"]) == {"2006": "computer=yes", "2009": "all"}
    assert base_of(Question(**NET), ["2006"], adults) == {"2006": "computer=yes+age>=18"}


def test_missing_filters_do_not_hold():
    frame = pd.DataFrame({"age": pd.array([17, 18, None], dtype="Int64"), "c": ["yes", None, "yes"]})
    assert holds(frame, [Condition(question="age", minimum=18)]).tolist() == [False, True, False]
    assert holds(frame, [Condition(question="c", codes=["yes"])]).tolist() == [True, False, True]
    assert holds(frame, []).all()


def test_no_answer_is_neither_yes_nor_no():
    values = pd.Series(pd.array([1, 4, 5, None], dtype="Int64"))
    np.testing.assert_array_equal(one_of(values, [4, 5]), [0, 1, 1, np.nan])


def test_any_ticked_box_is_yes_and_no_box_at_all_is_no_answer():
    boxes = pd.DataFrame(
        {
            "a": pd.array([True, False, None, None], dtype="boolean"),
            "b": pd.array([False, False, True, None], dtype="boolean"),
        }
    )
    np.testing.assert_array_equal(any_of(boxes), [1, 0, 1, np.nan])


@pytest.mark.parametrize(
    ("values", "bytes_each"),
    [([0, 1, np.nan], 2), ([-100, 0, 100], 2), ([2049, 1, 2], 8), ([0.1, 1, 2], 8), ([1e6], 8)],
)
def test_outcomes_are_held_in_two_bytes_where_that_changes_none_of_their_values(values, bytes_each):
    (held,) = compact([Outcome("q", "mean", "mean", np.array(values, dtype=np.float64), {}, Event({}))])
    assert held.values.dtype.itemsize == bytes_each
    np.testing.assert_array_equal(held.values, values)
