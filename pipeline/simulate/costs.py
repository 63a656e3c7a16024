"""The accounts of the programme, simulated: one line a space, year, nature and financer, euros before tax.

Aid to investment follows the rules of each phase. What the region paid from the first year to the end of the anchor is
the sum that is known of the real programme; the part that aid to investment leaves is spread over open spaces as aid to
running costs. Everything else is invented.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.errors import SimulateError
from pipeline.simulate.draws import Floats, quota, stream
from pipeline.simulate.parameters import Costs
from pipeline.simulate.population import Population

INVESTMENT, RUNNING, STAFF = "investment", "running", "staff"
_MONTHS = 12


def draw_costs(population: Population, asked: Costs) -> pd.DataFrame:
    """Return the accounts: space_id, year, cost_nature, financer, amount, training_share, communes.

    Raises
    ------
    SimulateError
        When aid to investment alone exceeds what the region paid.
    """
    spaces, truth = population.spaces, population.truth
    rng = stream(truth.population_seed, "costs")
    years = np.arange(asked.first, asked.last + 1)
    is_open = _open_share(spaces, years)
    communes = np.where(rng.random(len(spaces)) < asked.group_share, rng.integers(3, 6, len(spaces)), 1)
    bought = _investment(spaces, years, asked, rng)
    aid = _aid(spaces, years, communes, bought, asked)
    rest = bought - aid
    lines = {
        (INVESTMENT, "region"): aid,
        (INVESTMENT, "europe"): np.rint(rest * asked.europe_share),
        (INVESTMENT, "department"): np.rint(rest * asked.department_share),
    }
    lines[INVESTMENT, "commune"] = rest - lines[INVESTMENT, "europe"] - lines[INVESTMENT, "department"]
    lines |= _running(population, asked, years, is_open, aid, rng)
    lines |= _staff(spaces, asked, years, is_open)
    training = np.round(rng.beta(4, 9, len(spaces)), 2)
    return _long(spaces, years, lines, communes, training)


def _open_share(spaces: pd.DataFrame, years: np.ndarray) -> Floats:
    """Return (spaces, years) the share of the year during which a space was open."""
    opened, closed = spaces["opened"], spaces["closed"]
    out = np.zeros((len(spaces), len(years)))
    for j, year in enumerate(years):
        start = ((opened.dt.year - year) * _MONTHS + opened.dt.month - 1).clip(0, _MONTHS)
        end = ((closed.dt.year - year) * _MONTHS + closed.dt.month).fillna(_MONTHS).clip(0, _MONTHS)
        out[:, j] = (end - start).clip(lower=0) / _MONTHS
    return out


def _investment(spaces: pd.DataFrame, years: np.ndarray, asked: Costs, rng: np.random.Generator) -> Floats:
    """Return (spaces, years) euros spent on equipment: at the opening, when it was bought anew, with the label."""
    price = asked.price_per_post * np.exp(rng.normal(0, 0.2, len(spaces)))
    cost = np.rint(spaces["posts"].to_numpy(np.float64) * price)
    out = np.zeros((len(spaces), len(years)))
    rows = np.arange(len(spaces))
    for when, part in (
        (spaces["opened"].dt.year, 1.0),
        (spaces["equipment_year"], 0.8),
        (spaces["label_date"].dt.year, 0.7),
    ):
        year = when.fillna(-1).to_numpy(np.int64)
        hit = (year >= years[0]) & (year <= years[-1])
        at = rows[hit], year[hit] - years[0]
        out[at] = np.maximum(out[at], np.rint(part * cost[hit]))
    return out


def _aid(spaces: pd.DataFrame, years: np.ndarray, communes: np.ndarray, bought: Floats, asked: Costs) -> Floats:
    """Return the region's aid to investment: first phase at the opening, second phase in the year of the label."""
    small = (spaces["inhabitants"].to_numpy() < asked.size_threshold) | (communes >= asked.group_of)
    ceiling = np.where(small, asked.ceiling, asked.ceiling_large)
    opening = years[None, :] == spaces["opened"].dt.year.to_numpy()[:, None]
    label = years[None, :] == spaces["label_date"].dt.year.fillna(-1).to_numpy()[:, None]
    first = np.minimum(asked.rate * bought, ceiling[:, None])
    second = np.minimum(asked.rate_label * bought, asked.ceiling_label)
    return np.floor(np.where(opening, first, np.where(label, second, 0.0)))


