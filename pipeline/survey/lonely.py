"""Strata with one sampling unit, in the sample or only in a domain: what R's `survey.lonely.psu` options do.

fail      the stratum is named and nothing is computed;
remove    the stratum adds nothing to the variance;
certainty the same, said of a unit that was bound to be drawn;
adjust    the unit's total is taken about zero, the mean of linearised totals, in place of the stratum's mean;
average   the stratum adds what the other strata of the domain add on average.

With `lonely_domains` adjust and average also apply where a stratum has several units and the domain has rows in
one of them (R's `survey.adjust.domain.lonely`). As in R, a calibrated design keeps all units in every domain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pipeline.survey.errors import LonelyPsuError, UnsupportedError, listed
from pipeline.survey.structure import Floats, Stage

RULES = ("fail", "remove", "certainty", "adjust", "average")


@dataclass(frozen=True)
class Lonely:
    """Treatment of lone units at one stage.

    single : (H,) strata with one unit in the sample and a variance to estimate.
    average, adjust : whether domains need their own count of units.
    inner : (H,) factor of squared unit totals; size : (H,) units in the sample.
    """

    single: NDArray[np.bool_]
    average: bool
    adjust: bool
    domains: bool
    inner: Floats
    size: Floats

    @property
    def needs_presence(self) -> bool:
        """Whether the variance of a domain depends on which strata and units it reaches."""
        return self.average or (self.adjust and self.domains)

    def overall(self, variance: Floats) -> Floats:
        """Scale variances (or a covariance matrix) of the whole sample for averaged strata."""
        return variance * (len(self.single) / (~self.single).sum()) if self.average else variance

    def in_domains(self, variance: Floats, sums: sparse.csr_array, units: sparse.csr_array) -> Floats:
        """Return variances (m,) corrected for the strata and units of each domain.

        sums : (H, m) stratum sums of scores. units : (H, m) units of each stratum that the domain reaches.
        """
        reached = sparse.coo_array(units)
        h, j, count = reached.row, reached.col, reached.data
        alone = self.domains & (count == 1) & (self.size[h] > 1)
        total = _looked_up(sums, h[alone], j[alone])
        inner, share = self.inner[h[alone]], 1 / self.size[h[alone]]
        m = len(variance)
        if self.adjust:
            return variance + np.bincount(j[alone], weights=inner * share * total**2, minlength=m)
        dropped = np.bincount(j[alone], weights=inner * (1 - share) * total**2, minlength=m)
        present = np.bincount(j, minlength=m)
        fine = np.bincount(j, weights=~(alone | self.single[h]), minlength=m)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(fine > 0, (variance - dropped) * present / fine, np.nan)


def _looked_up(matrix: sparse.csr_array, rows: NDArray[np.int32], columns: NDArray[np.int32]) -> Floats:
    if len(rows) == 0:
        return np.zeros(0)
    return np.asarray(matrix[rows, columns], dtype=np.float64).ravel()


def treated(
    stage: Stage, rule: str, domains: bool, factor: Floats, mean: Floats, first: bool
) -> tuple[Floats, Floats, Lonely]:
    """Return factor (H,) and mean (H,) of a stage's form after the rule, and the rule's own part.

    Raises
    ------
    LonelyPsuError, UnsupportedError
    """
    single = (stage.size == 1) & (factor > 0)
    names = listed(stage.labels[h] for h in np.flatnonzero(single))
    if single.any() and rule == "fail":
        raise LonelyPsuError(
            f"one sampling unit only in stratum {names}: the variance between units cannot be estimated; "
            "merge strata, or choose lonely_psu= remove, certainty, adjust or average"
        )
    if single.any() and rule == "average" and (not first or single.all()):
        raise UnsupportedError(f"lonely_psu='average' has no stratum to average over for {names}")
    average = rule == "average" and first and (bool(single.any()) or domains)
    if rule == "adjust":
        mean = np.where(single, 0.0, mean)
    else:
        factor = np.where(single, 0.0, factor)
    scale = stage.size / np.maximum(stage.size - 1, 1)
    return (
        factor,
        mean,
        Lonely(single, average, rule == "adjust", domains, factor * scale, stage.size.astype(np.float64)),
    )
