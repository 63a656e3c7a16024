"""What regressions of questions read: plain columns and the outcome, over the rows that have them all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.questions.estimates import Subject, over_columns
from pipeline.survey import Design

OUTCOME = "_outcome"


def plain_design(subject: Subject, values: NDArray[np.float64] | pd.Categorical, columns: Sequence[str]) -> Design:
    """Return the design over plain columns that regressions read: wave, ``columns`` and the outcome."""
    made: dict[str, object] = {c: pd.Categorical(subject.frame[c].astype("object")) for c in ["wave", *columns]}
    return over_columns(subject.design, pd.DataFrame({**made, OUTCOME: values}, index=subject.frame.index))


def complete(design: Design, columns: Sequence[str], waves: Sequence[str]) -> NDArray[np.bool_]:
    """Return the rows (n,) of some waves that have every column."""
    known = design.frame[[*columns, OUTCOME]].notna().all(axis=1).to_numpy()
    return np.asarray(known & design.frame["wave"].isin(list(waves)).to_numpy())
