"""How many people share a person's combination of known characteristics, and what it takes to make them enough.

k-anonymity: Samarati and Sweeney (1998), "Protecting privacy when disclosing information"; a file is k-anonymous when
every combination of quasi-identifiers that occurs is shared by k records or more. l-diversity (distinct form):
Machanavajjhala et al. (2007), ACM TKDD 1(1), definition 4.1. A missing value counts as a value of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

COLUMNS = ["measure", "columns", "value"]
#: Longest combinations that are looked at one by one.
_TOGETHER = 4


@dataclass(frozen=True)
class Anonymity:
    """The account of one file.

    Attributes
    ----------
    k : size of the smallest class of records alike on all quasi-identifiers; 0 for an empty file.
    records, classes : records, and combinations that occur.
    unique : records alone in their class.
    under : records in classes smaller than ``threshold``; ``classes_under`` counts these classes.
    diversity : sensitive question -> fewest different answers in a class.
    worst : combination of quasi-identifiers -> records that it leaves in classes under the threshold, worst first.
    """

    k: int
    records: int
    classes: int
    unique: int
    under: int
    classes_under: int
    threshold: int
    columns: tuple[str, ...]
    diversity: dict[str, int]
    worst: dict[tuple[str, ...], int]

    def table(self) -> pd.DataFrame:
        """Return the account as rows (measure, columns, value); no value of a person is in it."""
        everything = " + ".join(self.columns)
        counts = ("k", "records", "classes", "unique", "under", "classes_under", "threshold")
        rows = [(name, everything, getattr(self, name)) for name in counts]
        rows += [("l_diversity", question, least) for question, least in self.diversity.items()]
        rows += [("under", " + ".join(columns), n) for columns, n in self.worst.items()]
        return pd.DataFrame(rows, columns=COLUMNS)


def class_sizes(frame: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.int64]:
    """Return (n,) how many records share each record's combination; missing values are alike."""
    if not len(frame):
        return np.zeros(0, dtype=np.int64)
    if not columns:
        return np.full(len(frame), len(frame), dtype=np.int64)
    codes = classes(frame, columns)
    return np.bincount(codes)[codes]


def classes(frame: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.int64]:
    """Return (n,) the number of each record's class."""
    code = np.zeros(len(frame), dtype=np.int64)
    for column in columns:
        own, values = pd.factorize(frame[column], use_na_sentinel=False)
        # Numbered anew at each column, so that products of many columns cannot overflow.
        code = np.unique(code * max(len(values), 1) + own, return_inverse=True)[1]
    return code


def anonymity(frame: pd.DataFrame, columns: Sequence[str], threshold: int, sensitive: Sequence[str] = ()) -> Anonymity:
    """Return the account of a file.

    Parameters
    ----------
    frame : one row a record.
    columns : quasi-identifiers.
    threshold : k that the file must reach.
    sensitive : questions whose answers must differ within a class.
    """
    sizes = class_sizes(frame, columns)
    code = classes(frame, columns) if len(frame) else sizes
    small = sizes < threshold
    return Anonymity(
        k=int(sizes.min()) if len(sizes) else 0,
        records=len(frame),
        classes=len(np.unique(code)),
        unique=int((sizes == 1).sum()),
        under=int(small.sum()),
        classes_under=len(np.unique(code[small])),
        threshold=threshold,
        columns=tuple(columns),
        diversity={q: _least(frame[q], code) for q in sensitive},
        worst=_worst(frame, columns, threshold),
    )


def _least(answers: pd.Series, code: NDArray[np.int64]) -> int:
    counted = answers.groupby(code).nunique(dropna=False)
    return int(counted.min()) if len(counted) else 0


def _worst(frame: pd.DataFrame, columns: Sequence[str], threshold: int) -> dict[tuple[str, ...], int]:
    """Return the combinations of few columns that already leave records under the threshold."""
    found: dict[tuple[str, ...], int] = {}
    for size in range(1, min(_TOGETHER, len(columns)) + 1):
        for chosen in itertools.combinations(columns, size):
            n = int((class_sizes(frame, chosen) < threshold).sum())
            if n:
                found[chosen] = n
    return dict(sorted(found.items(), key=lambda item: (-item[1], len(item[0]), item[0]))[:12])


@dataclass(frozen=True)
class Suppressed:
    """A file after local suppression: ``blanked`` (column -> rows blanked), ``rows`` a mask a column."""

    frame: pd.DataFrame
    blanked: dict[str, int]
    rows: dict[str, NDArray[np.bool_]]


def suppressed(frame: pd.DataFrame, columns: Sequence[str], order: Sequence[str], k: int) -> Suppressed:
    """Return the file with values blanked where a class is under ``k``, in the declared order of columns.

    First each column of ``order`` in turn is blanked for the records still in small classes; then, where blanked
    records are too few among themselves, the next smallest class beside them (alike on the columns that may not be
    blanked) is blanked with them. Classes may stay under k where there is nobody beside: the caller looks.
    """
    out = frame.copy()
    rows = {c: np.zeros(len(out), dtype=bool) for c in order}

    def blank(column: str, at: NDArray[np.bool_]) -> None:
        if at.any():
            out[column] = out[column].mask(at)
            rows[column] |= at

    for column in order:
        blank(column, class_sizes(out, columns) < k)
    fixed = [c for c in columns if c not in order]
    # Each pass blanks one class beside at least; there are at most as many as records.
    for _ in range(len(out)):
        sizes = class_sizes(out, columns)
        small = sizes < k
        if not small.any():
            break
        beside = _beside(out, columns, fixed, small, sizes)
        if beside is None:
            break
        for column in order:
            blank(column, beside)
    return Suppressed(out, {c: int(r.sum()) for c, r in rows.items()}, rows)


def _beside(
    frame: pd.DataFrame,
    columns: Sequence[str],
    fixed: Sequence[str],
    small: NDArray[np.bool_],
    sizes: NDArray[np.int64],
) -> NDArray[np.bool_] | None:
    """Return the small classes of one group together with its smallest other class; None where no group has one."""
    groups = classes(frame, fixed) if fixed else np.zeros(len(frame), dtype=np.int64)
    code = classes(frame, columns)
    for group in np.unique(groups[small]):
        here = groups == group
        others = here & ~small
        if others.any():
            smallest = code[others][np.argmin(sizes[others])]
            return np.asarray((here & small) | (code == smallest))
    return None
