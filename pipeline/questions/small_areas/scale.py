"""The scale on which shares are modelled, and the way back without the bias of a curved scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
ScaleName = Literal["arcsine", "logit", "linear"]

# 40 nodes integrate exp(-x²) times a smooth function to machine precision for the standard deviations met here.
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Scale:
    """A scale: the way there, the way back, the slope of the way there, and the values it takes (open or closed)."""

    name: ScaleName
    forward: Callable[[Floats], Floats]
    inverse: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    takes_bounds: bool

    def mean(self, centre: Floats, variance: Floats) -> Floats:
        """Return the mean (m,) of what stands behind a normal variable of this scale, centre and variance (m,).

        The plain inverse of a prediction is the median, not the mean: it is biased wherever the scale is curved
        (Slud and Maiti 2006, JRSS B 68, 239-257; Sugasawa and Kubokawa 2017, CSDA 114, 47-60).
        """
        return self._at_nodes(centre, variance) @ _WEIGHTS

    def spread(self, centre: Floats, variance: Floats) -> Floats:
        """Return the variance (m,) of what stands behind a normal variable of this scale."""
        values = self._at_nodes(centre, variance)
        return (values - (values @ _WEIGHTS)[:, None]) ** 2 @ _WEIGHTS

    def _at_nodes(self, centre: Floats, variance: Floats) -> Floats:
        return self.inverse(centre[:, None] + np.sqrt(variance)[:, None] * _NODES)


def _sine_square(z: Floats) -> Floats:
    # beyond a quarter turn the sine comes back: a prediction there means a share of 0 or of 1
    return np.sin(np.clip(z, 0, np.pi / 2)) ** 2


SCALES: dict[str, Scale] = {
    "arcsine": Scale(
        "arcsine",
        lambda p: np.arcsin(np.sqrt(p)),
        _sine_square,
        lambda p: 0.5 / np.sqrt(p * (1 - p)),
        takes_bounds=True,
    ),
    "logit": Scale("logit", special.logit, special.expit, lambda p: 1 / (p * (1 - p)), takes_bounds=False),
    "linear": Scale("linear", lambda p: p, lambda z: z, np.ones_like, takes_bounds=True),
}
