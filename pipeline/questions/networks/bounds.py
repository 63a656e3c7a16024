"""What is known of a directed network when some of its actors did not answer.

Who did not answer has no observed row: those ties are unknown, not absent (Kossinets 2006, Effects of missing data in
social networks, Social Networks 28, 247-268). The bounds are sharp: answers of the silent can reach them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Bounded:
    """A measure among those who answered, and its least and greatest value whatever the silent would have said."""

    value: float
    least: float
    greatest: float


def observed(ties: Bools, answered: Bools) -> Bools:
    """Return declared ties (n, n) without loops and without the rows of actors who did not answer.

    Parameters
    ----------
    ties : (n, n), True where the actor of the row says that it cooperates with that of the column.
    answered : (n,) whether an actor answered.

    Raises
    ------
    ValueError
        When the shapes do not go together.
    """
    ties, answered = np.asarray(ties, dtype=bool), np.asarray(answered, dtype=bool)
    if ties.ndim != 2 or ties.shape[0] != ties.shape[1] or answered.shape != ties.shape[:1]:
        raise ValueError(f"ties {ties.shape} are square, with one answer an actor, not {answered.shape}")
    out = ties & answered[:, None]
    np.fill_diagonal(out, False)
    return out


def among(ties: Bools, answered: Bools) -> Bools:
    """Return the ties (m, m) between the actors who answered."""
    return observed(ties, answered)[np.ix_(answered, answered)]


def density(ties: Bools, answered: Bools) -> Bounded:
    """Return ties over possible ties, without loops (Wasserman and Faust 1994, Social Network Analysis, chap. 4)."""
    ties = observed(ties, answered)
    n, m = len(ties), int(answered.sum())
    possible, declared = n * (n - 1), float(ties.sum())
    unknown = (n - m) * (n - 1)
    return Bounded(
        _ratio(float(among(ties, answered).sum()), m * (m - 1)),
        _ratio(declared, possible),
        _ratio(declared + unknown, possible),
    )


def reciprocity(ties: Bools, answered: Bools) -> Bounded:
    """Return the share of ties that are returned (Wasserman and Faust 1994, chap. 13, by ties rather than pairs).

    It is greatest when the silent return every tie they receive, cooperate with each other and name nobody else; least
    when they return none, name everybody who did not name them, and name each other one way only.
    """
    ties = observed(ties, answered)
    inside = among(ties, answered)
    mutual, total = float((inside & inside.T).sum()), float(inside.sum())
    to_silent = float(ties[np.ix_(answered, ~answered)].sum())
    silent = int((~answered).sum())
    not_named = len(inside) * silent - to_silent
    pairs = silent * (silent - 1)
    most = mutual + 2 * to_silent + pairs
    least = _ratio(mutual, total + to_silent + not_named + pairs / 2)
    return Bounded(_ratio(mutual, total), least, _ratio(most, total + 2 * to_silent + pairs))


def share(yes: int, answered: int, everybody: int) -> Bounded:
    """Return a share among those who answered, and with all the silent saying no, then yes (Manski 2003, chap. 1)."""
    return Bounded(_ratio(yes, answered), _ratio(yes, everybody), _ratio(yes + everybody - answered, everybody))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
