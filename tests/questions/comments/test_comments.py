"""Themes of remarks: shares among those who wrote one, whatever the others would have said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.instrument import Instrument, Question
from pipeline.questions import estimates
from pipeline.questions.comments import answer as comments
from tests.questions.conftest import entry, subject_of

ITEMS = [{"name": t, "label": {"fr": t}} for t in ("accueil", "horaires")]


@pytest.fixture
def context(answers: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> Any:
    written = answers.index % 4 == 0
    for i, theme in enumerate(("accueil", "horaires")):
        values = np.where(written, (answers.index // 4) % (i + 2) == 0, None)
        answers[f"remarque_themes_{theme}"] = pd.array(values, dtype="boolean")
    subject = subject_of(answers, clusters=["space"])
    monkeypatch.setattr(estimates, "subjects", lambda *_: {"users": subject})
    question = Question(name="remarque_themes", type="multiple", wording={"fr": "Thèmes"}, items=ITEMS)
    instrument = Instrument(name="users", title={"fr": "x"}, questions=[question])
    return SimpleNamespace(
        survey=lambda _: SimpleNamespace(name="users"), instrument=lambda _: instrument, answers=answers
    )


def test_a_theme_s_share_is_among_those_who_wrote(context: Any) -> None:
    rows = comments.answer(context, entry({"themes": "remarque_themes"}, "comments"))
    (row,) = [r for r in rows if (r.indicator, r.measure, r.wave) == ("accueil", "share", "2006")]
    wave = context.answers[context.answers["wave"] == "2006"].dropna(subset=["remarque_themes_accueil"])
    expected = np.average(wave["remarque_themes_accueil"].astype(float), weights=wave["w"])
    assert row.estimate == pytest.approx(expected, rel=1e-12)
    assert row.n == len(wave) == 50
    assert row.base == "remark_written"


def test_shifts_are_told_where_a_contrast_is_asked(context: Any) -> None:
    settings = {"themes": "remarque_themes", "contrast": ["2003", "2006"]}
    rows = comments.answer(context, entry(settings, "comments"))
    assert {r.indicator for r in rows if r.measure == "shift"} == {"accueil", "horaires"}


def test_a_question_without_themes_is_refused(context: Any) -> None:
    with pytest.raises(AnalyseError, match="themes"):
        comments.answer(context, entry({"themes": "remarque"}, "comments"))
