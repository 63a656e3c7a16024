"""Classes described by the categories that are more, or less, frequent in them than elsewhere (test values).

The test value is the normal quantile of the two-sided mid p-value of the hypergeometric count, signed (Lebart, Morineau
and Piron 1995, section 2.3); over two in absolute value the category marks the class.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

Ints = NDArray[np.int64]


def marks(table: pd.DataFrame, classes: Ints) -> pd.DataFrame:
    """Return one row a class, variable and category, unweighted counts.

    Columns: class, variable, category, n (units of the class with it), in_class (share of the class that has it),
    overall (share of all units), of_category (share of the category that is in the class), p_value, test_value.

    Parameters
    ----------
    table : (n, Q) categories.
    classes : (n,) class numbers from 0.
    """
    n, k = len(table), int(classes.max()) + 1
    size = np.bincount(classes, minlength=k)
    parts = []
    for name in table.columns:
        values = table[name].astype("str")
        counts = pd.crosstab(classes, values.to_numpy()).reindex(range(k), fill_value=0)
        overall = counts.sum(axis=0).to_numpy()
        for c in range(k):
            here = counts.loc[c].to_numpy()
            p = _mid_p(here, overall, n, size[c])
            sign = np.where(here / size[c] >= overall / n, 1.0, -1.0)
            parts.append(
                pd.DataFrame(
                    {
                        "class": c,
                        "variable": str(name),
                        "category": counts.columns,
                        "n": here,
                        "in_class": here / size[c],
                        "overall": overall / n,
                        "of_category": here / overall,
                        "p_value": p,
                        "test_value": -sign * special.ndtri(p / 2),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


def _mid_p(here: Ints, overall: Ints, n: int, size: int) -> NDArray[np.float64]:
    """Return two-sided mid p-values of hypergeometric counts ``here`` among ``size`` draws of ``overall`` in ``n``."""
    out = np.empty(len(here))
    for i, (x, m) in enumerate(zip(here.tolist(), overall.tolist(), strict=True)):
        support = np.arange(max(0, size + m - n), min(size, m) + 1)
        mass = np.exp(_log_choose(m, support) + _log_choose(n - m, size - support) - _log_choose(n, np.array(size)))
        point = mass[support == x].sum()
        lower, upper = mass[support < x].sum(), mass[support > x].sum()
        out[i] = min(2 * min(lower, upper) + point, 1.0)
    return out


def _log_choose(n: int, k: Ints) -> NDArray[np.float64]:
    out: NDArray[np.float64] = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return out
