"""Monthly series at a constant set of spaces, those open in the last month; gaps filled by their level and month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import AnalyseError
from pipeline.questions.completion import means
from pipeline.questions.panel import Bools, Floats, Ints, Panel


@dataclass(frozen=True)
class Hierarchy:
    """N series of M months, every sum of the bottom ones included.

    values : (N, M).  summing : (N, P) 1 where a bottom series is part of a series.
    unit : (N,) position in ``units`` (0 the region; -1 spaces of no unit).  band : (N,) position or -1 for all ages.
    spaces : (N,) number of spaces.  largest : (N,) share of the largest space in the last year.
    """

    values: Floats
    summing: Floats
    unit: tuple[int, ...]
    band: tuple[int, ...]
    spaces: Floats
    largest: Floats

    @property
    def level(self) -> tuple[str, ...]:
        """Return the level of each series: region, age_band, unit or unit_age_band."""
        names = {
            (True, True): "region",
            (True, False): "age_band",
            (False, True): "unit",
            (False, False): "unit_age_band",
        }
        return tuple(names[u == 0, b < 0] for u, b in zip(self.unit, self.band, strict=True))

    @property
    def group(self) -> NDArray[np.int64]:
        """Return a code of the level and band of each series: those of one group differ by their unit only."""
        keys = np.array([(u == 0, b) for u, b in zip(self.unit, self.band, strict=True)])
        return np.asarray(np.unique(keys, axis=0, return_inverse=True)[1], dtype=np.int64).reshape(-1)


def filled(visits: Floats, part: Floats, coast: Bools, calendar: Ints) -> Floats:
    """Return (S, M) visits with gaps replaced by the level of the space times the effect of the month.

    ``part`` is the share of a return that was received, ``calendar`` (M,) the month of the year; the coast is apart.
    """
    whole = means(visits, part, coast, calendar).whole
    return np.asarray(np.nan_to_num(visits) + (1 - np.nan_to_num(part)) * whole)


def hierarchy(panel: Panel) -> Hierarchy:
    """Return every series of spaces open in the last month: region, age bands, units, units by age band.

    Raises
    ------
    AnalyseError
        When no space was open in the last month.
    """
    still = panel.open[:, -1] & ~np.isnan(panel.visits).all(axis=1)
    if not still.any():
        raise AnalyseError("no space was open in the last month, so nothing can be forecast")
    coast = panel.sites["coast"].to_numpy(dtype=bool)[still]
    bands = len(panel.bands)
    calendar = np.asarray(panel.months.month)
    cube = np.stack(
        [filled(panel.by_band[still, :, b], panel.part_by_band[still, :, b], coast, calendar) for b in range(bands)],
        axis=2,
    )
    member = panel.returns.membership[:, still]
    units = [u for u in range(1, len(member)) if member[u].any()]
    lone = member[1:].sum(axis=0) == 0
    groups = [(u, member[u] > 0) for u in units] + ([(-1, lone)] if lone.any() else [])
    bottom = np.stack([cube[inside, :, b].sum(axis=0) for _, inside in groups for b in range(bands)])
    keys = [(u, b) for u, _ in groups for b in range(bands)]
    inside_of = dict(groups)
    rows: list[tuple[int, int]] = [(0, -1)]
    if bands > 1:
        rows += [(0, b) for b in range(bands)]
    if len(groups) > 1:
        rows += [(u, -1) for u, _ in groups] if bands > 1 else []
        rows += keys
    summing = np.array([[float(u in (0, k) and b in (-1, c)) for k, c in keys] for u, b in rows])
    recent = cube[:, -12:, :].sum(axis=1)
    spaces, largest = [], []
    for u, b in rows:
        own = recent[:, b] if b >= 0 else recent.sum(axis=1)
        own = own if u == 0 else own[inside_of[u]]
        spaces.append(float((own > 0).sum()))
        largest.append(float(own.max() / own.sum()) if own.sum() > 0 else np.nan)
    return Hierarchy(
        summing @ bottom,
        summing,
        tuple(u for u, _ in rows),
        tuple(b for _, b in rows),
        np.array(spaces),
        np.array(largest),
    )
