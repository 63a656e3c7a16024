"""Linear programmes over one table, one after another: each starts from where the last one ended.

Thousands of programmes have the same sums and differ in what they aim at and in the bounds of a few cells. A solver
that keeps its basis answers the next one in some steps, where one that is made anew for each works it all out again
(six times as long on a component of 1,700 cells). The solver is HiGHS (Huangfu and Hall 2018, Mathematical Programming
Computation 10), as SciPy carries it: SciPy's own functions keep no basis.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ProtectError

if TYPE_CHECKING:
    from scipy import sparse

Floats = NDArray[np.float64]
#: HiGHS' number of the primal simplex.
_PRIMAL = 4


@functools.cache
def _highs() -> Any:
    """Return the solver: loading SciPy's takes as long as hundreds of programmes, and the first process solves none."""
    from scipy.optimize._highspy import _core

    return _core


class Programme:
    """Tables x with ``least <= sums @ x <= most``.

    Parameters
    ----------
    sums : (m, n).   least, most : (m,).
    aims : whether many tables are asked for that differ in their aim more than in their bounds: where the last one is
        still a table, the primal simplex goes on from it in half of the time.
    """

    def __init__(
        self, sums: sparse.csr_array | sparse.csc_array, least: Floats, most: Floats, *, aims: bool = False
    ) -> None:
        highs = _highs()
        rows, columns = sums.shape
        by_column = sums.tocsc()
        nothing, continuous = np.zeros(columns), np.zeros(columns, dtype=np.int32)
        self._columns = np.arange(columns, dtype=np.int32)
        self._solver = highs._Highs()
        self._solver.setOptionValue("output_flag", False)
        if aims:
            self._solver.setOptionValue("simplex_strategy", _PRIMAL)
        self._solver.passModel(
            *(columns, rows, by_column.nnz, int(highs.MatrixFormat.kColwise), int(highs.ObjSense.kMinimize), 0.0),
            *(nothing, nothing, nothing, least, most),
            *(by_column.indptr, by_column.indices, by_column.data, continuous),
        )

    def least(self, aim: Floats, low: Floats, high: Floats) -> Floats:
        """Return the table that makes ``aim @ x`` least under ``low <= x <= high``.

        Raises
        ------
        ProtectError
            When there is none: the true table is always one.
        """
        every = len(self._columns)
        self._solver.changeColsCost(every, self._columns, aim)
        self._solver.changeColsBounds(every, self._columns, low, high)
        self._solver.run()
        if not self._is_solved():
            # a basis that leads nowhere is not held against the programme
            self._solver.clearSolver()
            self._solver.run()
        if not self._is_solved():
            found = self._solver.modelStatusToString(self._solver.getModelStatus())
            raise ProtectError("the interval of confidential numbers cannot be worked out", found=found)
        return np.array(self._solver.getSolution().col_value, dtype=np.float64)

    def _is_solved(self) -> bool:
        return bool(self._solver.getModelStatus() == _highs().HighsModelStatus.kOptimal)
