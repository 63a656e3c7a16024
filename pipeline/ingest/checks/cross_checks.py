"""Columns that compare a record with other records or with the calendar, for the expectations to look at."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.clean_table import Assembled, text_where
from pipeline.instrument import Instrument, Role

#: What makes a record of each kind unique within a wave, where the instrument declares no key.
KEYS: dict[str, tuple[Role, ...]] = {
    "attendance": ("site", "month", "age_band", "activity"),
    "fieldwork": ("site", "date"),
    "enrolments": ("site", "identifier", "starts"),
}


def with_cross_checks(evaluation: Evaluation, source: Source, assembled: Assembled) -> Assembled:
    """Return the source with ``__repeats``, ``__field_start``, ``__field_end``, ``__total`` and ``__sum_of_ages``."""
    instrument = evaluation.instruments[source.name]
    clean, seen = assembled.clean, assembled.seen.copy(deep=False)
    repeated = _repeated(source, instrument, clean)
    if repeated is not None:
        first = _first_line(repeated)
        seen["__repeats"] = text_where(first >= 0, first)
    # the field of a wave is that of its survey: records of what happens in a year are dated all over it
    if instrument.by_role("date") is not None and source.kind not in ("sites", "records"):
        waves = {w.name: w.field for w in evaluation.settings.waves}
        for name, end in (("__field_start", 0), ("__field_end", 1)):
            days = {w: pd.Timestamp(field[end]) for w, field in waves.items()}
            seen[name] = pd.to_datetime(clean["wave"].map(days)).astype("datetime64[us]")
    sums = _sums_of_ages(instrument, clean, seen.get("__repeats"))
    if sums is not None:
        total = instrument.by_role("total")
        assert total is not None
        seen["__total"], seen["__sum_of_ages"] = clean[total.name], sums
    return Assembled(clean, seen, assembled.parts)


def _repeated(source: Source, instrument: Instrument, clean: pd.DataFrame) -> pd.DataFrame | None:
    """Return wave, line and key columns of the records whose key is whole, or None where there is no key."""
    if source.kind == "sites":
        return None
    unique = [q.name for q in instrument.questions if q.unique or q.role == "respondent"][:1]
    if source.ties:
        unique = source.ties.columns
    if not unique and source.kind == "records":
        unique = _of_occupancy(instrument)
        if not unique:
            return None
    if not unique:
        questions = [instrument.by_role(role) for role in KEYS.get(source.kind, ())]
        if not questions or any(q is None for q in questions):
            return None
        unique = [q.name for q in questions if q is not None]
    return clean[["wave", "_line", *unique]]


#: What tells records of occupancy apart: where, when and of what; two records alike would count their days twice.
_OCCUPANCY: tuple[Role, ...] = ("site", "commune", "date", "month", "year", "category", "theme", "status")


def _of_occupancy(instrument: Instrument) -> list[str]:
    """Return the questions that make a record of what a place offers unique; none where nothing is offered.

    A place that sends nothing of its own key may have several records of a month, so that it needs one.
    """
    if instrument.by_role("offered") is None or instrument.by_role("site") is None:
        return []
    return [q.name for q in instrument.all_by_role(*_OCCUPANCY) if q.type != "multiple"]


def _first_line(keys: pd.DataFrame) -> np.ndarray:
    """Return the line of the first record with the same key, -1 for that record itself and where a key is not whole."""
    names = [c for c in keys.columns if c != "_line"]
    code = np.zeros(len(keys), dtype=np.int64)
    whole = np.ones(len(keys), dtype=bool)
    for name in names:
        values, distinct = pd.factorize(keys[name])
        whole &= (values >= 0) | (name == "wave")
        # int64 throughout: category codes are int8 or int16 and would overflow.
        code = pd.factorize(code * (len(distinct) + 1) + values.astype(np.int64) + 1)[0].astype(np.int64)
    lines = keys["_line"].to_numpy()
    first = np.full(len(keys), -1, dtype=np.int64)
    rows = np.flatnonzero(whole)
    repeated = pd.Series(code[rows]).duplicated().to_numpy()
    _, start = np.unique(code[rows], return_index=True)
    line_of = lines[rows][start]
    first[rows[repeated]] = line_of[np.searchsorted(code[rows][start], code[rows][repeated])]
    return first


def _sums_of_ages(instrument: Instrument, clean: pd.DataFrame, repeats: pd.Series | None) -> pd.Series | None:
    """Return, a record, the visits of its space, month and activity over all ages.

    Missing where a count of the group is missing, and where ages are missing from the group and the sum is not too
    large: a record that did not arrive is no error of those that did.
    """
    questions = {role: instrument.by_role(role) for role in ("site", "month", "age_band", "visits", "total")}  # type: ignore[arg-type]
    if any(q is None for q in questions.values()):
        return None
    names = {role: q.name for role, q in questions.items() if q is not None}
    activity = instrument.by_role("activity")
    keys = [names["site"], names["month"], *([activity.name] if activity else [])]
    group = np.zeros(len(clean), dtype=np.int64)
    for name in keys:
        values, distinct = pd.factorize(clean[name])
        group = group * (len(distinct) + 1) + values.astype(np.int64) + 1
    group = pd.factorize(group)[0]
    counted = np.ones(len(clean), dtype=bool) if repeats is None else repeats.isna().to_numpy()
    visits = clean[names["visits"]].to_numpy(dtype=float, na_value=np.nan)
    n = int(group.max()) + 1 if len(group) else 0
    sums = np.bincount(group[counted], weights=visits[counted], minlength=n)
    band, bands = pd.factorize(clean[names["age_band"]])
    present = counted & (band >= 0)
    there = np.zeros((n, len(bands)), dtype=bool)
    there[group[present], band[present]] = True
    ages = there.sum(axis=1)
    question = questions["age_band"]
    complete = ages >= (len(question.codes) if question is not None and question.codes else len(bands))
    total = clean[names["total"]].to_numpy(dtype=float, na_value=np.nan)
    checked = complete[group] | (sums[group] > total)
    return pd.Series(pd.array(np.where(checked, sums[group], np.nan)), index=clean.index, dtype="Float64")
