"""Whether the models of counts fit: dispersion, theta, and zeros against those that each law expects."""

from __future__ import annotations

import numpy as np

from pipeline.questions.attendance_model.trends import BandFit
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.panel import Panel, facts
from pipeline.results import Result

#: Fewer zeros expected than this tell nothing of a law.
_LEAST_ZEROS = 5.0
#: The method of what is told of Poisson where the counts vary no more than it says.
KEPT = "poisson_kept"


def diagnosed(context: Context, entry: Entry, panel: Panel, fits: list[BandFit]) -> list[Result]:
    """Return, for all ages and every band, Pearson dispersion under both laws, theta, and the check of zeros.

    Where theta is infinite Poisson is the law that the model keeps: its dispersion says so (`KEPT`), and stands alone.
    """
    made = []
    for f in fits:
        domain: dict[str, object] = {} if f.band is None else {"age_band": f.band}
        told = facts(context, entry, panel, domain=domain, n=float(len(f.rows.y)))
        laws = {"poisson": f.poisson, "negative_binomial": f.negative_binomial}
        if not np.isfinite(f.negative_binomial.theta):
            laws = {KEPT: f.poisson}
        for law, fitted in laws.items():
            made.append(
                Result(
                    indicator="dispersion", measure="ratio", method=law, unit="ratio", estimate=fitted.pearson, **told
                )
            )
        theta = f.negative_binomial.theta
        if np.isfinite(theta):
            made.append(Result(indicator="dispersion", measure="theta", unit="coefficient", estimate=theta, **told))
        observed = int((f.rows.y == 0).sum())
        for law, expected in expected_zeros(f).items():
            if max(observed, expected) >= _LEAST_ZEROS:
                ratio = observed / expected if expected > 0 else np.nan
                made.append(
                    Result(indicator="zeros", measure="ratio", method=law, unit="ratio", estimate=ratio, **told)
                )
    return made


def expected_zeros(f: BandFit) -> dict[str, float]:
    """Return how many zero counts each law expects at its fitted means."""
    theta, poisson = f.negative_binomial.theta, float(np.exp(-f.poisson.mu).sum())
    if not np.isfinite(theta):
        return {KEPT: poisson}
    return {
        "poisson": poisson,
        "negative_binomial": float(((1 + f.negative_binomial.mu / theta) ** -theta).sum()),
    }
