"""Settings of a framework of indicators: which column is of which year, and which values results give."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from pipeline.questions.entry import Strict

_YEAR = re.compile(r"\d{4}")


class Settings(Strict):
    """Settings of a framework."""

    source: str | None = None
    """Source of kind framework, where there are several."""
    values: dict[str, str] | None = None
    """Year -> question with the values of that year; by default those with role reached, the year at the end of
    their name.
    """
    computed: dict[str, dict[str, str]] = Field(default={})
    """Indicator -> year -> result_id (complete, or without its place) of the result that gives its value in place
    of what was entered.
    """

    @field_validator("values", "computed", mode="before")
    @classmethod
    def _years(cls, value: object) -> object:
        """Return mappings whose years YAML read as numbers with their names."""
        if not isinstance(value, dict):
            return value
        return {str(k): _named(v) for k, v in value.items()}

    @field_validator("values")
    @classmethod
    def _of_years(cls, value: dict[str, str] | None) -> dict[str, str] | None:
        if lost := [year for year in value or {} if not _YEAR.fullmatch(year)]:
            raise ValueError(f"`values` goes from years to questions: {lost[0]} is no year")
        return value


def _named(value: object) -> object:
    return {str(k): v for k, v in value.items()} if isinstance(value, dict) else value
