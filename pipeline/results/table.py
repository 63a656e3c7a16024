"""The results table: the only thing that passes from statistics to reports. One row is one published number."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import ResultsError
from pipeline.results.key import domain_text, result_id
from pipeline.results.measure import FILE, Measure, Measures, measures
from pipeline.results.result import INFERENCES, POPULATIONS, QUALITIES, UNITS, Result
from pipeline.results.time import orders, placed_ids

#: Columns that a suppressed row loses before anything is drawn or published.
ESTIMATE_COLUMNS = ("estimate", "se", "lower", "upper", "n_effective", "deff", "p_value", "p_adjusted", "df")
_FIELDS = tuple(f.name for f in fields(Result))
COLUMNS = ("result_id", "order", *_FIELDS)
#: Values of each of :data:`COLUMNS`, one a row: arrays of numbers, lists of texts.
Columns = dict[str, Any]
#: The file beside the results of what they print and hide, a line a quantity (:mod:`pipeline.protect.ledger`).
LEDGER = "ledger.csv"
#: Column of a table in memory: the :class:`Measure` that the question of a row declares; in files, measures.json.
DECLARED = "declared"
#: What is told of a number, the number itself first.
TOLD = (
    "estimate",
    "se",
    "lower",
    "upper",
    "level",
    "df",
    "n",
    "n_effective",
    "deff",
    "p_value",
    "p_adjusted",
    "contributors",
)
_NUMERIC = {"order", *TOLD, "largest_share", "mass", "coverage"}


def id_of(row: Result) -> str:
    """Return the result_id (contract 4) of a row."""
    return result_id(
        row.analysis,
        row.indicator,
        row.measure,
        row.population,
        wave=row.wave,
        period=row.period,
        territory_level=row.territory_level,
        territory=row.territory,
        method=row.method,
        domain=row.domain,
    )


def frame(rows: Iterable[Result], waves: Sequence[str] | None = None, declared: Measures | None = None) -> pd.DataFrame:
    """Return the results table of ``rows``, one a row, columns :data:`COLUMNS` and ``declared``.

    ``waves`` are the declared waves in their order, which ``order`` follows (see :func:`pipeline.results.time.orders`);
    ``declared`` the measures of the questions.

    Raises
    ------
    ResultsError
        When the table breaks contract 4 (:func:`check`), or a question does not declare the measure of a row.
    """
    return stack([columns_of(rows)], waves, declared)


def columns_of(rows: Iterable[Result]) -> Columns:
    """Return the columns of ``rows``, what is missing of a text empty: what processes hand over, smaller than rows."""
    rows = list(rows)
    told = operator.attrgetter(*_FIELDS)
    columns: Columns = dict(zip(_FIELDS, zip(*map(told, rows), strict=True), strict=True)) if rows else {}
    columns["domain"] = [domain_text(r.domain) for r in rows]
    columns["quantity"] = ["" if r.quantity is None else r.quantity.text for r in rows]
    columns["result_id"] = [*map(id_of, rows)]
    columns["order"] = np.full(len(rows), np.nan)
    return {name: _column(name, columns.get(name, ())) for name in COLUMNS}


def _column(name: str, values: Sequence[Any]) -> Any:
    if name in _NUMERIC:
        return np.array(values, dtype=np.float64)
    if name == "confirmatory":
        return np.array(values, dtype=bool)
    return [v if type(v) is str else "" if v is None or pd.isna(v) else str(v) for v in values]


def stack(
    parts: Sequence[Columns], waves: Sequence[str] | None = None, declared: Measures | None = None
) -> pd.DataFrame:
    """Return the results table of several lists of rows, one below the other, as :func:`frame` does of one."""
    made: dict[str, Any] = {}
    for column in COLUMNS:
        values = [part[column] for part in parts]
        if column in _NUMERIC or column == "confirmatory":
            made[column] = np.concatenate(values) if values else np.empty(0)
        else:
            made[column] = pd.array([*itertools.chain.from_iterable(values)], dtype="str")
    table = pd.DataFrame(made)
    table["order"] = orders(table, waves)
    table = with_declared(table, declared or Measures())
    check(table)
    return table


def check(table: pd.DataFrame) -> None:
    """Raise :class:`ResultsError` unless the table keeps contract 4 (columns, unique ids, closed vocabularies)."""
    missing = [c for c in (*COLUMNS, DECLARED) if c not in table.columns]
    if missing:
        raise ResultsError("results table lacks columns", found=missing, allowed=(*COLUMNS, DECLARED))
    twice = table.loc[table["result_id"].duplicated(), "result_id"].unique()
    if len(twice):
        raise ResultsError("result_id is not unique", found=list(twice[:5]))
    for column, allowed in (
        ("population", POPULATIONS),
        ("inference", INFERENCES),
        ("unit", UNITS),
        ("quality", QUALITIES),
    ):
        bad = set(table[column].unique()) - set(allowed)
        if bad:
            raise ResultsError(f"results column '{column}' holds unknown values", found=bad, allowed=allowed)


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a checked results table, rows in their order (:func:`listed`), and measures.json beside it."""
    check(table)
    listed(table).drop(columns=DECLARED).to_parquet(path, index=False)
    _measures_of(table).write(path.with_name(FILE))


