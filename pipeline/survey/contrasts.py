"""Differences and other linear combinations of estimates, with the covariance of the whole design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse, special

from pipeline.survey import taylor
from pipeline.survey.errors import UnsupportedError, VariableError, listed
from pipeline.survey.intervals import symmetric
from pipeline.survey.linearised import Linearised, column_sums
from pipeline.survey.structure import Floats, Ints
from pipeline.survey.tables import degrees_of_freedom

if TYPE_CHECKING:
    from pipeline.survey.sample import Sample

Combination = Mapping[Any, float]


def over_levels(linear: Linearised, over: Sequence[Any]) -> tuple[sparse.csr_array, pd.DataFrame]:
    """Return rows (r, m) that subtract level b of a by-column from level a, in every other domain.

    `over` is (column, a, b). Domains without both levels are left out.
    """
    if len(over) != 3:
        raise UnsupportedError("over takes (column, level, minus level), such as ('wave', '2006', '2003')")
    column, a, b = over
    table = linear.domains.table.iloc[linear.domain].reset_index(drop=True)
    if column not in table:
        raise VariableError(f"over: '{column}' is not among the by-columns {listed(table.columns)}")
    for level in (a, b):
        if not (table[column] == level).any():
            raise VariableError(
                f"over: {column} has no level {level!r}; found {listed(map(repr, table[column].unique()))}"
            )
    others = [c for c in table.columns if c != column]
    keys = table[others].assign(variable=linear.variable, category=linear.category, row=np.arange(len(table)))
    keys["category"] = keys["category"].map(repr)
    on = [*others, "variable", "category"]
    pairs = keys[table[column] == a].merge(keys[table[column] == b], on=on, suffixes=("", "_minus"))
    first, second = pairs["row"].to_numpy(np.int64), pairs["row_minus"].to_numpy(np.int64)
    rows = _rows(len(pairs), len(table), [first, second], [1.0, -1.0])
    labels = table.iloc[first][others].reset_index(drop=True)
    labels["contrast"] = f"{a} - {b}"
    labels["variable"], labels["category"] = linear.variable[first], linear.category[first]
    return rows, labels


def named_combinations(
    linear: Linearised, combinations: Mapping[str, Combination]
) -> tuple[sparse.csr_array, pd.DataFrame]:
    """Return rows (r, m) for combinations of domains (or of variables when there are no by-columns).

    Keys of a combination are values of the by-columns: a scalar for one column, a tuple for several. Without
    by-columns they are the names of variables, or the categories of a proportion. Every combination is made
    for each variable and category.
    """
    if not combinations:
        raise UnsupportedError("combinations: give at least one, name -> {domain: coefficient}")
    table = linear.domains.table
    shape = (len(linear.estimate) // len(table), len(table))
    if len(table.columns):
        keys = [k[0] if len(k) == 1 else k for k in table.itertuples(index=False, name=None)]
        # estimates are laid out domain by domain, the same variables and categories in each
        position = {key: d * shape[0] + np.arange(shape[0]) for d, key in enumerate(keys)}
        labels = pd.DataFrame({"variable": linear.variable[: shape[0]], "category": linear.category[: shape[0]]})
    else:
        named = linear.category if linear.category[0] is not None else linear.variable
        position = {key: np.array([i]) for i, key in enumerate(named)}
        labels = pd.DataFrame({"variable": [None], "category": [None]})
    blocks, parts = [], []
    for name, combination in combinations.items():
        unknown = [key for key in combination if key not in position]
        if unknown:
            raise VariableError(
                f"combination '{name}': no estimate for {listed(map(repr, unknown))}; there are "
                f"{listed(map(repr, position), 20)}"
            )
        where = [position[key] for key in combination]
        blocks.append(_rows(len(labels), len(linear.estimate), where, list(combination.values())))
        parts.append(labels.assign(contrast=name))
    out = pd.concat(parts, ignore_index=True)
    return sparse.csr_array(sparse.vstack(blocks)), out[["contrast", "variable", "category"]]


def columns_of(by: Sequence[str], over: Sequence[Any] | None) -> list[str]:
    """Return the by-columns of the estimates that a contrast combines: that of ``over`` may be left out of ``by``."""
    return [over[0], *by] if over is not None and over[0] not in by else list(by)


def rows_of(
    linear: Linearised,
    over: Sequence[Any] | None,
    combinations: Mapping[str, Combination] | None,
    matrix: pd.DataFrame | None,
) -> tuple[sparse.csr_array, pd.DataFrame]:
    """Return rows (r, m) of coefficients and their labels, from the one of the three that is given."""
    if over is not None:
        return over_levels(linear, over)
    if combinations is not None:
        return named_combinations(linear, combinations)
    assert matrix is not None
    return matrix_rows(linear, matrix)


def matrix_rows(linear: Linearised, matrix: pd.DataFrame) -> tuple[sparse.csr_array, pd.DataFrame]:
    """Return rows (r, m) from a frame with one column an estimate, in the order of the estimates' table."""
    if matrix.shape[1] != len(linear.estimate):
        raise UnsupportedError(f"matrix: {matrix.shape[1]} columns for {len(linear.estimate)} estimates")
    labels = pd.DataFrame({"contrast": matrix.index.astype(object), "variable": None, "category": None})
    return sparse.csr_array(matrix.to_numpy(np.float64)), labels


