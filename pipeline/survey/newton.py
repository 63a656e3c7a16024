"""Newton's method for weighted log likelihoods that have gradient and Hessian."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.survey.errors import ConvergenceError
from pipeline.survey.structure import Floats

# half the squared distance to the solution, in standard errors, against the log likelihood
CLOSE = 1e-20
Derivatives = tuple[float, Floats, Floats]


@dataclass(frozen=True)
class Maximum:
    """Parameters (k,) at the maximum, log likelihood, inverse (k, k) of minus the Hessian, and iterations."""

    parameters: Floats
    value: float
    inverse: Floats
    iterations: int


def maximise(
    derivatives: Callable[[Floats], Derivatives],
    start: Floats,
    formula: str,
    watch: Callable[[Floats, Floats], None],
    max_iterations: int = 100,
) -> Maximum:
    """Climb from `start` with step halving, and ridge steps where the Hessian is not negative definite.

    Parameters
    ----------
    derivatives : parameters -> value, gradient (k,), Hessian (k, k); value -inf where undefined.
    watch : called with parameters and step from the eighth iteration on; raises when it sees separation.

    Raises
    ------
    ConvergenceError
    """
    parameters = start
    value, gradient, hessian = derivatives(parameters)
    if not np.isfinite(value):
        raise ConvergenceError(f"'{formula}': no starting values with a defined likelihood")
    for iteration in range(1, max_iterations + 1):
        step = _ascent(gradient, hessian)
        if gradient @ step <= CLOSE * (abs(value) + 0.1):
            inverse = np.linalg.inv(-hessian)
            return Maximum(parameters, value, (inverse + inverse.T) / 2, iteration)
        if iteration > 8:
            watch(parameters, step)
        for _ in range(40):
            reached = derivatives(parameters + step)
            # rounding of the likelihood must not stop the last steps
            if reached[0] >= value - 1e-9 * (abs(value) + 0.1):
                break
            step = step / 2
        else:
            raise ConvergenceError(f"'{formula}' diverged: no step raises the log likelihood of {value:.6g}")
        parameters = parameters + step
        value, gradient, hessian = reached
    raise ConvergenceError(f"'{formula}' did not converge in {max_iterations} iterations")


def _ascent(gradient: Floats, hessian: Floats) -> Floats:
    ridge, size = 0.0, np.abs(np.diag(hessian)).max()
    for _ in range(30):
        try:
            triangle = np.linalg.cholesky(-hessian + ridge * np.eye(len(hessian)))
            return np.linalg.solve(triangle.T, np.linalg.solve(triangle, gradient))
        except np.linalg.LinAlgError:
            ridge = max(10 * ridge, 1e-10 * size)
    raise ConvergenceError("the information matrix is singular; categories may be separated or terms redundant")
