"""Settings of the adjusted question, and the frame that its regressions read."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from pipeline.questions.declared import Declared
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.outcomes import Outcome
from pipeline.questions.parts import About

#: Method of results with the controls; that of the second model adds the name of what mediates.
METHOD = "adjusted"


class Categorical(Strict):
    """An outcome of several categories."""

    of: str | None = None
    """Entry that defines the shares, that of the entry by default."""
    name: str
    """Name in result_ids."""
    model: Literal["ordinal", "multinomial"]
    """Ordered categories (ordinal), or categories without order (multinomial)."""
    question: str | None = None
    """Question whose codes, in order, are the categories of an ordinal model."""
    first_of: tuple[str, ...] = ()
    """Indicators of `of`: each respondent counts under the first that holds, else under `neither`."""

    @model_validator(mode="after")
    def _one_source(self) -> Categorical:
        if (self.question is None) == (not self.first_of):
            raise ValueError(f"outcome '{self.name}' needs either question or first_of")
        if self.first_of and self.model == "ordinal":
            raise ValueError(f"outcome '{self.name}': categories of first_of have no order; use model: multinomial")
        return self


class Settings(Strict):
    """Settings of adjusted shifts."""

    of: str = "demand"
    """Entry of the plan that it looks at."""
    indicators: tuple[str, ...] = ()
    """Shares that the entry `of` defines."""
    contrast: tuple[str | int, str | int] | None = None
    """Two waves whose change is told."""
    by: str = "age_band"
    """Groups whose shifts are told."""
    controls: tuple[str, ...] = ("age_band", "sex")
    """Columns held still."""
    mediators: tuple[str, ...] = ()
    """Columns added in the second model."""
    mediated_by: str = "equipment"
    """Name of the second model in result_ids."""
    pooled: bool = False
    """Whether units of the territory get shifts by partial pooling."""
    items: bool = False
    """Whether all shares of `of` are tested at once."""
    categorical: tuple[Categorical, ...] = ()
    """Outcomes of several categories."""
    trends: tuple[str, ...] = ()
    """Indicators followed along all waves."""


def about(entry: Entry, known: Declared, outcome: Outcome, wave: str) -> About:
    """Return what results of an outcome are about."""
    return About(entry, known.entry.name, outcome.indicator, known.subject, outcome.base[wave], outcome)
