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
    return _finished(labels, estimate, np.sqrt(v), used, degrees_of_freedom(design, used), level)


def rest_table(design: Sample, linear: Linearised, level: float) -> pd.DataFrame:
    """Return each domain less the rest of all domains, with their covariance; df by Satterthwaite."""
    if linear.numerator is None:
        raise UnsupportedError("rest: this statistic has no contrast with the rest")
    if len(linear.domains) < 2:
        raise UnsupportedError("rest: there is one domain only, so there is no rest to compare it with")
    gradient, rest = _of_rest(linear)
    own = linear.combine
    if own is None:
        m = len(linear.estimate)
        own = sparse.csr_array((np.ones(m), (linear.numerator, np.arange(m))), shape=gradient.shape)
    v, v_own, v_rest = (taylor.variances(design.forms, linear.scores, c) for c in (own - gradient, own, gradient))
    table = linear.domains.table.iloc[linear.domain].reset_index(drop=True)
    labels = table.assign(contrast="part - rest", variable=linear.variable, category=linear.category)
    inside = sparse.csr_array(linear.presence[:, linear.cell])
    used = _everyone(linear)
    outside = sparse.csr_array(used - inside)
    outside.eliminate_zeros()
    df = _satterthwaite(
        np.stack([v_own, v_rest]),
        np.stack([degrees_of_freedom(design, inside), degrees_of_freedom(design, outside)]),
        degrees_of_freedom(design, used),
    )
    estimate = linear.estimate - (0.0 if linear.shift is None else linear.shift) - rest
    return _finished(labels, estimate, np.sqrt(v), used, df, level)


def _everyone(linear: Linearised) -> sparse.csr_array:
    """Return the rows (n, m) of all domains together, for each estimate."""
    cells = linear.presence.shape[1] // len(linear.domains)
    every = np.arange(linear.presence.shape[1])
    together = sparse.csr_array((np.ones(len(every)), (every, every % cells)), shape=(len(every), cells))
    return sparse.csr_array((linear.presence @ together)[:, linear.cell % cells])


def _satterthwaite(variances: Floats, degrees: Ints, most: Ints) -> Floats:
    """Return the degrees of freedom (m,) of a difference of two parts (2, m), at most those of both together.

    A small part and a large rest: nearly all the noise is that of the few units of the part, and the many units of the
    rest say nothing about it (Satterthwaite 1946, Biometrics Bulletin 2, 110).
    """
    known = np.where(degrees > 0, degrees, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = variances.sum(axis=0) ** 2 / np.where(variances > 0, variances**2 / known, 0.0).sum(axis=0)
    return np.where(np.isnan(value), np.where((variances > 0).any(axis=0), 0.0, most), np.minimum(value, most))


def _of_rest(linear: Linearised) -> tuple[sparse.csr_array, Floats]:
    """Gradient (k, m) and value (m,) of the same estimate over all other domains."""
    assert linear.numerator is not None
    t = column_sums(linear.scores)
    d, width, m = len(linear.domains), linear.width, len(linear.estimate)
    every = t.reshape(d, width).sum(axis=0)
    above = every[linear.numerator % width] - t[linear.numerator]
    others = np.arange(d)[:, None] != linear.domain[None, :]
    dom, est = np.nonzero(others)
    columns_above = dom * width + linear.numerator[est] % width
    if linear.denominator is None:
        gradient = sparse.csr_array((np.ones(len(est)), (columns_above, est)), shape=(len(t), m))
        return gradient, above
    below = every[linear.denominator % width] - t[linear.denominator]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(below != 0, above / below, np.nan)
    inverse = np.divide(1.0, below, out=np.zeros(m), where=below != 0)
    columns_below = dom * width + linear.denominator[est] % width
    gradient = sparse.csr_array(
        (
            np.r_[inverse[est], -(np.nan_to_num(value) * inverse)[est]],
            (np.r_[columns_above, columns_below], np.r_[est, est]),
        ),
        shape=(len(t), m),
    )
    return gradient, value


def _times(rows: sparse.csr_array, estimate: Floats) -> Floats:
    """rows @ estimate where an undefined estimate spoils only the rows that use it."""
    undefined = np.isnan(estimate)
    value = rows @ np.nan_to_num(estimate)
    return np.where((abs(rows) @ undefined.astype(np.float64)) > 0, np.nan, value)


def _finished(
    labels: pd.DataFrame, estimate: Floats, se: Floats, used: sparse.csr_array, df: Floats | Ints, level: float
) -> pd.DataFrame:
    se = np.where(np.isnan(estimate), np.nan, se)
    degrees = np.where(df > 0, df, np.nan)
    lower, upper = symmetric(estimate, se, df.astype(np.float64), level)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * special.stdtr(degrees, -np.abs(estimate / se))
    out = labels.copy()
    out["estimate"], out["se"], out["lower"], out["upper"] = estimate, se, lower, upper
    out["df"], out["p_value"] = df, p
    out["n"] = np.bincount(used.indices, minlength=used.shape[1])
    return out
