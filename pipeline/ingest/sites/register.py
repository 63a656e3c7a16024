"""The site register: one real space an entry, every decision recorded, and the keys under which spaces are known."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.clean_table import Assembled, text_where
from pipeline.ingest.readers.received import Note
from pipeline.ingest.sites.decisions import SiteDecision, load_decisions
from pipeline.ingest.sites.matching import Register, register_names
from pipeline.ingest.sites.names import normal
from pipeline.ingest.sites.territories import commune_names, current, named_otherwise, outside_region, units
from pipeline.instrument import Instrument


@dataclass(frozen=True)
class Sites:
    """The register resolved.

    Attributes
    ----------
    table : one row a real space, by site_id: the territory columns that the other sources take over.
    keys : id or alias in normal form -> site_id.
    ambiguous : alias in normal form -> the several spaces that bear it.
    names : names of the spaces, own and former, with their communes.
    decisions : what a person decided about doubtful names.
    outside : spaces, by site_id, in a commune that the perimeter leaves out: their records are left out with them.
    """

    table: pd.DataFrame
    keys: dict[str, str]
    ambiguous: dict[str, list[str]] = field(default_factory=dict)
    names: Register = field(default_factory=lambda: Register((), (), (), ()))
    decisions: list[SiteDecision] = field(default_factory=list)
    outside: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Resolved:
    """The register's own tables with what was decided about each entry."""

    assembled: Assembled
    sites: Sites
    notes: list[Note] = field(default_factory=list)


def resolve_register(evaluation: Evaluation, source: Source, assembled: Assembled) -> Resolved:
    """Resolve duplicates, renamings, old commune codes and closed spaces still listed as open.

    Two entries are one space when they have the same id, or the same name in the same (current) commune, or the same
    structure (pivot) and address in it, or when one names the other's id among its aliases. The entry that is nobody's
    alias is kept, the first line where several are; the ids, and aliases of the others lead to it.
    """
    instrument = evaluation.instruments[source.name]
    clean, seen = assembled.clean.copy(), assembled.seen.copy()
    received_id = _column(instrument, clean, "site")
    notes: list[Note] = []
    commune = instrument.by_role("commune")
    if commune is not None:
        found, unknown = current(evaluation, clean[commune.name])
        notes += _old_communes(clean, received_id, clean[commune.name], found)
        outside = outside_region(evaluation, unknown)
        seen[f"{commune.name}__unknown"] = unknown.mask(outside.notna())
        seen[f"{commune.name}__outside"] = outside
        named = instrument.by_role("commune_name")
        if named is not None:
            seen[f"{named.name}__differs"] = named_otherwise(evaluation, clean[named.name], clean[commune.name], found)
        clean[commune.name] = found
        clean["commune"] = found
    kept_at = _same_space(instrument, clean, received_id)
    clean["site_id"] = received_id.iloc[kept_at].to_numpy()
    duplicate = kept_at != np.arange(len(clean))
    seen["__duplicate_of"] = text_where(duplicate, clean["site_id"].to_numpy(dtype=object))
    notes += _duplicates(clean, received_id, duplicate)
    hours = instrument.by_role("opening_hours")
    if hours is not None:
        seen[f"{hours.name}__hours"] = _unreadable_hours(clean[hours.name])
    keys, ambiguous, more = _keys(instrument, clean, received_id)
    notes += more + _still_listed(instrument, clean, received_id, duplicate)
    clean = units(evaluation, clean)
    table = clean[~duplicate].set_index("site_id", drop=False)
    name, aliases = instrument.by_role("site_name"), instrument.by_role("aliases")
    names = register_names(
        table, name.name if name else None, aliases.name if aliases else None, commune_names(evaluation)
    )
    decisions = load_decisions(evaluation, set(table.index.astype(str)))
    codes = seen[f"{commune.name}__outside"] if commune is not None else pd.Series(None, index=seen.index, dtype="str")
    elsewhere = frozenset(clean.loc[codes.notna() & ~duplicate, "site_id"].astype(str))
    notes += _left_out(elsewhere, int((~duplicate).sum()), codes)
    sites = Sites(table, keys, ambiguous, names, decisions, elsewhere)
    return Resolved(Assembled(clean, seen, assembled.parts), sites, notes)


def _left_out(outside: frozenset[str], spaces: int, codes: pd.Series) -> list[Note]:
    """Tell of a register of which the perimeter leaves out the smaller part: a commune may be missing from it.

    Of a national file most spaces lie elsewhere, and nobody wants to hear of it.
    """
    out = len(outside)
    if not 0 < out < spaces / 2:
        return []
    communes = ", ".join(sorted(codes.dropna().astype(str).unique()))
    said = (
        f"{out} of {spaces} spaces lie outside territory.perimeter, in {communes}: their records"
        " are left out of every source, while amounts of the whole programme stay whole; add these communes to"
        " territory.perimeter to keep them"
    )
    return [Note("outside_perimeter", "register", str(spaces), str(spaces - out), said)]


def _unreadable_hours(texts: pd.Series) -> pd.Series:
    from pipeline.ingest.sites.opening_hours import readable

    wrong = [not pd.isna(t) and not readable(str(t)) for t in texts]
    return texts.astype("str").where(pd.Series(wrong, index=texts.index))


def _column(instrument: Instrument, clean: pd.DataFrame, role: str) -> pd.Series:
    q = instrument.by_role(role)  # type: ignore[arg-type]
    if q is None:
        return pd.Series([None] * len(clean), index=clean.index, dtype="str")
    return clean[q.name].astype("str")


