"""Names and the strict base of every declaration."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]
SourceKind = Literal[
    "survey", "attendance", "sites", "fieldwork", "network", "costs", "workshops", "enrolments", "records", "framework"
]
Level = Literal["pays", "canton", "epci", "department", "commune", "own", "area"]


Year = Annotated[int, Field(ge=1900, le=2200)]


def _wave_name(value: object) -> object:
    """Return a wave's name: letters of any alphabet; a year as YAML reads it is a name too."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str):
        text = unicodedata.normalize("NFC", text)
        if ".." in text:
            raise ValueError("the name of a wave holds no '..', which stands between two waves")
    return text


#: Only a name: nothing reads a year in it.
WaveName = Annotated[
    str,
    BeforeValidator(_wave_name),
    Field(pattern=r"^\w(?:[\w .-]*\w)?$", max_length=40),
    # editors know no letters but those of English in a pattern
    WithJsonSchema({"type": ["string", "integer"], "maxLength": 40}),
]


class Strict(BaseModel):
    """A declaration: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
