"""Spaces that may be persons: a register of people instead of places, keys that are the numbers of businesses.

Names and keys of spaces are told in tables and documents as they stand, since places are public: where they are those
of persons somebody has to see it before anything is published. The names themselves are not told.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.ingest.privacy.gate import HIDDEN
from pipeline.ingest.privacy.identifiers import names_a_business
from pipeline.ingest.privacy.names import are_persons, is_person
from pipeline.instrument import Instrument

#: Wave, file, line, column and what was found of one space.
Place = tuple[object, ...]


def persons(instrument: Instrument, clean: pd.DataFrame) -> list[Place] | None:
    """Return the spaces of a register that are called like persons, where most are; None where spaces have no name.

    A space may bear the name of somebody (« Louis Aragon »): names like these are doubted together, never one alone.
    """
    asked = instrument.by_role("site_name")
    if asked is None or asked.name not in clean:
        return None
    names = clean[asked.name].dropna().astype(str)
    if not are_persons(list(names.unique())):
        return []
    return list(_places(clean, asked.name, names.map(is_person)))


def businesses(instrument: Instrument, clean: pd.DataFrame) -> list[Place] | None:
    """Return the spaces whose key is the SIREN or SIRET of a business, which may be one person; None without keys.

    Numbers of public bodies (SIREN in 1 or 2) name nobody.
    """
    asked = instrument.by_role("site")
    if asked is None or asked.name not in clean:
        return None
    keys = clean[asked.name].dropna().astype(str).drop_duplicates()
    return list(_places(clean, asked.name, keys.map(names_a_business)))


def _places(clean: pd.DataFrame, column: str, found: pd.Series) -> Iterator[Place]:
    for i in found.index[found.to_numpy(dtype=bool)]:
        wave = clean["wave"][i]
        yield ("" if pd.isna(wave) else str(wave), str(clean["_file"][i]), int(clean["_line"][i]), column, HIDDEN)
