"""The committed record of how often intervals cover (benchmarks/coverage_questions.json), and the truth it rests on."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.coverage_questions import NAME, QUESTIONS, SOURCE, everybody
from pipeline.evaluation import load
from pipeline.questions.context import Context
from pipeline.questions.demand import answer as demand
from pipeline.questions.entry import entries
from pipeline.questions.satisfaction import answer as satisfaction
from pipeline.results import frame
from pipeline.simulate import draw_population
from pipeline.simulate.attendance import draw_attendance
from pipeline.simulate.truth import truth_values

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def record() -> pd.DataFrame:
    content = json.loads((ROOT / "benchmarks" / "coverage_questions.json").read_text(encoding="utf-8"))
    assert content["redraws"] >= 100
    table = pd.DataFrame(content["table"])
    return table.assign(part=table["kind"].str.extract(r" (region|pays)")[0])


def test_every_question_on_users_was_studied(record: pd.DataFrame) -> None:
    marks = {
        "demand": "demand.shift region",
        "adjusted": "demand.shift.adjusted region",
        "decomposition": "demand.elaborate.behaviour.kitagawa region",
        "satisfaction": "satisfaction.share region",
        "payment": "payment.subscription.median region",
        "small_areas": "demand.share.eblup pays",
    }
    assert set(marks) == set(QUESTIONS)
    assert set(marks.values()) <= set(record["kind"])


def test_intervals_of_the_region_cover_as_announced(record: pd.DataFrame) -> None:
    region = record[record["part"] == "region"]
    # 95 % less two points, since linearisation is of first order, and three standard errors over redraws; more than
    # 95 % is no fault
    short = region[region["coverage"] < 0.93 - 3 * region["error"]]
    assert short.empty, short[["kind", "coverage", "error"]].to_string()
    assert region["coverage"].mean() == pytest.approx(0.95, abs=0.01)


def test_intervals_of_a_pays_are_not_much_too_short(record: pd.DataFrame) -> None:
    pays = record[record["part"] == "pays"]
    # five to ten spaces a pays: variances of so few units are skew, and what is announced as 95 % may be 91
    assert (pays["coverage"] > 0.91).all(), pays[["kind", "coverage"]].to_string()


@pytest.mark.slow
def test_everybody_asked_answers_with_the_truth_of_the_population() -> None:
    evaluation = load(NAME, ROOT)
    population = draw_population(evaluation)
    context = Context(evaluation, Path(), Path(), {SOURCE: everybody(population)})
    known = truth_values(population, draw_attendance(population)).set_index("result_id")["value"]
    plan = {e.question: e for e in entries(evaluation)}
    made = [*demand.answer(context, plan["demand"]), *satisfaction.answer(context, plan["satisfaction"])]
    table = frame(made).set_index("result_id")["estimate"]
    table = table[table.index.str.contains("/users/.*region=53", regex=True)]
    both = pd.concat([table, known], axis=1, join="inner").dropna()
    shares = both[~both.index.str.contains(r"shift|score|mean")]
    assert len(shares) > 100
    # one in twenty questionnaires is partial or leaves a question blank, at random: a twentieth of a small age band
    assert (shares["estimate"] - shares["value"]).abs().max() < 0.01
