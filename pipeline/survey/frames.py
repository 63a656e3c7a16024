"""The frame that a design keeps: one column a name, categories in their declared order, safe from later changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.survey.errors import DesignError, VariableError, listed

Floats = NDArray[np.float64]


def kept_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what a design keeps of a frame (n rows): later changes of the caller's frame do not reach it.

    The copy is shallow: pandas copies a column on write, so that it costs no memory until one side is changed.
    Dictionaries of Arrow become categories, which keep the order in which their values were declared.

    Raises
    ------
    DesignError, VariableError
        When it is no frame, or a name stands over several columns.
    """
    if not isinstance(frame, pd.DataFrame):
        raise DesignError(f"frame: expected a pandas DataFrame, found {type(frame).__name__}")
    if frame.columns.nlevels > 1:
        raise VariableError(f"frame: columns have {frame.columns.nlevels} levels of names; give one name a column")
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()].unique()
        raise VariableError(f"frame: {listed(map(repr, twice))} names several columns; rename or drop all but one")
    dictionaries = {str(c): _categories(frame[c]) for c, dtype in frame.dtypes.items() if _is_dictionary(dtype)}
    return frame.assign(**dictionaries) if dictionaries else frame.copy(deep=False)


def numbers(values: pd.Series, name: str, role: str) -> Floats:
    """Return a column as numbers (n,), NaN where missing or where text is none.

    Raises
    ------
    VariableError
        When the numbers are complex: their imaginary part would be dropped.
    """
    if pd.api.types.is_complex_dtype(values):
        raise VariableError(f"{role} '{name}' holds complex numbers; give real ones (the real part, or the modulus)")
    if values.dtype == object and any(isinstance(v, (complex, np.complexfloating)) for v in values):
        raise VariableError(f"{role} '{name}' holds complex numbers; give real ones (the real part, or the modulus)")
    if not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values)):
        values = pd.to_numeric(values, errors="coerce")
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def _is_dictionary(dtype: Any) -> bool:
    if not isinstance(dtype, pd.ArrowDtype):
        return False
    import pyarrow

    return bool(pyarrow.types.is_dictionary(dtype.pyarrow_dtype))


def _categories(column: pd.Series) -> pd.Series:
    # chunks of a column may each carry a dictionary of their own
    arrow = column.array.__arrow_array__().unify_dictionaries()
    dictionary = arrow.chunk(0).dictionary.to_pylist() if arrow.num_chunks else []
    codes = np.concatenate([c.indices.to_numpy(zero_copy_only=False) for c in arrow.chunks] or [np.empty(0)])
    known = np.where(np.isnan(codes.astype(np.float64)), -1, codes).astype(np.int64)
    ordered = bool(arrow.type.ordered)
    return pd.Series(pd.Categorical.from_codes(known, pd.Index(dictionary), ordered=ordered), index=column.index)
