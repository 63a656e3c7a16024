"""Returns of spaces that may be another's or none: copied, multiplied, empty, ages or spaces exchanged, a year apart.

Screening: each is so unlikely among returns that were counted, or so much likelier exchanged than as it stands, that
the space should be asked. The chance of equal counts is that of two Poisson counts of one mean (Skellam, 1946, Journal
of the Royal Statistical Society 109); exchanged ages and spaces are told by likelihood ratios and by distances on
square roots, both measured in the space's own spread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import i0e

from pipeline.ingest.checks.series import standing
from pipeline.instrument import Instrument

#: Chance, over all returns of a source, under which equal or divisible counts are no coincidence.
LEVEL = 0.01
#: Cells that must be filled for their divisibility to tell anything, and multiples of the level that go with it.
FILLED, ABOUT = 6, (0.7, 1.4)
#: Usual visits of a month in which none is strange, and months of a space that may be so.
USUAL, SELDOM = 15, 0.1
#: How much likelier the exchanged ages of a year are than those received (logarithm, in the space's own dispersion).
LIKELIER = 20.0
#: The same of the ages of a month, with hundreds of thousands of pairs (those of a clean draw reached 27),
#: and of spaces whose totals alone would not tell it.
MUCH_LIKELIER = 40.0
#: Standard deviations beyond which two spaces are looked at, and within which their exchanged counts lie.
BEYOND, WITHIN = 2.0, 2.0
#: Largest squared distance that speaks for an exchange; ages exchanged back lie this near their level (logarithm).
FARTHEST, NEAR = 100.0, 0.5
#: Years that stand apart: standard deviations of all years, and at least so many times the others; months of a year.
APART, TIMES, MONTHS = 8.0, 1.7, 10

#: Space, month and what was found there: positions and a text.
Place = tuple[int, int, str]


@dataclass(frozen=True)
class Returns:
    """Monthly returns: ``cells`` (spaces, months, cells) counts, NaN where none; ``bands`` (cells,) their age bands."""

    spaces: list[str]
    months: list[str]
    cells: np.ndarray
    bands: np.ndarray
    labels: list[str]

    @cached_property
    def received(self) -> np.ndarray:
        """Return (spaces, months) where a whole return was received."""
        return np.asarray(np.isfinite(self.cells).any(axis=2))

    @cached_property
    def totals(self) -> np.ndarray:
        """Return (spaces, months) the visits of each return, NaN where there is none."""
        return np.where(self.received, np.nansum(self.cells, axis=2), np.nan)

    @cached_property
    def standing(self) -> tuple[np.ndarray, np.ndarray]:
        """Return (spaces, months) the seasonal level of each total, and (spaces,) how far totals lie from it."""
        return standing(self.totals)


def returns_of(instrument: Instrument, clean: pd.DataFrame, counted: pd.DataFrame) -> Returns:
    """Return the counts of a source by space, month and what cuts them.

    Parameters
    ----------
    clean : accepted records. counted : site_id, month and visits of those with a space and a month, indexed like them.
    """
    band, activity = instrument.by_role("age_band"), instrument.by_role("activity")
    cut = [q.name for q in (band, activity) if q is not None and q.name in clean]
    spaces = sorted(counted["site_id"].unique())
    months = list(pd.period_range(counted["month"].min(), counted["month"].max(), freq="M").astype(str))
    cell, width, labels = np.zeros(len(counted), dtype=np.int64), 1, [""]
    for name in cut:
        codes, values = pd.factorize(clean.loc[counted.index, name].astype("str"), sort=True)
        cell, width = cell * len(values) + codes, width * len(values)
        if band is not None and name == band.name:
            labels = [str(v) for v in values]
    first = np.repeat(np.arange(len(labels)), width // len(labels))
    cells = np.full((len(spaces), len(months), width), np.nan)
    at = [_positions(counted[c], names) for names, c in ((spaces, "site_id"), (months, "month"))]
    cells[at[0], at[1], cell] = counted["visits"].to_numpy(dtype=float, na_value=np.nan)
    held = np.isfinite(cells).any(axis=(0, 1))
    return Returns(spaces, months, cells[:, :, held], first[held], labels if len(labels) > 1 else [])


def _positions(column: pd.Series, names: list[str]) -> np.ndarray:
    """Return (n,) the position in ``names`` of each cell, none of which is missing."""
    codes, found = pd.factorize(column)
    return pd.Index(names).get_indexer(pd.Index(found))[codes]


def copies(at: Returns) -> Iterator[Place]:
    """Yield the returns whose counts are all those of an earlier month of the space, or of another space that month."""
    whole = np.isfinite(at.cells).all(axis=2)
    means = np.array([np.nanmean(c[w], axis=0) if w.any() else np.zeros(c.shape[1])
                      for c, w in zip(at.cells, whole, strict=True)])  # fmt: skip
    chance = i0e(2 * means).prod(axis=1)
    for s in np.flatnonzero(chance * whole.sum(axis=1) ** 2 * len(at.spaces) / 2 < LEVEL):
        met: dict[bytes, int] = {}
        for t in map(int, np.flatnonzero(whole[s] & (at.totals[s] > 0))):
            first = met.setdefault(at.cells[s, t].tobytes(), t)
            if first != t:
                yield int(s), t, f"the same {len(at.bands)} counts as {at.months[first]}"
    for t in range(len(at.months)):
        seen: dict[bytes, int] = {}
        for r in map(int, np.flatnonzero(whole[:, t] & (at.totals[:, t] > 0))):
            first = seen.setdefault(at.cells[r, t].tobytes(), r)
            if first != r and chance[r] * len(at.spaces) ** 2 * len(at.months) / 2 < LEVEL:
                yield r, t, f"the same {len(at.bands)} counts as {at.spaces[first]}"


def multiples(at: Returns) -> Iterator[Place]:
    """Yield the returns that look counted two or three times: all counts are even (or threes), at about that level."""
    expected = at.standing[0]
    n = int(at.received.sum())
    filled = (np.nan_to_num(at.cells) > 0).sum(axis=2)
    for times in (2, 3):
        divisible = (np.nan_to_num(at.cells) % times == 0).all(axis=2) & (filled >= FILLED)
        chance = float(times) ** -filled.astype(float)
        with np.errstate(divide="ignore", invalid="ignore"):
            about = at.totals / (times * expected)
        likely = (about >= ABOUT[0]) & (about <= ABOUT[1]) & (chance < LEVEL)
        for s, t in np.argwhere(divisible & (likely | (chance * n < LEVEL))):
            told = f"{filled[s, t]} counts, all multiples of {times}: {at.totals[s, t]:g} visits"
            yield int(s), int(t), f"{told}, about {expected[s, t]:.0f} expected"


def empty(at: Returns) -> Iterator[Place]:
    """Yield the returns without any visit of spaces that seldom have none, and never in that month of other years."""
    totals = at.totals
    years = len(at.months) // 12 + 1
    for s in range(len(at.spaces)):
        received = np.flatnonzero(at.received[s])
        nothing = received[totals[s, received] == 0]
        if not len(nothing) or len(nothing) > max(SELDOM * len(received), 1):
            continue
        usual = float(np.median(totals[s, received]))
        for t in nothing:
            others = [u for u in range(t % 12, 12 * years, 12) if u != t and u in nothing]
            inside = received[0] < t < received[-1]
            if usual >= USUAL and inside and not others:
                yield s, int(t), f"no visit, {usual:.0f} in a usual month"


def swapped_ages(at: Returns) -> Iterator[Place]:
    """Yield the returns whose counts by age are much likelier with two bands exchanged, from the space's other years.

    A whole year is told at its first month.
    """
    b = len(at.labels)
    if b < 3:
        return
    ages = np.stack([np.nansum(at.cells[:, :, at.bands == k], axis=2) for k in range(b)], axis=2)
    shares, spread, of = _profiles(ages, at)
    told: set[tuple[int, int]] = set()
    for yearly in (True, False):
        sums, years = _summed(ages, of) if yearly else (ages, of)
        p = np.log(shares[:, years])
        wide = np.stack([spread[:, of == y].max(axis=1) for y in years], axis=1) if yearly else spread
        for i, j in combinations(range(b), 2):
            gain = (sums[:, :, i] - sums[:, :, j]) * (p[:, :, j] - p[:, :, i]) / wide
            usual = sums.sum(axis=2, keepdims=True) * np.exp(p[:, :, [i, j]])
            after = np.abs(np.log((sums[:, :, [j, i]] + 5) / (usual + 5)))
            enough = LIKELIER if yearly else MUCH_LIKELIER
            for s, t in np.argwhere((gain > enough) & (after < NEAR).all(axis=2)):
                year = int(t) if yearly else int(of[t])
                if not yearly and (int(s), year) in told:
                    continue
                told |= {(int(s), year)} if yearly else set()
                first = int(np.flatnonzero(of == t)[0]) if yearly else int(t)
                pair = f"{at.labels[i]}: {sums[s, t, i]:g}, {at.labels[j]}: {sums[s, t, j]:g}"
                when = "over the year, " if yearly else ""
                yield int(s), first, f"{when}{pair}; usually {usual[s, t, 0]:.0f} and {usual[s, t, 1]:.0f}"


def exchanges(at: Returns) -> Iterator[Place]:
    """Yield the returns of two spaces that are much likelier the other way round, by their level and their profile.

    A whole year is told at its first month.
    """
    shares, spread, of = _profiles(np.nan_to_num(at.cells), at)
    expected, deviation = at.standing
    with np.errstate(invalid="ignore"):
        far = np.abs((np.sqrt(at.totals) - np.sqrt(expected)) / deviation[:, None]) > BEYOND
    for t in range(len(at.months)):
        rows = np.flatnonzero(far[:, t])
        x, p = np.nan_to_num(at.cells[rows, t]), shares[rows, of[t]]
        z = (np.sqrt(at.totals[rows, t])[:, None] - np.sqrt(expected[rows, t])[None, :]) / deviation[rows][None, :]
        for a, b in _likelier_exchanged(x, p, spread[rows, t], z):
            s, r = int(rows[a]), int(rows[b])
            told = f"{at.totals[s, t]:g} visits, about {expected[s, t]:.0f} expected"
            yield s, t, f"{told}: those of {at.spaces[r]}?"
    sums, years = _summed(np.nan_to_num(at.cells), of)
    means, moved, deviation_of_years = _levels(at, of)
    for y in years:
        rows = np.flatnonzero(np.isfinite(moved[:, y]))
        usual = np.log(means[rows, y]) - moved[rows, y]
        z = (np.log(means[rows, y])[:, None] - usual[None, :]) / deviation_of_years
        wide = spread[rows][:, of == y].max(axis=1)
        for a, b in _likelier_exchanged(sums[rows, y], shares[rows, y], wide, z, yearly=True):
            s, r = int(rows[a]), int(rows[b])
            first = int(np.flatnonzero((of == y) & at.received[s])[0])
            told = f"{means[s, y]:.0f} visits a month over the year, about {np.exp(usual[a]):.0f} expected"
            yield s, first, f"{told}: those of {at.spaces[r]}?"


def _likelier_exchanged(
    x: np.ndarray, p: np.ndarray, spread: np.ndarray, z: np.ndarray, yearly: bool = False
) -> list[tuple[int, int]]:
    """Return the pairs whose counts are likelier exchanged, each both ways.

    Parameters
    ----------
    x : (n, cells) counts. p : (n, cells) usual shares. spread : (n,) dispersions.
    z : (n, n) distance of the total of the one from the level of the other, in standard deviations.
    yearly : whether they are those of a whole year, whose profile alone may tell an exchange; of a month, all given
        lie far from their own level.
    """
    if len(x) < 2:
        return []
    fit = x @ np.log(p).T / spread[:, None] - np.minimum(z**2, FARTHEST) / 2
    own = np.diag(fit)
    gain = fit + fit.T - own[:, None] - own[None, :]
    near = (np.abs(z) <= WITHIN) & (np.abs(z.T) <= WITHIN)
    gain = np.where(near & (gain > (MUCH_LIKELIER if yearly else LIKELIER)), gain, -np.inf)
    best = gain.argmax(axis=1)
    return [(a, int(b)) for a, b in enumerate(best) if np.isfinite(gain[a, b]) and best[b] == a]


def _levels(at: Returns, of: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return (spaces, years) visits a month, how far each is from the space's other years, and the spread of all.

    Distances are logarithms, next to how the other spaces moved; NaN where a year has fewer than ``MONTHS`` months.
    """
    years = range(int(of.max()) + 1)
    counted = np.stack([at.received[:, of == y].sum(axis=1) for y in years], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.stack([np.nansum(at.totals[:, of == y], axis=1) for y in years], axis=1) / counted
        levels = np.where((counted >= MONTHS) & (means > 0), np.log(means), np.nan)
    levels[np.isfinite(levels).sum(axis=1) < 3] = np.nan
    moved = levels - _median(levels, 1)[:, None]
    moved = moved - _median(moved, 0)[None, :]
    known = np.abs(moved[np.isfinite(moved)])
    return means, moved, max(1.4826 * float(np.median(known)), 0.05) if len(known) else np.inf


def _profiles(cells: np.ndarray, at: Returns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (spaces, years, cells) the shares of each space in its other years, dispersions, and the years of months.

    The dispersion (spaces, months) is that of the space, the median of its months' Pearson statistics over their
    degrees of freedom, times what all spaces of the month have of it; each is at least 1.
    """
    names = sorted({m[:4] for m in at.months})
    of = np.array([names.index(m[:4]) for m in at.months])
    sums, _ = _summed(cells, of)
    others = sums.sum(axis=1, keepdims=True) - sums if len(names) > 1 else sums
    network = cells.sum(axis=(0, 1)) + 1e-9
    shares = (others + 5 * network / network.sum()) / (others.sum(axis=2, keepdims=True) + 5)
    expected = cells.sum(axis=2, keepdims=True) * shares[:, of]
    with np.errstate(divide="ignore", invalid="ignore"):
        pearson = ((cells - expected) ** 2 / expected).sum(axis=2) / max(cells.shape[2] - 1, 1)
    pearson[~(cells.sum(axis=2) > 0)] = np.nan
    spread = np.fmax(_median(pearson, 1), 1.0)[:, None] * np.fmax(_median(pearson, 0), 1.0)[None, :]
    return shares, spread, of


def _summed(cells: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (spaces, years, cells) the sums of each year, and the years."""
    years = np.arange(of.max() + 1)
    return np.stack([cells[:, of == y].sum(axis=1) for y in years], axis=1), years


def years_apart(at: Returns) -> Iterator[Place]:
    """Yield the first month of each year far from the space's other years, next to how the other spaces moved."""
    names = sorted({m[:4] for m in at.months})
    of = np.array([names.index(m[:4]) for m in at.months])
    means, moved, spread = _levels(at, of)
    for s, y in np.argwhere(np.abs(np.nan_to_num(moved)) > max(APART * spread, float(np.log(TIMES)))):
        first = int(np.flatnonzero((of == y) & at.received[s])[0])
        others = float(np.exp(np.log(means[s, y]) - moved[s, y]))
        yield int(s), first, f"{names[y]}: {means[s, y]:.0f} visits a month, about {others:.0f} expected"


def _median(values: np.ndarray, axis: int) -> np.ndarray:
    known = np.isfinite(values).any(axis=axis)
    out = np.full(known.shape, np.nan)
    taken = values[known] if axis == 1 else values[:, known]
    out[known] = np.nanmedian(taken, axis=axis)
    return out