def _running(
    population: Population,
    asked: Costs,
    years: np.ndarray,
    is_open: Floats,
    aid: Floats,
    rng: np.random.Generator,
) -> dict[tuple[str, str], Floats]:
    spaces = population.spaces
    each = asked.running_per_post * spaces["posts"].to_numpy(np.float64) * np.exp(rng.normal(0, 0.25, len(spaces)))
    cost = np.rint(each[:, None] * is_open)
    receipts = np.rint(cost * asked.receipts_share * rng.uniform(0.3, 1.7, len(spaces))[:, None])
    region = np.zeros_like(cost)
    anchored = years <= asked.region_until
    ratio = len(spaces) / sum(population.truth.spaces.per_pays.values())
    left = round(asked.region_total * ratio) - int(aid[:, anchored].sum())
    if left < 0:
        raise SimulateError(
            "aid to investment is more than the region paid",
            where="truth.yaml, key costs.region_total",
            found=int(aid[:, anchored].sum()),
            allowed=f"at most {asked.region_total * ratio:.0f}",
        )
    shares = (cost * anchored).reshape(-1)
    region.reshape(-1)[:] = quota(shares.tolist(), left)
    commune = np.maximum(cost - receipts - region, 0.0)
    return {(RUNNING, "region"): region, (RUNNING, "receipts"): receipts, (RUNNING, "commune"): commune}


def _staff(spaces: pd.DataFrame, asked: Costs, years: np.ndarray, is_open: Floats) -> dict[tuple[str, str], Floats]:
    columns = sorted(c for c in map(str, spaces.columns) if c.startswith("facilitator_"))
    cost, state = np.zeros_like(is_open), np.zeros_like(is_open)
    for j, year in enumerate(years):
        past = [c for c in columns if int(c.rpartition("_")[2]) <= year] or columns[:1]
        status = spaces[past[-1]].fillna(spaces[columns[0]])
        full = status.map(asked.staff).fillna(0.0).to_numpy(np.float64)
        hours = np.minimum(spaces["hours_week"].to_numpy(np.float64) / asked.full_time_hours, 1.0)
        cost[:, j] = np.rint(full * hours * is_open[:, j])
        state[:, j] = np.rint(cost[:, j] * np.where(status == "emploi_jeune", asked.state_share, 0.0))
    department = np.rint((cost - state) * asked.department_share)
    return {(STAFF, "state"): state, (STAFF, "department"): department, (STAFF, "commune"): cost - state - department}


def _long(
    spaces: pd.DataFrame,
    years: np.ndarray,
    lines: dict[tuple[str, str], Floats],
    communes: np.ndarray,
    training: Floats,
) -> pd.DataFrame:
    made = []
    for (nature, financer), amounts in lines.items():
        space, year = np.nonzero(amounts > 0)
        part = training[space] if nature != INVESTMENT else np.full(len(space), np.nan)
        made.append(
            pd.DataFrame(
                {
                    "space_id": spaces["site_id"].to_numpy(dtype=object)[space],
                    "year": years[year],
                    "cost_nature": nature,
                    "financer": financer,
                    "amount": amounts[space, year],
                    "training_share": part,
                    "communes": communes[space],
                }
            )
        )
    return pd.concat(made).sort_values(
        ["space_id", "year", "cost_nature", "financer"], kind="stable", ignore_index=True
    )


def cost_truth(rows: pd.DataFrame, region: str) -> pd.DataFrame:
    """Return what the accounts add up to under the result_ids of the analysis, in the form of truth_values."""
    place, first, last = f"region={region}", int(rows["year"].min()), int(rows["year"].max())
    found = [("", float(rows["amount"].sum()))]
    for name in ("financer", "cost_nature"):
        found += [(f"{name}={code}", float(part["amount"].sum())) for code, part in rows.groupby(name)]
    table = pd.DataFrame(found, columns=["domain", "value"])
    head = f"money.spending.amount/expenditure/period={first}..{last}/{place}"
    return table.assign(
        indicator="money.spending.amount",
        result_id=[head + (f"/{d}" if d else "") for d in table["domain"]],
        population="expenditure",
        wave=f"{first}..{last}",
        territory=place,
        unit="euro",
    )
