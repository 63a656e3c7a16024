"""Whom the numbers are about, and what kind of numbers they are: the populations of the published results."""

from __future__ import annotations

import pandas as pd

from pipeline import results
from pipeline.publish.annex.blocks import Ground
from pipeline.wording.blocks import Block, table
from pipeline.wording.grammar import capitalised
from pipeline.wording.language import of

_WORDS = "_methods.populations"
#: What one source says of a population, the most telling first: a model is told where nothing else is.
_NATURES = ("sample", "nonprobability", "census", "model")
#: Kinds of source whose counts are accounts of how a survey went.
_ACCOUNTS = ("survey", "fieldwork")
#: Source of the results that rest on official population counts.
_OFFICIAL = "population"
_HEADS = ("population", "what", "nature", "source")


def populations(ground: Ground) -> Block:
    """Return the table of populations, each with what is said of it, the nature of the numbers and their sources."""
    found = _about_something(ground)
    rows = []
    for population in results.POPULATIONS:
        own = found[found["population"] == population]
        natures = [n for n in _NATURES if (own["inference"] == n).any() and ground.word(f"{_WORDS}.{population}.{n}")]
        rows += [_row(ground, population, nature, own) for nature in natures]
    if not rows:
        return Block()
    columns = [ground.word(f"{_WORDS}.heads.{head}") for head in _HEADS]
    return Block(table(columns, rows, ground.word(f"{_WORDS}.caption"), "populations", [16, 40, 22, 26]))


def _about_something(ground: Ground) -> pd.DataFrame:
    """Return the results that are about a population, without the accounts of response, weights and tests."""
    accounts = {s.name for s in ground.evaluation.settings.sources if s.kind in _ACCOUNTS}
    made = ground.table
    return made[(made["inference"] != "census") | ~made["source"].isin(accounts)]


def _row(ground: Ground, population: str, nature: str, own: pd.DataFrame) -> list[str]:
    sources = own.loc[own["inference"] == nature, "source"].dropna().unique()
    named = [
        ground.word(f"{_WORDS}.official") if name == _OFFICIAL else ground.speaker.label(f"source={name}")
        for name in sources
        if name
    ]
    return [
        capitalised(ground.word(f"{_WORDS}.{population}.name")),
        capitalised(ground.word(f"{_WORDS}.{population}.{nature}")),
        ground.word(f"{_WORDS}.natures.{nature}"),
        of(ground.lang).joined(named, ";"),
    ]


BLOCKS = {"populations": populations}
