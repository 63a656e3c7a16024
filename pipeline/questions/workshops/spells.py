"""From a list of enrolments to spells: who ended a cycle in a year, and how long until the next one began."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spells:
    """One row a person: the first cycle that the person completed in the year and ended before the list does.

    people : columns of the enrolment (site_id, theme, age_band...). time : (n,) days to the next cycle, or to the end
    of the list. event : (n,) whether a next cycle was seen. followed : (n,) days from the end of the cycle to the end
    of the list, the event aside.
    """

    people: pd.DataFrame
    time: Floats
    event: NDArray[np.bool_]
    followed: Floats


def spells(enrolments: pd.DataFrame, year: int, end: pd.Timestamp) -> Spells:
    """Return the spells of a year.

    Parameters
    ----------
    enrolments : person, starts, ends, completed (bool), and columns that describe the enrolment; one row each.
    year : calendar year in which a first cycle ended.
    end : last day that the list covers; cycles that start later are not in it.

    Notes
    -----
    A next cycle is the first that starts after the first day of the cycle that was completed: one that began before
    that cycle ended is a re-enrolment without delay.
    """
    known = enrolments.dropna(subset=["person", "starts", "ends"])
    known = known.sort_values(["person", "starts", "ends"], kind="stable", ignore_index=True)
    done = known[known["completed"] & (known["ends"].dt.year == year) & (known["ends"] <= end)]
    first = done.drop_duplicates("person")
    own = first.set_index("person")[["starts", "ends"]].reindex(known["person"].to_numpy())
    start = known["starts"].to_numpy()
    later = (start > own["starts"].to_numpy()) & (start <= np.datetime64(end))
    following = known[later].drop_duplicates("person").set_index("person")["starts"]
    following = following.reindex(first["person"].to_numpy())
    event = following.notna().to_numpy()
    day = np.timedelta64(1, "D")
    followed = ((np.datetime64(end) - first["ends"].to_numpy()) / day).astype(np.float64)
    waited = ((following.to_numpy() - first["ends"].to_numpy()) / day).astype(np.float64)
    time = np.where(event, np.maximum(waited, 0.0), followed)
    return Spells(first.reset_index(drop=True), time, event, followed)
