"""Which sheets a sheet leads to: the one before, the one behind, and those of units of about as many inhabitants."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

#: How many units of like size a sheet names.
ALIKE = 3


@dataclass(frozen=True)
class Neighbours:
    """The sheets that one leads to, by the codes of their units; ``before`` and ``behind`` are empty at the ends."""

    before: str = ""
    behind: str = ""
    alike: tuple[str, ...] = ()


def in_alphabet(codes: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Return codes by the names of their units, accents and case apart."""
    return sorted(codes, key=lambda code: (_letters(names[code]), code))


def neighbours(code: str, ordered: Sequence[str], inhabitants: Mapping[str, float]) -> Neighbours:
    """Return what the sheet of a unit leads to.

    Parameters
    ----------
    ordered : codes of all units with sheets, in the order in which they are read.
    inhabitants : by code, where they are known; those of like size are nearest in their logarithm.
    """
    at = ordered.index(code)
    return Neighbours(
        ordered[at - 1] if at else "",
        ordered[at + 1] if at + 1 < len(ordered) else "",
        tuple(_alike(code, ordered, inhabitants)),
    )


def _alike(code: str, ordered: Sequence[str], inhabitants: Mapping[str, float]) -> list[str]:
    here = inhabitants.get(code, 0.0)
    known = [other for other in ordered if other != code and inhabitants.get(other, 0.0) > 0]
    # of few units, all are alike
    if here <= 0 or len(known) <= ALIKE:
        return []
    nearest = sorted(known, key=lambda other: abs(math.log(inhabitants[other] / here)))[:ALIKE]
    return [other for other in ordered if other in nearest]


def _letters(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(c))
