"""Secondary suppression: no masked number may be worked out from what is published beside it.

A masked number is derivable when the relations between rows, restricted to the rows that are not shown, determine it
(its coordinate vanishes on their null space). Then one more row of its relations is masked, the one with the fewest
contributors, and the question is asked again (the cell suppression audit of Hundepool et al. 2012, Statistical
Disclosure Control, chap. 4, solved greedily).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.protect.confidentiality import ACTIVITY
from pipeline.protect.precision import Verdict
from pipeline.protect.relations import Relation, distributions, relations_of
from pipeline.results.time import ends

PRIMARY = ("c", "c_dominance", "c_space")
SECONDARY = "c_secondary"
_DETERMINED = 1e-9


def mask_derivable(table: pd.DataFrame, verdict: Verdict) -> None:
    """Suppress, in place, further rows until no primarily masked row is derivable."""
    primary = np.isin(verdict.reason, PRIMARY) & (verdict.quality == "suppress")
    if not primary.any():
        return
    table = table.reset_index(drop=True)
    _whole_distributions(table, verdict, primary)
    relations = relations_of(table)
    order = _order(table)
    before: dict[bytes, NDArray[np.int64]] = {}
    while True:
        _companions(table, verdict)
        more = _next_to_mask(relations, verdict, primary, order, before)
        if not len(more):
            return
        verdict.suppress(_flags(more, len(table)), SECONDARY)


def _flags(rows: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    flags = np.zeros(size, dtype=bool)
    flags[rows] = True
    return flags


def _order(table: pd.DataFrame) -> NDArray[np.int64]:
    """Return the rank of every row for masking: fewest contributors first, nil last, then by territory and domain."""
    size = table["contributors"].fillna(table["n"]).fillna(np.inf).to_numpy(np.float64)
    size = np.where(size <= 0, np.inf, size)
    place = (table["territory"].astype(str) + "/" + table["domain"].astype(str)).to_numpy(dtype=str)
    rank = np.empty(len(table), dtype=np.int64)
    rank[np.lexsort((place, size))] = np.arange(len(table))
    return rank


def _whole_distributions(table: pd.DataFrame, verdict: Verdict, primary: NDArray[np.bool_]) -> None:
    """Mask a distribution whole once one answer is masked, where means or shares of the same answers sum it up too."""
    same = ["analysis", "indicator", "population", "wave", "period", "territory_level", "territory"]
    measures = table.groupby([*same, "measure"], sort=False).ngroup().groupby([table[c] for c in same]).nunique()
    summed = measures.reindex(pd.MultiIndex.from_frame(table[same])).to_numpy() > 1
    for rows in distributions(table):
        if primary[rows].any() and summed[rows].any():
            verdict.suppress(_flags(rows, len(table)), SECONDARY)


def _companions(table: pd.DataFrame, verdict: Verdict) -> None:
    """Mask every measure of an activity once one is masked: totals, means a space and evolutions give each other."""
    activity = ((table["inference"] != "sample") & table["population"].isin(ACTIVITY)).to_numpy()
    hidden = activity & np.char.startswith(verdict.reason.astype(str), "c") & (verdict.quality == "suppress")
    if not hidden.any():
        return
    place = ["analysis", "indicator", "territory_level", "territory", "domain"]
    whole = table["period"] + table["wave"]
    # an evolution has both of its years to it; an amount over a period has companions in that period only
    spent = table["population"] == "expenditure"
    time = whole.map(lambda name: list(dict.fromkeys(ends(name)))).where(~spent, whole.map(lambda period: [period]))
    keys = table[place].assign(time=time, row=np.arange(len(table)))[activity].explode("time")
    masked = keys[hidden[keys["row"].to_numpy()]]
    single = masked[~masked["row"].duplicated(keep=False)]
    companions = keys.merge(single[[*place, "time"]].drop_duplicates(), on=[*place, "time"])["row"]
    verdict.suppress(_flags(companions.to_numpy(np.int64), len(table)), SECONDARY)


def derivable(
    relations: list[Relation],
    hidden: NDArray[np.bool_],
    secret: NDArray[np.bool_] | None = None,
    before: dict[bytes, NDArray[np.int64]] | None = None,
) -> NDArray[np.int64]:
    """Return the positions of hidden rows that the published rows determine.

    Parameters
    ----------
    relations : what readers can add up.
    hidden : (rows,) whether a row is not shown.
    secret : (rows,) rows that must not be found; relations that lead to none of them are left out. All by default.
    before : answers of groups of relations seen before, added to; masking changes few of them.
    """
    concerned = [r for r in relations if hidden[r.rows].any()]
    known = {} if before is None else before
    determined: list[NDArray[np.int64]] = []
    for members in _components(concerned, hidden):
        unknown = np.unique(np.concatenate([r.rows[hidden[r.rows]] for r in members]))
        if secret is not None and not secret[unknown].any():
            continue
        key = unknown.tobytes() + len(members).to_bytes(8, "little")
        if key not in known:
            known[key] = _determined(members, unknown, hidden)
        determined.append(known[key])
    return np.sort(np.concatenate(determined)) if determined else np.array([], dtype=np.int64)


def _determined(members: list[Relation], unknown: NDArray[np.int64], hidden: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return which of the unknown rows the relations determine: those that vanish on the null space."""
    matrix = np.zeros((len(members), len(unknown)))
    for i, relation in enumerate(members):
        masked = hidden[relation.rows]
        matrix[i, np.searchsorted(unknown, relation.rows[masked])] = relation.weights[masked]
    if len(members) == 1:
        # one equation gives away its only unknown
        there = matrix[0] != 0
        return unknown[there] if there.sum() == 1 else unknown[:0]
    _, size, right = np.linalg.svd(matrix, full_matrices=True)
    rank = int((size > _DETERMINED * max(size[0], 1.0)).sum())
    return unknown[np.abs(right[rank:]).max(axis=0, initial=0.0) < 1e-7]


