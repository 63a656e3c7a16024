"""Masses that are only known up to scale: linear relations between them, and what ratios they leave possible.

Every relation is homogeneous (a printed share p of a base b says that the cell lies between (p - h) b and (p + h) b),
so the ratio of a cell to its base is bounded by two linear programmes in which the base is set to a constant (Charnes
and Cooper 1962, Naval Research Logistics Quarterly 9, 181-186).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

#: The value that a base is given: far above the solver's tolerance of 1e-7.
SCALE = 1e4
#: Rounds of random objectives before ratios are bounded one by one.
ROUNDS = 6
_SLACK = 1e-3


@dataclass
class Cone:
    """Nonnegative masses and relations between them: ``sum(coefficients * masses) >= 0``, or ``= 0``."""

    index: dict[Hashable, int] = field(default_factory=dict)
    rows: list[tuple[dict[int, float], bool, str]] = field(default_factory=list)

    def mass(self, key: Hashable) -> int:
        """Return the position of a mass, made when it is new."""
        return self.index.setdefault(key, len(self.index))

    def add(self, coefficients: Mapping[Hashable, float], *, equal: bool = False, tag: str = "") -> None:
        """Add a relation; ``tag`` names the reading that it comes from."""
        self.rows.append(({self.mass(k): v for k, v in coefficients.items()}, equal, tag))

    def share(self, cell: Hashable, base: Hashable, low: float, high: float, tag: str) -> None:
        """Add that a cell is between two shares of its base."""
        self.add({cell: 1.0, base: -low}, tag=tag)
        self.add({base: high, cell: -1.0}, tag=tag)

    def partition(self, parts: Iterable[Hashable], whole: Hashable, *, equal: bool, tag: str) -> None:
        """Add that parts make up the whole, or at most the whole."""
        self.add({whole: 1.0, **dict.fromkeys(parts, -1.0)}, equal=equal, tag=tag)


@dataclass
class Programme:
    """The matrices of a cone, and the readings that were dropped because they contradict the others."""

    cone: Cone
    dropped: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._build()

    def _build(self) -> None:
        kept = [r for r in self.cone.rows if r[2] not in self.dropped]
        size = len(self.cone.index)
        self.least = _matrix([c for c, equal, _ in kept if not equal], size)
        self.equal = _matrix([c for c, equal, _ in kept if equal], size)
        self.tags = [t for _, equal, t in kept if not equal], [t for _, equal, t in kept if equal]

    def best(self, objective: np.ndarray, unit: int) -> np.ndarray | None:
        """Return the masses of least ``objective`` where the mass ``unit`` is :data:`SCALE`; None without any."""
        size = len(self.cone.index)
        one = sparse.csr_matrix(([1.0], ([0], [unit])), shape=(1, size))
        found = linprog(
            objective,
            A_ub=-self.least,
            b_ub=np.zeros(self.least.shape[0]),
            A_eq=sparse.vstack([self.equal, one]),
            b_eq=np.append(np.zeros(self.equal.shape[0]), SCALE),
            method="highs",
        )
        return found.x if found.status == 0 else None

    def reconcile(self, unit: int) -> None:
        """Drop the readings that contradict the others, if any: those that an elastic programme has to bend."""
        for _ in range(20):
            if self.best(np.zeros(len(self.cone.index)), unit) is not None:
                return
            bent = self._bent(unit)
            if not bent:
                return
            self.dropped |= bent
            self._build()

    def _bent(self, unit: int) -> set[str]:
        size, least, equal = len(self.cone.index), self.least.shape[0], self.equal.shape[0]
        free = sparse.hstack([-self.least, -sparse.eye(least), sparse.csr_matrix((least, 2 * equal))])
        held = sparse.hstack([self.equal, sparse.csr_matrix((equal, least)), sparse.eye(equal), -sparse.eye(equal)])
        one = sparse.csr_matrix(([1.0], ([0], [unit])), shape=(1, size + least + 2 * equal))
        cost = np.append(np.zeros(size), np.ones(least + 2 * equal))
        found = linprog(
            cost,
            A_ub=free,
            b_ub=np.zeros(least),
            A_eq=sparse.vstack([held, one]),
            b_eq=np.append(np.zeros(equal), SCALE),
            method="highs",
        )
        if found.status != 0:
            return set()
        slack = found.x[size:]
        both = np.maximum(slack[least : least + equal], slack[least + equal :])
        bent = {t for t, s in zip(self.tags[0], slack[:least], strict=True) if s > _SLACK and t}
        return bent | {t for t, s in zip(self.tags[1], both, strict=True) if s > _SLACK and t}


def _matrix(rows: list[dict[int, float]], size: int) -> sparse.csr_matrix:
    values = [v for r in rows for v in r.values()]
    columns = [i for r in rows for i in r]
    lines = np.repeat(np.arange(len(rows)), [len(r) for r in rows]) if rows else np.zeros(0, dtype=np.int64)
    return sparse.csr_matrix((values, (lines, columns)), shape=(len(rows), size))


def ratios(
    programme: Programme,
    targets: list[tuple[Hashable, Hashable]],
    enough: np.ndarray,
    whole: Hashable,
) -> np.ndarray:
    """Return the lowest and highest ratio (k, 2) that the relations leave to each target (mass, base).

    A target seen at two ratios further apart than ``enough`` (k,) is left there: its interval is at least that wide.
    """
    index = programme.cone.index
    over = np.array([index[t] for t, _ in targets], dtype=np.int64)
    under = np.array([index[b] for _, b in targets], dtype=np.int64)
    seen = np.column_stack([np.full(len(targets), np.inf), np.full(len(targets), -np.inf)])
    random = np.random.default_rng(20060101)
    for _ in range(ROUNDS):
        open_ = _open(seen, enough)
        if not open_.any():
            break
        signs = np.where(open_, random.choice([-1.0, 1.0], len(targets)), 0.0)
        objective = np.zeros(len(index))
        np.add.at(objective, over, signs)
        for direction in (1.0, -1.0):
            _see(seen, programme.best(direction * objective, index[whole]), over, under)
    for i in np.flatnonzero(_open(seen, enough)):
        if not _open(seen[i : i + 1], enough[i : i + 1])[0]:
            continue
        objective = np.zeros(len(index))
        for direction in (1.0, -1.0):
            objective[over[i]] = direction
            _see(seen, programme.best(objective, int(under[i])), over, under)
    return seen


def _open(seen: np.ndarray, enough: np.ndarray) -> np.ndarray:
    width = seen[:, 1] - seen[:, 0]
    return ~(width >= np.maximum(enough, 0.2 * np.maximum(seen[:, 1], 0)))


def _see(seen: np.ndarray, masses: np.ndarray | None, over: np.ndarray, under: np.ndarray) -> None:
    if masses is None:
        return
    base = masses[under]
    held = base > 1e-3
    ratio = np.where(held, masses[over] / np.where(held, base, 1.0), np.nan)
    seen[:, 0] = np.fmin(seen[:, 0], ratio)
    seen[:, 1] = np.fmax(seen[:, 1], ratio)
