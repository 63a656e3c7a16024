"""How a questionnaire was filled in on line: when it was submitted, how far it was shown, and answers nobody gives.

Screening, never proof (Leiner, 2019, Survey Research Methods 13, on what betrays meaningless data).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import pdtrc

#: Days after the field in which answers on paper may still be entered.
GRACE = 60
#: Chance, over all records of a wave, under which ticking every box is no coincidence.
LEVEL = 0.01
#: Records without which no chance of two being the same is told.
FEWEST = 20
#: Answers without which near copies say nothing, the share of them that are the same, and how many copies there are.
ANSWERED, ALIKE, COPIES = 15, 0.93, 3


def submitted_elsewhen(submitted: pd.Series, visited: pd.Series | None, last: np.ndarray) -> np.ndarray:
    """Return, a record, when it was submitted where that was before the visit or long after the field, or "".

    Parameters
    ----------
    submitted, visited : days. last : last day of the field of each record's wave.
    """
    texts = np.full(len(submitted), "", dtype=object)
    day = pd.to_datetime(submitted).dt.normalize()
    late = (day - pd.Series(pd.to_datetime(last), index=submitted.index)).dt.days > GRACE
    early = pd.Series(False, index=submitted.index)
    if visited is not None:
        early = day < pd.to_datetime(visited).dt.normalize()
    for row in np.flatnonzero(late.fillna(False).to_numpy(dtype=bool)):
        texts[row] = f"submitted {day.iloc[row]:%Y-%m-%d}, after the field"
    for row in np.flatnonzero(early.fillna(False).to_numpy(dtype=bool)):
        assert visited is not None
        texts[row] = f"submitted {day.iloc[row]:%Y-%m-%d}, before the visit of {visited.iloc[row]:%Y-%m-%d}"
    return texts


def beyond_last_page(page: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """Return, a record, the last page shown where it is the first of several and most questions are answered, or "".

    Parameters
    ----------
    page : (n,) last page shown. answered : (n,) share of the questions that are answered.
    """
    texts = np.full(len(page), "", dtype=object)
    known = np.isfinite(page)
    if not known.any() or np.median(page[known]) < 2:
        return texts
    complete = answered >= np.median(answered[known & (page == np.nanmax(page))])
    for row in np.flatnonzero(known & (page <= 1) & complete):
        texts[row] = f"all answered, last page shown {page[row]:g} of {np.nanmax(page):g}"
    return texts


def all_ticked(boxes: np.ndarray, asked: np.ndarray, waves: np.ndarray) -> np.ndarray:
    """Return, a record, how many boxes it ticked where these are all, and that is no coincidence; else "".

    Parameters
    ----------
    boxes : (n, k) ticked. asked : (n,) who answered. waves : (n,).
    """
    texts = np.full(len(boxes), "", dtype=object)
    for wave in dict.fromkeys(waves.tolist()):
        rows = np.flatnonzero(asked & (waves == wave))
        if not len(rows):
            continue
        whole = boxes[rows].all(axis=1)
        others = boxes[rows][~whole]
        by_chance = float(others.mean(axis=0).prod()) * len(rows) if len(others) else np.inf
        if by_chance < LEVEL and whole.mean() < 0.02:
            texts[rows[whole]] = f"all {boxes.shape[1]} boxes"
    return texts


def whole_copies(closed: np.ndarray, open_ended: np.ndarray, wave: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Return, a record, the line of the earlier one that it repeats in all, where chance would give hardly one pair.

    The chance that two agree is that of agreeing on every number and day, as if they had nothing to do with each other,
    and on the most telling closed question alone: opinions go together, and numbers less so.

    Parameters
    ----------
    closed, open_ended : (n, k) closed answers, and (n, m) numbers, days and combinations of boxes, each as codes.
    wave, lines : (n,).
    """
    texts = np.full(len(wave), "", dtype=object)
    for one in np.unique(wave):
        rows = np.flatnonzero(wave == one)
        every = pd.DataFrame(np.column_stack([closed[rows], open_ended[rows]]))
        of = pd.factorize(pd.util.hash_pandas_object(every, index=False))[0]
        first, n = np.unique(of, return_index=True, return_counts=True)[1:]
        pairs = int((n * (n - 1) // 2).sum())
        chances = [_agree(column) for column in open_ended[rows].T]
        chances.append(min((_agree(column) for column in closed[rows].T), default=1.0))
        expected = len(rows) * (len(rows) - 1) / 2 * float(np.prod(chances))
        if pairs and float(pdtrc(pairs - 1, expected)) < LEVEL:
            leader = first[of]
            for at in np.flatnonzero(leader != np.arange(len(rows))):
                texts[rows[at]] = f"all as in line {lines[rows[leader[at]]]}"
    return texts


def _agree(codes: np.ndarray) -> float:
    """Return the chance that two different records drawn from a column hold the same."""
    n = np.unique(codes, return_counts=True)[1]
    return float((n * (n - 1)).sum()) / max(len(codes) * (len(codes) - 1), 1)


def near_copies(codes: np.ndarray, cell: np.ndarray, lines: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return, a record, the line of another that nearly all its answers repeat, where its cell holds several such.

    The share of equal answers is that of Kuriakose and Robbins (2016, Statistical Journal of the IAOS 32). One whose
    answers and numbers are all the same is none of them: one person at two visits, or a copy (`same_answers`).

    Parameters
    ----------
    codes : (n, k) answers, -1 for none. cell : (n,) space and wave. lines : (n,).
    numbers : (n, m) numbers that were answered, such as the age, as codes.
    """
    texts = np.full(len(codes), "", dtype=object)
    enough = (codes >= 0).sum(axis=1) >= ANSWERED
    for one in np.unique(cell[enough]):
        rows = np.flatnonzero(enough & (cell == one))
        if len(rows) <= COPIES:
            continue
        own = codes[rows]
        both = (own[:, None, :] >= 0) & (own[None, :, :] >= 0)
        same = (own[:, None, :] == own[None, :, :]) & both
        share = same.sum(axis=2) / np.maximum(both.sum(axis=2), 1)
        own = numbers[rows]
        identical = (share == 1) & (own[:, None, :] == own[None, :, :]).all(axis=2)
        near = (share >= ALIKE) & ~identical & (both.sum(axis=2) >= ANSWERED)
        for k in np.flatnonzero(near.sum(axis=1) >= COPIES):
            other = int(near[k].argmax())
            told = f"{100 * share[k, other]:.0f} % of the answers of line {lines[rows[other]]}"
            texts[rows[k]] = f"{told}, and {int(near[k].sum()) - 1} more"
    return texts