def _components(relations: list[Relation], hidden: NDArray[np.bool_]) -> list[list[Relation]]:
    """Split relations into groups that share no hidden row."""
    parent = list(range(len(relations)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[int, int] = {}
    for i, relation in enumerate(relations):
        for row in relation.rows[hidden[relation.rows]]:
            parent[root(i)] = root(first.setdefault(int(row), i))
    groups: dict[int, list[Relation]] = {}
    for i, relation in enumerate(relations):
        groups.setdefault(root(i), []).append(relation)
    return list(groups.values())


def _next_to_mask(
    relations: list[Relation],
    verdict: Verdict,
    primary: NDArray[np.bool_],
    order: NDArray[np.int64],
    before: dict[bytes, NDArray[np.int64]],
) -> NDArray[np.int64]:
    """Return one more row to mask for every relation that gives a masked row away; empty when none does."""
    hidden = verdict.quality == "suppress"
    known = _flags(derivable(relations, hidden, primary, before), len(hidden))
    if not (primary & known).any():
        return np.array([], dtype=np.int64)
    direct = _weakest(relations, primary & known, hidden, order)
    # a masked row may follow through other hidden rows only: then one of theirs must go
    return direct if len(direct) else _weakest(relations, known, hidden, order)[:1]


def _weakest(
    relations: list[Relation],
    exposed: NDArray[np.bool_],
    hidden: NDArray[np.bool_],
    order: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the shown row of lowest order in every relation that holds an exposed row, parts before totals."""
    chosen: set[int] = set()
    for relation in relations:
        if not exposed[relation.rows].any():
            continue
        shown = relation.rows[~hidden[relation.rows]]
        parts = shown[shown != relation.total] if relation.total is not None else shown
        candidates = parts if len(parts) else shown
        if len(candidates) and not chosen & set(candidates.tolist()):
            chosen.add(int(candidates[np.argmin(order[candidates])]))
    return np.array(sorted(chosen), dtype=np.int64)
