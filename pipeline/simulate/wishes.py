"""The services that users want: any elaborate one by age band, then service by service, consistently."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.simulate.draws import Bools, Floats, Ints, centred, quota, top_share
from pipeline.simulate.parameters import Truth


def draw_wishes(
    truth: Truth, wave: str, number: int, persons: pd.DataFrame, effects: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return (users, services + 1) booleans: ``wants_<service>`` and ``any_elaborate``.

    The shares of persons who want any elaborate service hold exactly by age band, those of each service exactly over
    the wave. ``number`` is 0 for the first wave; later waves have the shifts.
    """
    anyone = _any_elaborate(truth, wave, number, persons, effects, rng)
    band = persons["band"].to_numpy()
    wishes: dict[str, Bools] = _elaborate_items(truth, wave, anyone, band, rng)
    for item in [*truth.demand.basic, *truth.demand.neutral]:
        latent = truth.demand.item_age_logit.get(item, 0.0) * band + rng.logistic(size=len(persons))
        if item in truth.demand.basic:
            latent = latent - 0.3 * persons["home_computer"].to_numpy() - 0.2 * anyone
        wishes[item] = top_share(latent, truth.demand.items_persons[item][wave])
    columns = {f"wants_{item}": wishes[item] for item in truth.demand.items}
    return pd.DataFrame({"any_elaborate": anyone, **columns})


def _any_elaborate(
    truth: Truth, wave: str, number: int, persons: pd.DataFrame, effects: pd.DataFrame, rng: np.random.Generator
) -> Bools:
    logit, space = truth.demand.logit, persons["space"].to_numpy()
    weight = np.bincount(space, minlength=len(effects)).astype(float)
    shared = effects["demand"].to_numpy() + centred(effects["demand_pays"].to_numpy(), weight)
    if number:
        shared = shared + effects["demand_shift"].to_numpy() + centred(effects["demand_pays_shift"].to_numpy(), weight)
    latent = (
        logit.home_computer * persons["home_computer"].to_numpy()
        + logit.log_visits_centred * persons["log_visits"].to_numpy()
        + shared[space]
        + rng.logistic(size=len(persons))
    )
    wanted = np.zeros(len(persons), dtype=bool)
    for b, name in enumerate(truth.demand.any_elaborate[wave]):
        rows = np.flatnonzero(persons["band"].to_numpy() == b)
        wanted[rows] = top_share(latent[rows], truth.demand.any_elaborate[wave][name])
    return wanted


def _elaborate_items(truth: Truth, wave: str, anyone: Bools, band: Ints, rng: np.random.Generator) -> dict[str, Bools]:
    """Return the elaborate services: everyone of ``anyone`` wants at least one, nobody else any."""
    items = [i for i in truth.demand.elaborate if truth.offers(i, wave)]
    rows = np.flatnonzero(anyone)
    tilt = np.array([truth.demand.item_age_logit.get(i, 0.0) for i in items])
    latent = tilt * band[rows, None] + rng.gumbel(size=(len(rows), len(items)))
    ticks = np.array([round(truth.demand.items_persons[i][wave] * len(anyone)) for i in items])
    first = _first_choice(latent, quota((ticks / ticks.sum()).tolist(), len(rows)))
    chosen = {item: np.zeros(len(anyone), dtype=bool) for item in truth.demand.elaborate}
    for j, item in enumerate(items):
        mine = first == j
        others = np.flatnonzero(~mine)
        more = int(np.clip(ticks[j] - mine.sum(), 0, len(others)))
        again = others[np.argsort(-(latent[others, j] + rng.gumbel(size=len(others))))[:more]]
        mine[again] = True
        chosen[item][rows] = mine
    return chosen


def _first_choice(latent: Floats, wanted: Ints) -> Ints:
    """Return (n,) one service a person, with intercepts solved so that the services are chosen as often as wanted."""
    intercept = np.zeros(latent.shape[1])
    for _ in range(40):
        counts = np.bincount((latent + intercept).argmax(axis=1), minlength=len(wanted))
        intercept += 0.8 * np.log(np.maximum(wanted, 1) / np.maximum(counts, 1))
    return (latent + intercept).argmax(axis=1)
