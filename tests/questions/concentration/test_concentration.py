"""Who makes the visits, from answers to rows: against the answers themselves, and under another design."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.instrument import Instrument, Question
from pipeline.questions import estimates
from pipeline.questions.concentration import answer as concentration
from tests.questions.conftest import entry, subject_of

SETTINGS = {"most": [50, 20], "frequency": "visits", "contrast": ["2003", "2006"]}


@pytest.fixture
def context(answers: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> Any:
    answers["visits"] = pd.array(1 + (answers.index * 7) % 13, dtype="Int64")
    answers.loc[answers.index % 11 == 0, "visits"] = pd.NA
    subject = subject_of(answers, clusters=["space"])
    monkeypatch.setattr(estimates, "subjects", lambda *_: {"users": subject})
    question = Question(name="visits", type="count", wording={"fr": "Visites"})
    instrument = Instrument(name="users", title={"fr": "x"}, questions=[question])
    source = SimpleNamespace(name="users", visits=None)
    return SimpleNamespace(survey=lambda _: source, instrument=lambda _: instrument, answers=answers)


def rows_of(context: Any, **settings: Any) -> dict[tuple[str, str | None, object], Any]:
    rows = concentration.answer(context, entry({**SETTINGS, **settings}, "concentration"))
    return {(r.measure, r.wave, (r.domain or {}).get("most")): r for r in rows}


def of_wave(context: Any, wave: str) -> tuple[Any, Any]:
    told = context.answers[(context.answers["wave"] == wave) & context.answers["visits"].notna()]
    return told["visits"].to_numpy(float), told["w"].to_numpy(float)


def lorenz(values: Any, weights: Any, share: float) -> float:
    """Return the share of the largest, read on the Lorenz curve."""
    order = np.argsort(values)
    people = np.r_[0, np.cumsum(weights[order]) / weights.sum()]
    held = np.r_[0, np.cumsum((weights * values)[order]) / (weights * values).sum()]
    return float(1 - np.interp(1 - share, people, held))


def test_shares_are_points_of_the_lorenz_curve_wave_by_wave(context: Any) -> None:
    rows = rows_of(context)
    for wave in ("2003", "2006"):
        for percent in (20, 50):
            row = rows["share", wave, percent]
            assert row.estimate == pytest.approx(lorenz(*of_wave(context, wave), percent / 100), rel=1e-9)
            assert row.lower < row.estimate < row.upper
            assert row.unit == "share"


def test_the_index_is_twice_the_area_above_the_lorenz_curve(context: Any) -> None:
    values, weights = of_wave(context, "2006")
    order = np.argsort(values)
    people = np.r_[0, np.cumsum(weights[order]) / weights.sum()]
    held = np.r_[0, np.cumsum((weights * values)[order]) / (weights * values).sum()]
    row = rows_of(context)["gini", "2006", None]
    assert row.estimate == pytest.approx(1 - 2 * np.trapezoid(held, people), rel=1e-9)
    assert row.unit == "coefficient"


def test_a_change_is_the_difference_of_the_shares_in_points(context: Any) -> None:
    rows = rows_of(context)
    expected = 100 * (rows["share", "2006", 20].estimate - rows["share", "2003", 20].estimate)
    moved = rows["shift", "2003..2006", 20]
    assert moved.estimate == pytest.approx(expected, rel=1e-9)
    # protected as the difference of numbers that are printed too
    assert moved.quantity.of == (rows["share", "2006", 20].quantity, rows["share", "2003", 20].quantity)


def test_a_share_tells_of_those_who_are_among_the_most_regular(context: Any) -> None:
    rows = rows_of(context)
    values, _ = of_wave(context, "2006")
    assert 0 < rows["share", "2006", 20].contributors < rows["share", "2006", 50].contributors < len(values)
    assert rows["gini", "2006", None].contributors == len(values)


def test_the_error_is_that_of_leaving_out_one_space_after_another(context: Any) -> None:
    row = rows_of(context)["share", "2006", 20]
    wave = context.answers[(context.answers["wave"] == "2006") & context.answers["visits"].notna()]
    spaces = wave["space"].unique()
    left = [wave[wave["space"] != s] for s in spaces]
    without = np.array([lorenz(f["visits"].to_numpy(float), f["w"].to_numpy(float), 0.2) for f in left])
    jackknife = np.sqrt((len(spaces) - 1) / len(spaces) * ((without - without.mean()) ** 2).sum())
    assert row.se == pytest.approx(jackknife, rel=0.1)


def test_without_a_question_that_counts_visits_it_says_what_to_name(context: Any) -> None:
    with pytest.raises(AnalyseError, match="which question counts visits"):
        concentration.answer(context, entry({}, "concentration"))
