"""Replicate factors of a design: jackknife, balanced half-samples, bootstrap.

Jackknife JK1 and JKn (Wolter 2007, ch. 4), with the finite population correction of one-stage designs.
Balanced repeated replication and Fay's variant (Judkins 1990) for two units a stratum.
Rao-Wu rescaled bootstrap (Rao, Wu and Yue 1992, eq. 2.2) where units were drawn with replacement; Preston's
(2009, Survey Methodology 35, 227) multistage bootstrap where population sizes are declared, since the plain one is
then conservative when the first-stage fractions are large.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.survey.errors import LonelyPsuError, UnsupportedError, listed
from pipeline.survey.structure import Floats, Ints, Stage

METHODS = ("JK1", "JKn", "BRR", "Fay", "bootstrap")


@dataclass(frozen=True)
class Factors:
    """R replicates: factor of the weight of each row (n, R), and V = scale * sum of rscales (theta_r - centre)^2."""

    factors: Floats
    scale: float
    rscales: Floats


def replicate_factors(
    stages: tuple[Stage, ...],
    method: str,
    n: int | None,
    seed: int | None,
    rho: float,
    variant: str | None,
    lonely: str,
) -> Factors:
    """Return the factors of a method; see `Design.replicates`.

    Raises
    ------
    UnsupportedError, LonelyPsuError
    """
    if method not in METHODS:
        raise UnsupportedError(f"replicates '{method}' is not known; choose one of {listed(METHODS)}")
    if len(np.unique(stages[0].wave)) > 1:
        raise UnsupportedError(
            "replicates of stacked waves are not available; use the linearised variance, or one wave"
        )
    corrected = [s for s in stages if np.isfinite(s.population).any()]
    if method in ("JK1", "JKn"):
        if corrected and len(stages) > 1:
            raise UnsupportedError(
                f"{method} with population sizes covers one stage of sampling only; use the bootstrap, or a design "
                "without population sizes"
            )
        return _jackknife(stages[0], method, lonely)
    if method in ("BRR", "Fay"):
        if corrected:
            raise UnsupportedError(f"{method} has no finite population correction; use JKn or the bootstrap")
        return _balanced(stages[0], 0.0 if method == "BRR" else rho)
    if n is None or seed is None:
        raise UnsupportedError("the bootstrap needs n= replicates and a seed=")
    if n < 2:
        raise UnsupportedError(f"the bootstrap needs at least 2 replicates, found {n}")
    chosen = variant or ("preston" if corrected else "rao_wu")
    rng = np.random.default_rng(seed)
    if chosen == "preston":
        return Factors(_preston(stages, n, rng), 1.0, np.full(n, 1 / (n - 1)))
    if chosen == "rao_wu":
        return Factors(_rao_wu(stages[0], n, rng, corrected=len(stages) == 1), 1.0, np.full(n, 1 / (n - 1)))
    raise UnsupportedError(f"bootstrap variant '{chosen}' is not known; choose rao_wu or preston")


def replicates_needed(target_cv: float, kurtosis: float = 3.0) -> int:
    """Return how many bootstrap replicates give a variance estimate this coefficient of variation.

    The simulation variance of a variance over B replicates is about (kurtosis - 1) / B times its square; kurtosis
    is that of the replicate estimates, 3 when they are normal.
    """
    if not target_cv > 0:
        raise UnsupportedError(f"the target coefficient of variation must be positive, found {target_cv}")
    return int(np.ceil((kurtosis - 1) / target_cv**2))


def _jackknife(stage: Stage, method: str, lonely: str) -> Factors:
    if method == "JK1" and len(stage.size) > 1:
        raise UnsupportedError("JK1 is for designs without strata; use JKn")
    factor = 1 - stage.fraction
    single = (stage.size == 1) & (factor > 1e-7)
    if single.any() and lonely not in ("remove", "certainty"):
        names = listed(stage.labels[h] for h in np.flatnonzero(single))
        raise LonelyPsuError(f"one sampling unit only in stratum {names}: no unit is left when it is taken out")
    left_out = np.flatnonzero(((stage.size > 1) & (factor > 1e-7))[stage.unit_stratum])
    h = stage.unit_stratum[left_out]
    by_unit = np.ones((len(stage.unit_stratum), len(left_out)))
    same = stage.unit_stratum[:, None] == h[None, :]
    by_unit = np.where(same, (stage.size / np.maximum(stage.size - 1, 1))[h], by_unit)
    by_unit[left_out, np.arange(len(left_out))] = 0.0
    rscales = (factor * (stage.size - 1) / stage.size)[h]
    return Factors(np.take(by_unit, stage.unit, axis=0), 1.0, rscales)


def _balanced(stage: Stage, rho: float) -> Factors:
    if not 0 <= rho < 1:
        raise UnsupportedError(f"rho must lie in [0, 1), found {rho}")
    odd = np.flatnonzero(stage.size != 2)
    if len(odd):
        raise UnsupportedError(
            f"balanced half-samples need two units a stratum; found {stage.size[odd[0]]} in {stage.labels[odd[0]]}"
        )
    h = hadamard_at_least(len(stage.size) + 1)
    signs = h[1 : len(stage.size) + 1]  # the first row is constant and would leave a stratum unbalanced
    order = np.argsort(stage.unit_stratum, kind="stable")
    first = np.zeros(len(order), dtype=bool)
    first[order[::2]] = True
    up = np.where(first[:, None], signs[stage.unit_stratum], -signs[stage.unit_stratum])
    by_unit = np.where(up > 0, 2 - rho, rho)
    r = h.shape[1]
    return Factors(by_unit[stage.unit].astype(np.float64), 1 / (r * (1 - rho) ** 2), np.ones(r))


def hadamard_at_least(size: int) -> Floats:
    """Return a Hadamard matrix of the smallest order found at or above `size`, its first row and column 1.

    Orders 2^a (Sylvester), p + 1 with p a prime of the form 4k + 3 (Paley), and their doublings.
    """
    order = 1
    while order < size:
        order += 1 if order < 2 else (2 if order == 2 else 4)
    while True:
        found = _hadamard(order)
        if found is not None:
            return found * found[0][None, :] * (found[:, :1] * found[0, 0])
        order += 4


def _hadamard(order: int) -> Floats | None:
    if order & (order - 1) == 0:
        from scipy import linalg

        return linalg.hadamard(order).astype(np.float64)
    p = order - 1
    if p % 4 == 3 and all(p % k for k in range(2, int(p**0.5) + 1)):
        residues = {(k * k) % p for k in range(1, p)}
        chi = np.array([0 if k == 0 else (1 if k in residues else -1) for k in range(p)])
        q = chi[(np.arange(p)[:, None] - np.arange(p)[None, :]) % p]
        skew = np.block([[np.zeros((1, 1)), np.ones((1, p))], [-np.ones((p, 1)), q]])
        return skew + np.eye(order)
    half = _hadamard(order // 2) if order % 8 == 0 else None
    return None if half is None else np.block([[half, half], [half, -half]])


def _rao_wu(stage: Stage, n: int, rng: np.random.Generator, corrected: bool) -> Floats:
    """Draw n_h - 1 units with replacement in every stratum and rescale.

    With several stages there is no correction: one for the first stage alone would leave the others out.
    """
    _refuse_lonely(stage)
    by_unit = np.ones((len(stage.unit_stratum), n))
    for h, size in enumerate(stage.size):
        units = np.flatnonzero(stage.unit_stratum == h)
        if size == 1:
            continue
        drawn = rng.multinomial(size - 1, np.full(size, 1 / size), n).T
        shrink = np.sqrt(1 - stage.fraction[h]) if corrected else 1.0
        by_unit[units] = 1 - shrink + shrink * size / (size - 1) * drawn
    return np.take(by_unit, stage.unit, axis=0)


def _preston(stages: tuple[Stage, ...], n: int, rng: np.random.Generator) -> Floats:
    """Keep half of the units of every stratum and stage, without replacement, and rescale stage by stage."""
    rows = len(stages[0].unit)
    total = np.ones((rows, n))
    carried = np.ones((rows, n))  # what earlier stages pass on: sqrt(n / n*) where kept, 0 elsewhere
    for stage in stages:
        h = stage.unit_stratum
        _refuse_lonely(stage)
        # a unit taken with certainty is kept: only its later stages vary
        half = np.where((stage.size == 1) & (stage.fraction == 1), 1, stage.size // 2)
        keep = _ranks(h, stage.size, rng.random((len(h), n))) < half[h][:, None]
        rest = np.maximum(stage.size - half, 1)
        shrink = np.sqrt(stage.prior * half * (1 - stage.fraction) / rest)
        grow = np.divide(stage.size, half, out=np.zeros(len(half)), where=half > 0)
        move = shrink[h][:, None] * (keep * grow[h][:, None] - 1)
        total += carried * np.where(half[h][:, None] > 0, move, 0.0)[stage.unit]
        carried *= (np.sqrt(grow)[h][:, None] * keep)[stage.unit]
    return total


def _refuse_lonely(stage: Stage) -> None:
    single = np.flatnonzero((stage.size == 1) & (stage.fraction < 1) & (stage.prior > 0))
    if len(single):
        names = listed(stage.labels[h] for h in single)
        raise LonelyPsuError(f"one sampling unit only in stratum {names}: it cannot be resampled; merge strata")


def _ranks(group: Ints, size: Ints, draws: Floats) -> Ints:
    """Rank (U, R) of every draw within its group, from 0."""
    order = np.argsort(draws + group[:, None], axis=0, kind="stable")
    start = (np.cumsum(size) - size)[np.sort(group, kind="stable")]
    ranks = np.empty(order.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, np.broadcast_to((np.arange(len(group)) - start)[:, None], order.shape), axis=0)
    return ranks
