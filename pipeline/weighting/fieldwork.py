"""The fieldwork record: which spaces were drawn, which took part, how many people entered on the sampled days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.errors import WeightError
from pipeline.instrument import Instrument, Role
from pipeline.instrument.affirmation import affirmed


@dataclass(frozen=True)
class Fieldwork:
    """A clean fieldwork table read by the roles of its instrument; one row a sampled space, wave and day."""

    instrument: Instrument
    table: pd.DataFrame

    def _column(self, role: Role) -> str | None:
        question = self.instrument.by_role(role)
        return question.name if question is not None else None

    def took_part(self) -> pd.Series:
        """Return (rows,) True where the space took part; all, where the record does not say."""
        question = self.instrument.by_role("participated")
        if question is None:
            return pd.Series(True, index=self.table.index)
        return pd.Series(affirmed(question, self.table[question.name]), index=self.table.index)

    def sampled_spaces(self, inclusion: str) -> pd.DataFrame:
        """Return the record with ``participated`` and the first-stage design weight ``weight_space``.

        A day without an outcome is still ahead: the other days of its space say whether that took part.
        """
        made = self.table.assign(
            participated=self.took_part(), weight_space=1 / self.table[inclusion].astype("float64")
        )
        column = self._column("participated")
        if column is None:
            return made
        ahead = self.table[column].isna()
        settled = (~ahead).groupby([made["wave"], made["site_id"]]).transform("any")
        return made[~(ahead & settled)]

    def days_taken_part(self, keys: list[str]) -> pd.DataFrame:
        """Return the rows of days that took part, without provenance columns, one a combination of ``keys``.

        Raises
        ------
        WeightError
            When a day stands twice.
        """
        days = self.table[self.took_part()]
        days = days[[c for c in days.columns if c in keys or not (c.startswith("_") or c.endswith("__status"))]]
        twice = days.duplicated(keys)
        if twice.any():
            raise WeightError(
                "the fieldwork record has a space and day twice",
                found=days.loc[twice, keys].head(3).astype(str).agg(" ".join, axis=1).tolist(),
                action="keep one row a wave, space and day",
            )
        return days

    def days_with_counts(self, keys: list[str]) -> pd.DataFrame:
        """Return days that took part with ``handed`` and ``returned`` (missing where the record does not count them).

        Raises
        ------
        WeightError
            When the record does not count the people handed a questionnaire.
        """
        handed, returned = self._column("handed"), self._column("returned")
        if handed is None:
            raise WeightError(
                "nonresponse of persons needs the number of people handed a questionnaire",
                where=f"instrument {self.instrument.name}",
                action="give a question of the fieldwork instrument the role 'handed'",
            )
        days = self.days_taken_part(keys)
        return days.assign(
            handed=days[handed].astype("float64").fillna(0.0),
            returned=days[returned].astype("float64") if returned else np.nan,
        )
