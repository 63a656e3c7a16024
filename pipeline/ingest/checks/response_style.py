"""Ways of answering that may mean less than they say: straight lines, great speed, the same answers twice.

Screening, never proof: an honest respondent may be satisfied with everything. Such records are flagged, and results are
compared with and without them (Kim, Dykema, Stevenson, Black and Moberg, 2019, Social Science Computer Review 37;
for near duplicates Kuriakose and Robbins, 2016, Statistical Journal of the IAOS 32).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import pdtrc

#: Identical pairs are told apart from coincidences when so many would be found by chance this rarely.
LEVEL = 0.01


@dataclass(frozen=True)
class SameAnswers:
    """Records whose answers repeat another's: text a record, pairs found, and pairs expected by chance."""

    texts: np.ndarray
    pairs: int
    by_chance: float


def straight_lines(answers: np.ndarray, at_least: int) -> np.ndarray:
    """Return, a record, what it answered all along, or an empty text.

    Parameters
    ----------
    answers : records x scales of one block, NaN where not answered.
    at_least : answers without which nothing is concluded.
    """
    answered = np.isfinite(answers)
    n = answered.sum(axis=1)
    low = np.where(answered, answers, np.inf).min(axis=1, initial=np.inf)
    high = np.where(answered, answers, -np.inf).max(axis=1, initial=-np.inf)
    straight = (n >= at_least) & (low == high)
    texts = np.full(len(answers), "", dtype=object)
    texts[straight] = [f"{k} answers, all {v:g}" for k, v in zip(n[straight], low[straight], strict=True)]
    return texts


def too_fast(seconds: np.ndarray, waves: np.ndarray, share: float) -> np.ndarray:
    """Return, a record, its duration and the median where it took less than ``share`` of the wave's median.

    Parameters
    ----------
    seconds : time taken, NaN where unknown; negative ones are no durations and are left out.
    waves : wave of each record.
    """
    texts = np.full(len(seconds), "", dtype=object)
    for wave in dict.fromkeys(waves.tolist()):
        rows = (waves == wave) & np.isfinite(seconds) & (seconds >= 0)
        if not rows.any():
            continue
        median = float(np.median(seconds[rows]))
        fast = np.flatnonzero(rows & (seconds < share * median))
        texts[fast] = [f"{seconds[i]:.0f} s, median {median:.0f} s" for i in fast]
    return texts


def same_answers(
    codes: np.ndarray, wave: np.ndarray, cell: np.ndarray, counted: np.ndarray, lines: np.ndarray
) -> SameAnswers:
    """Return the records whose closed answers are all those of an earlier record of the same wave and cell.

    What chance would give is taken from pairs of the same wave and of different cells: two strangers in two spaces
    answer alike as often as two in one. Nothing is reported where the pairs found are no more than that (Poisson tail
    of at least ``LEVEL``).

    Parameters
    ----------
    codes : records x answers, whole numbers (-1 for none).
    wave, cell : group of each record; a cell lies within one wave.
    counted : records that answered enough; lines : line of each in its file.
    """
    texts = np.full(len(codes), "", dtype=object)
    rows = np.flatnonzero(counted)
    if not len(rows):
        return SameAnswers(texts, 0, 0.0)
    vector = _vectors(codes[rows])
    inside = _pairs(cell[rows])
    across = _pairs(wave[rows]) - inside
    same_inside = _pairs(vector, cell[rows])
    same_across = _pairs(vector, wave[rows]) - same_inside
    by_chance = inside * same_across / across if across else 0.0
    # Pr(K > same - 1): survival function of the Poisson distribution.
    beyond = same_inside > 0 and (by_chance == 0 or pdtrc(same_inside - 1, by_chance) < LEVEL)
    if beyond:
        key = _vectors(np.stack([vector, cell[rows]], axis=1))
        _, first, of = np.unique(key, return_index=True, return_inverse=True)
        leader = first[of.reshape(-1)]
        for i in np.flatnonzero(leader != np.arange(len(rows))):
            texts[rows[i]] = f"same answers as line {lines[rows[leader[i]]]}"
    return SameAnswers(texts, same_inside, by_chance)


def _vectors(codes: np.ndarray) -> np.ndarray:
    """Return one number a record, the same for records that agree on every column."""
    vector = np.zeros(len(codes), dtype=np.int64)
    for column in codes.T:
        vector = np.unique(vector * (column.max() + 2) + column + 1, return_inverse=True)[1].reshape(-1)
    return vector


def _pairs(*groups: np.ndarray) -> int:
    """Return how many pairs of records agree on every grouping."""
    n = np.bincount(_vectors(np.stack(groups, axis=1)))
    return int((n * (n - 1) // 2).sum())
