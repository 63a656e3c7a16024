"""Composite indicators: a variable made of several questions, declared once and used like any question.

Who is known to meet enough of the parts counts as yes, whatever is missing; who can no longer reach the number counts
as no; else the answer is missing. A part that the routing passed by is not met; a wave that did not ask every part does
not have the composite.
"""

from __future__ import annotations

import re
from typing import Any, Self

from pydantic import ConfigDict, Field, model_validator

from pipeline.instrument.declaration import Condition, Strict, Text

#: A box of a multiple question, as a part is written short.
_BOX = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\.(.+)")
#: How many of its parts a composite asks for.
RULES = ("any_of", "all_of", "count_of")


def _allow_short(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema that parts may be names, and that the common ``codes`` of questions stand beside."""
    for rule in RULES:
        items = schema["properties"][rule]["items"]
        schema["properties"][rule]["items"] = {"anyOf": [items, {"type": "string"}]}
    told = "Answers that meet each part that is the name of a question."
    schema["properties"]["codes"] = {"type": "array", "items": {"type": ["integer", "string"]}, "description": told}


class Composite(Strict):
    """A variable that says whether a respondent meets any of several parts, all of them, or at least so many."""

    model_config = ConfigDict(json_schema_extra=_allow_short)

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="Name of the variable in the plan.")
    label: Text = Field(description="Short label, as pages and tables say it.")
    any_of: list[Condition] = Field(default=[], description="Yes where at least one of these parts holds.")
    all_of: list[Condition] = Field(default=[], description="Yes where every one of these parts holds.")
    count_of: list[Condition] = Field(default=[], description="Yes where at least `at_least` of these parts hold.")
    at_least: int | None = Field(default=None, ge=1, description="Goes with `count_of`: how many parts must hold.")
    note: Text | None = Field(default=None, description="A remark for the codebook.")

    @model_validator(mode="before")
    @classmethod
    def _written_short(cls, given: Any) -> Any:
        """Write out the parts that are names: of boxes, or of questions with the common ``codes``."""
        if not isinstance(given, dict):
            return given
        codes = given.get("codes")
        made = {k: v for k, v in given.items() if k != "codes"}
        for rule in RULES:
            if isinstance(given.get(rule), list):
                made[rule] = [_condition(part, codes) for part in given[rule]]
        return made

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
        """Return the parts, in order."""
        return self.any_of or self.all_of or self.count_of

    @property
    def least(self) -> int:
        """Return how many parts must hold."""
        return len(self.all_of) or self.at_least or 1


def _condition(part: object, codes: object) -> object:
    if not isinstance(part, str):
        return part
    box = _BOX.fullmatch(part)
    return {"question": box[1], "codes": [box[2]]} if box else {"question": part, "codes": codes}
