"""The persons on the lists of a year, each counted once: how many, their hours and who they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.quantities import counted
from pipeline.results import Result
from pipeline.results.quantity import ANSWERED, VALUE, Codes

#: The column of persons counted once, as quantities name it.
_COUNTED = "trainees"


def trainee_rows(
    context: Context, entry: Entry, table: pd.DataFrame, source: str, years: Sequence[int], by: Sequence[str]
) -> Iterator[Result]:
    """Yield the persons who started a cycle in each year, their enrolments each, and their shares by ``by``.

    A person counts once, as described at the first enrolment of the year; whoever is not described in a column is left
    out of its shares. An exhaustive count of the lists, without sampling error.

    Parameters
    ----------
    table : person, starts, site_id and the columns ``by``; one row an enrolment.

    Raises
    ------
    AnalyseError
        When the lists lack one of the columns ``by``.
    """
    if lost := [name for name in by if name not in table]:
        raise entry.error("the lists of enrolments say nothing of this", "trainees", found=lost, allowed=list(table))
    known = table.dropna(subset=["person", "starts"]).sort_values(["person", "starts"], kind="stable")
    for year in years:
        enrolments = known[known["starts"].dt.year == year]
        people = enrolments.drop_duplicates("person")
        row = _Row(context, entry, source, str(year))
        yield row.total(people)
        each = len(enrolments) / len(people) if len(people) else np.nan
        yield row.made("enrolments_each", "mean", "mean", each, people, {"enrolments": VALUE})
        for name in by:
            described = people.dropna(subset=[name])
            for code, part in described.groupby(name, observed=True):
                yield row.share(name, str(code), part, described)


class _Row:
    """Writes rows of the whole about the persons of a year."""

    def __init__(self, context: Context, entry: Entry, source: str, period: str) -> None:
        self.context, self.entry, self.source, self.period = context, entry, source, period

    def total(self, people: pd.DataFrame) -> Result:
        return self.made("trainees", "count", "count", float(len(people)), people, {_COUNTED: VALUE}, stat="total")

    def share(self, name: str, code: str, part: pd.DataFrame, among: pd.DataFrame) -> Result:
        value = len(part) / len(among)
        row = self.made("trainees", "share", "share", value, among, {}, {name: code}, float(len(part)))
        return replace(row, quantity=counted(row, "share", {name: [code]}, {name: ANSWERED}))

    def made(
        self, indicator: str, measure: str, unit: str, value: float, people: pd.DataFrame, what: Codes,
        domain: dict[str, object] | None = None, contributors: float | None = None, stat: str = "mean",
    ) -> Result:  # fmt: skip
        n = float(len(people))
        row = Result(
            analysis=self.entry.name, indicator=indicator, measure=measure, population="trainees",
            **self.context.where(None), unit=unit, inference="census", estimate=value, period=self.period,
            domain=domain, n=n, contributors=n if contributors is None else contributors,
            confirmatory=self.entry.confirmatory, source=self.source,
        )  # fmt: skip
        return replace(row, quantity=counted(row, stat, what))
