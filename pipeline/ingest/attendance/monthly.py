"""Monthly counts from records of visits: the table that weighting and analysis read, whatever was received."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.attendance.visits import IN_SPACE
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers.received import Note

KEYS = ["site_id", "month", "age_band", "activity"]
TERRITORY = ("commune", "pays", "epci", "department", "own", "canton", "region", "area")
UNKNOWN = "unknown"
_BAND = re.compile(r"\d+-\d+|\d+\+")


def tallied(evaluation: Evaluation, source: Source, records: pd.DataFrame) -> pd.DataFrame:
    """Return the accepted records counted: site_id, month, age_band, activity, in_space, place and visits.

    Categories are those of the source; ages and activities that a record does not give are ``unknown``.

    Parameters
    ----------
    records : accepted records, with the columns of `visits.counts_needed`.
    """
    settings, instrument = source.signins, evaluation.instruments[source.name]
    assert settings is not None
    activity, band = instrument.by_role("activity"), instrument.by_role("age_band")
    table = pd.DataFrame({"site_id": records["site_id"], "month": records["month"], IN_SPACE: records[IN_SPACE]})
    table["activity"] = records[activity.name] if activity else settings.activity or "visit"
    table["place"] = records[settings.place].astype("str") if settings.place else ""
    if settings.rows == "activity":
        parts = [table.assign(age_band=b, visits=records[q]) for b, q in settings.counts.items()]
        table = pd.concat(parts, ignore_index=True)
        table = table[table["visits"].notna()]
    else:
        name = band.name if band else "age_band"
        table["age_band"] = records.get(name)
        table["visits"] = 1
    for column in ("age_band", "activity"):
        table[column] = table[column].astype("str").fillna(UNKNOWN)
    keys = [*KEYS, IN_SPACE, "place"]
    return table.groupby(keys, dropna=False, sort=True, observed=True)["visits"].sum().astype("Int64").reset_index()


def monthly_counts(
    evaluation: Evaluation, source: Source, tally: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, list[Note]]:
    """Return the monthly counts of the spaces, the visits counted apart, and what was decided.

    A space and month with at least one record has a row for every age band and activity, 0 where nobody came; a space
    and month without any record has none: nothing received is not zero.

    Raises
    ------
    Blocked
        Age bands or activities that no declaration relates to those of the counts.
    """
    settings = source.signins
    assert settings is not None
    tally = tally.assign(
        age_band=_mapped(evaluation, source, tally["age_band"], settings.age_bands, "age_bands"),
        activity=_mapped(evaluation, source, tally["activity"], settings.activities, "activities"),
    )
    _comparable(evaluation, source, tally)
    counted = tally[IN_SPACE] | ((settings.elsewhere == "with_space") & tally["site_id"].notna())
    apart = tally[~counted].groupby(["month", "place", "age_band", "activity"], as_index=False)["visits"].sum()
    inside = tally[counted & tally["site_id"].notna()]
    bands, activities = _categories(evaluation, source, inside)
    here = inside.groupby(KEYS)["visits"].sum()
    places = inside[["site_id", "month"]].drop_duplicates()
    grid = pd.MultiIndex.from_tuples(
        [(s, m, b, a) for s, m in places.itertuples(index=False) for b in bands for a in activities], names=KEYS
    )
    counts = here.reindex(grid, fill_value=0).astype("Int64").reset_index().sort_values(KEYS, ignore_index=True)
    notes = []
    if settings.unknown_age == "spread" and UNKNOWN in bands:
        counts, n, left = spread_unknown(counts)
        notes.append(_spread_note(source, n, left))
    return counts, apart.assign(source=source.name), notes


def with_territory(counts: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the counts with the wave (none) and the territory columns of their spaces.

    Parameters
    ----------
    places : one row a space: site_id and territory columns.
    """
    counts = counts.assign(wave=pd.Series(None, index=counts.index, dtype="str"))
    return counts.merge(places, on="site_id", how="left", validate="many_to_one")


def places_of(records: pd.DataFrame) -> pd.DataFrame:
    """Return one row a space with the territory columns that the records carry."""
    held = [c for c in TERRITORY if c in records]
    return records.loc[records["site_id"].notna(), ["site_id", *held]].drop_duplicates("site_id")


