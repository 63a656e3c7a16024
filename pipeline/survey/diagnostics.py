"""What weighting did, as tables: steps, ratios, margins before and after, distance to the population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.survey.domains import mask_of, outcomes_of
from pipeline.survey.errors import MarginError, listed
from pipeline.survey.margins import read_margin
from pipeline.survey.structure import Floats
from pipeline.survey.weights import kish

if TYPE_CHECKING:
    from pipeline.survey.sample import Sample

RATIOS = (0.0, 0.01, 0.25, 0.5, 0.75, 0.99, 1.0)


def step_table(design: Sample) -> pd.DataFrame:
    """Return one row a step, the base weights first.

    Columns: step, kind, rows (with a positive weight), sum, kish_deff, effective_size, min, max, cv, and quantiles of
    the ratio after to before: ratio_min, ratio_p1, ratio_p25, ratio_median, ratio_p75, ratio_p99, ratio_max.
    """
    names = ["ratio_min", "ratio_p1", "ratio_p25", "ratio_median", "ratio_p75", "ratio_p99", "ratio_max"]
    rows = [{"step": 0, "kind": "base", **kish(design.base_weights)} | dict.fromkeys(names, np.nan)]
    for number, step in enumerate(design.steps, start=1):
        used = step.after > 0
        ratios = np.quantile(step.after[used] / step.before[used], RATIOS)
        rows.append({"step": number, "kind": step.kind, **kish(step.after)} | dict(zip(names, ratios, strict=True)))
    return pd.DataFrame(rows)


def balance(
    design: Sample,
    margins: Sequence[pd.Series],
    means: Mapping[str, tuple[float, float]] | None = None,
) -> pd.DataFrame:
    """Compare weighted shares with the population's, before and after weighting.

    Parameters
    ----------
    margins : Series of population counts or shares named by their index.
    means : numeric column -> (population mean, population standard deviation).

    Returns
    -------
    DataFrame: margin, category, population, unweighted, base, weighted (shares or means), and the absolute standardised
    mean differences asmd_unweighted, asmd_base, asmd_weighted: |difference| over the population's standard deviation,
    the square root of p (1 - p) for a share.
    """
    if isinstance(margins, pd.Series):
        raise MarginError("balance takes a list of margins")
    used = design.weights > 0
    weights = {"unweighted": used.astype(np.float64), "base": design.base_weights, "weighted": design.weights}
    parts = []
    for margin in margins:
        fitted = read_margin(margin, design.frame, mask_of(design.frame, None), used.astype(np.float64))
        share = fitted.totals / fitted.totals.sum()
        spread = np.sqrt(share * (1 - share))
        found = {k: _shares(fitted.achieved(np.where(used, w, 0.0))) for k, w in weights.items()}
        parts.append(_compared(fitted.name, fitted.labels, share, spread, found))
    for column, (mean, deviation) in (means or {}).items():
        y = outcomes_of(design.frame, [column])[:, 0]
        known = used & ~np.isnan(y)
        found = {k: np.array([np.average(y[known], weights=w[known])]) for k, w in weights.items()}
        parts.append(_compared(column, ("",), np.array([mean]), np.array([deviation]), found))
    if not parts:
        raise MarginError(f"balance: nothing to compare with; give {listed(['margins', 'means'])}")
    return pd.concat(parts, ignore_index=True)


def _shares(totals: Floats) -> Floats:
    return totals / totals.sum()


def _compared(
    name: str, labels: Sequence[str], truth: Floats, spread: Floats, found: Mapping[str, Floats]
) -> pd.DataFrame:
    table = pd.DataFrame({"margin": name, "category": list(labels), "population": truth, **found})
    for key, value in found.items():
        table[f"asmd_{key}"] = np.divide(
            np.abs(value - truth), spread, out=np.full(len(truth), np.nan), where=spread > 0
        )
    return table
