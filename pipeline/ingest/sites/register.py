"""The site register: one real space an entry, every decision recorded, and the keys under which spaces are known."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.clean_table import Assembled, text_where
from pipeline.ingest.readers.received import Note
from pipeline.ingest.sites.territories import current, units
from pipeline.instrument import Instrument


@dataclass(frozen=True)
class Sites:
    """The register resolved.

    Attributes
    ----------
    table : one row a real space, by site_id: the territory columns that the other sources take over.
    keys : id or alias in normal form -> site_id.
    """

    table: pd.DataFrame
    keys: dict[str, str]


@dataclass(frozen=True)
class Resolved:
    """The register's own tables with what was decided about each entry."""

    assembled: Assembled
    sites: Sites
    notes: list[Note] = field(default_factory=list)


def normal(text: str) -> str:
    """Return a name or id without accents, case, punctuation and double blanks, to compare by."""
    plain = unicodedata.normalize("NFKD", text.replace("’", " ")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", plain.casefold()).strip()


def resolve_register(evaluation: Evaluation, source: Source, assembled: Assembled) -> Resolved:
    """Resolve duplicates, renamings, old commune codes and closed spaces still listed as open.

    Two entries are one space when they have the same id, or the same name in the same (current) commune, or when one
    names the other's id among its aliases. The entry that is nobody's alias is kept, the first line where several are;
    the ids, and aliases of the others lead to it.
    """
    instrument = evaluation.instruments[source.name]
    clean, seen = assembled.clean.copy(), assembled.seen.copy()
    received_id = _column(instrument, clean, "site")
    notes: list[Note] = []
    commune = instrument.by_role("commune")
    if commune is not None:
        found, unknown = current(evaluation, clean[commune.name])
        notes += _old_communes(clean, received_id, clean[commune.name], found)
        clean[commune.name], seen[f"{commune.name}__unknown"] = found, unknown
        clean["commune"] = found
    kept_at = _same_space(instrument, clean, received_id)
    clean["site_id"] = received_id.iloc[kept_at].to_numpy()
    duplicate = kept_at != np.arange(len(clean))
    seen["__duplicate_of"] = text_where(duplicate, clean["site_id"].to_numpy(dtype=object))
    notes += _duplicates(clean, received_id, duplicate)
    keys, more = _keys(instrument, clean, received_id)
    notes += more + _still_listed(instrument, clean, received_id, duplicate)
    clean = units(evaluation, clean)
    table = clean[~duplicate].set_index("site_id", drop=False)
    return Resolved(Assembled(clean, seen, assembled.parts), Sites(table, keys), notes)


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
    for i, key in enumerate(ids):
        if not pd.isna(key):
            j = by_id.setdefault(normal(str(key)), i)
            leader[root(i)] = root(j)
        if not pd.isna(names[i]) and not pd.isna(communes[i]):
            j = by_place.setdefault((normal(str(names[i])), str(communes[i])), i)
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


def _keys(instrument: Instrument, clean: pd.DataFrame, ids: pd.Series) -> tuple[dict[str, str], list[Note]]:
    """Return id or alias -> site_id, ids first; an alias of two spaces leads nowhere and is reported."""
    keys = {normal(str(k)): str(s) for k, s in zip(ids, clean["site_id"], strict=True) if not pd.isna(k)}
    of_alias: dict[str, set[str]] = {}
    shown: dict[str, tuple[str, int]] = {}
    for aliases, site, line in zip(_aliases(instrument, clean), clean["site_id"], clean["_line"], strict=True):
        for alias in aliases:
            of_alias.setdefault(normal(alias), set()).add(str(site))
            shown.setdefault(normal(alias), (alias, int(line)))
    notes = []
    for alias, sites in of_alias.items():
        text, line = shown[alias]
        if len(sites) > 1 and alias not in keys:
            fr, en = "alias de plusieurs espaces, non utilisé", "alias of several spaces, not used"
            notes.append(Note("ambiguous_alias", text, text, ", ".join(sorted(sites)), fr, en, line))
        elif len(sites) == 1 and alias not in keys:
            site = next(iter(sites))
            keys[alias] = site
            fr, en = "ancien nom ou identifiant", "former name or identifier"
            notes.append(Note("renamed", site, text, site, fr, en, line))
    return keys, notes


def _old_communes(clean: pd.DataFrame, ids: pd.Series, before: pd.Series, after: pd.Series) -> list[Note]:
    moved = after.notna() & (before.astype("str").str.strip() != after)
    fr, en = (
        "code Insee ancien, remplacé par celui de la commune actuelle",
        "old INSEE code, replaced by today's commune",
    )
    return [
        Note("old_commune", str(ids[i]), str(before[i]), str(after[i]), fr, en, int(clean["_line"][i]))
        for i in clean.index[moved.to_numpy(dtype=bool)]
    ]


def _duplicates(clean: pd.DataFrame, ids: pd.Series, duplicate: np.ndarray) -> list[Note]:
    fr, en = "même espace qu'une autre entrée, non comptée", "same space as another entry, not counted"
    return [
        Note(
            "duplicate", str(clean["site_id"][i]), str(ids[i]), str(clean["site_id"][i]), fr, en, int(clean["_line"][i])
        )
        for i in np.flatnonzero(duplicate)
    ]


def _still_listed(instrument: Instrument, clean: pd.DataFrame, ids: pd.Series, duplicate: np.ndarray) -> list[Note]:
    status, closed = instrument.by_role("status"), instrument.by_role("closed")
    if status is None or closed is None or not {"open", "closed"} <= set(status.codes):
        return []
    wrong = ((clean[status.name] == "open") & clean[closed.name].notna()).fillna(False).to_numpy(dtype=bool)
    fr, en = "fermé, mais encore listé comme ouvert", "closed, but still listed as open"
    notes = [
        Note("closed_still_listed", str(ids[i]), "open", "closed", fr, en, int(clean["_line"][i]))
        for i in np.flatnonzero(wrong & ~duplicate)
    ]
    clean[status.name] = clean[status.name].mask(wrong, "closed")
    return notes


def _taken(column: pd.Series, places: np.ndarray, index: pd.Index) -> pd.Series:
    """Return the register's values at ``places``, missing where the place is -1."""
    taken: pd.Series = pd.concat([column, pd.Series([None], dtype=column.dtype)]).iloc[places]
    return taken.set_axis(index)


def join_sites(
    evaluation: Evaluation, source: Source, assembled: Assembled, sites: Sites | None
) -> tuple[Assembled, list[Note]]:
    """Give each record its ``site_id`` (by id, then alias) and the territory columns of its space.

    Unknown keys stay in ``<question>__unlisted`` for the expectations. Without a register the received key is the site.
    """
    instrument = evaluation.instruments[source.name]
    q = instrument.by_role("site")
    clean, seen = assembled.clean, assembled.seen
    if q is None:
        return assembled, []
    if sites is None:
        return Assembled(clean.assign(site_id=clean[q.name]), seen, assembled.parts), []
    codes, received = pd.factorize(clean[q.name])
    found = [sites.keys.get(normal(str(k))) for k in received]
    site = pd.Series(pd.array([*found, None], dtype="str")[codes], index=clean.index)  # type: ignore[call-overload]
    unlisted = [str(k) if s is None else None for k, s in zip(received, found, strict=True)]
    unknown = pd.Series(pd.array([*unlisted, None], dtype="str")[codes], index=clean.index)  # type: ignore[call-overload]
    taken = [c for c in ("commune", "pays", "epci", "department", "region") if c in sites.table]
    places = np.where(codes < 0, -1, sites.table.index.get_indexer(pd.Index(found))[codes])
    columns = {c: _taken(sites.table[c], places, clean.index) for c in taken}
    clean = clean.assign(site_id=site, **columns)
    counts = np.bincount(codes[codes >= 0], minlength=len(received))
    fr, en = "{n} fiche(s) rattachée(s) par un ancien nom ou identifiant", "{n} record(s) joined by a former name or id"
    notes = [
        Note("alias", str(k), str(k), s, fr.format(n=n), en.format(n=n))
        for k, s, n in zip(received, found, counts.tolist(), strict=True)
        if s is not None and str(k) != s
    ]
    return Assembled(clean, seen.assign(**{f"{q.name}__unlisted": unknown}), assembled.parts), notes