def _rows(r: int, m: int, where: Sequence[Ints], values: Sequence[float]) -> sparse.csr_array:
    each = np.arange(r)
    return sparse.csr_array(
        (np.repeat(values, r), (np.tile(each, len(values)), np.concatenate(list(where)))), shape=(r, m)
    )


def contrast_table(
    design: Sample, linear: Linearised, rows: sparse.csr_array, labels: pd.DataFrame, level: float
) -> pd.DataFrame:
    """Return labels with estimate, se, lower, upper, df, p_value, n for rows (r, m) of coefficients."""
    estimate = _times(rows, linear.estimate)
    combine = rows.T if linear.combine is None else linear.combine @ rows.T
    v = taylor.variances(design.forms, linear.scores, sparse.csr_array(combine))
    used = sparse.csr_array(linear.presence[:, linear.cell] @ abs(rows).T)
    used.eliminate_zeros()
    n = np.bincount(used.indices, minlength=used.shape[1])
    return _finished(labels, estimate, np.sqrt(v), n, degrees_of_freedom(design, used), level)


def rest_table(design: Sample, linear: Linearised, level: float) -> pd.DataFrame:
    """Return each domain less the rest of all domains, with their covariance; df by Satterthwaite.

    The rest is everyone less the domain, never spread over the other domains: time and memory grow with the rows and
    with the estimates, not with their product.
    """
    if linear.numerator is None:
        raise UnsupportedError("rest: this statistic has no contrast with the rest")
    if len(linear.domains) < 2:
        raise UnsupportedError("rest: there is one domain only, so there is no rest to compare it with")
    everyone, gradient, less, rest = _of_rest(linear)
    own = linear.combine
    if own is None:
        m = len(linear.estimate)
        own = sparse.csr_array((np.ones(m), (linear.numerator, np.arange(m))), shape=less.shape)
    v_own = taylor.variances(design.forms, linear.scores, own)
    v, v_rest = (
        taylor.variances_beside(design.forms, linear.scores, sparse.csr_array(c), everyone, g)
        for c, g in ((own + less, -gradient), (-less, gradient))
    )
    table = linear.domains.table.iloc[linear.domain].reset_index(drop=True)
    labels = table.assign(contrast="part - rest", variable=linear.variable, category=linear.category)
    inside, outside, both, n = _degrees_of_parts(design, linear)
    df = _satterthwaite(np.stack([v_own, v_rest]), np.stack([inside, outside]), both)
    estimate = linear.estimate - (0.0 if linear.shift is None else linear.shift) - rest
    return _finished(labels, estimate, np.sqrt(v), n, df, level)


