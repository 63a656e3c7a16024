"""What people wrote in the open question: the share of each theme, among users who wrote a remark that was coded.

Themes come from post-codification; one remark may have several, so shares do not add up to 100 %. Those who write are
not those who do not: the shares describe remarks written, and the text says so.
"""

from __future__ import annotations

from pipeline.questions import estimates
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.outcomes import Outcome, numbers, ticked
from pipeline.questions.surveyed import asked_question, known_wave
from pipeline.results import Result
from pipeline.results.measure import SHARE, SHIFT

#: Label key of the base: those who wrote a remark.
BASE = "remark_written"

#: The kinds of numbers of this question.
MEASURES = (SHARE, SHIFT)


class Settings(Strict):
    """Settings of comments."""

    themes: str
    """Question of the coded themes (`<open question>_themes`)."""
    contrast: tuple[str | int, str | int] | None = None
    """Two waves whose change is told."""
    source: str | None = None
    """Source that it reads, where there are several."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return the share of each theme by wave in the region, the share who wrote, and shifts of the themes."""
    settings = entry.checked(Settings)
    source = context.survey(settings.source)
    instrument = context.instrument(source.name)
    question = asked_question(entry, instrument, settings.themes, "themes", types=("multiple",))
    people = estimates.subjects(context, source)
    subject = estimates.of_persons(context, source, people)
    base = {w: BASE for w in subject.waves if question.asked(w)}
    themes = [
        Outcome(item.name, "share", "share", numbers(subject.frame[f"{question.name}_{item.name}"]), base, event)
        for item, event in ((item, ticked(question, [item.name])) for item in question.items)
    ]
    made = estimates.levels(entry, subject, themes)
    if settings.contrast is not None:
        first, last = known_wave(entry, subject.waves, settings.contrast, "contrast")
        made += estimates.shifts(entry, subject, themes, (first, last))
    return made
