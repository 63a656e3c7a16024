"""Who lives near a space: distance of every commune, catchments, and the place that would reach most people.

Distances are as the crow flies between the centroids of communes; a commune counts wholly where its centroid lies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Near:
    """The nearest served commune of each of C communes: ``km`` (C,) and ``at`` (C,), its position; -1 without any."""

    km: Floats
    at: Ints


@dataclass(frozen=True)
class Step:
    """One more served commune: its position, and the people it brings within the distance."""

    at: int
    gain: float


def nearest(distance: Floats, served: NDArray[np.bool_]) -> Near:
    """Return the nearest served commune of each.

    Parameters
    ----------
    distance : (C, C) km between communes.
    served : (C,) whether a commune has an open space.
    """
    positions = np.flatnonzero(served)
    if not len(positions):
        return Near(np.full(len(served), np.inf), np.full(len(served), -1, dtype=np.intp))
    among = distance[:, positions]
    chosen = among.argmin(axis=1)
    return Near(among[np.arange(len(served)), chosen], positions[chosen])


def catchments(near: Near, people: Floats) -> Floats:
    """Return (C,) the people whose nearest served commune each commune is; zero where it is nobody's."""
    inside = near.at >= 0
    return np.bincount(near.at[inside], weights=people[inside], minlength=len(people)).astype(np.float64)


def best_locations(distance: Floats, served: NDArray[np.bool_], people: Floats, km: float, count: int) -> list[Step]:
    """Return the communes that, served one after the other, bring most people within a distance of a space.

    Parameters
    ----------
    distance, served : as in :func:`nearest`; people : (C,) inhabitants.
    km : distance within which people are reached (strictly less).
    count : number of locations; fewer are returned once nobody is left to reach.

    Notes
    -----
    Maximal covering location (Church and ReVelle 1974, Papers of the Regional Science Association 32, 101-118). Every
    commune is tried at every step, so the first is the best there is; the next ones follow the greedy rule, which
    reaches at least 63 % of the best choice of as many (Nemhauser, Wolsey and Fisher 1978, Mathematical Programming
    14, 265-294).
    """
    within = distance < km
    left = np.where(within[:, served].any(axis=1), 0.0, people)
    steps: list[Step] = []
    while len(steps) < count:
        gains = left @ within
        at = int(gains.argmax())
        if gains[at] <= 0:
            break
        steps.append(Step(at, float(gains[at])))
        left = np.where(within[:, at], 0.0, left)
    return steps


def by_sea(near: Near, islands: list[Ints], size: int) -> NDArray[np.bool_]:
    """Return (C,) whether the nearest served commune lies off the island that a commune is on."""
    crossing = np.zeros(size, dtype=bool)
    for island in islands:
        crossing[island] = ~np.isin(near.at[island], island)
    return crossing
