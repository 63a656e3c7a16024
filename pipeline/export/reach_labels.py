"""Labels of distances: what a declared number of kilometres makes of the indicators of reach."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.export.label_texts import LabelTexts

if TYPE_CHECKING:
    from pipeline.evaluation import PlanEntry

_DISTANCES = (5.0, 10.0, 20.0)
#: Indicators and measures of a distance, by the text that names them.
_OF_A_DISTANCE = {
    "within{}:said": "within_said",
    "within{}.share": "within_share",
    "within{}.count": "within",
    "beyond{}.count": "beyond",
    "beyond{}.communes": "communes",
    "next_within{}.gain": "gain",
}


def reach_labels(
    entry: PlanEntry, youngest: int, period_days: int, texts: LabelTexts
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of an entry of the plan that asks for reach, one set a declared distance.

    ``youngest`` is the lowest age of the survey that take-up is estimated from, ``period_days`` the days over which it
    counts visits.
    """
    yield "inhabitants=surveyed", texts.say("reach.surveyed", age=str(youngest))
    yield "field=weeks", field_weeks(period_days, texts)
    distances = sorted(float(d) for d in entry.settings.get("distances", _DISTANCES))
    for d in distances:
        km = f"{d:g}\u00a0km"
        yield f"distance={d:g}", {"fr": km, "en": km}
        for name, text in _OF_A_DISTANCE.items():
            yield f"{entry.name}.{name.format(f'_{d:g}')}", texts.say(f"reach.{text}", distance=km)
    for low, high in pairwise(distances):
        yield f"band={low:g}-{high:g}", texts.say("reach.band", low=f"{low:g}", high=f"{high:g}")
    yield f"band={distances[-1]:g}+", texts.say("reach.last_band", distance=f"{distances[-1]:g}\u00a0km")


def field_weeks(days: int, texts: LabelTexts) -> dict[str, str]:
    """Return how long a survey counts visits over: « quatre semaines »."""
    key = f"field.{days}"
    return texts.say(key) if str(days) in texts.under("field") else texts.say("field.days", days=str(days))
