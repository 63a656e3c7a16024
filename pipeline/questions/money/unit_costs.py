"""Cost per visit and per trainee hour, under stated rules of allocation.

What a cost per hour means depends on how the costs that serve several activities are shared out. Three rules are told
side by side: *everything* (all costs over the hours of training: an upper bound, since the same money also pays for
open access), *declared* (the share of each line that its holder says goes to training) and *by_visits* (in proportion
to visits to workshops).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ALLOCATIONS = ("everything", "declared", "by_visits")


@dataclass(frozen=True)
class Activity:
    """One year of S spaces: costs and the part declared for training, in euros; visits and visits to workshops.

    ``hours`` are trainee hours where they were recorded; without them they follow from the visits to workshops.
    """

    cost: Floats
    declared: Floats
    visits: Floats
    workshops: Floats
    hours: Floats | None = None


def allocated(activity: Activity, allocation: str) -> Floats:
    """Return the cost of training (spaces,) under a rule of allocation.

    Raises
    ------
    ValueError
        For an unknown rule.
    """
    if allocation == "everything":
        return activity.cost
    if allocation == "declared":
        return activity.declared
    if allocation == "by_visits":
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(activity.visits > 0, activity.workshops / activity.visits, 0.0)
        return activity.cost * part
    raise ValueError(f"no such rule of allocation: {allocation}; allowed: {', '.join(ALLOCATIONS)}")


def per_training_hour(activity: Activity, hours_per_visit: float, allocation: str) -> float:
    """Return euros per trainee hour, all spaces together; NaN without any hour.

    A trainee hour is one person during one hour: recorded, or visits to workshops times the length of a workshop in
    hours; never both.
    """
    hours = activity.hours if activity.hours is not None else hours_per_visit * activity.workshops
    return ratio(allocated(activity, allocation), hours)


def ratio(cost: Floats, units: Floats) -> float:
    """Return total cost over total units (a ratio of sums, not a mean of ratios); NaN without units."""
    total = float(np.sum(units))
    return float(np.sum(cost)) / total if total > 0 else float("nan")


def largest_share(cost: Floats) -> float:
    """Return the largest part that one space has in a total, for the rule of dominance; NaN for a total of nil."""
    total = float(np.sum(cost))
    return float(np.max(cost)) / total if len(cost) and total > 0 else float("nan")
