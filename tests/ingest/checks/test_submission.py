"""Questionnaires that were submitted elsewhen, seen no further than page 1, ticked throughout or nearly copied."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.ingest.checks import submission
from pipeline.ingest.checks.likely import _whole_copies
from pipeline.instrument import Instrument

RNG = np.random.default_rng(2)
N = 200
WAVE = np.full(N, "2006", dtype=object)
LINES = np.arange(2, N + 2)


def rows(texts: np.ndarray) -> list[int]:
    return np.flatnonzero(texts != "").tolist()


def test_a_questionnaire_submitted_before_the_visit_or_long_after_the_field_is_found() -> None:
    visited = pd.Series(pd.to_datetime(["2006-11-20"] * 4))
    days = pd.Series(pd.to_datetime(["2006-11-20 09:00", "2006-11-19 09:00", "2007-06-01 09:00", None]))
    last = pd.Series(pd.to_datetime(["2006-12-08"] * 4)).to_numpy()
    assert rows(submission.submitted_elsewhen(days, visited, last)) == [1, 2]
    assert rows(submission.submitted_elsewhen(days, None, last)) == [2]


def test_all_answered_with_only_the_first_page_shown_is_found_and_who_stopped_there_is_not() -> None:
    page, share = np.full(N, 4.0), np.full(N, 0.9)
    page[[3, 4]], share[4] = 1, 0.2
    assert rows(submission.beyond_last_page(page, share)) == [3]
    assert rows(submission.beyond_last_page(np.ones(N), share)) == []


def test_every_box_ticked_is_found_where_it_is_no_coincidence() -> None:
    boxes = RNG.random((N, 10)) < 0.3
    boxes[5] = True
    asked = np.ones(N, dtype=bool)
    assert rows(submission.all_ticked(boxes, asked, WAVE)) == [5]
    assert rows(submission.all_ticked(RNG.random((N, 3)) < 0.8, asked, WAVE)) == []


def test_nearly_the_same_answers_in_several_questionnaires_of_a_space_are_found() -> None:
    answers = RNG.integers(0, 4, (N, 30))
    cell = np.repeat(np.arange(10), N // 10)
    numbers = np.zeros((N, 1))
    assert rows(submission.near_copies(answers, cell, LINES, numbers)) == []
    for i in range(1, 5):
        answers[i] = answers[0]
        answers[i, i] = (answers[0, i] + 1) % 4
    assert rows(submission.near_copies(answers, cell, LINES, numbers)) == [0, 1, 2, 3, 4]


def test_one_person_who_answered_at_several_visits_is_no_near_copy() -> None:
    answers = RNG.integers(0, 4, (N, 30))
    answers[1], answers[2] = answers[0], answers[0]
    answers[2, 5] = (answers[0, 5] + 1) % 4
    answers[3] = answers[2]
    cell, age = np.repeat(np.arange(10), N // 10), np.zeros((N, 1))
    assert rows(submission.near_copies(answers, cell, LINES, age)) == []
    age[:4, 0] = [0, 1, 2, 3]
    assert rows(submission.near_copies(answers, cell, LINES, age)) == [0, 1, 2, 3]


def test_a_record_that_repeats_another_in_all_is_found_and_strangers_who_agree_are_not() -> None:
    closed, numbers = RNG.integers(0, 4, (N, 8)), RNG.integers(0, 90, (N, 3))
    assert rows(submission.whole_copies(closed, numbers, np.zeros(N), LINES)) == []
    closed[7], numbers[7] = closed[3], numbers[3]
    found = submission.whole_copies(closed, numbers, np.zeros(N), LINES)
    assert rows(found) == [7]
    assert found[7] == f"all as in line {LINES[3]}"
    other_wave = np.arange(N) == 7
    assert rows(submission.whole_copies(closed, numbers, other_wave.astype(int), LINES)) == []
    # all satisfied with everything, at three possible ages: nothing tells two of them apart
    alike = np.repeat(RNG.integers(0, 3, (N, 1)), 8, axis=1)
    assert rows(submission.whole_copies(alike, RNG.integers(0, 3, (N, 1)), np.zeros(N), LINES)) == []


def test_copies_are_looked_for_in_the_waves_that_no_key_tells_apart() -> None:
    key = {"name": "num", "type": "key", "role": "respondent", "wording": {"fr": "n"}, "waves": {"b": {"asked": False}}}
    asked = [key] + [{"name": n, "type": "number", "wording": {"fr": n}} for n in ("km", "note", "age")]
    instrument = Instrument.model_validate({"name": "u", "title": {"fr": "u"}, "questions": asked})
    values = {n: RNG.integers(0, 200, N).astype(float) for n in ("km", "note", "age")}
    clean = pd.DataFrame({"wave": np.repeat(["a", "b"], N // 2), **values, "_line": LINES})
    for first, copy in ((3, 9), (N - 9, N - 3)):
        clean.loc[copy, ["km", "note", "age"]] = clean.loc[first, ["km", "note", "age"]]
    ((_, texts),) = list(_whole_copies(instrument, clean))
    assert rows(texts) == [N - 3]
