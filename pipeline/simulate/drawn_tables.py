"""Tables drawn as truth.yaml declares them: shares that hold exactly, totals that add up, rows that lead to others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import SimulateError
from pipeline.simulate.declared import WAYS, Column, Picked, Shares, Summed, Table, Tables
from pipeline.simulate.draws import dealt, quota, stream

Drawn = dict[str, pd.DataFrame]


def draw_tables(truth: Tables, seed: int | None = None) -> Drawn:
    """Return every table of the truth, in the order declared.

    Raises
    ------
    SimulateError
        When a column needs a table or column that does not stand before it.
    """
    made: Drawn = {}
    for name, table in truth.tables.items():
        try:
            rows = _rows(table, made, stream(truth.seed if seed is None else seed, name))
            for column, asked in table.columns.items():
                rng = stream(truth.seed if seed is None else seed, name, column)
                rows[column] = _column(asked, rows, made, rng)
        except (KeyError, pd.errors.UndefinedVariableError) as missing:
            raise SimulateError(
                "a table needs what does not stand before it",
                where=f"truth.yaml, key tables.{name}",
                found=str(missing),
                allowed=list(made),
                action="declare what it takes from first",
            ) from None
        made[name] = rows.query(table.where, engine="python").reset_index(drop=True) if table.where else rows
    return made


def _rows(table: Table, made: Drawn, rng: np.random.Generator) -> pd.DataFrame:
    if table.cross:
        rows = made[table.cross[0]]
        for other in table.cross[1:]:
            rows = rows.merge(made[other], how="cross")
        return rows
    if table.copy_of is None:
        return pd.DataFrame(index=pd.RangeIndex(table.rows or 0))
    rows = made[table.copy_of]
    if table.times:
        rows = rows.loc[rows.index.repeat(rows[table.times].astype(int))]
    if table.keep < 1:
        rows = rows.iloc[np.sort(rng.permutation(len(rows))[: round(table.keep * len(rows))])]
    return rows.reset_index(drop=True).copy()


def _column(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> pd.Series:
    way = next(w for w in WAYS if getattr(asked, w) is not None)
    values = pd.Series(_DRAWN[way](asked, rows, made, rng), index=rows.index)
    if asked.total is not None or asked.decimals is not None:
        values = pd.to_numeric(values).astype("float64")
    if asked.between is not None:
        values = values.clip(*asked.between)
    if asked.total is not None:
        values = _adding_up(values.to_numpy(dtype=float), asked.total, asked.decimals or 0, rows.index)
    elif asked.decimals is not None:
        values = values.round(asked.decimals)
        values = values.astype("Int64") if asked.decimals == 0 else values
    if asked.missing:
        values = values.mask(rng.permutation(len(rows)) < round(asked.missing * len(rows)))
    return values


def _adding_up(values: np.ndarray[Any, Any], total: float, decimals: int, index: pd.Index) -> pd.Series:
    """Return values in proportion to those given, rounded so that they add up to the total (largest remainders)."""
    step = 10**decimals
    parts = pd.Series(quota(list(values), round(total * step)), index=index)
    return parts / step if decimals else parts


def _share(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    shares: dict[str, Any] = asked.share or {}
    if asked.by is None:
        return _dealt(shares, len(rows), rng)
    drawn = pd.Series(None, index=rows.index, dtype=object)
    for value, part in rows.groupby(asked.by, sort=True):
        drawn.loc[part.index] = _dealt(shares[str(value)], len(part), rng)
    return drawn


def _dealt(shares: Shares, n: int, rng: np.random.Generator) -> Any:
    return np.asarray(list(shares), dtype=object)[dealt(list(shares.values()), n, rng)]


def _counts(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    counts = asked.counts or {}
    drawn = np.repeat(np.asarray(list(counts), dtype=object), [int(c) for c in counts.values()])
    if len(drawn) != len(rows):
        raise SimulateError("the counts of a column do not add up to its rows", found=len(drawn), allowed=len(rows))
    return rng.permutation(drawn)


def _values(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    return pd.Series(np.resize(np.asarray(asked.values, dtype=object), len(rows)), index=rows.index).infer_objects()


def _number(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    return [(asked.number or "{}").format(i) for i in range(1, len(rows) + 1)]


def _normal(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    mean, deviation = asked.normal or (0.0, 1.0)
    return rng.normal(mean, deviation, len(rows))


def _uniform(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    low, high = asked.uniform or (0.0, 1.0)
    return rng.uniform(low, high, len(rows))


def _poisson(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    return rng.poisson(np.broadcast_to(np.asarray(_told(rows, asked.poisson), dtype=float), len(rows)))


def _formula(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    return _told(rows, asked.formula)


def _told(rows: pd.DataFrame, formula: str | None) -> Any:
    return rows.eval(formula or "", engine="python")


def _date(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    first, last = (pd.Timestamp(day) for day in asked.date or ("", ""))
    days = rng.integers(0, (last - first).days + 1, len(rows))
    return first + pd.to_timedelta(days, unit="D")


def _days_after(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    column, formula = asked.days_after or ("", "")
    days = np.broadcast_to(np.asarray(_told(rows, formula), dtype=float), len(rows))
    return pd.to_datetime(rows[column]) + pd.to_timedelta(np.floor(days), unit="D")


def _pick(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    """Return the column of a row drawn among those that match, none twice within a value of ``once``."""
    told = asked.pick or Picked(table="", column="")
    other = made[told.table]
    whole = [("", other)]
    groups = dict(whole if told.match is None else [(str(k), g) for k, g in other.groupby(told.match)])
    key = pd.Series("", index=rows.index) if told.match is None else rows[told.match].astype(str)
    each = pd.Series(rows.index, index=rows.index) if told.once is None else rows[told.once]
    drawn = pd.Series(None, index=rows.index, dtype=object)
    for (match, _), part in rows.groupby([key, each], sort=True):
        offered = groups[str(match)][told.column].to_numpy(dtype=object)
        if len(part) > len(offered):
            raise SimulateError(
                "there are fewer rows to pick from than rows that pick",
                found=f"{len(part)} in {match}",
                allowed=len(offered),
            )
        drawn.loc[part.index] = offered[rng.permutation(len(offered))[: len(part)]]
    return drawn


def _lookup(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    told = asked.lookup or Summed(table="", by="")
    return rows[told.by].map(made[told.table].set_index(told.by)[told.column or ""]).to_numpy()


def _summed(asked: Column, rows: pd.DataFrame, made: Drawn, rng: np.random.Generator) -> Any:
    told = asked.sum or Summed(table="", by="")
    other = made[told.table]
    other = other.query(told.where, engine="python") if told.where else other
    grouped = other.groupby(told.by)
    found = grouped.size() if told.column is None else grouped[told.column].sum()
    return rows[told.by].map(found).fillna(0).to_numpy()


_DRAWN: dict[str, Callable[[Column, pd.DataFrame, Drawn, np.random.Generator], Any]] = {
    "share": _share,
    "counts": _counts,
    "values": _values,
    "number": _number,
    "normal": _normal,
    "uniform": _uniform,
    "poisson": _poisson,
    "formula": _formula,
    "date": _date,
    "days_after": _days_after,
    "pick": _pick,
    "lookup": _lookup,
    "sum": _summed,
}  # fmt: skip
