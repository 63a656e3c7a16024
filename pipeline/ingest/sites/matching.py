"""Received names of spaces against the register: sure matches join, doubtful ones are for a person to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from pipeline.ingest.sites.names import normal, own_name

#: Lowest scores (0 to 100) at which a space is proposed: in the same commune, and elsewhere or where none is given.
SAME_COMMUNE, ELSEWHERE = 60.0, 80.0
#: Most candidates proposed for one name.
PROPOSED = 3


@dataclass(frozen=True)
class Candidate:
    """A space of the register that a received name may mean; ``score`` from 0 to 100."""

    site_id: str
    name: str
    commune: str | None
    score: float


@dataclass(frozen=True)
class Matches:
    """Spaces by name: position -> site for sure matches, position -> candidates for doubtful ones."""

    sure: dict[int, Candidate] = field(default_factory=dict)
    doubtful: dict[int, list[Candidate]] = field(default_factory=dict)


@dataclass(frozen=True)
class Register:
    """The names by which spaces are known: one row a name (own or former), with its space and commune (code)."""

    site_id: Sequence[str]
    name: Sequence[str]
    commune: Sequence[str | None]
    commune_name: Sequence[str]


def match(names: Sequence[str], communes: Sequence[str | None], register: Register) -> Matches:
    """Return the spaces that received names mean.

    A match is sure when the name, less generic words, is that of exactly one space of the same commune; where the
    record gives no commune, when it is that of exactly one space of the register and is the commune's own name
    (« Cybercommune de Broons »), or the register is that of one commune, or tells none. Everything else of a sufficient
    likeness is only proposed: likeness is the ratio of the names' words in alphabetical order (rapidfuzz
    `token_sort_ratio`, normalised indel distance).

    Parameters
    ----------
    names : received names; communes : INSEE codes (today's) of the same records, None where not known.
    """
    from rapidfuzz import fuzz, process

    found = Matches()
    own = [own_name(n) for n in register.name]
    places = pd.Series(range(len(own))).groupby(own).indices
    one_place = len(set(register.commune)) == 1
    for at, (name, commune) in enumerate(zip(names, communes, strict=True)):
        wanted = own_name(name)
        exact = places.get(wanted, []) if wanted else []
        here = [i for i in exact if commune is None or register.commune[i] == commune]
        sites = {register.site_id[i] for i in here}
        if len(sites) == 1:
            i = here[0]
            if commune is not None or one_place or wanted == own_name(register.commune_name[i]):
                found.sure[at] = Candidate(register.site_id[i], register.name[i], register.commune[i], 100.0)
                continue
        if not wanted:
            continue
        scored = process.extract(wanted, own, scorer=fuzz.token_sort_ratio, score_cutoff=SAME_COMMUNE, limit=None)
        near: dict[str, Candidate] = {}
        for _, score, i in scored:
            same = commune is not None and register.commune[i] == commune
            if score >= (SAME_COMMUNE if same else ELSEWHERE):
                near.setdefault(
                    register.site_id[i], Candidate(register.site_id[i], register.name[i], register.commune[i], score)
                )
        if near:
            order = sorted(near.values(), key=lambda c: (c.commune != commune or commune is None, -c.score, c.site_id))
            found.doubtful[at] = order[:PROPOSED]
    return found


def register_names(
    table: pd.DataFrame, name: str | None, aliases: str | None, commune_names: dict[str, str]
) -> Register:
    """Return the names of a resolved register.

    Parameters
    ----------
    table : one row a space, with ``site_id`` and, where held, ``commune`` (today's code).
    name, aliases : columns of the name and of former names (separated by ``|``).
    commune_names : commune code -> name.
    """
    rows: list[tuple[str, str, str | None, str]] = []
    for record in table.to_dict("records"):
        commune = record.get("commune")
        code = None if commune is None or pd.isna(commune) else str(commune)
        texts = [] if name is None or pd.isna(record[name]) else [str(record[name])]
        if aliases is not None and not pd.isna(record[aliases]):
            texts += [a.strip() for a in str(record[aliases]).split("|") if a.strip()]
        place = commune_names.get(code or "", "")
        rows += [(str(record["site_id"]), text, code, place) for text in texts]
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return Register(*columns)


__all__ = ["Candidate", "Matches", "Register", "match", "normal", "register_names"]
