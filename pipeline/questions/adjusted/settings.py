"""Settings of the adjusted question, and the frame that its regressions read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import model_validator

from pipeline.questions.declared import Declared
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.estimates import Subject, over_columns
from pipeline.questions.outcomes import Outcome
from pipeline.questions.parts import About
from pipeline.survey import Design

OUTCOME = "_outcome"
#: Method of results with the controls; that of the second model adds the name of what mediates.
METHOD = "adjusted"


class Categorical(Strict):
    """An outcome of several categories.

    ``name`` in result_ids; either ``question`` (its codes in order, for an ordinal model) or ``first_of``: indicators
    of ``of``, each respondent counted under the first one that holds, else under ``neither``.
    """

    of: str | None = None
    name: str
    model: Literal["ordinal", "multinomial"]
    question: str | None = None
    first_of: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_source(self) -> Categorical:
        if (self.question is None) == (not self.first_of):
            raise ValueError(f"outcome '{self.name}' needs either question or first_of")
        if self.first_of and self.model == "ordinal":
            raise ValueError(f"outcome '{self.name}': categories of first_of have no order; use model: multinomial")
        return self


class Settings(Strict):
    """Settings of adjusted shifts.

    ``of`` and ``indicators``: shares that another entry of the plan defines; ``contrast``: two waves; ``by``: the
    groups whose shifts are told; ``controls``: columns held still; ``mediators``: added in the second model, under the
    name ``mediated_by``; ``pooled``: whether units of the territory get shifts by partial pooling; ``items``: whether
    to test all shares of ``of`` at once; ``categorical``: outcomes of several categories; ``trends``: indicators
    followed along all waves.
    """

    of: str = "demand"
    indicators: tuple[str, ...] = ()
    contrast: tuple[str | int, str | int] | None = None
    by: str = "age_band"
    controls: tuple[str, ...] = ("age_band", "sex")
    mediators: tuple[str, ...] = ()
    mediated_by: str = "equipment"
    pooled: bool = False
    items: bool = False
    categorical: tuple[Categorical, ...] = ()
    trends: tuple[str, ...] = ()


def loaded(subject: Subject, values: NDArray[np.float64] | pd.Categorical, columns: Sequence[str]) -> Design:
    """Return the design over plain columns that regressions read: wave, ``columns`` and the outcome."""
    made: dict[str, object] = {c: pd.Categorical(subject.frame[c].astype("object")) for c in ["wave", *columns]}
    return over_columns(subject.design, pd.DataFrame({**made, OUTCOME: values}, index=subject.frame.index))


def complete(design: Design, columns: Sequence[str], waves: Sequence[str]) -> NDArray[np.bool_]:
    """Return the rows (n,) of some waves that have every column."""
    known = design.frame[[*columns, OUTCOME]].notna().all(axis=1).to_numpy()
    return np.asarray(known & design.frame["wave"].isin(list(waves)).to_numpy())


def about(entry: Entry, known: Declared, outcome: Outcome, wave: str) -> About:
    """Return what results of an outcome are about."""
    return About(entry, known.entry.name, outcome.indicator, known.subject, outcome.base[wave], outcome)
