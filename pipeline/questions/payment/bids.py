"""What was asked about payment: answers of a frame as bounds, protests and true zeros apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.questions.outcomes import numbers, one_of
from pipeline.questions.payment.answers import Bounds, double_bounded, open_ended, payment_card, single_bounded
from pipeline.questions.payment.settings import Settings

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Asked:
    """Answers (n,) in the order of the frame, NaN where there is none.

    bid, yes, follow_up, second : of the first question and its follow-up.   amount : given or ticked.
    protest : 1 for persons who refuse the question, 0 for others who answered.
    zero : 1 for persons who would pay nothing, 0 for other usable answers.
    bounds : of usable answers that are not zeros.
    """

    bid: Floats
    yes: Floats
    follow_up: Floats
    second: Floats
    amount: Floats
    protest: Floats
    zero: Floats
    bounds: Bounds


def asked(frame: pd.DataFrame, settings: Settings) -> Asked:
    """Return the answers of a frame.

    Raises
    ------
    ValueError
        When a follow-up contradicts its first answer, or an amount is not on the card.
    """
    nothing = np.full(len(frame), np.nan)
    if settings.format in ("card", "open"):
        return _amounts(frame, settings, nothing)
    first = frame[str(settings.answer)]
    yes = np.where(first.isin(settings.yes), 1.0, np.where(first.isin(settings.no), 0.0, np.nan))
    protest = one_of(first, settings.protest)
    bid = numbers(frame[str(settings.bid)])
    follow_up, second = nothing, nothing
    if settings.format == "double":
        follow_up = numbers(frame[str(settings.follow_up)])
        after = frame[str(settings.second)]
        second = np.where(after.isin(settings.yes), 1.0, np.where(after.isin(settings.no), 0.0, np.nan))
    usable = ~np.isnan(bid) & ~np.isnan(yes)
    zero = np.where(usable, 0.0, np.nan)
    if settings.zero is not None:
        zero = np.where(usable & frame[settings.zero].isin(settings.no).to_numpy(bool, na_value=False), 1.0, zero)
    bounds = double_bounded(bid, yes, follow_up, second) if settings.format == "double" else single_bounded(bid, yes)
    return Asked(bid, yes, follow_up, second, nothing, protest, zero, _without(bounds, zero == 1))


def _amounts(frame: pd.DataFrame, settings: Settings, nothing: Floats) -> Asked:
    given = frame[str(settings.amount)]
    refused = given.isin(settings.protest)
    amount = numbers(given.mask(refused))
    protest = np.where(refused, 1.0, np.where(np.isnan(amount), np.nan, 0.0))
    if settings.format == "card":
        zero = np.where(np.isnan(amount), np.nan, 0.0)
        bounds = payment_card(amount, np.asarray(settings.card))
    else:
        zero = np.where(np.isnan(amount), np.nan, (amount == 0) * 1.0)
        bounds = open_ended(amount)
    return Asked(nothing, nothing, nothing, nothing, amount, protest, zero, _without(bounds, zero == 1))


def _without(bounds: Bounds, rows: NDArray[np.bool_]) -> Bounds:
    return Bounds(np.where(rows, np.nan, bounds.low), np.where(rows, np.nan, bounds.high))
