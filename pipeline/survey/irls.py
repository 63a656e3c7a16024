"""Weighted fits of generalised linear models by iteratively reweighted least squares."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipeline.survey.errors import ConvergenceError, SeparationError, listed
from pipeline.survey.families import Family, Link
from pipeline.survey.formula import check_rank
from pipeline.survey.products import linear, times, weighted_gram, weighted_sums
from pipeline.survey.structure import Floats

# half the squared distance to the solution, in standard errors, against the deviance
CLOSE = 1e-20
PATIENCE = 8
# a fitted share or count nearer than this to 0, or to 1, was stopped there by the halving of steps
EDGE = 1e-8


@dataclass(frozen=True)
class Fitted:
    """Solution of the weighted score equations; weights have mean 1.

    beta : (p,).   eta, mu : (m,).   unscaled : (p, p) inverse of the expected information (R's naive.cov).
    basis : (p, p) change of basis in which it was solved, None for none; inverse : `unscaled` in that basis.
    """

    beta: Floats
    eta: Floats
    mu: Floats
    unscaled: Floats
    deviance: float
    iterations: int
    inverse: Floats
    basis: Floats | None = None

    def influences(self, x: Floats, residuals: Floats) -> Floats:
        """Return what rows with score x * residuals contribute to the coefficients (m, p)."""
        if self.basis is None:
            out = times(x, self.inverse)
            out *= residuals[:, None]
            return out
        # in the basis of the solution, or nearly dependent columns would cancel
        return (x @ self.basis) @ self.inverse @ self.basis.T * residuals[:, None]


def fit(
    x: Floats,
    y: Floats,
    weights: Floats,
    offset: Floats,
    family: Family,
    link: Link,
    columns: tuple[str, ...],
    formula: str,
    max_iterations: int = 100,
    near: Fitted | None = None,
) -> Fitted:
    """Fit by Fisher scoring with step halving.

    Parameters
    ----------
    x : (m, p) design matrix.   y, weights, offset : (m,).   columns, formula : names for messages.
    near : a fit of the same columns to start from.

    Raises
    ------
    ConvergenceError, RankDeficiencyError, SeparationError
    """
    if near is None:
        working, response = _first(y, weights, offset, family, link, formula)
        gram = weighted_gram(x, working)
        basis = check_rank(x, gram, working, columns, formula)
        z = x if basis is None else x @ basis
        gram = gram if basis is None else basis.T @ gram @ basis
        beta = _inverse(gram, formula) @ weighted_sums(z, working * response)
    else:
        basis = near.basis
        z = x if basis is None else x @ basis
        beta = near.beta if basis is None else np.asarray(np.linalg.solve(basis, near.beta), dtype=np.float64)
    state = _solve(z, y, weights, offset, family, link, beta, max_iterations, columns, basis, formula)
    if basis is None:
        return state
    unscaled = basis @ state.unscaled @ basis.T
    return replace(state, beta=basis @ state.beta, unscaled=unscaled, basis=basis)


def _solve(
    x: Floats, y: Floats, weights: Floats, offset: Floats, family: Family, link: Link, beta: Floats,
    max_iterations: int, columns: tuple[str, ...], basis: Floats | None, formula: str,
) -> Fitted:  # fmt: skip
    eta, mu, deviance = _state(x, y, weights, offset, family, link, beta)
    if not np.isfinite(deviance):
        beta = _level(x, y, weights, offset, link)
        eta, mu, deviance = _state(x, y, weights, offset, family, link, beta)
    if not np.isfinite(deviance):
        raise ConvergenceError(
            f"IRLS diverged on '{formula}': the first step already leaves the means that {family.name} allows with "
            f"the {link.name} link; choose another link or rescale the variables"
        )
    for iteration in range(1, max_iterations + 1):
        slope, variance = link.slope(eta), family.variance(mu)
        information = weighted_gram(x, weights * slope**2 / variance)
        score = weighted_sums(x, weights * (y - mu) * slope / variance)
        unscaled = _inverse(information, formula)
        step = unscaled @ score
        move = linear(x, step)
        if score @ step <= CLOSE * (abs(deviance) + 0.1) or np.abs(move).max() <= 1e-14 * np.abs(eta).max():
            _check_inside(mu, family, link, formula)
            return Fitted(beta, eta, mu, unscaled, float(deviance), iteration, unscaled)
        if iteration > PATIENCE and _recedes(family, y, move):
            _report_separation(step if basis is None else basis @ step, x, columns, basis, formula)
        beta, eta, mu, deviance = _advance(x, y, weights, offset, family, link, beta, step, deviance, formula)
    raise ConvergenceError(
        f"IRLS did not converge on '{formula}' in {max_iterations} iterations; the coefficients still moved by "
        f"{np.abs(step).max():.2g}"
    )


def _check_inside(mu: Floats, family: Family, link: Link, formula: str) -> None:
    """Refuse a fit whose best means lie on the edge of the possible, where the sandwich has no meaning.

    Links that keep means inside by themselves only come near; there the separation of rows is watched instead.
    """
    if family.name == "gaussian" or link.name not in ("log", "identity"):
        return
    ends = (mu.max() > 1 - EDGE if family.name == "binomial" else False, link.name == "identity" and mu.min() < EDGE)
    if any(ends):
        raise ConvergenceError(
            f"IRLS diverged on '{formula}': the best means of {family.name} with the {link.name} link lie on the edge "
            "of what is possible, so that coefficients have no error; choose another link or drop a term"
        )


def _first(
    y: Floats, weights: Floats, offset: Floats, family: Family, link: Link, formula: str
) -> tuple[Floats, Floats]:  # fmt: skip
    """Working weights and response at the outcome itself."""
    mu = family.start(y)
    with np.errstate(all="ignore"):
        eta = link.link(mu)
        slope = link.slope(eta)
        working = weights * slope**2 / family.variance(mu)
        response = eta - offset + (y - mu) / slope
    if not (np.isfinite(working).all() and np.isfinite(response).all()):
        mean = weights @ y / weights.sum()
        if family.name == "gaussian" and np.isfinite(link.link(mean)) and link.name == "log":
            # the link has no value at some outcomes, but it has one at their mean
            return weights * mean**2, np.full(len(y), np.log(mean)) - offset
        raise ConvergenceError(f"IRLS diverged on '{formula}': the {link.name} link is not defined at the outcome")
    return working, response


def _level(x: Floats, y: Floats, weights: Floats, offset: Floats, link: Link) -> Floats:
    """Coefficients (p,) of the least squares of the mean outcome on the columns: possible means to start from.

    Under the log and identity links a first step from the outcomes may leave the means that the family allows, where
    a step from a constant mean is shortened until it does not (R asks the user for `start=`).
    """
    with np.errstate(all="ignore"):
        target = link.link(np.full(len(y), weights @ y / weights.sum())) - offset
    if not np.isfinite(target).all():
        return np.full(x.shape[1], np.nan)
    return np.asarray(np.linalg.lstsq(np.asarray(x, dtype=np.float64), target, rcond=None)[0], dtype=np.float64)


def _state(
    x: Floats, y: Floats, weights: Floats, offset: Floats, family: Family, link: Link, beta: Floats
) -> tuple[Floats, Floats, float]:
    with np.errstate(all="ignore"):
        eta = linear(x, beta) + offset
        mu = link.inverse(eta)
        if not (np.isfinite(mu).all() and family.inside(mu).all()):
            return eta, mu, np.inf
        return eta, mu, float(weights @ family.deviance(y, mu))


def _advance(
    x: Floats, y: Floats, weights: Floats, offset: Floats, family: Family, link: Link, beta: Floats, step: Floats,
    deviance: float, formula: str,
) -> tuple[Floats, Floats, Floats, float]:  # fmt: skip
    for _ in range(40):
        eta, mu, reached = _state(x, y, weights, offset, family, link, beta + step)
        # rounding of the deviance must not stop the last steps
        if reached <= deviance + 1e-9 * (abs(deviance) + 0.1):
            return beta + step, eta, mu, reached
        step = step / 2
    raise ConvergenceError(
        f"IRLS diverged on '{formula}': no step lowers the deviance of {deviance:.6g} under the {link.name} link; "
        "choose another link or drop a term"
    )


def _inverse(information: Floats, formula: str) -> Floats:
    size = np.sqrt(np.diag(information))
    try:
        if not (np.isfinite(size).all() and (size > 0).all()):
            raise np.linalg.LinAlgError
        inverse = np.linalg.inv(information / np.outer(size, size))
    except np.linalg.LinAlgError:
        raise ConvergenceError(
            f"IRLS diverged on '{formula}': the information matrix is singular (fitted means at their limits)"
        ) from None
    return (inverse + inverse.T) / 2 / np.outer(size, size)


def _recedes(family: Family, y: Floats, move: Floats) -> bool:
    """Whether rows only move towards their own outcome: a direction in which the likelihood never falls.

    Albert and Anderson (1984, Biometrika 71, 1) for binary outcomes, Santos Silva and Tenreyro (2010, Economics
    Letters 107, 310) for counts.
    """
    if not family.recedes:
        return False
    still = 0.01 * np.abs(move).max()
    free_up = (y == 1) if family.recedes == "both" else np.zeros(len(y), dtype=bool)
    return bool(((move <= still) | free_up).all() and ((move >= -still) | (y == 0)).all())


def _report_separation(step: Floats, x: Floats, columns: tuple[str, ...], basis: Floats | None, formula: str) -> None:
    size = np.sqrt((x**2).mean(axis=0)) if basis is None else np.ones(len(step))
    weight = np.abs(step) * size
    named = np.array(columns)[weight > 0.1 * weight.max()]
    raise SeparationError(
        f"separation in '{formula}': {listed(named)} predict the outcome perfectly for some rows, so the "
        "coefficients grow without limit; merge categories, drop the term or widen the domain"
    )
