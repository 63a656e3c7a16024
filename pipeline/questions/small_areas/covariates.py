"""What is known of every area without error: counts and official populations, never answers to a survey."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import territory
from pipeline.questions.completion import complete
from pipeline.questions.context import AREA, Context
from pipeline.questions.entry import Entry
from pipeline.questions.panel import any_panel
from pipeline.questions.returns import Returns, ReturnsSettings, of_calendar_years, read_returns

Floats = NDArray[np.float64]
#: Prefix of the share of visits made by an age band or in an activity, as received: ``visits:60-74``.
VISITS = "visits:"
NAMES = ("commune_size", "coastal", "visits_per_inhabitant")


def needed_returns(context: Context, entry: Entry, names: Sequence[str]) -> Returns | None:
    """Return the attendance returns where one of the covariates is made of visits; None where none is."""
    if any(name == "visits_per_inhabitant" or name.startswith(VISITS) for name in names):
        return read_returns(context, entry, ReturnsSettings())
    return None


def covariates(
    context: Context, entry: Entry, names: Sequence[str], units: Sequence[str], year: int, returns: Returns | None
) -> pd.DataFrame:
    """Return one standardised column a covariate (mean 0, standard deviation 1 over the areas), one row a unit.

    ``commune_size``: mean logarithm of the population of the communes where inhabitants live; ``coastal``: share of
    inhabitants in communes by the sea; ``visits_per_inhabitant``: logarithm of the visits of the year per inhabitant,
    completed for what was not sent; ``visits:<label>``: part of the visits of
    the year made by an age band, or in an activity. ``returns`` are those of :func:`needed_returns`.

    Raises
    ------
    AnalyseError
        For an unknown name, areas without official boundaries, or a covariate that some unit lacks.
    """
    if names and context.level == AREA:
        raise entry.error("areas without official boundaries have no covariates", "covariates", found=list(names))
    made = {}
    for i, name in enumerate(names):
        if name in ("commune_size", "coastal"):
            values = _of_communes(context, name, year)
        elif returns is not None and (name == "visits_per_inhabitant" or name.startswith(VISITS)):
            values = _of_visits(context, entry, returns, name, year, i)
        else:
            raise entry.error(
                "there is no such covariate", "covariates", i, found=name, allowed=[*NAMES, f"{VISITS}<age band>"]
            )
        values = values.reindex(list(units))
        if values.isna().any():
            raise entry.error(
                "a covariate must be known in every unit", "covariates", i, found=list(values.index[values.isna()])
            )
        made[name] = (values - values.mean()) / values.std(ddof=0)
    return pd.DataFrame(made, index=list(units), dtype="float64")


def _of_communes(context: Context, name: str, year: int) -> pd.Series:
    settings, root = context.evaluation.settings.territory, context.evaluation.root
    communes = territory.load_communes(root, context.place, settings.vintage)
    people = territory.population_by_unit(root, context.place, "commune", None, year).set_index("code")["population"]
    communes = communes.assign(people=communes["code"].map(people)).dropna(subset=[context.level])
    value = np.log(communes["people"]) if name == "commune_size" else communes["coastal"].astype("float64")
    sums = (value * communes["people"]).groupby(communes[context.level]).sum()
    return sums / communes.groupby(context.level)["people"].sum()


def _of_visits(context: Context, entry: Entry, returns: Returns, name: str, year: int, position: int) -> pd.Series:
    of_calendar_years(entry, returns)
    inside = np.asarray(returns.months.year == year)
    visits = np.einsum("us,sba->uba", returns.membership, np.nansum(returns.counts[:, inside], axis=1))
    whole = visits.sum(axis=(1, 2))
    if name == "visits_per_inhabitant":
        completed = complete(any_panel(context, entry, ReturnsSettings())).visits[:, inside].sum(axis=1)
        people, _ = context.population(year)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = returns.membership @ completed / people.reindex(["region", *returns.units[1:]]).to_numpy(np.float64)
            return pd.Series(np.log(rate), index=returns.units).replace(-np.inf, np.nan)
    label = name.removeprefix(VISITS)
    if label in returns.bands:
        part = visits[:, returns.bands.index(label)].sum(axis=1)
    elif label in returns.activities:
        part = visits[:, :, returns.activities.index(label)].sum(axis=1)
    else:
        allowed = [*returns.bands, *returns.activities]
        raise entry.error("attendance has no such group", "covariates", position, found=label, allowed=allowed)
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.Series(part / whole, index=returns.units)
