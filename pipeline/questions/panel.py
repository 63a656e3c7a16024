"""Monthly visits of spaces as a panel for models: counts, what part of a return was received, facts of the register."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import territory
from pipeline.evaluation.periods import year_name
from pipeline.instrument import Role
from pipeline.questions.context import AREA, Context
from pipeline.questions.entry import Entry
from pipeline.questions.returns import Returns, ReturnsSettings, part_open, read_returns
from pipeline.results.time import from_to

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: A return with less than this share of its usual visits is too incomplete to stand for its month.
LEAST_RECEIVED = 0.5
_ROLES: tuple[Role, ...] = ("opened", "closed", "label_date", "stratum", "site_type", "hours", "commune")


@dataclass(frozen=True)
class Panel:
    """S spaces over M months.

    visits : (S, M) visits received, NaN without a return or outside opening.
    part : (S, M) share of a month's usual visits that the cells received stand for, NaN where visits are.
    by_band : (S, M, B) visits of each age band; part_by_band : (S, M, B).
    open : (S, M) whether the space was open, and `opened` during which part of it; months : (M,).
    sites : (S,) facts: site_id, unit, cluster, coast (bool), labelled, closing (month numbers from the first month,
        NaN for never), type, hours, commune.
    returns : as received.
    """

    visits: Floats
    part: Floats
    by_band: Floats
    part_by_band: Floats
    open: Bools
    months: pd.PeriodIndex
    sites: pd.DataFrame
    returns: Returns
    opened: Floats

    @property
    def bands(self) -> tuple[str, ...]:
        """Return the age bands."""
        return self.returns.bands

    @property
    def period(self) -> str:
        """Return the years covered as a results table writes them."""
        first, last = (year_name(self.months[i].year, self.returns.period) for i in (0, -1))
        return from_to(first, last)

    def of_band(self, band: int) -> Panel:
        """Return the panel of one age band."""
        return replace(self, visits=self.by_band[:, :, band], part=self.part_by_band[:, :, band])


def read_panel(context: Context, entry: Entry, settings: ReturnsSettings) -> Panel:
    """Return the panel of an attendance source and its register.

    Clusters are the units of the draw (role ``stratum``) where the register knows them, else the territory units.

    Raises
    ------
    AnalyseError
        When the evaluation has no attendance or no register, or fewer than 24 months were received.
    """
    panel = any_panel(context, entry, settings)
    if panel.returns.length > 1:
        raise entry.error("a model of months needs monthly counts", found=f"counts of a {panel.returns.period}")
    if len(panel.months) < 24:
        raise entry.error("a model of months needs two years of returns", found=f"{len(panel.months)} months")
    return panel


def any_panel(context: Context, entry: Entry, settings: ReturnsSettings) -> Panel:
    """Return the panel of an attendance source and its register, however few months were received.

    Raises
    ------
    AnalyseError
        When the evaluation has no attendance or no register.
    """
    key = ("panel", settings.source, settings.sites, settings.zeros_recorded)
    if key not in context.shared:
        returns = read_returns(context, entry, settings)
        name = next(s.name for s in context.evaluation.sources("sites") if settings.sites in (None, s.name))
        register = context.by_role(name, _ROLES, ("site_id", context.level))
        context.shared[key] = arrange(returns, _facts(context, register, returns.months), part_open(register, returns))
    made: Panel = context.shared[key]
    return made


def arrange(returns: Returns, sites: pd.DataFrame, opened: Floats | None = None) -> Panel:
    """Sum the cells of each return, with the share of usual visits that the received cells stand for."""
    counts = np.where(returns.expected[:, :, None, None], returns.counts, np.nan)
    known = ~np.isnan(counts)
    whole = known.all(axis=(2, 3))
    usual = counts[whole].sum(axis=0) if whole.any() else np.nansum(counts, axis=(0, 1))
    usual = usual / max(usual.sum(), 1e-12)
    part = np.einsum("smba,ba->sm", known, usual)
    with np.errstate(divide="ignore", invalid="ignore"):
        part_by_band = np.einsum("smba,ba->smb", known, usual) / usual.sum(axis=1)
    filled = np.nan_to_num(counts)
    visits, by_band = filled.sum(axis=(2, 3)), filled.sum(axis=3)
    lost, lost_band = part < LEAST_RECEIVED, ~(part_by_band >= LEAST_RECEIVED)
    return Panel(
        np.where(lost, np.nan, visits),
        np.where(lost, np.nan, part),
        np.where(lost_band, np.nan, by_band),
        np.where(lost_band, np.nan, part_by_band),
        returns.expected,
        returns.months,
        sites,
        returns,
        np.ones(returns.expected.shape) if opened is None else opened,
    )


def _facts(context: Context, register: pd.DataFrame, months: pd.PeriodIndex) -> pd.DataFrame:
    level = context.level
    unit = register[level].astype("object") if level in register else pd.Series(context.region, index=register.index)
    cluster = register.get("stratum", unit)
    return pd.DataFrame(
        {
            "site_id": register["site_id"],
            "unit": unit,
            "cluster": cluster.astype("object").fillna("none").astype(str),
            "coast": _coastal(context, register),
            "labelled": _month_number(register, "label_date", months),
            "closing": _month_number(register, "closed", months),
            "type": register["site_type"].astype("object") if "site_type" in register else None,
            "hours": pd.to_numeric(register["hours"]).to_numpy(np.float64) if "hours" in register else np.nan,
            "commune": register.get("commune"),
        }
    )


def _coastal(context: Context, register: pd.DataFrame) -> Bools:
    if context.level == AREA or "commune" not in register:
        return np.zeros(len(register), dtype=bool)
    communes = territory.load_communes(context.evaluation.root, context.place).set_index("code")["coastal"]
    return np.asarray(register["commune"].map(communes).fillna(False).to_numpy(dtype=bool))


def _month_number(register: pd.DataFrame, column: str, months: pd.PeriodIndex) -> Floats:
    if column not in register:
        return np.full(len(register), np.nan)
    dates = pd.to_datetime(register[column])
    number = (dates.dt.year - months[0].year) * 12 + dates.dt.month - months[0].month
    return np.asarray(number.to_numpy(np.float64), dtype=np.float64)


def facts(context: Context, entry: Entry, panel: Panel, **more: Any) -> dict[str, Any]:
    """Return what every row on the months of the region shares: whom it is about, when, and that a model says it."""
    return {
        "analysis": entry.name,
        "population": "visits",
        "territory_level": "region",
        "territory": context.region,
        "inference": "model",
        "period": panel.period,
        "source": panel.returns.source,
        **more,
    }


@dataclass(frozen=True)
class Rows:
    """The received space-months of a panel, one a row: (n,) arrays.

    y : visits; offset : log of the part received; space, month, cluster : codes; cluster_names.
    """

    y: Floats
    offset: Floats
    space: Ints
    month: Ints
    cluster: Ints
    cluster_names: tuple[str, ...]


def rows_of(panel: Panel, kept: Bools | None = None) -> Rows:
    """Return the received space-months, those marked in ``kept`` (S, M) where given.

    Codes of spaces and clusters count the ones that are left, so that none is empty.
    """
    known = ~np.isnan(panel.visits)
    if kept is not None:
        known &= kept
    spaces, month = np.nonzero(known)
    names, cluster = np.unique(panel.sites["cluster"].to_numpy(dtype=str)[spaces], return_inverse=True)
    return Rows(
        panel.visits[known],
        np.log(panel.part[known]),
        spaces.astype(np.int64),
        month.astype(np.int64),
        cluster.astype(np.int64),
        tuple(str(n) for n in names),
    )


def coded(values: Ints) -> Ints:
    """Return codes from 0 without gaps."""
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64)


def dummies(codes: Ints, base: int = 0) -> Floats:
    """Return (n, K - 1) indicator columns of codes 0..K-1 without the base; columns never seen are left out."""
    columns = np.eye(int(codes.max()) + 1)[codes]
    columns = np.delete(columns, base, axis=1)
    return np.asarray(columns[:, columns.any(axis=0)])
