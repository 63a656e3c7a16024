"""Composite indicators: a variable made of several questions, declared once and used like any question.

Who is known to meet enough of the parts counts as yes, whatever is missing; who can no longer reach the number counts
as no; else the answer is missing. A part that the routing passed by is not met; a wave that did not ask every part does
not have the composite.
"""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import Field, model_validator

from pipeline.instrument.declaration import Code, Condition, NoBool, Strict, Text

#: A box of a multiple question, as a part is written short.
_BOX = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\.(.+)")
#: How many of its parts a composite asks for.
RULES = ("any_of", "all_of", "count_of")


class Composite(Strict):
    """A variable that says whether a respondent meets any of several parts, all of them, or at least so many."""

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """Name of the variable in the plan."""
    label: Text
    """Short label, as pages and tables say it."""
    any_of: list[Condition | str] = []
    """Yes where one of these parts holds: a question with the common `codes`, a box (wants.email) or a condition."""
    all_of: list[Condition | str] = []
    """Yes where every one of these parts holds."""
    count_of: list[Condition | str] = []
    """Yes where at least `at_least` of these parts hold."""
    at_least: int | None = Field(default=None, ge=1)
    """How many parts of `count_of` must hold."""
    codes: list[Annotated[Code, NoBool]] | None = None
    """The answers that count in the parts that are names of questions."""
    note: Text | None = None
    """A remark for the codebook."""

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        given = [rule for rule in RULES if getattr(self, rule)]
        if len(given) != 1:
            raise ValueError(f"composite '{self.name}' needs exactly one of {', '.join(RULES)}, not {given}")
        if (self.at_least is not None) != (given == ["count_of"]):
            raise ValueError(f"composite '{self.name}': `at_least` goes with `count_of`, and only with it")
        if self.least > len(self.parts):
            raise ValueError(f"composite '{self.name}' asks for {self.least} of {len(self.parts)} parts")
        return self

    @property
    def parts(self) -> list[Condition]:
        """Return the parts as conditions, in order."""
        written = self.any_of or self.all_of or self.count_of
        return [_condition(part, self.codes) if isinstance(part, str) else part for part in written]

    @property
    def least(self) -> int:
        """Return how many parts must hold."""
        return len(self.all_of) or self.at_least or 1


def _condition(part: str, codes: list[Code] | None) -> Condition:
    """Return a part that was written short."""
    box = _BOX.fullmatch(part)
    if box is None and codes is None:
        raise ValueError(f"say which answers to '{part}' count, as `codes:`")
    return Condition(question=box[1], codes=[box[2]]) if box else Condition(question=part, codes=codes)
