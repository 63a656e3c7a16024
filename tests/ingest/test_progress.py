"""Answers beside the plan of their fieldwork: counted by stratum, space and day; what lags or is silent is told."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.ingest.progress import against, lagging, last_waves, so_far, without_answers

#: Two strata of two spaces: 10 asked in each; E3 gave 1 answer, E4 took part and none came; one answer is off the plan.
PROGRESS = pd.DataFrame(
    [
        ("users", "2006", "A", "E1", "2006-11-13", "yes", 10, 8),
        ("users", "2006", "A", "E2", "2006-11-13", "yes", 10, 9),
        ("users", "2006", "B", "E3", "2006-11-14", "yes", 10, 1),
        ("users", "2006", "B", "E4", "2006-11-14", "yes", 10, 0),
        ("users", "2006", "B", "E5", None, "no", None, 0),
        ("users", "2006", None, "E9", "2006-11-15", None, None, 1),
    ],
    columns=["source", "wave", "stratum", "space", "day", "took_part", "handed", "answers"],
)
PROGRESS["day"] = pd.to_datetime(PROGRESS["day"])


def test_answers_stand_beside_the_spaces_planned_and_the_persons_asked() -> None:
    [row] = against(PROGRESS, ["source", "wave"]).to_dict("records")
    assert (row["spaces"], row["answering"], row["handed"], row["answers"]) == (5, 3, 40, 19)
    assert row["response"] == pytest.approx(19 / 40)


def test_a_stratum_behind_the_others_is_told_with_both_rates() -> None:
    assert lagging(PROGRESS) == {("users", "2006"): ["B (5%, all 48%)"]}


def test_who_took_part_and_has_no_answer_is_told_and_who_refused_is_not() -> None:
    assert without_answers(PROGRESS) == {("users", "2006"): ["E4 2006-11-14"]}


def test_days_after_the_last_answer_are_ahead_and_neither_lag_nor_are_silent() -> None:
    ahead = PROGRESS.iloc[[0]].assign(stratum="C", space="E6", day=pd.Timestamp("2006-11-20"), answers=0)
    both = pd.concat([PROGRESS, ahead], ignore_index=True)
    assert both.drop(index=so_far(both).index)["space"].tolist() == ["E6"]
    assert lagging(both) == lagging(PROGRESS)
    assert without_answers(both) == without_answers(PROGRESS)


def test_the_wave_in_the_field_is_the_last_of_each_survey() -> None:
    earlier = PROGRESS.assign(wave="2003")
    other = PROGRESS.iloc[[0]].assign(source="facilitators", wave="2003")
    every = pd.concat([earlier, PROGRESS, other], ignore_index=True)
    told = last_waves(every)[["source", "wave"]].drop_duplicates().to_numpy().tolist()
    assert told == [["users", "2006"], ["facilitators", "2003"]]
