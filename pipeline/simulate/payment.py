"""What users would pay a year for open access, and how they answer when asked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.simulate.parameters import Truth


def draw_payment(truth: Truth, wave: str, persons: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return (users, 3): ``would_pay`` in euros a year, ``protest``, ``dont_know``.

    Log-logistic with covariates on the log median; the intercept is solved so that the median of the finite population
    is that of the table. True zeros exist only in the scenario that declares them.
    """
    pay, n = truth.willingness_to_pay, len(persons)
    log_pay = rng.logistic(size=n) / pay.shape
    occupation = persons["occupation"].to_numpy()
    for name, coefficient in pay.covariates_log_median.items():
        if name == "home_computer":
            log_pay = log_pay + coefficient * persons["home_computer"].to_numpy()
        elif name == "log_visits_centred":
            log_pay = log_pay + coefficient * persons["log_visits"].to_numpy()
        else:
            log_pay = log_pay + coefficient * (occupation == name)
    log_pay = log_pay - np.median(log_pay) + np.log(pay.median[wave])
    kind = rng.uniform(size=n)
    would_pay = np.exp(log_pay)
    would_pay[rng.uniform(size=n) < pay.true_zeros] = 0.0
    return pd.DataFrame(
        {
            "would_pay": would_pay,
            "protest": kind < pay.protest,
            "dont_know": (kind >= pay.protest) & (kind < pay.protest + pay.dont_know),
        }
    )
