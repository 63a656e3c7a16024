"""Labels of distances: what a declared number of kilometres makes of the indicators of reach."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.evaluation import PlanEntry

_DISTANCES = (5.0, 10.0, 20.0)


def reach_labels(entry: PlanEntry, youngest: int, period_days: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the labels of an entry of the plan that asks for reach, one set a declared distance.

    ``youngest`` is the lowest age of the survey that take-up is estimated from, ``period_days`` the days over which it
    counts visits.
    """
    yield (
        "inhabitants=surveyed",
        _both(f"habitants de {youngest}\u00a0ans ou plus", f"inhabitants aged {youngest} and over"),
    )
    yield "field=weeks", field_weeks(period_days)
    distances = sorted(float(d) for d in entry.settings.get("distances", _DISTANCES))
    name = entry.name
    for d in distances:
        km, end = f"{d:g}\u00a0km", f"_{d:g}"
        yield f"distance={d:g}", {"fr": km, "en": km}
        yield f"{name}.within{end}:said", _both(f"à moins de {km}", f"within {km}")
        yield (
            f"{name}.within{end}.share",
            _both(
                f"Part des habitants à moins de {km} d'un espace ouvert",
                f"Share of inhabitants within {km} of an open space",
            ),
        )
        yield (
            f"{name}.within{end}.count",
            _both(f"Habitants à moins de {km} d'un espace ouvert", f"Inhabitants within {km} of an open space"),
        )
        yield f"{name}.beyond{end}.count", _both(f"Habitants à {km} ou plus", f"Inhabitants at {km} or more")
        yield f"{name}.beyond{end}.communes", _both(f"Communes à {km} ou plus", f"Communes at {km} or more")
        yield (
            f"{name}.next_within{end}.gain",
            _both(f"Habitants mis à moins de {km} d'un espace", f"Inhabitants brought within {km}"),
        )
    for low, high in pairwise(distances):
        yield f"band={low:g}-{high:g}", _both(f"{low:g} à {high:g}\u00a0km", f"{low:g} to {high:g}\u00a0km")
    most = f"{distances[-1]:g}\u00a0km"
    yield f"band={distances[-1]:g}+", _both(f"{most} ou plus", f"{most} or more")


_WEEKS = {7: ("sept jours", "seven days"), 14: ("deux semaines", "two weeks"), 28: ("quatre semaines", "four weeks")}


def field_weeks(days: int) -> dict[str, str]:
    """Return how long a survey counts visits over: « quatre semaines »."""
    return _both(*_WEEKS.get(days, (f"{days} jours", f"{days} days")))


def _both(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}
