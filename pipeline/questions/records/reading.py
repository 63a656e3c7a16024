"""Reading records: their time, place and persons, what cuts them, what they amount to and what they use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.instrument import Instrument, Question, Role
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.records.settings import Rate, Settings
from pipeline.results.quantity import ANSWERED, Codes

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Objects = NDArray[np.object_]
#: Roles of a time, the finest first.
_TIMES: tuple[Role, ...] = ("date", "month", "year")
_CUTS: tuple[Role, ...] = ("category", "theme", "status")
_AMOUNTS: tuple[Role, ...] = ("quantity", "amount")
#: Reasons of rows that were no records.
_NO_RECORDS = ("total_row", "empty_row", "repeated_key", "outside_region")
#: Populations of records of persons, and of records that places keep of themselves.
OF_PERSONS, OF_PLACES = "events", "events_of_places"


@dataclass(frozen=True)
class Cut:
    """Part of the records: its domain, the codes that a quantity keeps of it, which records (n,) it has.

    ``known`` are the records that say whether they belong to it.
    """

    domain: dict[str, object]
    among: Codes
    inside: Bools
    known: Bools


@dataclass(frozen=True)
class Used:
    """A rate: what was used and what was offered (n,), NaN where one of both is unknown.

    keys : what a quantity calls both.
    """

    name: str
    used: Floats
    offered: Floats
    keys: tuple[str, str]


@dataclass(frozen=True)
class Records:
    """Accepted records of one source, n of them.

    month : months since year 0, NaN without a date.   wave, unit, person, place : names, None where unknown.
    cuts : parts of the records.   amounts : question -> values, NaN where unknown.   euros : those that are money.
    rates : what was used and what was offered.   coverage : part of the records received that could be used.
    by_year : whether of their date only the year is known.   averages : amounts whose sum means nothing.
    once : question that several rows shared, of which each made one record; empty where every row is one.
    """

    source: str
    population: str
    month: Floats
    wave: Objects
    unit: Objects
    person: Objects | None
    place: Objects | None
    cuts: list[Cut]
    amounts: dict[str, Floats]
    euros: frozenset[str]
    rates: list[Used]
    coverage: float
    by_year: bool = False
    averages: frozenset[str] = frozenset()
    once: str = ""

    @property
    def n(self) -> int:
        """Return how many records there are."""
        return len(self.month)


def one_each(entry: Entry, rows: pd.DataFrame, key: str, told: list[str]) -> pd.DataFrame:
    """Return the rows with one for each value of ``key``: the first answer that its rows give to every question.

    Rows without a value stand for themselves.

    Raises
    ------
    AnalyseError
        When rows of one value differ in a column of ``told``: then they are no single record.
    """
    alone = rows[key].isna()
    groups = rows[~alone].groupby(["wave", key], sort=False, observed=True, dropna=False)
    counts = groups[[c for c in told if c != key]].nunique()
    if differing := {str(c): int(n) for c, n in (counts > 1).sum().items() if n}:
        raise entry.error(
            f"rows that share '{key}' are counted once, and they say different things", "once",
            found=[f"{c}: {n} of {len(counts)}" for c, n in differing.items()],
            allowed="questions to which all rows of one record have the same answer",
            action="leave these questions out of `by:` and `quantities:` here; an entry of its own, without `once:`,"
            " counts them row by row",
        )  # fmt: skip
    return pd.concat([groups.first().reset_index(), rows[alone]], ignore_index=True)[[*rows.columns]]


def read_records(context: Context, entry: Entry, settings: Settings) -> Records:
    """Return the records of the first source of that kind, or of the one named.

    Raises
    ------
    AnalyseError
        When there is none, or a setting names a question that its instrument lacks or that cannot be used so.
    """
    sources = [s.name for s in context.evaluation.sources("records")]
    found = [name for name in sources if settings.source in (None, name)]
    if not found:
        raise entry.no_source(context.evaluation, "records", "source", settings.source)
    instrument = context.instrument(found[0])
    dated = next((q for role in _TIMES if (q := instrument.by_role(role)) is not None), None)
    cut = _asked(entry, instrument, settings.by, _CUTS, "by")
    amounts = _asked(entry, instrument, settings.quantities, _AMOUNTS, "quantities")
    averages = frozenset(q.name for q in _asked(entry, instrument, settings.averages, (), "averages"))
    rates = _rates(entry, instrument, settings)
    person = instrument.by_role("identifier")
    numbers = [*(q.name for q in amounts), *(n for r in rates for n in (r.used, r.offered))]
    columns = [*numbers, *(c for q in cut for c in (*q.clean_columns(), f"{q.name}__status"))]
    columns += [q.name for q in (dated,) if q is not None]
    keys = [*_asked(entry, instrument, None if settings.once is None else (settings.once,), (), "once")]
    named = [q.name for q in (person, *keys) if q is not None]
    rows = context.clean(found[0], ["wave", "site_id", context.level, *columns, *named])
    table = rows if settings.once is None else one_each(entry, rows, settings.once, [*columns])
    month = _months(table, dated)
    values = {name: _number(entry, instrument, table, name) for name in dict.fromkeys(numbers)}
    place = _texts(table, "site_id")
    return Records(
        found[0],
        OF_PLACES if person is None and place is not None else OF_PERSONS,
        month,
        table["wave"].to_numpy(dtype=object),
        table[context.level].to_numpy(dtype=object) if context.level in table else np.full(len(table), None),
        _texts(table, person.name) if person is not None else None,
        place,
        [c for q in cut for c in _cuts(entry, table, q)],
        {q.name: values[q.name] for q in amounts},
        frozenset(q.name for q in amounts if q.role == "amount"),
        [_used(r, values, month, dated) for r in rates],
        _coverage(context, found[0], len(rows)),
        dated is not None and dated.role == "year",
        averages,
        (settings.once or "") if len(table) < len(rows) else "",
    )


def _asked(
    entry: Entry, instrument: Instrument, names: tuple[str, ...] | None, roles: tuple[Role, ...], key: str
) -> list[Question]:
    """Return the questions that a setting names, those of some roles by default."""
    if names is None:
        return instrument.all_by_role(*roles)
    found = {name: instrument.question(name) for name in names}
    if lost := [name for name, q in found.items() if q is None]:
        known = [q.name for q in instrument.questions]
        raise entry.error("the instrument of the records has no such question", key, found=lost, allowed=known)
    return [q for q in found.values() if q is not None]


def _rates(entry: Entry, instrument: Instrument, settings: Settings) -> tuple[Rate, ...]:
    """Return the rates that are told, that of the roles used and offered by default."""
    if settings.rates is not None:
        for rate in settings.rates:
            _asked(entry, instrument, (rate.used, rate.offered), (), "rates")
        return settings.rates
    used, offered = instrument.by_role("used"), instrument.by_role("offered")
    return (Rate(name="use", used=used.name, offered=offered.name),) if used and offered else ()


def _number(entry: Entry, instrument: Instrument, table: pd.DataFrame, name: str) -> Floats:
    asked = instrument.question(name)
    assert asked is not None
    if asked.type not in ("number", "count"):
        raise entry.error(
            "a question that is summed must be a number", found=f"{name}: {asked.type}", allowed="number or count",
            action="correct its `type:` in the instrument, or leave it out here",
        )  # fmt: skip
    return pd.to_numeric(table[name]).to_numpy(np.float64, na_value=np.nan)


def _texts(table: pd.DataFrame, name: str) -> Objects | None:
    if name not in table:
        return None
    return table[name].astype(object).where(table[name].notna(), None).to_numpy(dtype=object)


def _months(table: pd.DataFrame, asked: Question | None) -> Floats:
    """Return (n,) the month of each record since year 0, the first of the year where only that is known."""
    if asked is None:
        return np.full(len(table), np.nan)
    if asked.role == "year":
        return 12 * np.asarray(pd.to_numeric(table[asked.name]).to_numpy(np.float64, na_value=np.nan), np.float64)
    days = pd.to_datetime(table[asked.name])
    months = 12 * days.dt.year + days.dt.month - 1
    return np.asarray(months.to_numpy(np.float64, na_value=np.nan), np.float64)


def _cuts(entry: Entry, table: pd.DataFrame, asked: Question) -> Iterator[Cut]:
    """Yield the parts that a question cuts the records into: one a code, or one an item that records may share."""
    known = (table[f"{asked.name}__status"] == "answered").to_numpy(dtype=bool)
    if asked.type == "multiple":
        for item in asked.items:
            ticked = table[f"{asked.name}_{item.name}"].fillna(False).to_numpy(dtype=bool)
            yield Cut(
                {asked.name: item.name}, {f"{asked.name}.{item.name}": [1], asked.name: ANSWERED}, ticked & known, known
            )
        return
    if not asked.codes:
        raise entry.error(
            "records are cut by a question with declared codes", "by", found=f"{asked.name}, without codes",
            action="list its `codes:` in the instrument, or leave it out here",
        )  # fmt: skip
    values = table[asked.name].astype("str")
    for code in asked.codes:
        inside = (values == str(code)).fillna(False).to_numpy(dtype=bool) & known
        yield Cut({asked.name: code}, {asked.name: [code]}, inside, known)


def _used(rate: Rate, values: dict[str, Floats], month: Floats, dated: Question | None) -> Used:
    used, offered = values[rate.used], values[rate.offered]
    if isinstance(rate.times, str):
        length = 12 if dated is not None and dated.role == "year" else 1
        offered = offered * _days(month, length, rate.times)
    else:
        offered = offered * rate.times
    known = np.isfinite(used) & np.isfinite(offered)
    # the sum over records where both are known is another number than that of all
    alone = [rate.used if (known == np.isfinite(used)).all() else f"{rate.used}.{rate.offered}"]
    alone.append(f"{rate.offered}.{rate.times}.{rate.used}")
    return Used(rate.name, np.where(known, used, np.nan), np.where(known, offered, np.nan), (alone[0], alone[1]))


def _days(month: Floats, length: int, which: str) -> Floats:
    """Return (n,) the days, or the days from Monday to Friday, of the periods of ``length`` months that begin then."""
    met = np.unique(month[np.isfinite(month)]).astype(int)
    first = np.array(met - 12 * 1970, dtype="datetime64[M]")
    starts, ends = first.astype("datetime64[D]"), (first + length).astype("datetime64[D]")
    days = np.busday_count(starts, ends) if which == "weekdays" else (ends - starts).astype(np.int64)
    counted = dict(zip(met.tolist(), days.tolist(), strict=True))
    return np.array([counted.get(m, np.nan) for m in month], dtype=np.float64)


def _coverage(context: Context, source: str, accepted: int) -> float:
    """Return which part of the records received could be used: totals and blank lines were none."""
    account = context.table(context.ingest, "account")
    own = account[account["source"] == source]
    aside = own[own["kind"].eq("reason") & ~own["reason"].isin(_NO_RECORDS)]
    received = accepted + float(aside["n"].sum())
    return accepted / received if received else np.nan
