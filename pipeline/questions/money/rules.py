"""Funding rules as data: rate, ceiling on the aid or on the expenditure, classes of population, groups of communes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from pipeline.questions.entry import Strict

Floats = NDArray[np.float64]


class Ceiling(Strict):
    """A ceiling in euros before tax, for communes of fewer inhabitants than ``below`` (the last class has no limit)."""

    amount: float = Field(gt=0)
    """Ceiling in euros before tax."""
    below: float | None = Field(default=None, gt=0)
    """For communes of fewer inhabitants than this; the last class has no limit."""


class Groups(Strict):
    """Projects carried by ``communes`` communes or more have their own ceiling, whatever their population."""

    communes: int = Field(ge=2)
    """From how many communes that carry a project."""
    amount: float = Field(gt=0)
    """Their own ceiling, whatever their population."""


class Rule(Strict):
    """One rule of aid, amounts before tax."""

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    """Name in result_ids."""
    label: dict[str, str] = Field(default_factory=dict)
    """Language -> what it is called."""
    start: dt.date
    """First day on which it holds."""
    end: dt.date
    """Last day on which it holds."""
    rate: float = Field(gt=0, le=1)
    """Part of the expenditure that is paid, from 0 to 1."""
    ceiling_on: Literal["aid", "expenditure"] = "aid"
    """Whether ceilings limit the aid, or the expenditure that counts."""
    ceilings: tuple[Ceiling, ...] = Field(min_length=1)
    """Ceilings by class of population."""
    limit_in: Literal["lower", "upper"] = "upper"
    """In which class a commune of exactly `below` inhabitants is."""
    groups: Groups | None = None
    """Ceiling of its own for projects of several communes."""
    labelled_only: bool = False
    """Whether only labelled spaces may ask."""
    budget: float | None = Field(default=None, gt=0)
    """What the funder has for all projects together."""

    @model_validator(mode="after")
    def _ordered(self) -> Rule:
        limits = [c.below for c in self.ceilings]
        known = [x for x in limits[:-1] if x is not None]
        if limits[-1] is not None or len(known) < len(limits) - 1 or known != sorted(set(known)):
            raise ValueError("`ceilings` go by rising `below`; the last one, and only it, has none")
        if self.end < self.start:
            raise ValueError(f"the rule '{self.name}' ends before it starts")
        return self


@dataclass(frozen=True)
class Aid:
    """Aid and what is left to the holder (projects,), whether the ceiling bound, and the aid that the budget allows."""

    aid: Floats
    remaining: Floats
    capped: NDArray[np.bool_]
    within_budget: float


def aid(rule: Rule, cost: Floats, population: Floats, communes: NDArray[np.int64]) -> Aid:
    """Return what a rule pays of the costs of projects.

    Parameters
    ----------
    rule : rate r and ceiling c of the project's class. A ceiling on the aid gives min(r x, c); a ceiling on the
        expenditure r min(x, c).
    cost : (projects,) expenditure x, euros before tax.
    population : (projects,) inhabitants of the commune that carries the project.
    communes : (projects,) how many communes carry it.

    Raises
    ------
    ValueError
        For a negative or missing cost, or a population that is not known.
    """
    if not (np.isfinite(cost).all() and (cost >= 0).all() and np.isfinite(population).all()):
        raise ValueError("costs are finite and not negative, populations are known")
    limit = ceilings(rule, population, communes)
    if rule.ceiling_on == "aid":
        paid = np.minimum(rule.rate * cost, limit)
        capped = rule.rate * cost > limit
    else:
        paid = rule.rate * np.minimum(cost, limit)
        capped = cost > limit
    total = float(paid.sum())
    return Aid(paid, cost - paid, capped, total if rule.budget is None else min(total, rule.budget))


def ceilings(rule: Rule, population: Floats, communes: NDArray[np.int64]) -> Floats:
    """Return the ceiling (projects,) that applies to each project, euros before tax."""
    limits = np.array([c.below for c in rule.ceilings[:-1]], dtype=np.float64)
    side: Literal["left", "right"] = "right" if rule.limit_in == "upper" else "left"
    amounts = np.array([c.amount for c in rule.ceilings])
    own = amounts[np.searchsorted(limits, population, side=side)]
    if rule.groups is None:
        return own
    return np.where(communes >= rule.groups.communes, rule.groups.amount, own)
