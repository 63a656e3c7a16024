"""Population margins and the rows of the sample they speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.survey.domains import Mask
from pipeline.survey.errors import MarginError, VariableError, listed
from pipeline.survey.structure import Floats, Ints, factorized, grouped, known

# margins that count the same people may differ by rounding in the source, not by more
AGREEMENT = 1e-6


@dataclass(frozen=True)
class Margin:
    """A margin fitted to the rows: category of each row (n,), -1 outside; totals (K,) and their names."""

    variables: tuple[str, ...]
    code: Ints
    totals: Floats
    labels: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of the margin in messages and tables."""
        return " x ".join(self.variables)

    def achieved(self, weights: Floats) -> Floats:
        """Return the weighted totals (K,) of the categories."""
        inside = self.code >= 0
        if inside.all():
            return grouped(self.code, weights, len(self.totals))
        return grouped(self.code[inside], weights[inside], len(self.totals))


def read_margin(margin: pd.Series, frame: pd.DataFrame, inside: Mask, weights: Floats) -> Margin:
    """Return a margin matched to the frame.

    Parameters
    ----------
    margin : population totals, indexed by the categories of one variable or by a MultiIndex of several; the
        index names are the variables.
    inside : (n,) rows concerned. weights : (n,) current weights; rows with weight 0 may lie outside.

    Raises
    ------
    MarginError
        When the index is unnamed, doubled or holds missing or negative totals; when rows have a category
        that the margin does not know, or the margin a positive total for a category without rows.
    """
    totals, variables = _checked(margin)
    known(frame, variables, "margin")
    index = margin.index
    code: Ints = np.zeros(len(frame), dtype=np.int64)
    absent = np.zeros(len(frame), dtype=bool)
    cells: Ints = np.zeros(len(index), dtype=np.int64)
    span = 1
    for level, variable in enumerate(variables):
        row_codes, categories = factorized(frame, variable)
        wanted = categories.astype(object).get_indexer(index.get_level_values(level).astype(object))
        size = len(categories) + 1
        # a category of the margin that no row has takes the spare code, a missing value too
        cells = cells * size + np.where(wanted >= 0, wanted, size - 1)
        missing = row_codes < 0
        if missing.any():
            absent |= missing
            row_codes = np.where(missing, size - 1, row_codes)
        code = code * size + row_codes if level else row_codes
        span *= size
    concerned = inside & (weights != 0)
    if (concerned & absent).any():
        raise MarginError(
            f"margin {' x '.join(variables)}: missing in {int((concerned & absent).sum())} rows with a "
            "positive weight; impute them, give them a category, or restrict the step with where="
        )
    matched = _matched(code, cells, span)
    labels = tuple(", ".join(map(str, key)) if isinstance(key, tuple) else str(key) for key in index)
    _check_cover(frame, variables, matched, concerned, totals, index, labels)
    if not concerned.all():
        # zero weights cannot be calibrated; they keep weight 0
        matched = np.where(concerned, matched, -1)
    return Margin(tuple(variables), matched, totals, labels)


def _checked(margin: pd.Series) -> tuple[Floats, list[str]]:
    if not isinstance(margin, pd.Series):
        raise MarginError(f"a margin is a Series of population totals, found {type(margin).__name__}")
    variables = list(margin.index.names)
    if any(name is None for name in variables):
        raise MarginError("a margin's index must be named after its variables (Series.rename_axis)")
    if margin.index.has_duplicates:
        raise MarginError(
            f"margin {listed(variables)}: category {listed(margin.index[margin.index.duplicated()].unique())} "
            "occurs more than once"
        )
    if not pd.api.types.is_numeric_dtype(margin):
        raise MarginError(f"margin {listed(variables)}: totals are {margin.dtype}, not numbers")
    totals = margin.to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~np.isfinite(totals) | (totals < 0)
    if wrong.any() or not len(totals):
        raise MarginError(
            f"margin {listed(variables)}: total missing, infinite or negative for "
            f"{listed(margin.index[wrong]) or 'every category'}"
        )
    return totals, [str(v) for v in variables]


def _matched(code: Ints, cells: Ints, span: int) -> Ints:
    """Position in `cells` of each row's code, -1 where there is none; codes lie below `span`."""
    if span <= 4 * len(code) + 1024:
        table = np.full(span, -1, dtype=np.int64)
        table[cells] = np.arange(len(cells))
        return table[code]
    order = np.argsort(cells, kind="stable")
    ordered = cells[order]
    place = np.minimum(np.searchsorted(ordered, code), len(cells) - 1)
    return np.where(ordered[place] == code, order[place], -1)


def _check_cover(
    frame: pd.DataFrame,
    variables: Sequence[str],
    matched: Ints,
    concerned: Mask,
    totals: Floats,
    index: pd.Index,
    labels: Sequence[str],
) -> None:
    name = " x ".join(variables)
    stray = concerned & (matched < 0)
    if stray.any():
        known_to_margin = [", ".join(map(repr, k)) if isinstance(k, tuple) else repr(k) for k in index.tolist()]
        strangers = frame.loc[stray, list(variables)].drop_duplicates().itertuples(index=False, name=None)
        raise MarginError(
            f"margin {name}: {int(stray.sum())} rows have a category that the margin lacks: "
            f"{listed(', '.join(map(repr, s)) for s in strangers)}; the margin has {listed(known_to_margin, 20)}. "
            "Check spelling and type ('2003' is not 2003), or restrict the step with where="
        )
    rows = np.bincount(matched if concerned.all() else matched[concerned], minlength=len(totals))
    empty = np.flatnonzero((rows == 0) & (totals > 0))
    if len(empty):
        raise MarginError(
            f"margin {name}: empty cell, no row for {listed(labels[int(k)] for k in empty)} "
            f"(population {listed(f'{totals[k]:g}' for k in empty)}); merge categories"
        )
    wiped = np.flatnonzero((rows > 0) & (totals == 0))
    if len(wiped):
        raise MarginError(
            f"margin {name}: population total 0 for {listed(labels[int(k)] for k in wiped)}, which "
            f"{int(rows[wiped].sum())} rows have"
        )


def check_agreement(margins: Sequence[Margin]) -> None:
    """Raise `MarginError` when margins over the same rows count different populations."""
    sums = [float(m.totals.sum()) for m in margins]
    for margin, total in zip(margins[1:], sums[1:], strict=True):
        if not np.array_equal(margin.code >= 0, margins[0].code >= 0):
            raise VariableError(f"margins {margins[0].name} and {margin.name} cover different rows")
        if abs(total - sums[0]) > AGREEMENT * max(sums[0], total):
            raise MarginError(
                f"margins conflict: {margins[0].name} counts {sums[0]:g} in all, {margin.name} {total:g}; "
                "bring them to one total (or use calibrate with proportions and a population total)"
            )


def balance_table(margins: Sequence[Margin], before: Floats, after: Floats) -> pd.DataFrame:
    """Return every margin before and after: margin, category, population, before, after, rows."""
    parts = [
        pd.DataFrame(
            {
                "margin": m.name,
                "category": m.labels,
                "population": m.totals,
                "before": m.achieved(before),
                "after": m.achieved(after),
                "rows": np.bincount(m.code[m.code >= 0], minlength=len(m.totals)),
            }
        )
        for m in margins
    ]
    return pd.concat(parts, ignore_index=True)
