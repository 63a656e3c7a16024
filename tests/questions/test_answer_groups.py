"""Answers are told together where each alone would leave holes in most lines, decided on counts of respondents."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.evaluation import PlanEntry
from pipeline.evaluation.settings import Disclosure
from pipeline.questions.answer_groups import groups_of, label, leaves_holes
from pipeline.questions.crossings import answer as crossings
from pipeline.questions.satisfaction import answer as satisfaction
from tests.questions.conftest import Known, entry, table_of

RATED = {"items": ["sat_overall", "sat_welcome"], "satisfied": [4, 5]}
CROSSED = {"by": ["age_band"], "questions": ["sat_overall", "sex"]}


def answers(*counts: int, place: str = "a") -> pd.DataFrame:
    """Return respondents of a place, so many an answer from 1 on."""
    given = [code for code, count in enumerate(counts, 1) for _ in range(count)]
    return pd.DataFrame({"wave": "2006", "place": place, "sat": pd.array(given, dtype="Int64")})


@pytest.mark.parametrize(
    ("counts", "is_grouped"),
    [
        ((20, 20, 20, 40, 40), False),
        ((0, 20, 20, 40, 40), False),
        ((1, 20, 20, 40, 40), True),
        ((10, 20, 20, 40, 40), True),
        ((11, 20, 20, 40, 40), False),
        ((0, 0, 0, 0, 40), False),
    ],
)
def test_an_answer_of_one_to_ten_respondents_is_a_hole(counts, is_grouped):
    assert leaves_holes(answers(*counts), ["sat"], "place", Disclosure()) is is_grouped


def test_most_lines_decide_and_people_without_a_place_count_in_none():
    whole, holed = answers(20, 20, 20, 40, 40), answers(1, 2, 3, 40, 40, place="b")
    assert not leaves_holes(pd.concat([whole, holed]), ["sat"], "place", Disclosure())
    more = pd.concat([whole, holed, holed.assign(place="c")])
    assert leaves_holes(more, ["sat"], "place", Disclosure())
    assert not leaves_holes(
        more.assign(place=more["place"].where(more["place"] != "c")), ["sat"], "place", Disclosure()
    )
    assert not leaves_holes(more, ["sat"], "place", Disclosure(minimum_contributors=1))


def test_groups_are_those_not_satisfied_and_each_satisfied_answer_in_the_order_of_the_questionnaire(
    miniature: Known,
) -> None:
    question = miniature.context.instrument("users").question("sat_overall")
    assert question is not None
    assert groups_of(question, [4, 5]) == [(1, 2, 3), (4,), (5,)]
    # a scale that begins with the best answer
    assert groups_of(question, [1, 2]) == [(1,), (2,), (3, 4, 5)]
    assert [label(c) for c in groups_of(question, [4, 5])] == ["1+2+3", 4, 5]


def told(miniature: Known, how: str, ratings: str | None = "satisfaction") -> pd.DataFrame:
    """Return the cross-tables of a plan that has ratings, and what these tell of units, by result_id."""
    plan = [
        PlanEntry(question="satisfaction", settings={**RATED, "groups": how}),
        PlanEntry(question="crossings", settings=CROSSED),
    ]
    context = miniature.with_plan("demand")
    context.evaluation.settings.plan[:] = plan
    crossed = crossings.answer(context, entry({**CROSSED, "ratings": ratings}, "crossings"))
    rated = satisfaction.answer(context, entry({**RATED, "groups": how}, "satisfaction"))
    return pd.concat([table_of(crossings, crossed), table_of(satisfaction, rated)]).set_index("result_id")


def test_a_group_is_the_sum_of_its_answers_and_the_region_keeps_each(miniature: Known) -> None:
    each, grouped = told(miniature, "never"), told(miniature, "always")
    place = "crossings.sat_overall.share/users/wave=2006/region=53/age_band=15-24/answer="
    assert grouped.loc[f"{place}1+2+3", "estimate"] == pytest.approx(
        sum(each.loc[f"{place}{a}", "estimate"] for a in (1, 2, 3))
    )
    assert grouped.loc[f"{place}4", "estimate"] == each.loc[f"{place}4", "estimate"]
    assert f"{place}1" not in grouped.index
    whole = "satisfaction.overall.distribution/users/wave=2006/region=53/answer="
    assert [f"{whole}{a}" in grouped.index for a in (1, 2, 3, 4, 5, "1+2+3")] == [True] * 5 + [False]
    units = grouped[(grouped["measure"] == "distribution") & (grouped["territory_level"] != "region")]
    assert set(units["domain"]) == {"answer=1+2+3", "answer=4", "answer=5"}
    # other questions are as they were, and so are tests of association
    others = each[(each["indicator"] == "sex") | (each["measure"] == "association")]
    assert grouped.loc[others.index, "estimate"].to_numpy() == pytest.approx(others["estimate"].to_numpy(), nan_ok=True)


def test_units_are_grouped_by_default_and_cross_tables_follow_the_ratings_they_name(miniature: Known) -> None:
    found = told(miniature, "auto")
    units = found[(found["indicator"] == "sat_overall") & (found["territory_level"] != "region")]
    assert set(units["domain"]) == {"answer=1+2+3", "answer=4", "answer=5"}
    alone = told(miniature, "auto", None)
    crossed = alone[(alone["indicator"] == "sat_overall") & (alone["territory_level"] != "region")]
    assert set(crossed["domain"]) == {f"answer={a}" for a in range(1, 6)}
    with pytest.raises(AnalyseError, match="no such entry of ratings"):
        told(miniature, "auto", "opinions")
