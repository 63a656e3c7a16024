"""Calibration margins from attendance: the visits of the field month, missing space-months imputed and said."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.errors import WeightError

#: Label of the margin category of rows that belong to no territory unit (they count in the region).
OUTSIDE = "none"
#: Category of rows whose answer to a margin's variable is unknown: a class of its own, at its own weighted share.
NO_ANSWER = "no_answer"
#: How far, in months, a missing count may look for neighbouring counts of the same cell.
_REACH = 3
#: Whose visits a count is of.
_CELL = ["site_id", "age_band", "activity"]
_POPULATIONS = {"individual visits 15+": (("group",), 15), "individual visits": (("group",), 0), "visits": ((), 0)}


@dataclass(frozen=True)
class FieldMonth:
    """The visits of one month by cell: one row a space, age band and activity.

    ``cells`` has the columns site_id, age_band (bands of the evaluation), the territory columns, visits (received or
    imputed) and imputed (True where no count was received).
    """

    month: str
    cells: pd.DataFrame

    def margin(self, variable: str) -> pd.Series:
        """Return visits by category of ``variable``, missing territory as the category ``none``."""
        if variable not in self.cells.columns:
            raise WeightError(
                f"attendance has no column '{variable}' to take a margin from",
                allowed=sorted(set(self.cells.columns) - {"visits", "imputed"}),
            )
        keys = self._categories(variable)
        return self.cells["visits"].groupby(keys).sum().rename_axis(variable)

    def _categories(self, variable: str) -> pd.Series:
        return self.cells[variable].astype("object").where(self.cells[variable].notna(), OUTSIDE)

    def spaces(self, variable: str) -> pd.Series:
        """Return, by category of ``variable``, how many spaces the visits of the margin were made in."""
        keys = self._categories(variable)
        visited = self.cells["site_id"].where(self.cells["visits"] > 0)
        return visited.groupby(keys).nunique().rename_axis(variable)

    def largest_share(self, variable: str) -> pd.Series:
        """Return, by category of ``variable``, the share of its visits that the largest space holds."""
        keys = self._categories(variable)
        each = self.cells["visits"].groupby([keys, self.cells["site_id"]]).sum().groupby(level=0)
        return (each.max() / each.sum().where(lambda total: total > 0)).fillna(0.0).rename_axis(variable)

    def imputed_share(self, variable: str) -> pd.Series:
        """Return, by category of ``variable``, the share of the margin that was imputed."""
        keys = self._categories(variable)
        imputed = (self.cells["visits"] * self.cells["imputed"]).groupby(keys).sum()
        total = self.cells["visits"].groupby(keys).sum()
        return (imputed / total.where(total > 0)).fillna(0.0).rename_axis(variable)


def population_of(where: str | None) -> tuple[tuple[str, ...], int]:
    """Return the activities left out and the lowest age that a margin's ``where`` means.

    Raises
    ------
    WeightError
        For words this project does not know.
    """
    key = (where or "visits").strip().lower()
    if key not in _POPULATIONS:
        raise WeightError(
            "a rake step's 'where' is not known", where="weighting.rake.where", found=where, allowed=list(_POPULATIONS)
        )
    return _POPULATIONS[key]


def fold_age_bands(labels: pd.Series, limits: list[int]) -> pd.Series:
    """Return attendance age bands folded into the evaluation's bands (lower limits ``limits``).

    Raises
    ------
    WeightError
        When a received band straddles a limit, so that it cannot be folded.
    """
    edges = [0, *[x for x in limits if x > 0], np.inf]
    names = [f"{a:g}-{b - 1:g}" if np.isfinite(b) else f"{a:g}+" for a, b in itertools.pairwise(edges)]
    folded: dict[str, str] = {}
    for label in labels.dropna().astype(str).unique():
        low, high = band_limits(label)
        hit = [n for n, a, b in zip(names, edges, edges[1:], strict=False) if a <= low and high < b]
        if not hit:
            raise WeightError(
                "an attendance age band straddles a limit of the evaluation's age bands",
                found=label,
                allowed=names,
                action="change age_bands in evaluation.yaml, or ask for attendance by nested bands",
            )
        folded[label] = hit[0]
    return labels.astype("object").map(folded)


def band_limits(label: str) -> tuple[float, float]:
    """Return the lowest and highest age of a band written `15-24` or `75+`."""
    text = label.strip()
    try:
        if text.endswith("+"):
            return float(text[:-1]), np.nextafter(np.inf, 0)
        low, high = text.split("-")
        return float(low), float(high)
    except ValueError:
        raise WeightError("an age band cannot be read", found=label, allowed="15-24 or 75+") from None


def field_month(
    attendance: pd.DataFrame, sites: pd.DataFrame, month: str, where: str | None, limits: list[int]
) -> FieldMonth:
    """Return the visits of ``month`` by space, age band and activity, with missing counts imputed.

    A cell without a count takes the mean of the same cell's nearest received counts (at most 3 months away, at most two
    of them), each multiplied by the month's level relative to theirs over all cells received in both months. Missing
    is not zero: a space that is open and sent nothing is imputed; a closed one is not.

    Parameters
    ----------
    attendance : clean attendance, columns site_id, month (datetime or `YYYY-MM`), age_band, activity, visits.
    sites : clean register, columns site_id, opened, closed (datetime, may be missing) and territory columns.
    month : `YYYY-MM`.
    where : which visits, in the words of :func:`population_of`.
    limits : lower limits of the evaluation's age bands.

    Raises
    ------
    WeightError
        When no visit of that month was received at all.
    """
    groups, lowest = population_of(where)
    target = pd.Period(month, freq="M")
    # of each month once: there are few of them
    place, names = pd.factorize(attendance["month"])
    months = pd.to_datetime(pd.Series(names))
    offset = ((months.dt.year - target.year) * 12 + months.dt.month - target.month).to_numpy()[place]
    near = (place >= 0) & (np.abs(offset) <= _REACH)
    rows = attendance.loc[near, ["site_id", "age_band", "activity", "visits"]].assign(offset=offset[near])
    rows = rows.assign(**{name: _in_order(rows[name]) for name in _CELL})
    old = [band for band in rows["age_band"].cat.categories if band_limits(band)[0] >= lowest]
    rows = rows[~rows["activity"].isin(groups) & rows["age_band"].isin(old) & rows["visits"].notna()]
    if not (rows["offset"] == 0).any():
        raise WeightError(
            f"attendance has no visit in {month}, the month that calibrates the wave",
            action="correct waves.<wave>.attendance_month in evaluation.yaml, or send the missing attendance",
        )
    wide = rows.pivot_table(index=_CELL, columns="offset", values="visits", aggfunc="sum", observed=True)
    open_sites = sites_open_in(sites, target)
    wide = wide[wide.index.get_level_values("site_id").isin(open_sites["site_id"])]
    cells = _impute(wide).reset_index().astype(dict.fromkeys(_CELL, "str"))
    cells["age_band"] = fold_age_bands(cells["age_band"], limits)
    return FieldMonth(month, cells.merge(open_sites.drop(columns=["opened", "closed"]), on="site_id", how="left"))


def _in_order(texts: pd.Series) -> pd.Series:
    """Return texts as categories in their order, those met alone."""
    coded = texts.astype("category").cat.remove_unused_categories().cat
    ordered: pd.Series = coded.set_categories(sorted(coded.categories))
    return ordered


def sites_open_in(sites: pd.DataFrame, month: pd.Period) -> pd.DataFrame:
    """Return the spaces open at least one day of ``month``, with their territory columns."""
    opened = pd.to_datetime(sites["opened"])
    closed = pd.to_datetime(sites["closed"])
    is_open = (opened.isna() | (opened <= month.end_time)) & (closed.isna() | (closed >= month.start_time))
    territory = [c for c in ("commune", "epci", "pays", "department", "own", "canton", "area") if c in sites.columns]
    return sites.loc[is_open, ["site_id", "opened", "closed", *territory]]


def _impute(wide: pd.DataFrame) -> pd.DataFrame:
    """Return columns visits and imputed for every cell of a cells x month-offset table."""
    counts = wide.get(0, pd.Series(np.nan, index=wide.index)).astype("float64")
    missing = counts.isna()
    estimate = pd.Series(0.0, index=wide.index)
    used = pd.Series(0, index=wide.index)
    others = [int(c) for c in wide.columns if c != 0]
    for offset in sorted(others, key=lambda months: (abs(months), months)):
        other = wide[offset].astype("float64")
        both = counts.notna() & other.notna()
        level = other[both].sum()
        if level <= 0:
            continue
        take = missing & other.notna() & (used < 2)
        estimate[take] += other[take] * (counts[both].sum() / level)
        used[take] += 1
    # A cell that no neighbouring month knows was never reported for this space: it adds nothing.
    imputed = missing & (used > 0)
    values = counts.where(~imputed, estimate / used.where(used > 0, 1)).fillna(0.0)
    return pd.DataFrame({"visits": values, "imputed": imputed})


def with_no_answer(margin: pd.Series, category: pd.Series, weights: pd.Series) -> pd.Series:
    """Return a margin with a class for unknown answers, at its own weighted share, the others scaled to make room.

    The total of the margin stays. Categories of the margin that count no visit are left out.
    """
    margin = margin[margin > 0]
    unknown = category == NO_ANSWER
    if not unknown.any():
        return margin
    share = float(weights[unknown].sum() / weights.sum())
    scaled = margin * (1 - share)
    scaled.loc[NO_ANSWER] = float(margin.sum()) * share
    return scaled
