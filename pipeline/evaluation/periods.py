"""Periods that counts are of: a month or a longer one, written so that none is taken for another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Period = Literal["month", "quarter", "half-year", "year", "school-year"]
#: Months of each period.
LENGTH: dict[str, int] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12, "school-year": 12}
#: Month in which a school year begins.
SEPTEMBER = 9


def written(first: int, month: int, period: str) -> str:
    """Return the name of the period that begins in a month: 2005-03, 2005-Q1, 2005-H1, 2005, 2005-2006."""
    if period == "month":
        return f"{first}-{month:02d}"
    if period in ("quarter", "half-year"):
        return f"{first}-{'Q' if period == 'quarter' else 'H'}{(month - 1) // LENGTH[period] + 1}"
    return year_name(first, period)


def year_name(first: int, period: str) -> str:
    """Return the name of the year, or of the school year, that begins in a calendar year."""
    return f"{first}-{first + 1}" if period == "school-year" else str(first)


def begins(name: str, period: str) -> tuple[int, int]:
    """Return the year and month in which a period of clean tables begins (the way back from :func:`written`)."""
    if period == "month":
        return int(name[:4]), int(name[5:7])
    if period in ("quarter", "half-year"):
        return int(name[:4]), (int(name[6]) - 1) * LENGTH[period] + 1
    return int(name[:4]), SEPTEMBER if period == "school-year" else 1


def placed(names: pd.Series, period: str) -> pd.PeriodIndex:
    """Return (n,) the periods that a clean table names, or the months of its days: their first month, their length."""
    # a declaration is read without pandas, whose import takes longer than the reading
    import pandas as pd

    codes, met = pd.factorize(names)
    starts = [f"{y}-{m:02d}" for y, m in (begins(str(n), period) for n in met)]
    return pd.PeriodIndex(starts, freq=f"{LENGTH[period]}M").take(codes)


def month_numbers(names: pd.Series, period: str) -> NDArray[np.float64]:
    """Return (n,) the first months of periods, counted from year 0; NaN where there is none."""
    import numpy as np
    import pandas as pd

    codes, met = pd.factorize(names)
    numbers = [12 * year + month - 1 for year, month in (begins(str(n), period) for n in met)]
    return np.append(np.array(numbers, dtype=np.float64), np.nan)[codes]


def whole_range(placed: pd.PeriodIndex) -> pd.PeriodIndex:
    """Return every period from the first to the last of some."""
    import pandas as pd

    return pd.period_range(placed.min(), placed.max(), freq=placed.freq)
