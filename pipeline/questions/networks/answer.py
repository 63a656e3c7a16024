"""Networks: cooperation between facilitators and local actors, before and after, and their skills.

Every actor of a list is asked with whom it cooperates; some do not answer, and what they would have said is unknown,
not absent. Nothing is told of a single actor.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.networks import measures
from pipeline.questions.networks.actors import Network, read_networks, sources_of
from pipeline.questions.networks.rows import Teller
from pipeline.questions.networks.skills import Skills, check, skill_rows
from pipeline.questions.quantities import each_modelled
from pipeline.questions.surveyed import known_wave
from pipeline.results import Result
from pipeline.results.measure import MEAN, MEAN_SHIFT, SHARE, SHIFT, Measure, Relation
from pipeline.results.time import from_to

#: Fewer actors make no network.
_FEWEST = 3
_Wave = Annotated[str, BeforeValidator(str)]

#: The kinds of numbers of this question.
MEASURES = (
    SHARE,
    SHIFT,
    MEAN,
    MEAN_SHIFT,
    Measure("listed", "count", listed=True),
    *(Measure(name, "count") for name in ("actors", "among", "reached", "reached_overall")),
    *(Measure(name, "count") for name in ("bridges", "brokers", "parts", "isolated", "largest")),
    *(Measure("declared", unit) for unit in ("count", "mean", "share")),
    *(Measure(name, "share") for name in ("answered", "kept", "new", "reference")),
    Measure("by_chance", "share"),
    *(Measure(name, "mean") for name in ("central", "others", "gap_to_others")),
    *(Measure(name, "ratio") for name in ("index", "fit")),
    Measure("pair_change", "point", relation=Relation("difference", "share")),
    Measure("to_reference", "point"),
)


class Settings(Strict):
    """Settings of networks."""

    source: str | None = None
    """Source of ties; the first of kind network by default."""
    contrast: tuple[_Wave, _Wave] | None = None
    """Two waves whose change is told."""
    central: str | None = None
    """Type of actors expected at the centre."""
    skills: Skills | None = None
    """A reference of skills."""
    permutations: int = Field(default=999, ge=99, le=99_999)
    """Permutations of the tests."""
    seed: int = 20061231
    """Seed of the random draws, so that every run gives the same numbers."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return the actor map, the measures of each wave, what changed, and the skills against their reference."""
    settings = entry.checked(Settings)
    told = sources_of(context, entry, settings.source)
    if settings.skills is not None:
        check(entry, told, settings.skills)
    columns = settings.skills.columns if settings.skills is not None else []
    networks = read_networks(context, entry, told, columns)
    types = sorted({t for n in networks.values() for t in n.actors["type"]})
    if settings.central is not None and settings.central not in types:
        raise entry.error("there is no such type of actors", "central", found=settings.central, allowed=types)
    waves = tuple(networks)
    compared = (
        known_wave(entry, waves, settings.contrast or (waves[0], waves[-1]), "contrast") if len(waves) > 1 else ()
    )
    rng = np.random.default_rng(settings.seed)
    made: list[Result] = []
    for wave, network in networks.items():
        teller = Teller(context, entry, told.source.name, wave, float(network.answered.sum()))
        made += measures.map_rows(replace(teller, source=told.ties.actors), network)
        made += measures.estimate_rows(teller, network)
        made += [*measures.structure_rows(teller, network), *measures.mixing_rows(teller, network)]
        made += measures.tested_rows(teller, network, settings.central, settings.permutations, rng)
        if settings.skills is not None and set(settings.skills.columns) <= set(network.actors):
            made += skill_rows(teller, network, settings.skills)
    if compared:
        pair = {wave: networks[wave] for wave in compared}
        made += _changes(context, entry, told.source.name, pair, settings.permutations, rng)
    return [*each_modelled(entry, made)]


def _changes(
    context: Context,
    entry: Entry,
    source: str,
    networks: dict[str, Network],
    permutations: int,
    rng: np.random.Generator,
) -> list[Result]:
    """Return what changed between two networks, and what became of the ties of the actors of both."""
    one, other = networks.values()
    answered = float(min(one.answered.sum(), other.answered.sum()))
    levels = Teller(context, entry, source, from_to(*networks), answered)
    made = list(measures.change_rows(levels, one, other))
    common = pd.Index(one.actors["actor"]).intersection(pd.Index(other.actors["actor"]))
    one, other = one.of(common), other.of(common)
    both = one.answered & other.answered
    if len(common) < _FEWEST or not both.any():
        return made
    teller = replace(levels, n=float(both.sum()))
    return [*made, *measures.pair_rows(teller, one, other, permutations, rng)]
