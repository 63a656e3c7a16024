"""Sign-ins and monthly counts of the same visits: compared by space and month, one of them used, never added."""

from __future__ import annotations

import pandas as pd

from pipeline.evaluation import Source
from pipeline.ingest.attendance.monthly import KEYS
from pipeline.ingest.readers.received import Note

PLACE = ["site_id", "month"]
COLUMNS = ["source", "signins_source", *PLACE, "received", "counts", "signins", "difference", "used"]


def reconciled(
    source: Source, counts: pd.DataFrame, signins: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, list[Note]]:
    """Return one table of counts, the comparison by space and month, and what was decided.

    Parameters
    ----------
    source : the source of sign-ins, which names the counts (``reconciles``) and says which is used (``prefer``).
    counts, signins : site_id, month, age_band, activity, visits, and the same further columns.

    Returns
    -------
    used : the rows of the preferred table where it was received, those of the other elsewhere; ``origin`` names the
        source of each row.
    comparison : one row a space and month: ``received`` (both, counts, signins), visits by each, their difference
        (sign-ins less counts), and which is ``used``.
    """
    assert source.reconciles is not None
    by_counts = counts[counts["visits"].notna()].groupby(PLACE)["visits"].sum()
    by_signins = signins[signins["visits"].notna()].groupby(PLACE)["visits"].sum()
    table = pd.concat([by_counts.rename("counts"), by_signins.rename("signins")], axis=1, join="outer")
    table = table.astype("Int64").sort_index().reset_index()
    both = table["counts"].notna() & table["signins"].notna()
    table["received"] = "both"
    table.loc[table["signins"].isna(), "received"] = "counts"
    table.loc[table["counts"].isna(), "received"] = "signins"
    table["difference"] = (table["signins"] - table["counts"]).where(both)
    other = "signins" if source.prefer == "counts" else "counts"
    table["used"] = source.prefer
    table.loc[table[source.prefer].isna(), "used"] = other
    table = table.assign(source=source.reconciles, signins_source=source.name)[COLUMNS]
    used = pd.concat(
        [
            _chosen(counts, table, "counts").assign(origin=source.reconciles),
            _chosen(signins, table, "signins").assign(origin=source.name),
        ],
        ignore_index=True,
    )
    return used.sort_values(KEYS, kind="stable", ignore_index=True), table, _summary(source, table, both)


def _chosen(rows: pd.DataFrame, table: pd.DataFrame, which: str) -> pd.DataFrame:
    """Return the rows of the space-months where ``which`` is used; counts without any visit stay with the counts."""
    taken = pd.MultiIndex.from_frame(table.loc[table["used"] == which, PLACE])
    known = pd.MultiIndex.from_frame(table[PLACE])
    places = pd.MultiIndex.from_frame(rows[PLACE])
    keep = places.isin(taken) | ((which == "counts") & ~places.isin(known))
    return rows[keep]


def _summary(source: Source, table: pd.DataFrame, both: pd.Series) -> list[Note]:
    n = table["received"].value_counts()
    same = int((table["difference"] == 0).sum())
    counts, signins = (int(table.loc[both.to_numpy(), c].sum()) for c in ("counts", "signins"))
    used = table["used"].value_counts()
    taken = f"{int(used.get('counts', 0))} / {int(used.get('signins', 0))}"
    said = (
        f"space-months received by both: {int(n.get('both', 0))} (equal: {same}; {counts} visits counted, "
        f"{signins} signed in), counts only: {int(n.get('counts', 0))}, sign-ins only: {int(n.get('signins', 0))}; "
        f"used (counts / sign-ins): {taken}"
    )
    return [Note("reconciliation", source.name, source.reconciles or "", source.prefer, said)]