def _aliases(instrument: Instrument, clean: pd.DataFrame) -> list[list[str]]:
    texts = _column(instrument, clean, "aliases")
    return [[] if pd.isna(t) else [a.strip() for a in str(t).split("|") if a.strip()] for t in texts]


def _same_space(instrument: Instrument, clean: pd.DataFrame, ids: pd.Series) -> np.ndarray:
    """Return, for each entry, the position of the entry that stands for its space."""
    leader = np.arange(len(clean))

    def root(i: int) -> int:
        while leader[i] != i:
            i = int(leader[i])
        return i

    aliased: set[int] = set()
    by_id: dict[str, int] = {}
    by_place: dict[tuple[str, str], int] = {}
    names = _column(instrument, clean, "site_name")
    communes = clean["commune"] if "commune" in clean else pd.Series([None] * len(clean), dtype="str")
    pivots, addresses = _column(instrument, clean, "pivot"), _column(instrument, clean, "address")
    by_address: dict[tuple[str, str, str], int] = {}
    for i, key in enumerate(ids):
        if not pd.isna(key):
            j = by_id.setdefault(normal(str(key)), i)
            leader[root(i)] = root(j)
        if not pd.isna(names[i]) and not pd.isna(communes[i]):
            j = by_place.setdefault((normal(str(names[i])), str(communes[i])), i)
            leader[root(i)] = root(j)
        parts = [None if pd.isna(v) else str(v) for v in (pivots[i], addresses[i], communes[i])]
        pivot, address, place = parts
        # One structure (a town hall) runs several spaces: only at one address is it the same space twice.
        if pivot and address and place and pivot.strip("0 ") and normal(address):
            j = by_address.setdefault((pivot, normal(address), place), i)
            leader[root(i)] = root(j)
    for i, aliases in enumerate(_aliases(instrument, clean)):
        for alias in aliases:
            other = by_id.get(normal(alias))
            if other is not None and root(other) != root(i):
                aliased.add(other)
                leader[root(other)] = root(i)
    roots = np.array([root(i) for i in range(len(clean))])
    order = sorted(range(len(clean)), key=lambda i: (i in aliased, i))
    kept: dict[int, int] = {}
    for i in order:
        kept.setdefault(int(roots[i]), i)
    return np.array([kept[int(r)] for r in roots], dtype=np.int64)


def _keys(
    instrument: Instrument, clean: pd.DataFrame, ids: pd.Series
) -> tuple[dict[str, str], dict[str, list[str]], list[Note]]:
    """Return id or alias -> site_id, ids first, and the aliases of several spaces, which lead nowhere."""
    keys = {normal(str(k)): str(s) for k, s in zip(ids, clean["site_id"], strict=True) if not pd.isna(k)}
    of_alias: dict[str, set[str]] = {}
    shown: dict[str, tuple[str, int]] = {}
    for aliases, site, line in zip(_aliases(instrument, clean), clean["site_id"], clean["_line"], strict=True):
        for alias in aliases:
            of_alias.setdefault(normal(alias), set()).add(str(site))
            shown.setdefault(normal(alias), (alias, int(line)))
    notes = []
    ambiguous: dict[str, list[str]] = {}
    for alias, sites in of_alias.items():
        text, line = shown[alias]
        if len(sites) > 1 and alias not in keys:
            ambiguous[alias] = sorted(sites)
            said = "alias of several spaces, not used"
            notes.append(Note("ambiguous_alias", text, text, ", ".join(sorted(sites)), said, line))
        elif len(sites) == 1 and alias not in keys:
            site = next(iter(sites))
            keys[alias] = site
            said = "former name or identifier"
            notes.append(Note("renamed", site, text, site, said, line))
    return keys, ambiguous, notes


def _old_communes(clean: pd.DataFrame, ids: pd.Series, before: pd.Series, after: pd.Series) -> list[Note]:
    moved = after.notna() & (before.astype("str").str.strip() != after)
    said = "old INSEE code, replaced by today's commune"
    return [
        Note("old_commune", str(ids[i]), str(before[i]), str(after[i]), said, int(clean["_line"][i]))
        for i in clean.index[moved.to_numpy(dtype=bool)]
    ]


def _duplicates(clean: pd.DataFrame, ids: pd.Series, duplicate: np.ndarray) -> list[Note]:
    said = "same space as another entry, not counted"
    return [
        Note("duplicate", str(clean["site_id"][i]), str(ids[i]), str(clean["site_id"][i]), said, int(clean["_line"][i]))
        for i in np.flatnonzero(duplicate)
    ]


def _still_listed(instrument: Instrument, clean: pd.DataFrame, ids: pd.Series, duplicate: np.ndarray) -> list[Note]:
    status, closed = instrument.by_role("status"), instrument.by_role("closed")
    if status is None or closed is None or not {"open", "closed"} <= set(status.codes):
        return []
    wrong = ((clean[status.name] == "open") & clean[closed.name].notna()).fillna(False).to_numpy(dtype=bool)
    said = "closed, but still listed as open"
    notes = [
        Note("closed_still_listed", str(ids[i]), "open", "closed", said, int(clean["_line"][i]))
        for i in np.flatnonzero(wrong & ~duplicate)
    ]
    clean[status.name] = clean[status.name].mask(wrong, "closed")
    return notes
