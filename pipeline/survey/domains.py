"""Domains of estimation: groups of rows that share values of the by-columns inside a mask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.survey.errors import EmptyDomainError, VariableError, listed
from pipeline.survey.frames import numbers
from pipeline.survey.structure import Floats, Ints, crossed, factorized, known

Mask = NDArray[np.bool_]
RESULT_COLUMNS = frozenset(
    [
        "variable",
        "category",
        "probability",
        "contrast",
        "estimate",
        "se",
        "lower",
        "upper",
        "df",
        "n",
        "n_effective",
        "deff",
        "p_value",
    ]
)


@dataclass(frozen=True)
class Domains:
    """D domains over n rows.

    code : (n,) domain of each row, -1 outside every domain.
    table : D rows, the by-columns with their values; no column when everything is one domain.
    """

    code: Ints
    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.table)


def mask_of(frame: pd.DataFrame, where: Any) -> Mask:
    """Return a boolean mask (n,) from an array, a Series (aligned on the index) or a boolean column's name."""
    if where is None:
        return np.ones(len(frame), dtype=bool)
    if isinstance(where, str):
        known(frame, [where], "where")
        where = frame[where]
    if callable(where):
        where = where(frame)
    if isinstance(where, pd.Series):
        if len(where) == len(frame) and not where.index.equals(frame.index):
            raise VariableError("where: the mask has another index than the frame; build it from the same frame")
        if where.isna().any():
            raise VariableError(f"where: the mask is missing in {int(where.isna().sum())} rows; fill it first")
    mask = np.asarray(where)
    if mask.shape != (len(frame),) or (mask.dtype != bool and not _is_boolean(mask)):
        raise VariableError(f"where: expected {len(frame)} true/false values, found shape {mask.shape} of {mask.dtype}")
    return mask.astype(bool)


def _is_boolean(mask: NDArray[Any]) -> bool:
    return mask.dtype == object and all(isinstance(v, (bool, np.bool_)) for v in mask)


def names_of(columns: str | Sequence[str] | None) -> list[str]:
    """Return column names as a list."""
    if columns is None:
        return []
    if isinstance(columns, str):
        return [columns]
    names = list(columns) if isinstance(columns, Iterable) else [columns]
    strange = [name for name in names if not isinstance(name, str)]
    if strange:
        raise VariableError(f"columns are named by text, found {listed(map(repr, strange))}")
    if len(set(names)) < len(names):
        raise VariableError(f"columns {listed(n for n in dict.fromkeys(names) if names.count(n) > 1)} are named twice")
    return names


def domains_of(
    frame: pd.DataFrame, by: str | Sequence[str] | Domains | None, where: Any, weights: Floats | None = None
) -> Domains:
    """Return the domains that the by-columns make inside the mask, in the order of their values.

    Rows whose by-value is missing belong to no domain. Only combinations with a positive weight are kept. Domains that
    were made before, of these rows and inside their own mask, are returned as they are.

    Raises
    ------
    EmptyDomainError, VariableError
    """
    if isinstance(by, Domains):
        if where is not None or len(by.code) != len(frame):
            raise VariableError(
                f"by: domains of {len(by.code)} rows have their own mask, and stand for these rows alone"
            )
        return by
    columns = names_of(by)
    known(frame, columns, "by")
    taken = [column for column in columns if column in RESULT_COLUMNS]
    if taken:
        raise VariableError(f"by: column {listed(taken)} has the name of a column of results; rename it")
    inside = mask_of(frame, where)
    if weights is not None:
        inside = inside & (weights != 0)
    if not inside.any():
        raise EmptyDomainError(
            f"empty domain: the mask{' ' + where if isinstance(where, str) else ''} selects no row with a "
            "positive weight"
        )
    if not columns:
        return Domains(np.where(inside, 0, -1).astype(np.int64), pd.DataFrame(index=range(1)))
    coded = [factorized(frame, column) for column in columns]
    for codes, _ in coded:
        inside = inside & (codes >= 0)
    rows = np.flatnonzero(inside)
    if len(rows) == 0:
        raise EmptyDomainError(f"empty domain: {', '.join(columns)} is missing in every row of the mask")
    key, first = crossed(*[codes[rows] for codes, _ in coded])
    code = np.full(len(frame), -1, dtype=np.int64)
    code[rows] = key
    table = pd.DataFrame(
        {
            column: _taken(categories, codes[rows][first])
            for column, (codes, categories) in zip(columns, coded, strict=True)
        }
    )
    return Domains(code, table)


def _taken(categories: pd.Index, codes: Ints) -> Any:
    if isinstance(categories, pd.CategoricalIndex):
        return pd.Categorical.from_codes(codes, categories=categories.categories)
    return categories.take(codes)


def outcomes_of(frame: pd.DataFrame, variables: Sequence[str]) -> Floats:
    """Return numeric outcomes (n, p), NaN where missing.

    Raises
    ------
    VariableError
        When a column is missing, is text or category, or holds infinite values.
    """
    known(frame, variables, "variables")
    out, infinite = np.empty((len(frame), len(variables))), []
    for j, name in enumerate(variables):
        column = frame[name]
        if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
            raise VariableError(f"variable '{name}' is {column.dtype}, not numeric; use proportion() for categories")
        values = numbers(column, name, "variable")
        # column by column: across rows of a few columns the same takes ten times longer
        infinite += [name] if np.isinf(values).any() else []
        out[:, j] = values
    if infinite:
        raise VariableError(f"variable '{infinite[0]}' holds infinite values")
    return out
