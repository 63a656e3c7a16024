"""Joining records to the register: by decision, by id, by alias, then by name and commune; doubtful names wait."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.clean_table import Assembled
from pipeline.ingest.readers.received import Note
from pipeline.ingest.sites.decisions import SiteDecision, Undecided, decided
from pipeline.ingest.sites.matching import Candidate, match
from pipeline.ingest.sites.names import normal
from pipeline.ingest.sites.register import Sites
from pipeline.ingest.sites.territories import communes_named
from pipeline.ingest.values import Distinct

TAKEN = ("commune", "pays", "epci", "department", "own", "canton", "region")


@dataclass(frozen=True)
class Joined:
    """Records with their spaces; what was decided, and what a person must decide."""

    assembled: Assembled
    notes: list[Note] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)


@dataclass
class _Found:
    """For each distinct received name and commune: its space, or why it has none (one entry each)."""

    site: list[str | None]
    unlisted: list[str | None]
    waiting: list[str | None]
    notes: list[Note]
    undecided: list[Undecided]


def join_sites(evaluation: Evaluation, source: Source, assembled: Assembled, sites: Sites | None) -> Joined:
    """Give each record its ``site_id`` and the territory columns of its space.

    Names that lead nowhere stay in ``<question>__unlisted``, doubtful ones in ``<question>__undecided``, those of
    spaces outside the perimeter in ``<question>__outside``, for the expectations. Without a register the received key
    is the site.
    """
    instrument = evaluation.instruments[source.name]
    q = instrument.by_role("site")
    clean, seen = assembled.clean, assembled.seen
    if q is None:
        return Joined(assembled)
    if sites is None:
        return Joined(Assembled(clean.assign(site_id=clean[q.name]), seen, assembled.parts))
    place = clean[source.site_commune] if source.site_commune else None
    codes, received, communes = _pairs(clean[q.name], place)
    counts = np.bincount(codes[codes >= 0], minlength=len(received))
    found = find_sites(evaluation, source, received, communes, counts, sites)
    site = _spread(found.site, codes, clean.index)
    places = np.where(codes < 0, -1, sites.table.index.get_indexer(pd.Index([*found.site, None], dtype=object))[codes])
    columns = {c: _taken(sites.table[c], places, clean.index) for c in TAKEN if c in sites.table}
    clean = clean.assign(site_id=site, **columns)
    seen = seen.assign(
        **{
            f"{q.name}__unlisted": _told(found.unlisted, codes, clean.index),
            f"{q.name}__undecided": _told(found.waiting, codes, clean.index),
            f"{q.name}__outside": _told(_outside(received, found.site, sites), codes, clean.index),
        }
    )
    return Joined(Assembled(clean, seen, assembled.parts), found.notes, found.undecided)


def _outside(received: list[str], site: list[str | None], sites: Sites) -> list[str | None]:
    """Return the received keys of spaces that the perimeter leaves out, None for the others."""
    return [key if found in sites.outside else None for key, found in zip(received, site, strict=True)]


def find_sites(
    evaluation: Evaluation,
    source: Source,
    received: list[str],
    communes: list[str | None],
    counts: np.ndarray,
    sites: Sites,
) -> _Found:
    """Return the space of each distinct received key (with its commune as received, None where not given)."""
    n = len(received)
    found = _Found([None] * n, [None] * n, [None] * n, [], [])
    current = communes_named(evaluation, communes)
    open_: list[int] = []
    for i, (key, commune) in enumerate(zip(received, current, strict=True)):
        decision = decided(sites.decisions, source.name, key, commune)
        if decision is not None:
            found.site[i] = None if decision.site_id in (None, "none") else decision.site_id
            found.unlisted[i] = key if found.site[i] is None else None
            found.notes.append(_by_person(decision, key, int(counts[i])))
            continue
        site = sites.keys.get(normal(key))
        if site is None:
            open_.append(i)
            continue
        found.site[i] = site
        if key != site:
            found.notes.append(_alias(key, site, int(counts[i])))
    _by_name(source, received, current, counts, sites, open_, found)
    return found


def _by_name(
    source: Source,
    received: list[str],
    communes: list[str | None],
    counts: np.ndarray,
    sites: Sites,
    open_: list[int],
    found: _Found,
) -> None:
    matches = match([received[i] for i in open_], [communes[i] for i in open_], sites.names)
    for at, i in enumerate(open_):
        several = sites.ambiguous.get(normal(received[i]))
        sure = matches.sure.get(at)
        if sure is not None and not several:
            found.site[i] = sure.site_id
            found.notes.append(_same_name(received[i], sure, int(counts[i])))
            continue
        candidates = _named(sites, several) if several else matches.doubtful.get(at)
        if candidates:
            found.waiting[i] = received[i]
            found.undecided.append(Undecided(source.name, received[i], communes[i], int(counts[i]), candidates))
        else:
            found.unlisted[i] = received[i]


def _named(sites: Sites, ids: list[str]) -> list[Candidate]:
    names = dict(zip(reversed(sites.names.site_id), reversed(sites.names.name), strict=True))
    communes = dict(zip(sites.names.site_id, sites.names.commune, strict=True))
    return [Candidate(s, names.get(s, s), communes.get(s), 100.0) for s in ids]


def _pairs(keys: pd.Series, places: pd.Series | None) -> tuple[np.ndarray, list[str], list[str | None]]:
    """Return, a record, the position of its key and commune among the distinct ones (-1 without key), and these."""
    codes, received = pd.factorize(keys)
    if places is None:
        return codes.astype(np.int64), [str(k) for k in received], [None] * len(received)
    where, communes = pd.factorize(places.astype("str"))
    pair = np.where(codes < 0, -1, codes.astype(np.int64) * (len(communes) + 1) + where + 1)
    distinct, positions = np.unique(pair, return_inverse=True)
    names = [str(received[p // (len(communes) + 1)]) for p in distinct if p >= 0]
    at = [int(p % (len(communes) + 1)) - 1 for p in distinct if p >= 0]
    shift = int((distinct < 0).any())
    return positions - shift, names, [None if a < 0 else str(communes[a]) for a in at]


def _spread(values: list[str | None], codes: np.ndarray, index: pd.Index) -> pd.Series:
    taken: pd.Series = pd.Series(pd.array([*values, None], dtype="str")[codes], index=index)  # type: ignore[call-overload]
    return taken


def _told(values: list[str | None], codes: np.ndarray, index: pd.Index) -> pd.Series:
    """Return the keys of which something is told, a record, as categories: most records have none."""
    return Distinct(codes, values, index).categories(values)


def _taken(column: pd.Series, places: np.ndarray, index: pd.Index) -> pd.Series:
    """Return the register's values at ``places``, missing where the place is -1."""
    taken: pd.Series = pd.concat([column, pd.Series([None], dtype=column.dtype)]).iloc[places]
    return taken.set_axis(index)


def _alias(key: str, site: str, n: int) -> Note:
    said = "record(s) joined by a former name or id"
    return Note("alias", key, key, site, f"{n} {said}")


def _same_name(key: str, found: Candidate, n: int) -> Note:
    said = f"{n} record(s) joined by name and commune: '{found.name}'"
    return Note("name_match", key, key, found.site_id, said)


def _by_person(decision: SiteDecision, key: str, n: int) -> Note:
    day = decision.date.isoformat()
    said = f"{n} record(s), decision of {day}: {decision.why}"
    return Note("site_decision", key, key, decision.site_id or "none", said)
