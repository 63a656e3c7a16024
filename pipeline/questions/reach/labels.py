"""Labels of distances: what a declared number of kilometres makes of the indicators of reach."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.questions.labelling import Label, Said

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
#: Days over which a survey of visits counts them, where no source says so.
_FOUR_WEEKS = 28


def labels(evaluation: Evaluation, entry: PlanEntry, said: Said) -> Iterator[Label]:
    """Yield the labels of an entry of the plan that asks for reach, one set a declared distance."""
    # take-up is estimated from the survey of users: of its lowest age, over the days in which it counts visits
    yield "inhabitants=surveyed", said.say("surveyed", age=str(evaluation.settings.age_bands[0]))
    # distances are of all inhabitants, whomever a survey of inhabitants asked
    yield f"population=inhabitants:{entry.name}", said.say("inhabitants")
    counted = (s.visits.period_days for s in evaluation.sources("survey") if s.visits)
    yield "field=weeks", said.days(next(counted, _FOUR_WEEKS))
    distances = sorted(float(d) for d in entry.settings.get("distances", _DISTANCES))
    for d in distances:
        km = f"{d:g}\u00a0km"
        yield f"distance={d:g}", said.same(km)
        for name, text in _OF_A_DISTANCE.items():
            yield f"{entry.name}.{name.format(f'_{d:g}')}", said.say(text, distance=km)
    for low, high in pairwise(distances):
        yield f"band={low:g}-{high:g}", said.say("band", low=f"{low:g}", high=f"{high:g}")
    yield f"band={distances[-1]:g}+", said.say("last_band", distance=f"{distances[-1]:g}\u00a0km")
