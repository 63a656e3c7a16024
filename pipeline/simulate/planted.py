"""Errors planted in the received files at known shares, each recorded: only tests open the record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.simulate.draws import Ints, stream
from pipeline.simulate.parameters import Truth

#: Kinds that must be set aside; the others must be resolved (register) or kept (answers left out).
SET_ASIDE = (
    "age_impossible",
    "unknown_space",
    "date_outside_field",
    "encoding",
    "duplicated_sign_in",
    "age_sum_differs",
    "attended_over_enrolled",
    "unknown_actor",
    "self_tie",
    "tie_without_answer",
)
_AGES = (3, 7, 11, 120, 145, 199, 203)


@dataclass(frozen=True)
class WithErrors:
    """Rows in file order with planted errors, and where they are (position in ``rows``, kind)."""

    rows: pd.DataFrame
    planted: pd.DataFrame


def plant_in_survey(
    truth: Truth, wave: str, rows: pd.DataFrame, field: tuple[dt.date, dt.date], seed: int
) -> WithErrors:
    """Return the questionnaires of a wave with impossible ages, unknown spaces, dates out of the field, and so on."""
    rng = stream(seed, "planted", truth.year(wave))
    errors, n = truth.planted_errors, len(rows)
    free = rng.permutation(n)
    sizes = [errors.age_impossible, errors.unknown_space, errors.date_outside_field, errors.encoding]
    age, unknown, outside, garbled, free = np.split(free, np.cumsum([round(s * n) for s in sizes]))
    ages = rows["age"].to_numpy(dtype=np.int64).copy()
    ages[age] = rng.choice(_AGES, size=len(age))
    spaces = rows["space_id"].to_numpy(dtype=object).copy()
    spaces[unknown] = [f"CYB99-{i:03d}" for i in rng.integers(1, 999, len(unknown))]
    days = rows["day"].to_numpy().copy()
    away = rng.integers(20, 120, len(outside)) * rng.choice([-1, 1], len(outside))
    days[outside] = [np.datetime64(field[int(a > 0)] + dt.timedelta(days=int(a)), "ns") for a in away]
    comments = rows["comment"].to_numpy(dtype=object).copy()
    comments[garbled] = [_garbled(comments[i]) for i in garbled]
    kind = np.full(n, "", dtype=object)
    for name, where in zip(SET_ASIDE, (age, unknown, outside, garbled), strict=False):
        kind[where] = name
    changed = rows.assign(age=pd.array(ages, dtype="Int64"), space_id=spaces, day=days, comment=comments, kind=kind)
    return _with_duplicates(changed, np.sort(free[: round(errors.duplicated_sign_in * n)]), rng)


def _garbled(remark: object) -> str:
    """Return a remark as it looks when UTF-8 bytes were read as Windows-1252."""
    accented = isinstance(remark, str) and not remark.isascii() and "à" not in remark and "«" not in remark
    text = str(remark) if accented else "Très bon accueil, équipe dévouée."
    return text.encode("utf-8").decode("cp1252")


def _with_duplicates(rows: pd.DataFrame, copied: Ints, rng: np.random.Generator) -> WithErrors:
    """Enter some questionnaires a second time, up to a few dozen rows later."""
    copies = rows.iloc[copied].assign(kind="duplicated_sign_in")
    place = np.concatenate([np.arange(len(rows)), copied + rng.integers(1, 40, len(copied)) + 0.5])
    together = pd.concat([rows, copies]).iloc[np.argsort(place, kind="stable")].reset_index(drop=True)
    hit = np.flatnonzero(together["kind"] != "")
    planted = pd.DataFrame({"position": hit, "kind": together["kind"].to_numpy()[hit]})
    return WithErrors(together.drop(columns="kind"), planted)


def plant_in_attendance(truth: Truth, rows: pd.DataFrame, seed: int) -> WithErrors:
    """Return the monthly counts with totals that differ from the sum over ages, on one row of a group each."""
    rng = stream(seed, "planted", "attendance")
    bands = len(truth.attendance.trend_by_age)
    sent = np.flatnonzero(rows["received"].to_numpy())
    groups = len(sent) // bands
    hit = np.sort(rng.choice(sent, size=round(truth.planted_errors.age_sum_differs * groups), replace=False))
    total = rows["total"].to_numpy().copy()
    total[hit] += rng.integers(1, 30, len(hit))
    planted = pd.DataFrame({"position": hit, "kind": "age_sum_differs"})
    return WithErrors(rows.assign(total=total), planted)
