"""Answers about payment as intervals that hold the amount a person would pay: yes at b means at least b.

Whatever the format (one bid, a bid and its follow-up, a card of amounts, an amount given), an answer says that the
amount lies above ``low`` and not above ``high`` (Hanemann, Loomis and Kanninen 1991, AJAE 73, 1255).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """(n,) ``low`` < amount <= ``high``; ``high`` may be infinite, both are equal where the amount was given.

    Rows without a usable answer are NaN in both.
    """

    low: Floats
    high: Floats

    def __post_init__(self) -> None:
        known = ~np.isnan(self.low)
        if (np.isnan(self.high) == known).any():
            raise ValueError("an interval needs both ends")
        if (self.low[known] > self.high[known]).any() or (self.low[known] < 0).any():
            raise ValueError("an interval runs from a lower to a higher amount, neither of them negative")


def single_bounded(bid: Floats, yes: Floats) -> Bounds:
    """Return the bounds of one bid each; ``yes`` is 1, 0 or NaN (no usable answer)."""
    known = ~np.isnan(yes) & ~np.isnan(bid)
    low = np.where(yes == 1, bid, 0.0)
    high = np.where(yes == 1, np.inf, bid)
    return Bounds(np.where(known, low, np.nan), np.where(known, high, np.nan))


def double_bounded(bid: Floats, yes: Floats, follow_up: Floats, second: Floats) -> Bounds:
    """Return the bounds of a bid and its follow-up (higher after yes, lower after no).

    A missing second answer leaves the bounds of the first.
    """
    first = single_bounded(bid, yes)
    more = ~np.isnan(first.low) & ~np.isnan(follow_up) & ~np.isnan(second)
    wrong = more & np.where(yes == 1, follow_up <= bid, follow_up >= bid)
    if wrong.any():
        raise ValueError("a follow-up must be higher after yes and lower after no")
    low = np.where(more & (second == 1), np.maximum(first.low, follow_up), first.low)
    high = np.where(more & (second == 0), np.minimum(first.high, follow_up), first.high)
    return Bounds(low, high)


def payment_card(chosen: Floats, card: Floats) -> Bounds:
    """Return the bounds of the highest amount ticked on a card: up to the next amount of the card."""
    amounts = np.unique(np.asarray(card, dtype=np.float64))
    known = ~np.isnan(chosen)
    if not np.isin(chosen[known & (chosen > 0)], amounts).all():
        raise ValueError("an amount is not on the card")
    following = np.searchsorted(amounts, np.where(known, chosen, 0.0), side="right")
    high = np.append(amounts, np.inf)[following]
    return Bounds(np.where(known, chosen, np.nan), np.where(known, high, np.nan))


def open_ended(amount: Floats) -> Bounds:
    """Return the bounds of amounts that persons gave themselves."""
    return Bounds(amount.copy(), amount.copy())
