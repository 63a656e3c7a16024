"""Multiple correspondence analysis of categorical variables with row weights (Benzécri 1973; Greenacre 2007).

The indicator matrix is analysed: rows are units, columns the categories of the active variables. The Burt table gives
the same axes with the squares of these eigenvalues.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Eigenvalues under this are those of combinations of categories that never vary.
_NULL = 1e-12


@dataclass(frozen=True, eq=False)
class Mca:
    """Axes of the active variables.

    eigenvalues : (m,) falling.   units : (n, m) principal coordinates of the rows.
    categories : table by (variable, category): n (weighted), mass, then for each axis coordinate_, contribution_,
        cos2_ and test_ (test value); supplementary categories have no contribution.
    variables : number of active variables.
    """

    eigenvalues: Floats
    units: Floats
    categories: pd.DataFrame
    variables: int

    @property
    def inertia(self) -> Floats:
        """Share (m,) of the whole inertia that each axis takes; pessimistic, as coding inflates the whole."""
        out: Floats = self.eigenvalues / self.eigenvalues.sum()
        return out

    @property
    def burt_eigenvalues(self) -> Floats:
        """Eigenvalues (m,) of the analysis of the Burt table."""
        return self.eigenvalues**2

    def benzecri(self) -> Floats:
        """Return the shares of the axes over 1/Q after Benzécri's correction (1979)."""
        return corrected_shares(self.eigenvalues, self.variables)

    def greenacre(self) -> Floats:
        """Return the corrected eigenvalues over the mean off-diagonal inertia of the Burt table (Greenacre 2007)."""
        q = self.variables
        off = q / (q - 1) * (np.sum(self.eigenvalues**2) - len(self.eigenvalues) / q**2)
        return self._corrected() / off

    def _corrected(self) -> Floats:
        return _corrected(self.eigenvalues, self.variables)


def corrected_shares(eigenvalues: Floats, variables: int) -> Floats:
    """Return the shares of the axes over 1/Q after Benzécri's correction (1979)."""
    corrected = _corrected(eigenvalues, variables)
    out: Floats = corrected / corrected.sum()
    return out


def _corrected(eigenvalues: Floats, variables: int) -> Floats:
    over = eigenvalues[eigenvalues > 1 / variables]
    return (variables / (variables - 1) * (over - 1 / variables)) ** 2


def mca(
    active: pd.DataFrame, weights: Floats | None = None, supplementary: pd.DataFrame | None = None, axes: int = 5
) -> Mca:
    """Analyse categorical variables.

    Parameters
    ----------
    active : (n, Q) categories, none missing (a missing answer is a category or the row is left out beforehand).
    weights : (n,) positive; equal by default. Test values take their sum for the number of units.
    supplementary : (n, S) categories placed on the axes without making them.
    axes : most axes to keep.

    Raises
    ------
    ValueError
        For missing categories, fewer than two variables or a variable with one category.
    """
    n = len(active)
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    if active.shape[1] < 2:
        raise ValueError("at least two variables are needed")
    if active.isna().any().any():
        raise ValueError("a category is missing: make it a category of its own, or leave the row out")
    flags, keys = indicator(active)
    constant = active.columns[active.nunique() < 2].tolist()
    if constant:
        raise ValueError(f"these variables have one category only: {', '.join(map(str, constant))}")
    q, mass = active.shape[1], w / w.sum()
    share = mass @ flags
    column = share / q
    centred = np.sqrt(mass)[:, None] * (flags / q - column) / np.sqrt(column)
    left, values, right = np.linalg.svd(centred, full_matrices=False)
    kept = min(flags.shape[1] - q, int(np.sum(values**2 > _NULL)))
    values, right = values[:kept], right[:kept]
    coordinates = right.T * values / np.sqrt(column)[:, None]
    turn = np.sign(coordinates[np.abs(coordinates).argmax(axis=0), np.arange(kept)])
    coordinates = coordinates * turn
    units = left[:, :kept] * values / np.sqrt(mass)[:, None] * turn
    shown = min(axes, kept)
    table = _table(keys, share, coordinates[:, :shown], w.sum())
    contributions = {f"contribution_{j + 1}": column * coordinates[:, j] ** 2 / values[j] ** 2 for j in range(shown)}
    table = pd.concat([table, pd.DataFrame(contributions, index=table.index)], axis=1)
    if supplementary is not None:
        table = pd.concat([table, _supplementary(supplementary, mass, units[:, :shown], values[:shown], w.sum())])
    return Mca(values**2, units[:, :shown], table, q)


def places_of_rows(flags: Floats, variables: int, weights: Floats) -> tuple[Floats, Floats]:
    """Return the eigenvalues (m,) of the axes over 1/Q and the coordinates (n, m) of the rows on them.

    The same axes as :func:`mca`, from the smaller cross-product of the categories: for the many samples of a bootstrap.

    Parameters
    ----------
    flags : (n, K) indicator matrix; categories that no row has are left out.
    variables : number Q of active variables.
    weights : (n,) positive.
    """
    mass = weights / weights.sum()
    flags = flags[:, flags.any(axis=0)]
    column = mass @ flags / variables
    scaled = (flags / variables - column) / np.sqrt(column)
    values, right = np.linalg.eigh(scaled.T @ (scaled * mass[:, None]))
    over = values > 1 / variables
    return values[over][::-1], (scaled @ right[:, over])[:, ::-1]


def indicator(table: pd.DataFrame) -> tuple[Floats, list[tuple[str, str]]]:
    """Return the indicator matrix (n, K) and its (variable, category) columns, categories in order of declaration."""
    parts, keys = [], []
    for name in table.columns:
        values = table[name].astype("category")
        values = values.cat.remove_unused_categories()
        parts.append(pd.get_dummies(values).to_numpy(np.float64))
        keys += [(str(name), str(c)) for c in values.cat.categories]
    return np.hstack(parts), keys


def _table(keys: list[tuple[str, str]], share: Floats, coordinates: Floats, total: float) -> pd.DataFrame:
    n = share * total
    columns = {"n": n, "mass": share}
    distance = 1 / share - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.sqrt(n * (total - 1) / (total - n))
    for j in range(coordinates.shape[1]):
        columns[f"coordinate_{j + 1}"] = coordinates[:, j]
        columns[f"cos2_{j + 1}"] = coordinates[:, j] ** 2 / distance
        columns[f"test_{j + 1}"] = coordinates[:, j] * factor
    return pd.DataFrame(columns, index=pd.MultiIndex.from_tuples(keys, names=["variable", "category"]))


def _supplementary(extra: pd.DataFrame, mass: Floats, units: Floats, values: Floats, total: float) -> pd.DataFrame:
    flags, keys = indicator(extra)
    share = mass @ flags
    means = (flags * mass[:, None]).T @ units / share[:, None]
    return _table(keys, share, means / values, total)


def without_rare(table: pd.DataFrame, weights: Floats, least: float = 0.05) -> tuple[pd.DataFrame, Mapping[str, str]]:
    """Return the table with categories under ``least`` merged into the most frequent one of their variable.

    A category of a few units makes an axis of its own. The mapping says what was merged: "variable=category" -> the
    category that took it.
    """
    out, merged = table.copy(), {}
    for name in table.columns:
        shares = pd.Series(weights).groupby(table[name].astype("str").to_numpy()).sum() / weights.sum()
        rare = shares.index[shares < least]
        if not len(rare) or len(rare) == len(shares):
            continue
        target = shares.idxmax()
        values = table[name].astype("str")
        out[name] = values.where(~values.isin(rare), target)
        merged.update({f"{name}={category}": str(target) for category in rare})
    return out, merged