def _degrees_of_parts(design: Sample, linear: Linearised) -> tuple[Ints, Ints, Ints, Ints]:
    """Return degrees of freedom (m,) of the domain, of the rest, of both together, and how many rows both have (m,)."""
    c = linear.presence.shape[1]
    cells = c // len(linear.domains)
    column = np.arange(c) % cells
    together = sparse.csr_array((np.ones(c), (np.arange(c), column)), shape=(c, cells))
    everyone = sparse.csr_array(linear.presence @ together)
    inside, both = np.zeros(c, dtype=np.int64), np.zeros(cells, dtype=np.int64)
    outside = np.zeros(c, dtype=np.int64)
    for rows, sign in ((design.psu_rows, 1), (design.stratum_rows, -1)):
        here, whole = sparse.coo_array(rows @ linear.presence), sparse.csr_array(rows @ everyone)
        of_cell, of_all = np.bincount(here.col, minlength=c), np.bincount(whole.indices, minlength=cells)
        # a unit is in the rest unless all its rows are in the domain
        all_inside = here.data == whole[here.row, column[here.col]]
        inside += sign * of_cell
        both += sign * of_all
        outside += sign * (of_all[column] - np.bincount(here.col[all_inside], minlength=c))
    n = np.bincount(everyone.indices, minlength=cells)
    return inside[linear.cell], outside[linear.cell], both[linear.cell % cells], n[linear.cell % cells]


def _satterthwaite(variances: Floats, degrees: Ints, most: Ints) -> Floats:
    """Return the degrees of freedom (m,) of a difference of two parts (2, m), at most those of both together.

    A small part and a large rest: nearly all the noise is that of the few units of the part, and the many units of the
    rest say nothing about it (Satterthwaite 1946, Biometrics Bulletin 2, 110).
    """
    known = np.where(degrees > 0, degrees, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = variances.sum(axis=0) ** 2 / np.where(variances > 0, variances**2 / known, 0.0).sum(axis=0)
    return np.where(np.isnan(value), np.where((variances > 0).any(axis=0), 0.0, most), np.minimum(value, most))


def _of_rest(linear: Linearised) -> tuple[sparse.csr_array, Floats, sparse.csr_array, Floats]:
    """Return the same estimate over all other domains: what everyone gives, less what the domain does.

    Returns
    -------
    scores of everyone (n, w), the gradient by them (w, m); the gradient (k, m) by the scores of the domains that is
    taken off; the value (m,).
    """
    assert linear.numerator is not None
    t = column_sums(linear.scores)
    width, m, each = linear.width, len(linear.estimate), np.arange(len(linear.estimate))
    k = np.arange(len(t))
    fold = sparse.csr_array((np.ones(len(t)), (k, k % width)), shape=(len(t), width))
    everyone = sparse.csr_array(linear.scores @ fold)
    every = column_sums(everyone)
    above = every[linear.numerator % width] - t[linear.numerator]
    parts = [(linear.numerator, np.ones(m))]
    value = above
    if linear.denominator is not None:
        below = every[linear.denominator % width] - t[linear.denominator]
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(below != 0, above / below, np.nan)
        inverse = np.divide(1.0, below, out=np.zeros(m), where=below != 0)
        parts = [(linear.numerator, inverse), (linear.denominator, -np.nan_to_num(value) * inverse)]
    rows, factors = (np.concatenate(given) for given in zip(*parts, strict=True))
    columns = np.tile(each, len(parts))
    gradient = np.zeros((width, m))
    np.add.at(gradient, (rows % width, columns), factors)
    return everyone, gradient, sparse.csr_array((factors, (rows, columns)), shape=(len(t), m)), value


def _times(rows: sparse.csr_array, estimate: Floats) -> Floats:
    """rows @ estimate where an undefined estimate spoils only the rows that use it."""
    undefined = np.isnan(estimate)
    value = rows @ np.nan_to_num(estimate)
    return np.where((abs(rows) @ undefined.astype(np.float64)) > 0, np.nan, value)


def _finished(
    labels: pd.DataFrame, estimate: Floats, se: Floats, n: Ints, df: Floats | Ints, level: float
) -> pd.DataFrame:
    se = np.where(np.isnan(estimate), np.nan, se)
    degrees = np.where(df > 0, df, np.nan)
    lower, upper = symmetric(estimate, se, df.astype(np.float64), level)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * special.stdtr(degrees, -np.abs(estimate / se))
    out = labels.copy()
    out["estimate"], out["se"], out["lower"], out["upper"] = estimate, se, lower, upper
    out["df"], out["p_value"] = df, p
    out["n"] = n
    return out
