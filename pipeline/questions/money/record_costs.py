"""What a record costs: the expenditure of a year over all that was recorded in it (supports, loans, sessions).

A ratio of totals, not a mean of ratios; where the same money serves other ends too, an upper bound.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.instrument import Question, Role
from pipeline.questions.entry import Strict
from pipeline.questions.money.accounts import Accounts
from pipeline.results import Result

#: What dates a record, in order of preference.
_DATES: tuple[Role, ...] = ("date", "month", "year")


class RecordCosts(Strict):
    """Costs of a year over the records of the same year."""

    year: int
    """Year of the costs and of the records."""
    records: str
    """Source of kind records over whose number the costs are set."""
    natures: tuple[str, ...] = ()
    """Natures of the costs that count; all of them unless they are named."""
    persons: str | None = None
    """Question of the records that counts the persons of each; the costs are set over their sum too."""


def record_cost_rows(accounts: Accounts, asked: RecordCosts) -> Iterator[Result]:
    """Yield the costs of a year for each record and, where records count them, for each person.

    Raises
    ------
    AnalyseError
        When there are no such records, no date or no such count in them, or no costs or too few records in the year.
    """
    entry, lines = accounts.entry, accounts.lines
    known = set(lines["cost_nature"].dropna().astype(str)) if "cost_nature" in lines else set()
    if lost := [n for n in asked.natures if n not in known]:
        raise entry.error("no line has this nature", "record_costs", "natures", found=lost, allowed=sorted(known))
    counts = (lines["year"] == asked.year).fillna(False)
    counts &= lines["cost_nature"].astype("str").isin(asked.natures) if asked.natures else True
    lines = lines[counts]
    spent = float(lines["amount"].sum())
    if not spent > 0:
        raise entry.error("the accounts hold no such costs in this year", "record_costs", "year", found=asked.year)
    records, persons = _recorded(accounts, asked)
    by_space = None if accounts.undivided else lines.groupby("site_id")["amount"].sum()
    n = accounts.open_in(str(asked.year), None)
    for measure, over in (("per_record", records), ("per_person", persons)):
        if over > 0:
            yield accounts.row(
                "unit_cost",
                measure,
                "euro",
                spent / over,
                str(asked.year),
                domain={"recorded": asked.records},
                by_space=by_space,
                n=n,
            )


def _recorded(accounts: Accounts, asked: RecordCosts) -> tuple[int, float]:
    """Return how many records there are of the year, and how many persons they count (0 where nothing counts them)."""
    context, entry = accounts.context, accounts.entry
    if asked.records not in [s.name for s in context.evaluation.sources("records")]:
        raise entry.no_source(context.evaluation, "records", "record_costs.records", asked.records)
    instrument = context.instrument(asked.records)
    dated = next((q for role in _DATES if (q := instrument.by_role(role)) is not None), None)
    if dated is None:
        raise entry.no_roles(context.evaluation, asked.records, ["date"], "record_costs", "records")
    counted = None if asked.persons is None else instrument.question(asked.persons)
    if asked.persons is not None and (counted is None or counted.type not in ("number", "count")):
        numbers = [q.name for q in instrument.questions if q.type in ("number", "count")]
        raise entry.error("no question counts persons", "record_costs", "persons", found=asked.persons, allowed=numbers)
    person = instrument.by_role("identifier")
    names = [q.name for q in (dated, counted, person) if q is not None]
    rows = context.clean(asked.records, names)
    inside = rows[_years(rows[dated.name], dated) == asked.year]
    behind = len(inside) if person is None else int(inside[person.name].nunique())
    if behind < (least := context.evaluation.settings.disclosure.minimum_contributors):
        # with what was spent, what one costs tells how many there are
        found = f"{len(inside)} records" + ("" if person is None else f", {behind} persons")
        raise entry.error(
            "too few are recorded in this year to be told", "record_costs", "year", found=found,
            allowed=f"at least {least} persons or records, as `disclosure:` says", action="name another year, or none",
        )  # fmt: skip
    return len(inside), float(pd.to_numeric(inside[counted.name]).sum()) if counted else 0.0


def _years(dates: pd.Series, asked: Question) -> pd.Series:
    if asked.role == "date":
        return pd.to_datetime(dates).dt.year.astype("Int64")
    return pd.to_numeric(dates.astype("str").str[:4], errors="coerce").astype("Int64")
