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
    """Settings of payment."""

    indicator: str = "subscription"
    """Name in result_ids."""
    format: Literal["single", "double", "card", "open"] = "double"
    """One amount proposed (single), two (double), a card of amounts (card), or an amount asked (open)."""
    bid: str | None = None
    """Question of the amount proposed first."""
    answer: str | None = None
    """Question of the answer to it."""
    follow_up: str | None = None
    """Question of the amount proposed next."""
    second: str | None = None
    """Question of the answer to the next amount."""
    amount: str | None = None
    """Question of the amount given."""
    card: tuple[float, ...] = ()
    """Amounts on the card."""
    zero: str | None = None
    """Question that tells true zeros, answered `no`."""
    yes: tuple[Code, ...] = ("yes",)
    """Codes of acceptance."""
    no: tuple[Code, ...] = ("no",)
    """Codes of refusal."""
    protest: tuple[Code, ...] = ()
    """Codes of protest, left out of the model."""
    distribution: str = "log_logistic"
    """Distribution of the model."""
    others: tuple[str, ...] = ("weibull", "log_normal", "logistic")
    """Distributions it is compared with."""
    prices: list[float] = Field(min_length=1)
    """Prices told one by one."""
    top: float | None = Field(default=None, gt=0)
    """Where means are cut; the highest price by default."""
    by: str | None = None
    """Closed question whose groups are told."""
    covariates: dict[str, Code | None] = Field(default_factory=dict)
    """Question -> reference answer, or null for a number, which enters by its logarithm."""
    contrast: tuple[str | int, str | int] | None = None
    """Two waves whose change is told."""
    replicates: int = Field(default=200, ge=50, le=2000)
    """Replicates of the bootstrap."""
    seed: int = 1
    """Seed of the random draws, so that every run gives the same numbers."""
    source: str | None = None
    """Source that it reads, where there are several."""

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
