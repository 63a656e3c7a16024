"""Cooperation between facilitators and local actors: a network at each wave, who answered, and their skills.

The whole network is drawn once: a pair of actors cooperates the more likely the closer they are and the more active
either is; what one says of a pair goes with what the other says and with what was said before. As many ties as declared
are kept, so that the mean number of partners holds exactly. Silent actors have ties too: they are in the truth only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.simulate.draws import Bools, Floats, dealt, logistic, quota, stream, top_share
from pipeline.simulate.parameters import Cooperation, Truth
from pipeline.simulate.planted import WithErrors

#: Standard deviation of the noise of a tie; the other effects are told in it.
_YES, _NO = "yes", "no"


@dataclass(frozen=True, eq=False)
class DrawnNetwork:
    """The network and what was received of it.

    actors : one row an actor and wave: actor, wave, type, commune, participated, skills_<item> (blank for the silent
        and for other types), in file order. ties : one row a declared tie: wave, sender, receiver, kind. whole :
        wave -> (n, n) every tie, in the order of ``names``.
    """

    names: list[str]
    actors: pd.DataFrame
    ties: pd.DataFrame
    whole: dict[str, Bools]
    skilled: dict[str, pd.DataFrame]


def draw_network(spaces: pd.DataFrame, truth: Truth, asked: Cooperation, level: str, seed: int) -> DrawnNetwork:
    """Draw the network of every wave and who answered.

    Parameters
    ----------
    spaces : one row a space, with ``commune`` and the column ``level``; actors live in communes that have one.
    seed : of who answered; the network has the seed of the population.
    """
    rng = stream(truth.population_seed, "cooperation")
    types, units, communes = _actors(spaces, asked, level, rng)
    names = [f"ACT-{i:04d}" for i in 1000 + rng.permutation(len(types))]
    whole = _ties(asked, types, units, rng)
    skilled = {w: _skills(asked, int((types == asked.skilled).sum()), w, rng) for w in whole}
    people, lines = [], []
    for wave, ties in whole.items():
        told = _answered(asked, types, wave, stream(seed, "cooperation", "answers", truth.year(wave)))
        frame = pd.DataFrame({"actor": names, "wave": wave, "type": types, "commune": communes})
        frame["participated"] = np.where(told, _YES, _NO)
        own = types == asked.skilled
        for item, has in skilled[wave].items():
            frame[f"skills_{item}"] = pd.array([None] * len(frame), dtype="Int64")
            frame.loc[own, f"skills_{item}"] = has.to_numpy(dtype=np.int64)
            frame.loc[~told, f"skills_{item}"] = pd.NA
        people.append(frame.sort_values("actor", kind="stable"))
        dealer = stream(truth.population_seed, "cooperation", "kinds", truth.year(wave))
        lines.append(_declared(asked, names, ties & told[:, None], wave, dealer))
    return DrawnNetwork(
        names, pd.concat(people, ignore_index=True), pd.concat(lines, ignore_index=True), whole, skilled
    )


def _actors(
    spaces: pd.DataFrame, asked: Cooperation, level: str, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return type, unit and commune of every actor."""
    types = np.repeat(np.array(list(asked.actors), dtype=object), list(asked.actors.values()))
    unit_names = np.array(list(asked.pays), dtype=object)
    shares = np.array(list(asked.pays.values()))
    counts = [
        quota((shares * np.exp(rng.normal(0, asked.mix_sd, len(shares)))).tolist(), n) for n in asked.actors.values()
    ]
    units = np.concatenate([np.repeat(unit_names, c) for c in counts])
    communes = np.empty(len(types), dtype=object)
    for unit in unit_names:
        known = np.unique(spaces.loc[spaces[level] == unit, "commune"].to_numpy(dtype=object))
        here = units == unit
        communes[here] = rng.choice(known, size=int(here.sum()))
    return types, units, communes


def _ties(asked: Cooperation, types: np.ndarray, units: np.ndarray, rng: np.random.Generator) -> dict[str, Bools]:
    n = len(types)
    closeness = asked.same_pays * (units[:, None] == units[None, :])
    gives = np.array([asked.from_type.get(t, 0.0) for t in types]) + rng.normal(0, asked.activity_sd, n)
    gets = np.array([asked.to_type.get(t, 0.0) for t in types]) + rng.normal(0, asked.fame_sd, n)
    systematic = closeness + gives[:, None] + gets[None, :]
    stable = _noise(n, asked.mutual, rng)
    out: dict[str, Bools] = {}
    for wave, mean in asked.mean_partners.items():
        own = _noise(n, asked.mutual, rng)
        latent = systematic + np.sqrt(asked.persistence) * stable + np.sqrt(1 - asked.persistence) * own
        np.fill_diagonal(latent, -np.inf)
        kept = top_share(latent.reshape(-1), round(mean * n) / n**2).reshape(n, n)
        out[wave] = kept
    return out


def _noise(n: int, mutual: float, rng: np.random.Generator) -> Floats:
    """Return standard normal noise (n, n) whose two directions of a pair are correlated."""
    common = np.triu(rng.normal(size=(n, n)), 1)
    both: Floats = np.sqrt(mutual) * (common + common.T) + np.sqrt(1 - mutual) * rng.normal(size=(n, n))
    return both


