"""The queries over the visits of a large file: their clean columns, which may be wrong, and what they add up to.

They are Ibis expressions, so that whatever engine counts, the rule is written here and once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, SignIns, Source
from pipeline.ingest.attendance.active_file import COLUMNS as ACTIVE
from pipeline.ingest.attendance.active_file import lengths
from pipeline.ingest.attendance.monthly import TERRITORY, UNKNOWN
from pipeline.ingest.attendance.streamed.engine import Lookup
from pipeline.ingest.attendance.streamed.store import Store
from pipeline.ingest.attendance.streamed.values import Values
from pipeline.ingest.attendance.visits import IN_SPACE, key_of
from pipeline.ingest.faults import Blocked, Fault

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Ages beyond this are no ages (years).
OLDEST = 120
#: The space of a visit as a number, quicker to compare than its id; and the month of a visit, counted from year 0.
_SITE, _MONTH = "__key_site_id", "__month"
_TEXTS = ("site_id", "month", "age_band", "activity", "place")


@dataclass(frozen=True)
class Column:
    """A column of the visits: which tables it looks at, and how it follows from the visits joined to them.

    ``held`` is the column of the one table that holds it, where it is held by one.
    """

    tables: frozenset[str]
    of: Callable[[ir.Table], ir.Value]
    held: str | None = None


@dataclass
class Visits:
    """The visits with what their values stand for.

    ``columns`` holds the columns of the clean table, in its order, and those that queries need besides (``__``);
    ``joins`` the pairs of columns by which a table belongs to the visits; ``sizes`` the numbers that a part of a key
    takes; ``met`` how often each code of a column was met, once somebody asked.
    """

    store: Store
    columns: dict[str, Column]
    joins: dict[str, list[tuple[str, str]]]
    sizes: dict[str, int] = field(default_factory=dict)
    met: dict[str, pd.DataFrame] = field(default_factory=dict)
    count: int = 0

    def times(self, column: str) -> pd.DataFrame:
        """Return how often (``n``) each ``code`` of a received column was met."""
        if column not in self.met:
            visit = self.store.engine.visit
            codes = visit.group_by(code=visit[self.store.names[column]])
            self.met[column] = self.store.engine.frame(codes.aggregate(n=visit.count()))
        return self.met[column]

    def table(self, *columns: str, kept: bool = False) -> ir.Table:
        """Return ``line`` and some columns of the visits, joined to no other tables than they need.

        kept : of the accepted visits alone. Every value has its row, so that a join loses no visit.
        """
        joined = self._joined(columns, kept)
        return joined.select(line=joined["line"], **{c: self.columns[c].of(joined) for c in columns})

    def _joined(self, columns: Iterable[str], kept: bool) -> ir.Table:
        engine = self.store.engine
        needed = frozenset[str]().union(*(self.columns[c].tables for c in columns))
        joined = engine.visit
        for name in (n for n in self.joins if n in needed):
            other = engine.tables[name]
            joined = joined.inner_join(other, [joined[a] == other[b] for a, b in self.joins[name]])
        return joined.anti_join(engine.tables["aside"], "line") if kept else joined

    def coded(self, *columns: str) -> tuple[ir.Table, dict[str, Lookup]]:
        """Return ``line`` and some columns of the accepted visits, those that follow from one code as that code.

        The second part says what the codes stand for: column -> where to look it up.
        """
        lookups = {c: at for c in columns if (at := self._lookup(c))}
        joined = self._joined([c for c in columns if c not in lookups], kept=True)
        found = {c: joined[lookups[c].code] if c in lookups else self.columns[c].of(joined) for c in columns}
        return joined.select(line=joined["line"], **found), lookups

    def _lookup(self, column: str) -> Lookup | None:
        held = self.columns[column].held
        if held is None:
            return None
        (table,) = self.columns[column].tables
        if len(self.joins[table]) > 1:
            return None
        ((code, key),) = self.joins[table]
        return Lookup(self.store.engine.tables[table], code, key, held)


def visits_joined(evaluation: Evaluation, source: Source, store: Store, values: Values, sites: pd.DataFrame) -> Visits:
    """Return the visits joined to what their values stand for.

    Parameters
    ----------
    sites : one row a code of the site (and of the commune): ``site``, ``town``, ``site_id``, ``bad``, territory.
    """
    instrument = evaluation.instruments[source.name]
    site = instrument.by_role("site")
    assert site is not None
    made = Visits(store, {}, {})
    for i in range(len(values.tables)):
        _add_values(evaluation, source, made, values, i)
    places = sites.assign(**{_SITE: pd.factorize(sites["site_id"])[0].astype(np.int64)})
    made.sizes[_SITE] = int(places[_SITE].max()) + 1
    store.engine.put("place", places.rename(columns=lambda c: f"p_{c}"))
    joins = [(store.names[values.of(site.name).column], "p_site")]
    if source.site_commune:
        joins.append((store.names[values.of(source.site_commune).column], "p_town"))
    made.joins["place"] = joins
    for name in (_SITE, "__bad", "site_id", *(c for c in TERRITORY if c in sites)):
        made.columns[name] = _held("place", "p_bad" if name == "__bad" else f"p_{name}")
    _add_followers(evaluation, source, made, values)
    return made


def _held(table: str, column: str) -> Column:
    return Column(frozenset({table}), lambda t: t[column], column)


def _add_values(evaluation: Evaluation, source: Source, made: Visits, values: Values, i: int) -> None:
    """Put what the values of one received column stand for, and name the columns that it makes."""
    instrument, table, store = evaluation.instruments[source.name], values.tables[i], made.store
    name, code = f"value{i}", store.names[table.column]
    frame = table.clean.copy()
    for part in (c for c in key_of(evaluation, source) if c in table.clean):
        frame[f"__key_{part}"] = pd.factorize(table.clean[part])[0].astype(np.int64)
        made.sizes[f"__key_{part}"] = int(frame[f"__key_{part}"].max()) + 1
    day = instrument.by_role("date")
    if day is not None and table.question.name == day.name:
        moments = pd.to_datetime(table.clean[day.name])
        frame[_MONTH] = (moments.dt.year * 12 + moments.dt.month - 1).astype("Int32")
    columns = [c for c in frame.columns if c != "__clock"]
    if "__clock" in frame:
        made.columns[f"__clock_{table.question.name}"] = _held(name, f"v{i}___clock")
    made.columns.update({c: _held(name, f"v{i}_{c}") for c in columns})
    frame.insert(0, "__code", np.arange(len(frame), dtype=np.int32))
    store.engine.put(name, frame.rename(columns=lambda c: f"v{i}_{c}"))
    made.joins[name] = [(code, f"v{i}___code")]
    if table.question.role == "identifier":
        blank = np.flatnonzero(table.clean[table.question.name].isna())
        missing = int(blank[0]) if len(blank) else -1
        made.columns[f"__person_{table.question.name}"] = Column(frozenset(), lambda t: t[code].nullif(missing))


def _add_followers(evaluation: Evaluation, source: Source, made: Visits, values: Values) -> None:
    """Add what follows from several columns of one visit: the age reached, its band, the time spent."""
    import ibis

    settings = source.signins
    assert settings is not None
    columns, day = made.columns, evaluation.instruments[source.name].by_role("date")
    assert day is not None
    if settings.birth_year and "age_band" not in columns:
        at, born = columns[day.name], columns[settings.birth_year]
        age = Column(at.tables | born.tables, lambda t: at.of(t).year() - born.of(t))
        columns["__age"] = age
        columns["age_band"] = Column(age.tables, lambda t: _band(evaluation, age.of(t)))
    columns.setdefault(IN_SPACE, Column(frozenset(), lambda t: ibis.literal(True)))
    if settings.arrival and settings.departure:
        start, end = columns[f"__clock_{settings.arrival}"], columns[f"__clock_{settings.departure}"]
        stay = Column(start.tables | end.tables, lambda t: end.of(t) - start.of(t))
        columns["__stay"] = stay
        if not settings.duration:
            columns["minutes"] = Column(
                stay.tables, lambda t: ibis.cases((stay.of(t) >= 0, stay.of(t)), else_=ibis.null(stay.of(t).type()))
            )


def _band(evaluation: Evaluation, age: ir.Value) -> ir.Value:
    import ibis

    labels = evaluation.age_band_labels()
    lows = [float(label.rstrip("+").split("-")[0]) for label in labels]
    bands = sorted(zip(lows, labels, strict=True), reverse=True)
    return ibis.cases(*((age >= low, label) for low, label in bands), else_=ibis.null("string"))


def suspects(visits: Visits, values: Values, twice: np.ndarray) -> np.ndarray:
    """Return the lines of the visits that may fail a rule, in rising order; the first visit is always among them."""
    engine, held = visits.store.engine, visits.columns
    found = [engine.array(engine.visit.aggregate(line=engine.visit["line"].min())), twice]
    for table in values.tables:
        if table.fails.any():
            wrong = engine.put("wrong", pd.DataFrame({"code": np.flatnonzero(table.fails).astype(np.int32)}))
            code = engine.visit[visits.store.names[table.column]]
            found.append(engine.array(engine.visit.inner_join(wrong, code == wrong["code"]).select("line")))
    looked_at = [c for c in ("__bad", IN_SPACE, "__stay", "__age") if c in held]
    rows = visits.table(*looked_at)
    doubtful = rows["__bad"] & rows[IN_SPACE]
    if "__stay" in held:
        doubtful |= rows["__stay"] < 0
    if "__age" in held:
        doubtful |= ~rows["__age"].between(0, OLDEST)
    found.append(engine.array(rows.filter(doubtful).select("line")))
    return np.unique(np.concatenate([f.astype(np.int64) for f in found]))


def key_lines(visits: Visits, key: list[str]) -> np.ndarray:
    """Return the lines of the visits that share their whole key with another one.

    Keys are compared by their clean values: each becomes a whole number, and the numbers of one key one number.
    """
    if not key:
        return np.empty(0, dtype=np.int64)
    names = [f"__key_{name}" for name in key]
    factors = np.cumprod([1, *(visits.sizes[name] for name in names)], dtype=object)
    if factors[-1] >= 2**63:
        raise Blocked(
            Fault(
                "the key of a large file has too many different values",
                "evaluation.yaml, key signins.key",
                found=", ".join(key),
                action="name fewer questions under `key:`, or split the file by year",
            )
        )
    rows = visits.table(*names)
    number, whole = rows[names[0]], rows[names[0]] >= 0
    for name, factor in zip(names[1:], factors[1:], strict=False):
        number, whole = number + rows[name] * int(factor), whole & (rows[name] >= 0)
    engine = visits.store.engine
    keyed = engine.keep("keyed", rows.filter(whole).select(line=rows["line"], id=number))
    again = engine.repeated(keyed.select("id"))
    if not len(again):
        return np.empty(0, dtype=np.int64)
    twice = engine.put("twice", pd.DataFrame({"id": again.astype(np.int64)}))
    lines = keyed.inner_join(twice, "id").select("line")
    return engine.array(lines.order_by("line"))


def keep_accepted(visits: Visits, aside: np.ndarray) -> None:
    """Keep the lines set aside as a table, without which the accepted visits are found."""
    visits.store.engine.put("aside", pd.DataFrame({"line": aside.astype(np.int64)}))
    visits.count = visits.store.n - len(aside)


def tally_counts(evaluation: Evaluation, source: Source, visits: Visits) -> pd.DataFrame:
    """Return the accepted visits counted, as `monthly.tallied`."""
    frame = visits.store.engine.frame(counts_query(evaluation, source, visits))
    return frame.astype({**dict.fromkeys(_TEXTS, "str"), IN_SPACE: bool, "visits": "Int64"})


def counts_query(evaluation: Evaluation, source: Source, visits: Visits) -> ir.Table:
    """Return the query that counts the accepted visits by space, month, age, activity and place."""
    import ibis

    settings, instrument = source.signins, evaluation.instruments[source.name]
    assert settings is not None
    activity, band = instrument.by_role("activity"), instrument.by_role("age_band")
    age = band.name if band else "age_band"
    named = {
        "age_band": age if age in visits.columns else None,
        "activity": activity.name if activity else None,
        "place": settings.place,
    }
    others = {"age_band": UNKNOWN, "activity": settings.activity or "visit", "place": ""}
    rows = visits.table(*dict.fromkeys(["site_id", "month", IN_SPACE, *filter(None, named.values())]), kept=True)
    texts = {
        name: ibis.literal(others[name]) if column is None else _worded(rows[column], name != "place")
        for name, column in named.items()
    }
    columns = {name: texts.get(name, rows[name] if name in rows.columns else None) for name in _COUNTED}
    groups = rows.select(**columns)
    tally = groups.group_by(list(_COUNTED)).aggregate(visits=groups.count())
    return tally.order_by([ibis.asc(name, nulls_first=False) for name in _COUNTED])


#: What is counted of persons.
_MET = ("persons", "new_persons", "visits", "visits_without_person")
#: What visits are counted by, in order.
_COUNTED = ("site_id", "month", "age_band", "activity", IN_SPACE, "place")


def _worded(column: ir.Value, filled: bool) -> ir.Value:
    text = column.cast("string")
    return text.fill_null(UNKNOWN) if filled else text


def active_rows(source: Source, visits: Visits) -> pd.DataFrame | None:
    """Return distinct persons by space and period, as `active_file.active_file`."""
    settings = source.signins
    assert settings is not None
    if not settings.active_file or not settings.person:
        return None
    engine = visits.store.engine
    # a sum of duckdb is wider than what it adds up
    kinds = {"site": "Int64", **dict.fromkeys(_MET, "int64")}
    tables = []
    for length in lengths(settings.active_file):
        presence = engine.keep(f"presence_{length}", _presence(settings, visits, length))
        for by in (["site"], []):
            table = engine.frame(_met(presence, by)).astype(kinds)
            by_month = length == "month"
            names = [f"{p // 12:04d}-{p % 12 + 1:02d}" if by_month else f"{p:04d}" for p in table["period"]]
            tables.append(table.assign(period=names))
    frame = pd.concat(tables, ignore_index=True).assign(source=source.name)
    place = engine.tables["place"]
    known = place.filter(place[f"p_{_SITE}"] >= 0)
    sites = engine.frame(known.select(site=known[f"p_{_SITE}"], site_id=known["p_site_id"]).distinct())
    frame["site_id"] = frame["site"].map(sites.set_index("site")["site_id"])
    return frame.astype({"site_id": "str", "period": "str"})[ACTIVE]


def _presence(settings: SignIns, visits: Visits, length: str) -> ir.Table:
    """Return how often each person came to a space in a period; visits without a person are counted together."""
    person = f"__person_{settings.person}"
    rows = visits.table(IN_SPACE, _SITE, _MONTH, person, kept=True)
    rows = rows.filter(rows[IN_SPACE] & (rows[_SITE] >= 0))
    period = rows[_MONTH] if length == "month" else rows[_MONTH] // 12
    rows = rows.select(site=rows[_SITE], period=period.cast("int64"), person=rows[person])
    return rows.group_by(["site", "period", "person"]).aggregate(n=rows.count())


def _met(presence: ir.Table, by: list[str]) -> ir.Table:
    """Return persons, new ones among them, and visits, by period: of each space, or of all together."""
    import ibis

    p = presence.group_by([*by, "period", "person"]).aggregate(n=presence["n"].sum())
    named = p.filter(p["person"].notnull())
    began = named.group_by([*by, "person"]).aggregate(began=named["period"].min())
    began = began.select(came=began["person"], began=began["began"], **{f"at_{c}": began[c] for c in by})
    met = p.left_join(began, [p["person"] == began["came"], *(p[c] == began[f"at_{c}"] for c in by)])
    counted = met.group_by([*by, "period"]).aggregate(
        persons=met["person"].count(),
        new_persons=met.count(where=met["began"] == met["period"]),
        visits=met["n"].sum(),
        visits_without_person=met["n"].sum(where=met["person"].isnull()),
    )
    site = counted["site"] if by else ibis.null("int64")
    rows = counted.select(site=site, period=counted["period"], **{c: counted[c].fill_null(0) for c in _MET})
    return rows.order_by([ibis.asc(c, nulls_first=False) for c in rows.columns])
