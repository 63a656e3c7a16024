"""Names and the strict base of every declaration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]
SourceKind = Literal["survey", "attendance", "sites", "fieldwork", "network", "costs", "workshops", "enrolments"]
Level = Literal["pays", "canton", "epci", "commune", "area"]


def _wave_name(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


WaveName = Annotated[Name, BeforeValidator(_wave_name)]


class Strict(BaseModel):
    """A declaration: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
