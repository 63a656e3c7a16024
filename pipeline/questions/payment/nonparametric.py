"""Acceptance without a model: Turnbull's curve, its lower bound of the mean, and Kriström's mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.questions.payment.answers import Bounds

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Acceptance:
    """Share (m,) that would pay at least each price (m,): prices rise, shares fall; ``pooled`` counts merges."""

    prices: Floats
    shares: Floats
    pooled: int

    @property
    def lower_bound(self) -> float:
        """Return the lowest mean that the answers allow: nobody pays more than the last price accepted.

        Sum over prices of (price less the one before) times its share (Haab and McConnell 2002, eq. 3.14).
        """
        return float(np.sum(np.diff(self.prices, prepend=0.0) * self.shares))

    def median(self) -> tuple[float, float]:
        """Return the prices between which acceptance falls under one half (0 and infinity at the ends)."""
        above = self.shares >= 0.5
        low = float(self.prices[above].max(initial=0.0))
        return low, float(self.prices[~above].min(initial=np.inf))

    def kristrom(self, top: float | None = None) -> float:
        """Return the mean under straight lines between the prices, from a share of 1 at price 0.

        ``top`` is the price that nobody would pay; without it the last two prices are prolonged to zero, and the curve
        is cut at the last price where they do not fall (Kriström 1990, Land Economics 66, 135).
        """
        prices = np.concatenate([[0.0], self.prices])
        shares = np.concatenate([[1.0], self.shares])
        end = self._choke() if top is None else top
        if end is not None and shares[-1] > 0:
            prices, shares = np.append(prices, end), np.append(shares, 0.0)
        return float(np.sum(np.diff(prices) * (shares[1:] + shares[:-1]) / 2))

    def _choke(self) -> float | None:
        if len(self.prices) < 2 or self.shares[-2] <= self.shares[-1]:
            return None
        slope = (self.shares[-2] - self.shares[-1]) / (self.prices[-1] - self.prices[-2])
        return float(self.prices[-1] + self.shares[-1] / slope)


def pooled_acceptance(bid: Floats, yes: Floats, weights: Floats) -> Acceptance:
    """Return Turnbull's curve of single bids: weighted shares of yes, neighbours merged where they rise.

    Parameters
    ----------
    bid, yes, weights : (n,) amounts, answers (1 or 0) and weights of persons who answered.

    Raises
    ------
    ValueError
        Without an answer.

    Notes
    -----
    Pool-adjacent-violators (Ayer et al. 1955; Haab and McConnell 2002, section 3.3).
    """
    if not len(bid):
        raise ValueError("no answer about payment")
    prices, place = np.unique(bid, return_inverse=True)
    mass = np.bincount(place, weights=weights)
    shares = np.bincount(place, weights=weights * yes) / mass
    blocks: list[tuple[float, float, int]] = []
    for share, size in zip(shares, mass, strict=True):
        merged = (float(share), float(size), 1)
        while blocks and blocks[-1][0] < merged[0]:
            before = blocks.pop()
            total = before[1] + merged[1]
            merged = ((before[0] * before[1] + merged[0] * merged[1]) / total, total, before[2] + merged[2])
        blocks.append(merged)
    curve = np.repeat([b[0] for b in blocks], [b[2] for b in blocks])
    return Acceptance(prices, curve, len(prices) - len(blocks))


def interval_acceptance(bounds: Bounds, weights: Floats, tolerance: float = 1e-9) -> Acceptance:
    """Return Turnbull's curve of interval answers by self-consistency (Turnbull 1976, JRSS B 38, 290).

    Prices are the finite ends of the intervals. Amounts between two prices have one mass; the maximum likelihood mass
    is the fixed point of the expected shares (EM), reached when no mass moves by more than ``tolerance``.
    """
    known = ~np.isnan(bounds.low)
    low, high, w = bounds.low[known], bounds.high[known], weights[known]
    if not len(low):
        raise ValueError("no answer about payment")
    ends = np.unique(np.concatenate([low, high[np.isfinite(high)]]))
    prices = ends[ends > 0]
    edges = np.concatenate([[0.0], prices, [np.inf]])
    pairs, place = np.unique(np.column_stack([low, high]), axis=0, return_inverse=True)
    size = np.bincount(place.ravel(), weights=w)
    size = size / size.sum()
    inside = (edges[:-1][None, :] >= pairs[:, :1]) & (edges[1:][None, :] <= pairs[:, 1:])
    exact = pairs[:, 0] == pairs[:, 1]
    # an amount that was given is the mass just below the next edge that starts at it
    inside[exact] = edges[:-1][None, :] == pairs[exact, :1]
    mass = np.full(len(edges) - 1, 1 / (len(edges) - 1))
    for _ in range(100_000):
        seen = inside @ mass
        moved = mass * (inside.T @ np.divide(size, seen, out=np.zeros_like(size), where=seen > 0))
        done = np.abs(moved - mass).max() < tolerance
        mass = moved
        if done:
            break
    shares = 1 - np.cumsum(mass)[:-1]
    return Acceptance(prices, np.clip(shares, 0.0, 1.0), 0)
