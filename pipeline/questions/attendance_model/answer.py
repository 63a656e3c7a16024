"""What makes monthly visits vary: season, holidays, trend by age, levels by type of space.

Counts are exhaustive, not a sample: what the models say rests on their assumptions, and is marked ``model``.
"""

from __future__ import annotations

from pipeline.questions.attendance_model.diagnostics import diagnosed
from pipeline.questions.attendance_model.levels import compared
from pipeline.questions.attendance_model.trends import explained
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.panel import read_panel
from pipeline.questions.quantities import each_modelled
from pipeline.questions.regressors import Seasons, seasons_of
from pipeline.questions.returns import ReturnsSettings
from pipeline.results import Result
from pipeline.results.measure import EVOLUTION, Measure, Relation

__all__ = ["MEASURES", "Seasons", "Settings", "answer"]

#: The kinds of numbers of this question.
MEASURES = (
    EVOLUTION,
    Measure("effect", "ratio", "change", relation=Relation("effect", "count")),
    *(Measure(name, "ratio", "change") for name in ("trend", "season", "gap_by_type")),
    Measure("ratio", "ratio"),
    Measure("theta", "coefficient"),
)


class Settings(ReturnsSettings):
    """Settings of the attendance models."""

    school_zone: str | None = None
    """Zone, académie or region whose school holidays count; no holidays at all without it."""
    contrast: tuple[int, int] | None = None
    """Two years compared by age band; the first and the last by default."""
    exposures: tuple[str, ...] = ("none", "population", "hours")
    """What levels of spaces are measured against: none (visits), population (of the commune), hours (intensity)."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return season, holidays, trends, levels by type and diagnostics."""
    settings = entry.checked(Settings)
    unknown = set(settings.exposures) - {"none", "population", "hours"}
    if unknown:
        raise entry.error(
            "unknown exposure", "exposures", found=sorted(unknown), allowed=["none", "population", "hours"]
        )
    panel = read_panel(context, entry, settings)
    years = sorted(set(panel.months.year))
    contrast = settings.contrast or (years[0], years[-1])
    missing = [y for y in contrast if y not in years]
    if missing:
        raise entry.error("attendance has no month of this year", "contrast", found=missing, allowed=years)
    seasons = seasons_of(panel, settings.school_zone)
    trends, fits = explained(context, entry, panel, seasons, contrast)
    made = [
        *trends,
        *diagnosed(context, entry, panel, fits),
        *compared(context, entry, panel, seasons, settings.exposures),
    ]
    return [*each_modelled(entry, made)]