def _skills(asked: Cooperation, n: int, wave: str, rng: np.random.Generator) -> pd.DataFrame:
    ability = logistic(rng, n)
    return pd.DataFrame(
        {item: top_share(0.5 * ability + logistic(rng, n), shares[wave]) for item, shares in asked.skills.items()}
    )


def _answered(asked: Cooperation, types: np.ndarray, wave: str, rng: np.random.Generator) -> Bools:
    told = np.zeros(len(types), dtype=bool)
    for kind in asked.actors:
        rows = np.flatnonzero(types == kind)
        told[rng.permutation(rows)[: round(asked.answered[kind][wave] * len(rows))]] = True
    return told


def _declared(asked: Cooperation, names: list[str], ties: Bools, wave: str, rng: np.random.Generator) -> pd.DataFrame:
    sender, receiver = np.nonzero(ties)
    shares = asked.kinds[wave]
    kinds = np.array(list(shares), dtype=object)
    dealt_kinds = kinds[dealt(list(shares.values()), len(sender), rng)]
    known = np.array(names, dtype=object)
    table = pd.DataFrame({"wave": wave, "sender": known[sender], "receiver": known[receiver], "kind": dealt_kinds})
    return table.sort_values(["sender", "receiver"], kind="stable", ignore_index=True)


def plant_in_ties(drawn: DrawnNetwork, asked: Cooperation, seed: int) -> WithErrors:
    """Return the declared ties with ties of unknown actors, of actors with themselves and of silent actors."""
    rng = stream(seed, "planted", "cooperation")
    rows = drawn.ties.assign(planted="")
    extra = []
    for name, n in (
        ("unknown_actor", asked.unknown_actor),
        ("self_tie", asked.self_tie),
        ("tie_without_answer", asked.tie_without_answer),
    ):
        # one a person, so that no planted tie repeats another
        single = rows.drop_duplicates("receiver" if name == "tie_without_answer" else "sender")
        chosen = single.iloc[rng.choice(len(single), size=n, replace=False)].assign(planted=name)
        if name == "unknown_actor":
            chosen["receiver"] = [f"ACT-{9000 + i}" for i in rng.choice(999, size=n, replace=False)]
        elif name == "self_tie":
            chosen["receiver"] = chosen["sender"]
        else:
            chosen["sender"] = [_silent(drawn, str(r.wave), str(r.receiver), rng) for r in chosen.itertuples()]
        extra.append(chosen)
    together = pd.concat([rows, *extra], ignore_index=True)
    order = np.argsort(np.concatenate([np.arange(len(rows)), rng.uniform(0, len(rows), len(together) - len(rows))]))
    placed = {str(w): i for i, w in enumerate(drawn.whole)}
    together = together.iloc[order].sort_values("wave", kind="stable", key=lambda w: w.map(placed), ignore_index=True)
    hit = np.flatnonzero(together["planted"] != "")
    planted = pd.DataFrame({"position": hit, "kind": together["planted"].to_numpy()[hit]})
    return WithErrors(together.drop(columns="planted"), planted)


def _silent(drawn: DrawnNetwork, wave: str, receiver: str, rng: np.random.Generator) -> str:
    people = drawn.actors
    silent = people[(people["wave"] == wave) & (people["participated"] == _NO) & (people["actor"] != receiver)]
    return str(rng.choice(silent["actor"].to_numpy(dtype=object)))


def network_truth(drawn: DrawnNetwork, analysis: str, region: str) -> pd.DataFrame:
    """Return partners, density, reciprocity and skills of all actors, and changes, in the form of truth_values."""
    rows: list[tuple[str, str, str, str, float]] = []
    levels: dict[str, tuple[float, float, float]] = {}
    for wave, ties in drawn.whole.items():
        mean = float(ties.sum() / len(ties))
        levels[wave] = (mean, mean / (len(ties) - 1), float((ties & ties.T).sum() / ties.sum()))
        for name, unit, value in zip(
            ("partners.mean", "density.share", "reciprocity.share"),
            ("mean", "share", "share"),
            levels[wave],
            strict=True,
        ):
            rows.append((name, wave, "", unit, value))
        rows += [
            ("skills.share", wave, f"skill={i}", "share", float(has.mean())) for i, has in drawn.skilled[wave].items()
        ]
    waves = list(levels)
    if len(waves) > 1:
        first, last = levels[waves[0]], levels[waves[-1]]
        both = f"{waves[0]}..{waves[-1]}"
        rows.append(("partners.mean_shift", both, "", "mean", last[0] - first[0]))
        rows.append(("density.shift", both, "", "point", 100 * (last[1] - first[1])))
        rows.append(("reciprocity.shift", both, "", "point", 100 * (last[2] - first[2])))
    table = pd.DataFrame(rows, columns=["name", "wave", "domain", "unit", "value"])
    place = f"region={region}"
    indicator = analysis + "." + table["name"]
    tail = np.where(table["domain"] == "", "", "/" + table["domain"])
    return table.drop(columns="name").assign(
        indicator=indicator,
        result_id=indicator + "/actors/wave=" + table["wave"] + f"/{place}" + tail,
        population="actors",
        territory=place,
    )
