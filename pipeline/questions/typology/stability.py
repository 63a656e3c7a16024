"""How far classes come back when other units of the same kind are drawn (Hennig 2007, CSDA 52, 258)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Mean Jaccard similarity from which a class is called stable, and under which it dissolves (Hennig 2007).
STABLE, DISSOLVED = 0.75, 0.5


def bootstrap_similarity(
    classify: Callable[[Ints], Ints], classes: Ints, draws: int = 50, seed: int = 20061231
) -> Floats:
    """Return, for each class, the mean Jaccard similarity with its nearest class of bootstrap samples.

    Parameters
    ----------
    classify : takes row numbers (a bootstrap sample, without repeats) and returns their classes.
    classes : (n,) classes of the whole.
    draws, seed : number of bootstrap samples, and what draws them.
    """
    rng = np.random.default_rng(seed)
    n, k = len(classes), int(classes.max()) + 1
    found = np.zeros((draws, k))
    for d in range(draws):
        rows = np.unique(rng.integers(0, n, size=n))
        new = classify(rows)
        old = classes[rows]
        both = np.zeros((k, int(new.max()) + 1))
        np.add.at(both, (old, new), 1)
        union = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
        found[d] = (both / union).max(axis=1)
    out: Floats = found.mean(axis=0)
    return out
