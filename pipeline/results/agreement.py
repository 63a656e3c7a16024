"""Numbers of one quantity agree: what two analyses print of the same thing is the same number."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.errors import ResultsError
from pipeline.results.quantity import NOTHING

#: What equal quantities have in common, whatever question printed them.
_SAME = ("estimate", "n", "contributors")
#: Relative gap of sums taken in another order; a base or a weight that differs moves a number by far more.
_ROUNDING = 1e-7


def check_quantities(table: pd.DataFrame) -> None:
    """Refuse rows that say no quantity, and quantities that two rows tell differently.

    Raises
    ------
    ResultsError
        Naming the rows.
    """
    silent = table.loc[table["quantity"] == "", "result_id"]
    if len(silent):
        raise ResultsError(
            f"{len(silent)} numbers do not say what they count",
            found=list(silent[:5]),
            action="fill `quantity` where the question writes the row; a diagnostic says NOTHING",
        )
    apart = disagreeing(table)
    if len(apart):
        raise ResultsError(
            "two numbers of one quantity differ in estimate, n or contributors",
            found=list(apart["result_id"][:4]),
            action="give both the same base and weights, or name what differs in the quantity",
        )


def disagreeing(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose quantity another row tells differently, rows of a quantity together.

    Numbers missing in one row and known in another are no disagreement: not every question counts contributors.
    """
    told = table[table["quantity"] != NOTHING.text]
    told = told[told["quantity"].duplicated(keep=False)]
    groups = told.groupby("quantity", sort=False)
    apart = np.zeros(len(told), dtype=bool)
    for column in _SAME:
        low, high = (groups[column].transform(how).to_numpy(np.float64) for how in ("min", "max"))
        apart |= high - low > _ROUNDING * np.maximum(np.abs(high), 1e-6)
    return told[apart].sort_values("quantity", kind="stable")
