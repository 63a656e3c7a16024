"""The criteria of the label, all required, read from the register: who meets them among labelled and other spaces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd
from pydantic import Field, model_validator

from pipeline.questions.entry import Strict
from pipeline.questions.money.accounts import Accounts
from pipeline.questions.register import open_at
from pipeline.results import Result


class Condition(Strict):
    """A question of the register and the codes, or the least number, that meet a criterion."""

    question: str
    """Question of the register."""
    codes: tuple[str, ...] = ()
    """Codes that meet it."""
    minimum: float | None = None
    """Least number that meets it."""

    @model_validator(mode="after")
    def _one_way(self) -> Condition:
        if bool(self.codes) == (self.minimum is not None):
            raise ValueError("a condition has either `codes` or `minimum`")
        return self


class Criterion(Strict):
    """A criterion is met when all its conditions are."""

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    """Name in result_ids."""
    label: dict[str, str] = Field(default_factory=dict)
    """Language -> what it is called."""
    all_of: tuple[Condition, ...] = Field(min_length=1)
    """Conditions, all of which must be met."""


class Label(Strict):
    """The criteria of the label at a date."""

    date: dt.date
    """Day at which the register is read."""
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    """The criteria."""


def met(spaces: pd.DataFrame, criterion: Criterion) -> pd.Series:
    """Return whether each space meets a criterion (boolean, missing where the register does not know)."""
    out = pd.Series(True, index=spaces.index, dtype="boolean")
    for condition in criterion.all_of:
        values = spaces[condition.question]
        if condition.codes:
            ok = values.astype("str").isin(condition.codes)
        else:
            ok = pd.to_numeric(values) >= condition.minimum
        out &= ok.astype("boolean").mask(values.isna(), pd.NA)
    return out


def criteria_rows(accounts: Accounts, asked: Label) -> Iterator[Result]:
    """Yield, for the region, how many labelled spaces meet each criterion and all, and how many others meet all."""
    entry, spaces = accounts.entry, accounts.spaces
    unknown = sorted({c.question for x in asked.criteria for c in x.all_of} - set(spaces.columns))
    if unknown:
        raise entry.error("the register has no such question", "label", "criteria", found=unknown)
    if "label_date" not in spaces:
        raise entry.error(
            "the register does not say who has the label", "label", found="no question of role label_date"
        )
    spaces = spaces[open_at(spaces, asked.date)]
    labelled = (pd.to_datetime(spaces["label_date"]) <= pd.Timestamp(asked.date)).to_numpy()
    table = pd.DataFrame({c.name: met(spaces, c) for c in asked.criteria})
    # one criterion that is not met settles the matter, whatever is unknown of the others
    everything = table.all(axis=1, skipna=False).astype("boolean")
    everything = everything.mask((table == False).any(axis=1), False)  # noqa: E712
    period = asked.date.isoformat()

    def row(measure: str, values: pd.Series, criterion: str) -> Result:
        return accounts.row(
            "label_criteria",
            measure,
            "count",
            float(values.sum()),
            period,
            domain={"criterion": criterion},
            population="spaces",
            n=float(values.notna().sum()),
            coverage=float(values.notna().mean()) if len(values) else float("nan"),
        )

    for name, values in [*table.items(), ("all", everything)]:
        yield row("labelled", values[labelled], str(name))
    yield row("others", everything[~labelled], "all")