def spread_unknown(counts: pd.DataFrame) -> tuple[pd.DataFrame, int, int]:
    """Return the counts with visits of unknown age shared out, how many were, and how many could not be.

    Within a space, month and activity they follow the known ages of the space that month, and of all spaces that month
    where it has none; whole visits by largest remainders (Hamilton's method).
    """
    cells = ["site_id", "month", "activity"]
    wide = counts.pivot_table(index=cells, columns="age_band", values="visits", aggfunc="sum")
    bands = [b for b in wide.columns if b != UNKNOWN]
    known = wide[bands].to_numpy(dtype=float)
    unknown = wide[UNKNOWN].to_numpy(dtype=float)
    own = wide[bands].groupby(["site_id", "month"]).transform("sum").to_numpy(dtype=float)
    month = wide[bands].groupby("month").transform("sum").to_numpy(dtype=float)
    base = np.where(own.sum(axis=1, keepdims=True) > 0, own, month)
    possible = base.sum(axis=1) > 0
    exact = np.where(possible, unknown, 0.0)[:, None] * base / np.where(possible, base.sum(axis=1), 1.0)[:, None]
    shared = np.floor(exact)
    rest = np.rint(exact.sum(axis=1) - shared.sum(axis=1)).astype(int)
    order = np.argsort(-(exact - shared), axis=1, kind="stable").argsort(axis=1, kind="stable")
    shared += order < rest[:, None]
    left = np.where(possible, 0.0, unknown)
    table = pd.DataFrame(known + shared, index=wide.index, columns=bands)
    if left.any():
        table[UNKNOWN] = left
    stacked = pd.Series(table.stack(), name="visits").astype("Int64")
    long = stacked.rename_axis([*wide.index.names, "age_band"]).reset_index()
    long = long[[*KEYS, "visits"]].sort_values(KEYS, ignore_index=True)
    return long, int(unknown.sum() - left.sum()), int(left.sum())


def _spread_note(source: Source, n: int, left: int) -> Note:
    said = f"{n} visits of unknown age shared out by the known ages of the same space and month"
    more = f"; {left} stay unknown" if left else ""
    return Note("unknown_age", source.name, UNKNOWN, "spread", said + more)


def _mapped(evaluation: Evaluation, source: Source, values: pd.Series, mapping: dict[str, str], key: str) -> pd.Series:
    if not mapping:
        return values
    lost = sorted(set(values.unique()) - set(mapping) - {UNKNOWN})
    if lost:
        raise Blocked(
            Fault(
                f"`signins: {key}` leaves out a category of source '{source.name}'",
                str(evaluation.folder / "evaluation.yaml"),
                found=", ".join(lost),
                allowed=", ".join(mapping),
                action="say what it stands for among the categories of the counts",
            )
        )
    return values.map({**mapping, UNKNOWN: mapping.get(UNKNOWN, UNKNOWN)}).astype("str")


def _categories(evaluation: Evaluation, source: Source, tally: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the age bands and activities of the counts: every declared one, and those found."""
    settings, instrument = source.signins, evaluation.instruments[source.name]
    assert settings is not None
    band, activity = instrument.by_role("age_band"), instrument.by_role("activity")
    if settings.counts:
        bands = list(settings.counts)
    else:
        bands = [str(c) for c in band.codes] if band else evaluation.age_band_labels()
    bands = [settings.age_bands.get(b, b) for b in bands]
    activities = [str(c) for c in activity.codes] if activity else []
    activities = [settings.activities.get(a, a) for a in activities]
    return (
        list(dict.fromkeys([*bands, *sorted(tally["age_band"].unique())])),
        list(dict.fromkeys([*activities, *sorted(tally["activity"].unique())])),
    )


def _comparable(evaluation: Evaluation, source: Source, tally: pd.DataFrame) -> None:
    """Refuse categories that the monthly counts they are compared with do not know, and bands that are no ages."""
    where = str(evaluation.folder / "evaluation.yaml")
    bands, _ = _categories(evaluation, source, tally.iloc[:0])
    odd = [b for b in bands if not _BAND.fullmatch(b) and b != UNKNOWN]
    if odd:
        raise Blocked(
            Fault(
                f"the age bands of source '{source.name}' cannot be compared with others",
                where,
                found=", ".join(odd),
                allowed="codes such as 15-24 or 75+",
                action="give the bands such codes in the instrument, or map them under `signins: age_bands`",
            )
        )
    if source.reconciles is None:
        return
    instrument = evaluation.instruments[source.reconciles]
    faults = []
    for role, found in zip(("age_band", "activity"), _categories(evaluation, source, tally), strict=True):
        q = instrument.by_role(role)  # type: ignore[arg-type]
        known = {str(c) for c in q.codes} if q and q.codes else None
        lost = [c for c in found if known is not None and c not in known and c != UNKNOWN]
        if lost:
            key = "age_bands" if role == "age_band" else "activities"
            faults.append(
                Fault(
                    f"source '{source.name}' has categories that the counts of '{source.reconciles}' do not know",
                    where,
                    column=role,
                    found=", ".join(lost),
                    allowed=", ".join(sorted(known or ())),
                    action=f"declare `signins: {key}` (received: counted as), or take the counts of the source's own"
                    " categories: bands that do not nest are never guessed",
                )
            )
    if faults:
        raise Blocked(*faults)
