"""Settings of the question of payment."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pipeline.instrument import Code
from pipeline.questions.entry import Strict
from pipeline.questions.payment.distributions import DISTRIBUTIONS

_NEEDED = {
    "single": ("bid", "answer"),
    "double": ("bid", "answer", "follow_up", "second"),
    "card": ("amount", "card"),
    "open": ("amount",),
}


class Settings(Strict):
    """Settings of payment.

    ``format``: one amount proposed (single), two (double), a card of amounts (card) or an amount asked (open).
    ``bid``, ``answer``, ``follow_up``, ``second``: questions of amounts proposed and answers to them; ``amount``: of
    the amount given; ``card``: amounts on the card. ``zero``: question that tells true zeros, answered ``no``.
    ``yes``, ``no``, ``protest``: codes. ``prices``: told one by one; ``top``: where means are cut, the highest price
    by default. ``by``: closed question whose groups are told. ``covariates``: question -> reference answer, or null
    for a number, which enters by its logarithm. ``contrast``: two waves. ``replicates``, ``seed``: of the bootstrap.
    """

    indicator: str = "subscription"
    format: Literal["single", "double", "card", "open"] = "double"
    bid: str | None = None
    answer: str | None = None
    follow_up: str | None = None
    second: str | None = None
    amount: str | None = None
    card: tuple[float, ...] = ()
    zero: str | None = None
    yes: tuple[Code, ...] = ("yes",)
    no: tuple[Code, ...] = ("no",)
    protest: tuple[Code, ...] = ()
    distribution: str = "log_logistic"
    others: tuple[str, ...] = ("weibull", "log_normal", "logistic")
    prices: list[float] = Field(min_length=1)
    top: float | None = Field(default=None, gt=0)
    by: str | None = None
    covariates: dict[str, Code | None] = Field(default_factory=dict)
    contrast: tuple[str | int, str | int] | None = None
    replicates: int = Field(default=200, ge=50, le=2000)
    seed: int = 1
    source: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Settings:
        lacking = [name for name in _NEEDED[self.format] if not getattr(self, name)]
        if lacking:
            raise ValueError(f"format '{self.format}' needs {', '.join(lacking)}")
        unknown = [d for d in (self.distribution, *self.others) if d not in DISTRIBUTIONS]
        if unknown:
            raise ValueError(f"unknown distribution {', '.join(unknown)}; known are {', '.join(DISTRIBUTIONS)}")
        if min(self.prices) <= 0:
            raise ValueError("prices are amounts above zero")
        return self

    @property
    def cut(self) -> float:
        """Return where means are cut."""
        return self.top if self.top is not None else max(self.prices)
