"""The workbook and page of cross-tables say what protection lets through, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.protect import protect
from pipeline.publish.annex.crosstabs import answer_text, write_crosstabs
from pipeline.publish.annex.crosstabs import crossings as tables_of
from pipeline.questions import families
from pipeline.questions.crossings import answer as crossings
from pipeline.wording.words import Words
from tests.questions.conftest import Known, entry, table_of

SETTINGS = {"by": ["age_band", "sex"], "questions": ["sat_overall", "wants"]}


@pytest.fixture(scope="module")
def shown(miniature: Known) -> pd.DataFrame:
    rows = crossings.answer(miniature.context, entry(SETTINGS, "crossings"))
    return protect(families.adjust(table_of(crossings, rows)))[0]


def test_every_published_share_stands_once_in_a_table(shown: pd.DataFrame, miniature: Known) -> None:
    evaluation = miniature.with_plan("crossings", **SETTINGS).evaluation
    made = list(tables_of(evaluation, shown))
    placed = [row["result_id"] for table in made for row in table.cells.values()]
    assert sorted(placed) == sorted(shown.loc[shown["measure"] == "share", "result_id"])
    assert {t.by for t in made} == {"age_band", "sex", evaluation.settings.territory.level}


def test_the_workbook_shows_no_suppressed_share(shown: pd.DataFrame, miniature: Known, tmp_path: Path) -> None:
    evaluation = miniature.with_plan("crossings", **SETTINGS).evaluation
    path = write_crosstabs(evaluation, shown, {}, tmp_path / "crosstabs.xlsx", Words("fr"))
    assert path is not None
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    cells = [c for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for c in row]
    shares = shown[shown["measure"] == "share"]
    hidden = shares["quality"] == "suppress"
    assert hidden.any()
    signs = sum(1 for c in cells if c in ("ns", "np", "c", "nd"))
    assert signs >= int(hidden.sum())
    assert (
        write_crosstabs(miniature.with_plan("demand").evaluation, shown, {}, tmp_path / "none.xlsx", Words("fr"))
        is None
    )


def test_answers_told_together_are_one_line_in_the_order_of_the_questionnaire(
    shown: pd.DataFrame, miniature: Known
) -> None:
    evaluation = miniature.with_plan("crossings", **SETTINGS).evaluation
    grouped = shown.assign(domain=shown["domain"].str.replace("answer=3", "answer=1+2+3"))
    grouped = grouped[~grouped["domain"].str.contains("answer=[12]$")]
    made = [t for t in tables_of(evaluation, grouped) if t.question.name == "sat_overall"]
    assert made
    for table in made:
        assert table.lines == ("1+2+3", "4", "5")
        said = answer_text(table.question, "1+2+3", "fr")
        assert said == "Pas du tout satisfait, peu satisfait ou ni satisfait ni insatisfait"
