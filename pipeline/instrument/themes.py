"""Post-codification: the themes of an open question become a multiple question, one box a theme."""

from __future__ import annotations

from pipeline.instrument.derived import wording_of
from pipeline.instrument.model import Instrument, Question, WaveHistory

#: Stands in the name of the columns that reading adds, one a theme: no received column may be called so.
THEME = " (theme: "


def theme_column(column: str, theme: str) -> str:
    """Return the name of the column that reading adds for a theme of the open question in ``column``."""
    return f"{column}{THEME}{theme})"


def themes_question(open_question: Question) -> str:
    """Return the name of the question that holds the themes of an open question."""
    return f"{open_question.name}_themes"


def coded_themes(instrument: Instrument, name: str) -> Instrument:
    """Return the instrument with a multiple question for the coded themes of the open question ``name``."""
    asked = instrument.question(name)
    assert asked is not None
    column = asked.column or asked.name
    of_waves = {
        wave: WaveHistory(
            asked=h.asked,
            asked_if=h.asked_if,
            items={t.name: theme_column(h.column or column, t.name) for t in asked.themes},
        )
        for wave, h in asked.waves.items()
    }
    label, wording = wording_of("themes")
    themes = Question(
        name=themes_question(asked),
        type="multiple",
        label=label,
        wording=wording,
        items=[t.model_copy(update={"column": theme_column(column, t.name)}) for t in asked.themes],
        asked_if=asked.asked_if,
        waves=of_waves,
    )
    return instrument.model_copy(update={"questions": [*instrument.questions, themes]})
