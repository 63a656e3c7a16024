"""The results table: the only thing that passes from statistics to reports.

One row is one published number. Its ``result_id`` says what it is, about whom, when, where and for which domain::

    analysis.indicator.measure[.method]/population/wave=W|wave=A..B|period=P/<level>=<code>[/<name>=<value>...]

for example ``demand.elaborate.shift/users/wave=2003..2006/pays=03/age_band=60+``. Domains are sorted by name.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.errors import ResultsError

POPULATIONS = (
    "users",
    "visits",
    "inhabitants",
    "non_users",
    "respondents",
    "spaces",
    "records",
    "expenditure",
    "actors",
    "workshops",
    "trainees",
)
INFERENCES = ("sample", "census", "model", "nonprobability")
UNITS = (
    "share",
    "mean",
    "count",
    "rate",
    "euro",
    "km",
    "point",
    "ratio",
    "odds_ratio",
    "coefficient",
    "score",
)
QUALITIES = ("publish", "caution", "suppress")
#: Columns that a suppressed row loses before anything is drawn or published.
ESTIMATE_COLUMNS = ("estimate", "se", "lower", "upper", "n_effective", "deff", "p_value", "p_adjusted", "df")
_RESERVED = set("/=\n\t")


@dataclass(frozen=True)
class Result:
    """One number, whom it is about and why one may believe it.

    ``estimate``, ``se``, ``lower`` and ``upper`` are on the scale of ``unit``: shares between 0 and 1, points in
    percentage points (a difference of shares times 100), counts in units. ``n`` counts respondents or records,
    unweighted. ``base`` is a label key saying who was asked. ``coverage`` is, for exhaustive counts, the share of
    the expected records that were received.
    """

    analysis: str
    indicator: str
    measure: str
    population: str
    territory_level: str
    territory: str
    unit: str
    inference: str
    estimate: float
    wave: str | None = None
    period: str | None = None
    method: str | None = None
    domain: Mapping[str, object] | None = None
    boundaries: str | None = None
    se: float = np.nan
    lower: float = np.nan
    upper: float = np.nan
    level: float = np.nan
    df: float = np.nan
    n: float = np.nan
    n_effective: float = np.nan
    deff: float = np.nan
    base: str = "all"
    p_value: float = np.nan
    p_adjusted: float = np.nan
    confirmatory: bool = False
    contributors: float = np.nan
    largest_share: float = np.nan
    coverage: float = np.nan
    source: str = ""
    quality: str = "publish"
    reason: str = ""


COLUMNS = ("result_id", *(f.name for f in fields(Result)))
_NUMERIC = {
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
    "largest_share",
    "coverage",
}


def domain_text(domain: Mapping[str, object] | None) -> str:
    """Return ``name=value`` pairs sorted by name and joined by ``/``; empty for no domain."""
    if not domain:
        return ""
    return "/".join(f"{k}={domain[k]}" for k in sorted(domain))


def result_id(
    analysis: str,
    indicator: str,
    measure: str,
    population: str,
    *,
    wave: str | None = None,
    period: str | None = None,
    territory_level: str,
    territory: str,
    method: str | None = None,
    domain: Mapping[str, object] | None = None,
) -> str:
    """Return the identifier of a number.

    Raises
    ------
    ResultsError
        When both or none of ``wave`` and ``period`` are given, or a part holds a reserved character.
    """
    if (wave is None) == (period is None):
        raise ResultsError("a result needs either a wave or a period", found={"wave": wave, "period": period})
    head = ".".join(p for p in (analysis, indicator, measure, method) if p)
    time = f"wave={wave}" if wave is not None else f"period={period}"
    parts = [head, population, time, f"{territory_level}={territory}"]
    if domain:
        parts += [f"{k}={domain[k]}" for k in sorted(domain)]
    for part in [analysis, indicator, measure, population, territory, *(domain or {}).values()]:
        if _RESERVED & set(str(part)):
            raise ResultsError("a part of a result_id holds '/', '=' or a line break", found=part)
    return "/".join(parts)


def frame(rows: Iterable[Result]) -> pd.DataFrame:
    """Return the results table of ``rows``, one a row, columns :data:`COLUMNS`, checked by :func:`check`."""
    records = []
    for r in rows:
        record = {f.name: getattr(r, f.name) for f in fields(Result)}
        record["domain"] = domain_text(r.domain)
        record["result_id"] = result_id(
            r.analysis,
            r.indicator,
            r.measure,
            r.population,
            wave=r.wave,
            period=r.period,
            territory_level=r.territory_level,
            territory=r.territory,
            method=r.method,
            domain=r.domain,
        )
        records.append(record)
    table = pd.DataFrame.from_records(records, columns=list(COLUMNS))
    for column in COLUMNS:
        if column in _NUMERIC:
            table[column] = pd.to_numeric(table[column]).astype("float64")
        elif column == "confirmatory":
            table[column] = table[column].astype(bool)
        else:
            table[column] = table[column].astype("str").where(table[column].notna(), "")
    check(table)
    return table


def check(table: pd.DataFrame) -> None:
    """Raise :class:`ResultsError` unless the table keeps contract 4 (columns, unique ids, closed vocabularies)."""
    missing = [c for c in COLUMNS if c not in table.columns]
    if missing:
        raise ResultsError("results table lacks columns", found=missing, allowed=COLUMNS)
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
    """Write a checked results table, rows sorted by ``result_id``."""
    check(table)
    table.sort_values("result_id", kind="stable").to_parquet(path, index=False)


def read(path: Path) -> pd.DataFrame:
    """Read a results table written by :func:`write`."""
    if not path.is_file():
        raise ResultsError("results are missing", where=str(path), action="run the stages before this one")
    table = pd.read_parquet(path)
    check(table)
    return table


def read_once(path: Path) -> pd.DataFrame:
    """Return what `read` returns, the same table as long as the file stays as it is; callers do not change it."""
    state = path.stat() if path.is_file() else None
    return _kept(path, (state.st_mtime_ns, state.st_size) if state else None)


@functools.lru_cache(maxsize=2)
def _kept(path: Path, stamp: tuple[int, int] | None) -> pd.DataFrame:
    return read(path)


def find(table: pd.DataFrame, partial: str, level: str, territory: str) -> pd.Series:
    """Return the one row that a partial ``result_id`` means in a document about ``territory``.

    A partial id is a whole one, or one without its ``<level>=<code>`` part, which the document then supplies.

    Raises
    ------
    ResultsError
        When no row, or more than one, answers; the message names the nearest ids.
    """
    ids = table["result_id"]
    hit = table[ids == partial]
    if hit.empty:
        hit = table[ids == complete(partial, level, territory)]
    if len(hit) == 1:
        return hit.iloc[0]
    near = difflib.get_close_matches(complete(partial, level, territory), list(ids), n=5, cutoff=0.5)
    raise ResultsError(
        "no result has this result_id" if hit.empty else "several results have this result_id",
        found=partial,
        allowed=near or "(nothing near)",
        action="use one of the ids above, or declare the analysis that computes it in the plan",
    )


def complete(partial: str, level: str, territory: str) -> str:
    """Insert ``<level>=<code>`` after the wave or period of a partial id."""
    parts = partial.split("/")
    return "/".join([*parts[:3], f"{level}={territory}", *parts[3:]])


def blank(table: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    """Return a copy whose estimates are blank in the rows marked True."""
    out = table.copy()
    out.loc[rows, list(ESTIMATE_COLUMNS)] = np.nan
    return out