def with_declared(table: pd.DataFrame, declared: Measures) -> pd.DataFrame:
    """Return the table with the declaration of every row.

    Raises
    ------
    ResultsError
        When a question does not declare the measure of a row.
    """
    keys = list(zip(*(table[name].astype(object) for name in ("question", "measure", "unit")), strict=True))
    known = {key: declared.of(*key) for key in dict.fromkeys(keys)}
    return table.assign(**{DECLARED: pd.Series([known[key] for key in keys], table.index, dtype=object)})


def _measures_of(table: pd.DataFrame) -> Measures:
    held: dict[str, dict[Measure, None]] = {}
    # thousands of rows share some hundred declarations, and comparing one takes as long as a row
    met = {
        (question, id(m)): m for question, m in zip(table["question"].tolist(), table[DECLARED].tolist(), strict=True)
    }
    for (question, _), measure in met.items():
        held.setdefault(str(question), {})[measure] = None
    return measures(held)


def listed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows sorted by ``result_id``, its wave by the declared place; numbered anew."""
    placed = placed_ids(table).sort_values(kind="stable").index
    return table.loc[placed].reset_index(drop=True)


def read(path: Path) -> pd.DataFrame:
    """Read a results table written by :func:`write`."""
    if not path.is_file():
        raise ResultsError("results are missing", where=str(path), action="run the stages before this one")
    table = with_declared(pd.read_parquet(path), Measures.read(path.with_name(FILE)))
    check(table)
    return table


def read_once(path: Path) -> pd.DataFrame:
    """Return what `read` returns, the same table as long as the file stays as it is; callers do not change it."""
    state = path.stat() if path.is_file() else None
    return _kept(path, (state.st_mtime_ns, state.st_size) if state else None)


@functools.lru_cache(maxsize=2)
def _kept(path: Path, stamp: tuple[int, int] | None) -> pd.DataFrame:
    return read(path)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, column by column, as plain values."""
    names = [str(name) for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*(table[name].tolist() for name in names), strict=True)]


class Rows(Mapping[str, Mapping[str, Any]]):
    """The rows of a table of results by identifier; pages take few of them, so that each is made when asked for."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        self._names = [str(name) for name in table.columns]
        self._rows = list(zip(*(table[name].tolist() for name in self._names), strict=True))
        self._places = {str(result_id): i for i, result_id in enumerate(table["result_id"].tolist())}
        self._made: dict[str, dict[str, Any]] = {}

    def __getitem__(self, result_id: str) -> Mapping[str, Any]:
        """Return a row, column by column."""
        if result_id not in self._made:
            self._made[result_id] = dict(zip(self._names, self._rows[self._places[result_id]], strict=True))
        return self._made[result_id]

    def __iter__(self) -> Iterator[str]:
        """Iterate over identifiers, in the order of the table."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._places)


def rows_once(path: Path) -> Rows:
    """Return the rows of a table of results by identifier, the same as long as the file stays as it is."""
    state = path.stat()
    return _rows_kept(path, (state.st_mtime_ns, state.st_size))


@functools.lru_cache(maxsize=1)
def _rows_kept(path: Path, stamp: tuple[int, int]) -> Rows:
    return Rows(read_once(path))


def blank(table: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    """Return a copy whose estimates are blank in the rows marked True."""
    out = table.copy()
    out.loc[rows, list(ESTIMATE_COLUMNS)] = np.nan
    return out
