"""Variables that no questionnaire holds: how regularly a person comes, and the size of the commune of the space.

Who comes once in the period is called occasional; a question on the first visit, where one is asked, is the better
witness of newcomers. The size of the commune is that of the space, not of the person's home.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import territory
from pipeline.evaluation import Source
from pipeline.questions.context import AREA, Context
from pipeline.questions.estimates import Subject, over_columns
from pipeline.questions.outcomes import numbers

#: Lower limits of the bands after the first: inhabitants of the commune (10,000 separates the ceilings of the first
#: phase of aid), visits of the period.
COMMUNE_SIZES = (2000, 5000, 10000)
VISITS = (2, 5)
DERIVED = ("commune_size", "regularity")


def with_derived(context: Context, source: Source, subject: Subject, wanted: Iterable[str]) -> Subject:
    """Return the subject with the derived variables among ``wanted`` that its survey allows."""
    frame, made = subject.frame, {}
    names = set(wanted) - set(frame.columns)
    if "regularity" in names and source.visits is not None:
        made["regularity"] = _regularity(frame, source)
    if "commune_size" in names and "commune" in frame and context.level != AREA:
        made["commune_size"] = _commune_size(context, frame)
    if not made:
        return subject
    return dataclasses.replace(subject, design=over_columns(subject.design, frame.assign(**made)))


def banded(values: NDArray[np.float64], limits: tuple[int, ...], first: int) -> NDArray[np.object_]:
    """Return the band (n,) of whole numbers as text: "1", "2-4", "5+"; None where missing."""
    ends = [*(f"{a}-{b - 1}" if b - 1 > a else f"{a}" for a, b in zip((first, *limits), limits, strict=False))]
    labels = np.array([*ends, f"{limits[-1]}+"], dtype=object)
    found = labels[np.searchsorted(limits, np.nan_to_num(values), side="right")]
    found[np.isnan(values)] = None
    return np.asarray(found, dtype=object)


def _regularity(frame: pd.DataFrame, source: Source) -> NDArray[np.object_]:
    assert source.visits is not None
    values = numbers(frame[source.visits.question])
    if source.visits.elsewhere is not None and source.visits.elsewhere in frame:
        values = values + np.nan_to_num(numbers(frame[source.visits.elsewhere]))
    return banded(values, VISITS, 1)


def _commune_size(context: Context, frame: pd.DataFrame) -> NDArray[np.object_]:
    communes = territory.load_communes(context.evaluation.root, context.place)
    size = frame["commune"].map(communes.set_index("code")["population"]).to_numpy(np.float64, na_value=np.nan)
    return banded(size, COMMUNE_SIZES, 0)
