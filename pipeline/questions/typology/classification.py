"""From categories to classes of units: axes worth keeping, Ward's tree, consolidation, numbering, stability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.questions.typology.clustering import Tree, consolidated, number_of_classes, ward, within
from pipeline.questions.typology.mca import Mca, corrected_shares, indicator, mca, places_of_rows, without_rare
from pipeline.questions.typology.stability import bootstrap_similarity

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_ALL, _PLANE = 10_000, 2


@dataclass(frozen=True, eq=False)
class Classified:
    """Classes of units and what they rest on.

    axes : all of them.   kept : number of axes that classes are built on.   classes : (n,) from 0.
    tree : before consolidation.   best : number of classes by the gain of inertia.
    between : share of the inertia of the kept axes that lies between classes.   stability : (k,) mean Jaccard
    similarity of bootstrap samples.   merged : rare categories and the category that took them.
    """

    axes: Mca
    kept: int
    classes: Ints
    tree: Tree
    best: int
    between: float
    stability: Floats
    merged: dict[str, str]


def kept_axes(eigenvalues: Floats, variables: int, inertia: float) -> int:
    """Return how many first axes, among those over 1/Q, carry ``inertia`` of Benzécri's corrected inertia.

    An axis under 1/Q carries less than one variable alone does (Benzécri 1979); of the others, those that come last
    are noise and blur the classes. The plane is kept whole: two axes where two are over 1/Q.
    """
    cumulated = np.cumsum(corrected_shares(eigenvalues, variables))
    needed = int(np.searchsorted(cumulated, inertia - 1e-12)) + 1
    return min(max(needed, _PLANE), len(cumulated))


def classify(
    active: pd.DataFrame,
    weights: Floats,
    supplementary: pd.DataFrame | None = None,
    *,
    classes: int | None = None,
    inertia: float = 0.9,
    rare: float = 0.05,
    draws: int = 50,
) -> Classified:
    """Build classes of units.

    Parameters
    ----------
    active, supplementary : (n, Q) and (n, S) categories.
    weights : (n,) positive; only their proportions matter.
    classes : number of classes; by the relative gain of inertia when None.
    inertia : share of the corrected inertia that the kept axes carry.
    rare : share under which a category joins the most frequent one of its variable.
    draws : bootstrap samples for the stability of the classes; axes, tree and classes are found again in each.
    """
    w = weights * len(weights) / weights.sum()
    usable, merged = _varying(active, w, rare)
    other = _varying(supplementary, w, rare)[0] if supplementary is not None else None
    axes = mca(usable, w, other, axes=_ALL)
    flags, _ = indicator(usable)
    kept = kept_axes(axes.eigenvalues, axes.variables, inertia)
    points = axes.units[:, :kept]
    tree = ward(points, w)
    best = number_of_classes(tree)
    k = classes or best
    found = consolidated(points, w, tree.cut(k))

    def again(rows: Ints) -> Ints:
        values, places = places_of_rows(flags[rows], axes.variables, w[rows])
        places = places[:, : kept_axes(values, axes.variables, inertia)]
        return consolidated(places, w[rows], ward(places, w[rows]).cut(k))

    whole = within(points, w, np.zeros(len(w), dtype=np.int64))
    between = 1 - within(points, w, found) / whole
    return Classified(axes, kept, found, tree, best, between, bootstrap_similarity(again, found, draws), merged)


def _varying(table: pd.DataFrame, weights: Floats, rare: float) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the table without rare categories and without variables left with one category, and what was merged."""
    usable, merged = without_rare(table, weights, rare)
    return usable[[c for c in usable if usable[c].nunique() > 1]], dict(merged)


def renumbered(classes: Ints, score: Floats) -> Ints:
    """Return classes from 0 in falling order of ``score`` (k,)."""
    rank = np.empty(len(score), dtype=np.int64)
    rank[np.argsort(-score, kind="stable")] = np.arange(len(score))
    return rank[classes]
