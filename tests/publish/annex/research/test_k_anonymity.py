"""Counting who is like whom, against a plain count; suppression that reaches k or says that it cannot."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.publish.annex.research.k_anonymity import anonymity, class_sizes, suppressed

#: The patients of Machanavajjhala et al. (2007): a 4-anonymous table one of whose classes has one disease.
ZIP = ["130**"] * 4 + ["1485*"] * 4 + ["130**"] * 4
AGE = ["<30"] * 4 + [">=40"] * 4 + ["3*"] * 4
DISEASE = ["heart", "heart", "viral", "viral", "cancer", "heart", "viral", "viral", *["cancer"] * 4]
PATIENTS = pd.DataFrame({"zip": ZIP, "age": AGE, "disease": DISEASE})


def test_the_published_table_is_4_anonymous_and_not_diverse() -> None:
    got = anonymity(PATIENTS, ["zip", "age"], 4, ["disease"])
    assert (got.k, got.classes, got.unique, got.under) == (4, 3, 0, 0)
    assert got.diversity == {"disease": 1}


frames = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from([1, 2, None]), st.sampled_from(["x", "y", "z"])),
    min_size=1,
    max_size=40,
).map(lambda rows: pd.DataFrame(rows, columns=["g", "a", "b"]))


@settings(max_examples=60, deadline=None)
@given(frames)
def test_class_sizes_are_those_of_a_plain_count(frame: pd.DataFrame) -> None:
    keys = [tuple("-" if pd.isna(v) else v for v in row) for row in frame.itertuples(index=False)]
    counted = Counter(keys)
    assert class_sizes(frame, ["g", "a", "b"]).tolist() == [counted[k] for k in keys]


@settings(max_examples=60, deadline=None)
@given(frames, st.integers(2, 5))
def test_suppression_reaches_k_wherever_a_group_is_large_enough(frame: pd.DataFrame, k: int) -> None:
    got = suppressed(frame, ["g", "a", "b"], ["b", "a"], k)
    sizes = class_sizes(got.frame, ["g", "a", "b"])
    groups = class_sizes(frame, ["g"])
    assert (sizes[groups >= k] >= k).all()
    assert got.frame["g"].equals(frame["g"])
    for column in ("a", "b"):
        kept = ~got.rows[column]
        pd.testing.assert_series_equal(got.frame[column][kept], frame[column][kept], check_dtype=False)
        assert got.frame[column][got.rows[column]].isna().all()
        assert got.blanked[column] == got.rows[column].sum()


def test_nothing_is_suppressed_in_a_file_that_reaches_k() -> None:
    got = suppressed(PATIENTS, ["zip", "age"], ["age"], 4)
    assert got.blanked == {"age": 0}


def test_the_account_names_columns_and_counts_but_no_value() -> None:
    rare = PATIENTS.assign(age=[*AGE[:-1], "97"])
    table = anonymity(rare, ["zip", "age"], 3, ["disease"]).table()
    said = table.to_csv()
    assert "97" not in said
    assert "cancer" not in said
    assert ("under", "age", 1) in set(table.itertuples(index=False, name=None))


def test_many_wide_columns_do_not_overflow() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({f"c{i}": rng.permutation(2000) for i in range(12)})
    assert class_sizes(frame, list(frame)).max() == 1


@pytest.mark.parametrize("columns", [["zip"], []])
def test_an_empty_file_has_k_zero(columns: list[str]) -> None:
    assert anonymity(PATIENTS.iloc[:0], columns, 5).k == 0
