"""Cross-tables: shares of the survey itself, tests of the survey itself, screened together."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from pipeline.questions import families
from pipeline.questions.crossings import answer as crossings
from pipeline.questions.derived import banded
from pipeline.questions.estimates import subjects
from tests.questions.conftest import Known, entry, table_of

SETTINGS = {"by": ["age_band", "regularity", "commune_size"], "questions": ["sex", "sat_overall", "wants"]}


@pytest.fixture(scope="module")
def table(miniature: Known) -> pd.DataFrame:
    rows = crossings.answer(miniature.context, entry(SETTINGS, "crossings"))
    return families.adjust(table_of(crossings, rows)).set_index("result_id")


def test_shares_are_those_of_the_design_and_sum_to_one_over_answers(table: pd.DataFrame, miniature: Known) -> None:
    context = miniature.context
    subject = subjects(context, context.survey(None))["users"]
    expected = subject.design.proportion("sex", by=["wave", "age_band"])
    for row in expected.itertuples(index=False):
        place = f"age_band={row.age_band}/answer={row.category}"
        found = table.loc[f"crossings.sex.share/users/wave={row.wave}/region=53/{place}"]
        assert found["estimate"] == pytest.approx(row.estimate, abs=1e-12)
        assert found["se"] == pytest.approx(row.se, abs=1e-12)
    sums = table[(table["indicator"] == "sex") & table["domain"].str.startswith("age_band")]
    assert sums.groupby(["wave", sums["domain"].str.partition("/")[0]])["estimate"].sum().to_numpy() == pytest.approx(1)


def test_a_test_of_association_is_that_of_rao_and_scott(table: pd.DataFrame, miniature: Known) -> None:
    context = miniature.context
    subject = subjects(context, context.survey(None))["users"]
    wave = subject.waves[-1]
    test = subject.design.chi_square("sex", "age_band", where=(subject.frame["wave"] == wave).to_numpy())
    row = table.loc[f"crossings.sex.association/users/wave={wave}/region=53/by=age_band"]
    assert row["p_value"] == pytest.approx(test.p_value, rel=1e-9)
    assert row["estimate"] == pytest.approx(np.sqrt(test.pearson / test.n), rel=1e-9)


def test_tests_are_screened_together_by_false_discoveries(table: pd.DataFrame) -> None:
    tests = table[table["measure"] == "association"].sort_values("p_value")
    m = len(tests)
    stepped = tests["p_value"].to_numpy() * m / np.arange(1, m + 1)
    expected = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1)
    assert tests["p_adjusted"].to_numpy() == pytest.approx(expected, rel=1e-12)


def test_bands_hold_whole_numbers_and_leave_the_missing_out() -> None:
    found = banded(np.array([1, 2, 4, 5, 40, np.nan]), (2, 5), 1)
    assert found.tolist() == ["1", "2-4", "2-4", "5+", "5+", None]
    assert banded(np.array([0.0, 1999, 2000, 12000]), (2000, 5000, 10000), 0).tolist() == [
        "0-1999", "0-1999", "2000-4999", "10000+",
    ]  # fmt: skip


def test_ratings_are_told_in_groups_whatever_the_plan_calls_their_entry(miniature: Known) -> None:
    plan = [
        entry.model_copy(update={"id": "marks", "settings": {**entry.settings, "groups": "always"}})
        if entry.question == "satisfaction"
        else entry
        for entry in miniature.context.evaluation.settings.plan
    ]
    settings = miniature.context.evaluation.settings.model_copy(update={"plan": plan})
    evaluation = dataclasses.replace(miniature.context.evaluation, settings=settings)
    context = dataclasses.replace(miniature.context, evaluation=evaluation)
    asked = entry({"by": ["age_band"], "questions": ["sat_overall"], "territory": False}, "crossings")
    told = {str(row.domain["answer"]) for row in crossings.answer(context, asked) if "answer" in row.domain}
    assert told == {"1+2+3", "4", "5"}
