"""Model formulas: outcome, design matrix, reference levels, offset, and the rows that have them all."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.survey.errors import RankDeficiencyError, UnsupportedError, VariableError, listed
from pipeline.survey.frames import numbers
from pipeline.survey.sandwich import usable_rows
from pipeline.survey.structure import Floats, Ints
from pipeline.survey.weights import refuse_negative

if TYPE_CHECKING:
    from pipeline.survey.design import Design

INTERCEPT = "Intercept"


@dataclass(frozen=True)
class ModelMatrix:
    """A formula evaluated on the m rows of a design that it can use.

    rows : (m,) rows of the design's frame.   outcome : (m,) left side, as it stands in the frame.
    x : (m, p) design matrix.   columns : its p names.   terms : term of the formula -> columns it made.
    offset : (m,) known part of the linear predictor.
    spec : formulaic's specification (levels, centring...), applied again to other frames by `at`.
    dropped : columns of the specification that x leaves out.
    """

    formula: str
    rows: Ints
    outcome: pd.Series
    x: Floats
    columns: tuple[str, ...]
    terms: Mapping[str, tuple[int, ...]]
    offset: Floats
    offset_source: Any
    spec: Any
    dropped: tuple[int, ...] = ()

    def at(self, frame: pd.DataFrame) -> Floats:
        """Return the design matrix (n, p) of another frame; rows missing a variable are NaN.

        Raises
        ------
        VariableError
            When a column is missing or a category was not in the fit.
        """
        needed = [str(v) for v in self.spec.required_variables]
        absent = [c for c in needed if c not in frame.columns]
        if absent:
            raise VariableError(f"predict: no column {listed(absent)} in the frame; the formula is {self.formula}")
        used = mentioned(frame, right_side(self.formula))
        complete = frame[used].notna().all(axis=1).to_numpy()
        x = np.full((len(frame), len(self.spec.column_names)), np.nan)
        if complete.any():
            x[complete] = _materialised(self.spec, frame.loc[complete, used], self.formula)
        return np.delete(x, self.dropped, axis=1) if self.dropped else x

    def offset_at(self, frame: pd.DataFrame) -> Floats:
        """Return the offset (n,) of another frame.

        Raises
        ------
        VariableError
            When the offset of the fit was given as numbers, which say nothing about other rows.
        """
        if self.offset_source is None:
            return np.zeros(len(frame))
        if not isinstance(self.offset_source, str):
            raise VariableError("predict: the offset was given as numbers; give it as a column or an expression")
        return evaluated(frame, self.offset_source, "offset")


def model_matrix(
    design: Design, formula: str, offset: Any = None, where: Any = None, purpose: str = "model"
) -> ModelMatrix:
    """Evaluate a formula on the rows of a domain that have every variable and a positive weight.

    Parameters
    ----------
    formula : "y ~ x + C(z)" in the grammar of formulaic. Text and category columns make treatment contrasts
        whose reference is the first level among the rows used; C(z, contr.treatment("b")) takes another, C(z)
        makes categories of numbers. Ordered categories get treatment contrasts too (R gives them polynomials).
    offset : column, expression such as "log(days)", or n numbers.

    Raises
    ------
    EmptyDomainError, VariableError
    """
    left, right = sides(formula)
    frame = design.frame
    _check_right(frame, left, right, formula)
    sources = [left, right, *([offset] if isinstance(offset, str) else [])]
    columns = list(dict.fromkeys(c for text in sources for c in mentioned(frame, text)))
    rows = usable_rows(design, columns, where, purpose)
    known_offset = None if offset is None or isinstance(offset, str) else _numbers(offset, len(frame))
    if known_offset is not None:
        rows = rows[np.isfinite(known_offset[rows])]
    if len(rows) == 0:
        raise VariableError(f"{purpose} '{formula}': the offset is not a finite number in any row used")
    refuse_negative(design.weights[rows], f"{purpose} '{formula}'")
    used = frame[columns] if len(rows) == len(frame) else frame[columns].iloc[rows]
    used = _observed_levels(used.reset_index(drop=True))
    spec, x = _specified(right, used, formula)
    if not x.shape[1]:
        raise VariableError(f"{purpose} '{formula}': no term and no intercept, so there is nothing to estimate")
    names = tuple(str(c) for c in spec.column_names)
    infinite = ~np.isfinite(x).all(axis=0)
    if infinite.any():
        raise VariableError(
            f"{purpose} '{formula}': {listed(np.array(names)[infinite])} is not finite in "
            f"{int((~np.isfinite(x)).any(axis=1).sum())} rows; check logarithms and divisions, or use where="
        )
    outcome = used[left] if left in used.columns else pd.Series(evaluated(used, left, "outcome"))
    values = known_offset[rows] if known_offset is not None else np.zeros(len(rows))
    if isinstance(offset, str):
        values = evaluated(used, offset, "offset")
    terms = {_term(str(t)): tuple(range(s.start, s.stop)) for t, s in spec.term_slices.items()}
    single = [term for term, places in terms.items() if not places]
    if single:
        raise VariableError(
            f"{purpose} '{formula}': {listed(single)} has one category only among the rows used, so it has no effect "
            "to estimate; drop the term or widen the domain"
        )
    return ModelMatrix(formula, rows, outcome, x, names, terms, values, offset, spec)


def sides(formula: str) -> tuple[str, str]:
    """Return the two sides of a formula.

    Raises
    ------
    VariableError
    """
    if not isinstance(formula, str):
        raise VariableError(f"formula: expected text such as 'outcome ~ terms', found {type(formula).__name__}")
    parts = [part.strip() for part in formula.split("~")]
    if len(parts) != 2 or not all(parts):
        raise VariableError(f"formula '{formula}': expected 'outcome ~ terms'")
    return parts[0].strip("`"), parts[1]


def _check_right(frame: pd.DataFrame, left: str, right: str, formula: str) -> None:
    """Refuse what formulaic would read as something else than one set of fixed terms."""
    bare = re.sub(r"`[^`]+`|'[^']*'|\"[^\"]*\"|\{[^}]*\}|\bI\([^)]*\)", " ", right)
    if "|" in bare:
        raise UnsupportedError(
            f"formula '{formula}': '|' (random effects, several parts) is not supported; the design carries the "
            "clusters, so write fixed terms only"
        )
    if re.search(r"\boffset\s*\(", bare):
        raise UnsupportedError(f"formula '{formula}': offset() is not supported; pass offset= instead")
    if left in mentioned(frame, right):
        raise VariableError(f"formula '{formula}': the outcome '{left}' stands on the right side too; leave it out")


def right_side(formula: str) -> str:
    """Return the terms of a formula."""
    return sides(formula)[1]


def mentioned(frame: pd.DataFrame, text: str) -> list[str]:
    """Return the columns of the frame that an expression names; a name before a bracket is a function."""
    quoted = re.findall(r"`([^`]+)`", text)
    tokens = set(quoted) | set(
        re.findall(r"\b[^\W\d][\w.]*+(?!\s*\()", re.sub(r"`[^`]+`|'[^']*'|\"[^\"]*\"", " ", text))
    )
    return [c for c in frame.columns if c in tokens or c == text]


def evaluated(frame: pd.DataFrame, expression: str, role: str) -> Floats:
    """Return a numeric expression (n,) of the columns of a frame.

    Raises
    ------
    VariableError
    """
    if expression in frame.columns:
        values = numbers(frame[expression], expression, role)
    else:
        made = _specified(f"0 + {{{expression}}}", frame, expression)[1]
        if made.shape[1] != 1:
            raise VariableError(f"{role} '{expression}' makes {made.shape[1]} columns; it must be one number a row")
        values = made[:, 0]
    if not np.isfinite(values).all():
        raise VariableError(f"{role} '{expression}' is not a finite number in {int((~np.isfinite(values)).sum())} rows")
    return values


def check_rank(x: Floats, gram: Floats, weights: Floats, columns: Sequence[str], formula: str) -> Floats | None:
    """Return None when the weighted Gram matrix (p, p) is safe to solve, else a basis change T (p, p).

    The columns of x @ T are orthonormal under the weights; it is needed when columns are nearly dependent
    (years and their squares), where normal equations would lose half of the digits.

    Raises
    ------
    RankDeficiencyError
        When a column is a linear combination of those before it.
    """
    size = np.sqrt(np.diag(gram))
    zero = size == 0
    if zero.any():
        raise RankDeficiencyError(f"rank deficiency in '{formula}': {listed(np.array(columns)[zero])} is always 0")
    values = np.linalg.eigvalsh(gram / np.outer(size, size))
    if values[0] > 1e-7:
        return None
    triangle = np.linalg.qr((x / size) * np.sqrt(weights)[:, None], mode="r")
    # what a column adds to those before it, relative to its length; the data carry about 1e-15 of it
    aliased = np.abs(np.diag(triangle)) < 1e-9
    if aliased.any():
        raise RankDeficiencyError(
            f"rank deficiency in '{formula}': {listed(np.array(columns)[aliased])} is a linear combination of the "
            "columns before it among the rows used; drop the term, merge categories or widen the domain"
        )
    return np.linalg.solve(triangle, np.eye(len(size))) / size[:, None]


def _term(name: str) -> str:
    return INTERCEPT if name == "1" else name


def _observed_levels(frame: pd.DataFrame) -> pd.DataFrame:
    categorical = [c for c in frame.columns if isinstance(frame[c].dtype, pd.CategoricalDtype)]
    return frame.assign(**{c: frame[c].cat.remove_unused_categories() for c in categorical}) if categorical else frame


def _specified(right: str, frame: pd.DataFrame, formula: str) -> tuple[Any, Floats]:
    import formulaic

    for column in frame.columns:
        if pd.api.types.is_complex_dtype(frame[column]):
            numbers(frame[column], str(column), f"formula '{formula}': column")
    made = _guarded(lambda: formulaic.Formula(right).get_model_matrix(
        frame, context={}, na_action="ignore", output="pandas"
    ), formula)  # fmt: skip
    return made.model_spec, np.ascontiguousarray(made.to_numpy(dtype=np.float64))


def _materialised(spec: Any, frame: pd.DataFrame, formula: str) -> Floats:
    made = _guarded(lambda: spec.get_model_matrix(frame, context={}), formula)
    return np.ascontiguousarray(made.to_numpy(dtype=np.float64))


def _guarded(make: Callable[[], Any], formula: str) -> Any:
    from formulaic.errors import DataMismatchWarning

    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            # a category that was not in the fit would silently count as the reference
            warnings.simplefilter("error", DataMismatchWarning)
            return make()
    # formulaic evaluates text that a person wrote, so any exception may come out of it
    except Exception as error:
        raise VariableError(f"formula '{formula}' cannot be evaluated: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _numbers(offset: Any, n: int) -> Floats:
    values = np.asarray(offset, dtype=np.float64)
    if values.shape != (n,):
        raise VariableError(f"offset: expected {n} numbers, one a row of the frame, found shape {values.shape}")
    return values
