"""The queries over the visits of a large file: their clean columns, which may be wrong, and what they add up to."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.attendance.active_file import COLUMNS as ACTIVE
from pipeline.ingest.attendance.monthly import TERRITORY, UNKNOWN
from pipeline.ingest.attendance.streamed.store import Store
from pipeline.ingest.attendance.streamed.values import Values
from pipeline.ingest.attendance.visits import IN_SPACE, key_of
from pipeline.ingest.faults import Blocked, Fault

#: Ages beyond this are no ages (years).
OLDEST = 120
#: Keys compared at once: 8 bytes each, and as much again for their order.
KEYS_AT_ONCE = 10_000_000
#: Condition of the accepted visits.
KEPT = "visit.line NOT IN (SELECT line FROM aside)"


@dataclass
class Visits:
    """The visits with what their values stand for.

    ``expressions`` holds column -> SQL, in the order of the clean table; ``joins`` the tables that they name.
    """

    store: Store
    expressions: dict[str, str]
    joins: dict[str, str]
    count: int = 0

    def select(self, what: str, where: str = "", more: str = "") -> str:
        """Return a query over the visits, with the tables that it names and no others (every value has its row)."""
        named = [sql for name, sql in self.joins.items() if re.search(rf"\b{name}\b", what + where)]
        return " ".join(["SELECT", what, "FROM visit", *named, f"WHERE {where}" if where else "", more])

    def person(self, question: str) -> str:
        """Return the SQL of a person's number, missing where nobody is named: quicker to compare than pseudonyms."""
        return self.expressions[f"__person_{question}"]


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def visits_view(evaluation: Evaluation, source: Source, store: Store, values: Values, sites: pd.DataFrame) -> Visits:
    """Return the visits joined to what their values stand for.

    Parameters
    ----------
    sites : one row a code of the site (and of the commune): ``site``, ``town``, ``site_id``, ``bad``, territory.
    """
    settings, instrument = source.signins, evaluation.instruments[source.name]
    assert settings is not None
    site, day = instrument.by_role("site"), instrument.by_role("date")
    assert site is not None
    assert day is not None
    joins: dict[str, str] = {}
    expressions: dict[str, str] = {}
    for i, table in enumerate(values.tables):
        frame = table.clean.copy()
        frame.insert(0, "__code", np.arange(len(frame), dtype=np.int32))
        for name in (c for c in key_of(evaluation, source) if c in table.clean):
            frame[f"__key_{name}"] = pd.factorize(table.clean[name])[0].astype(np.int64)
            expressions[f"__key_{name}"] = f"value{i}.{quoted(f'__key_{name}')}"
        if table.question.name == day.name:
            moments = pd.to_datetime(table.clean[day.name])
            frame["__month"] = (moments.dt.year * 12 + moments.dt.month - 1).astype("Int32")
            expressions["__month"] = f"value{i}.__month"
        store.put(f"value{i}", frame)
        code = f"visit.{store.names[table.column]}"
        if table.question.role == "identifier":
            blank = np.flatnonzero(table.clean[table.question.name].isna())
            expressions[f"__person_{table.question.name}"] = f"nullif({code}, {blank[0]})" if len(blank) else code
        joins[f"value{i}"] = f"JOIN value{i} ON {code} = value{i}.__code"
        expressions.update({c: f"value{i}.{quoted(c)}" for c in table.clean.columns})
    store.put("place", sites.assign(__key_site_id=pd.factorize(sites["site_id"])[0].astype(np.int64)))
    expressions["__key_site_id"] = "place.__key_site_id"
    on = f"visit.{store.names[values.of(site.name).column]} = place.site"
    if source.site_commune:
        on += f" AND visit.{store.names[values.of(source.site_commune).column]} = place.town"
    joins["place"] = f"JOIN place ON {on}"
    expressions["site_id"] = "place.site_id"
    expressions.update({c: f"place.{c}" for c in TERRITORY if c in sites})
    if settings.birth_year and "age_band" not in expressions:
        age = f"(year({expressions[day.name]}) - {expressions[settings.birth_year]})"
        expressions["__age"] = age
        expressions["age_band"] = _band(evaluation, age)
    expressions.setdefault(IN_SPACE, "true")
    if settings.arrival and settings.departure:
        at = {t.question.name: i for i, t in enumerate(values.tables)}
        expressions["__stay"] = f"(value{at[settings.departure]}.__clock - value{at[settings.arrival]}.__clock)"
        if not settings.duration:
            expressions["minutes"] = f"CASE WHEN {expressions['__stay']} >= 0 THEN {expressions['__stay']} END"
    expressions.pop("__clock", None)
    return Visits(store, expressions, joins)


def _band(evaluation: Evaluation, age: str) -> str:
    labels = evaluation.age_band_labels()
    lows = [float(label.rstrip("+").split("-")[0]) for label in labels]
    cases = [
        f"WHEN {age} >= {low} THEN '{label}'" for low, label in sorted(zip(lows, labels, strict=True), reverse=True)
    ]
    return f"CASE {' '.join(cases)} END"


def suspects(source: Source, visits: Visits, values: Values, twice: np.ndarray) -> np.ndarray:
    """Return the lines of the visits that may fail a rule, in rising order; the first visit is always among them."""
    store, e = visits.store, visits.expressions
    found = [store.array("SELECT min(line) FROM visit"), twice]
    for table in values.tables:
        if table.fails.any():
            store.put("wrong", pd.DataFrame({"code": np.flatnonzero(table.fails).astype(np.int32)}))
            name = store.names[table.column]
            found.append(store.array(f"SELECT line FROM visit JOIN wrong ON visit.{name} = wrong.code"))
    conditions = [f"place.bad AND {e[IN_SPACE]}"]
    conditions += [f"{e['__stay']} < 0"] if "__stay" in e else []
    conditions += [f"{e['__age']} NOT BETWEEN 0 AND {OLDEST}"] if "__age" in e else []
    found.append(store.array(visits.select("visit.line", " OR ".join(f"({c})" for c in conditions))))
    return np.unique(np.concatenate([f.astype(np.int64) for f in found]))


def key_lines(visits: Visits, key: list[str]) -> np.ndarray:
    """Return the lines of the visits that share their whole key with another one.

    Keys are compared by their clean values: each becomes a whole number, and the numbers of one key one number.
    """
    store = visits.store
    if not key:
        return np.empty(0, dtype=np.int64)
    parts, size = [], 1
    for name in key:
        each = visits.expressions[f"__key_{name}"]
        parts.append(f"{each} * {size}")
        size *= int(store.array(f"SELECT max({each}) FROM {each.split('.')[0]}")[0]) + 1
    if size >= 2**63:
        raise Blocked(
            Fault(
                "the key of a large file has too many different values",
                "evaluation.yaml, key signins.key",
                found=", ".join(key),
                action="name fewer questions under `key:`, or split the file by year",
            )
        )
    whole = " AND ".join(f"{visits.expressions[f'__key_{name}']} >= 0" for name in key)
    chosen = visits.select(f"visit.line, {' + '.join(parts)} AS id", whole)
    store.connection.execute(f"CREATE OR REPLACE TABLE keyed AS {chosen}")
    again = _repeated(store)
    if not len(again):
        return np.empty(0, dtype=np.int64)
    store.put("twice", pd.DataFrame({"id": again}))
    return store.array("SELECT line FROM keyed JOIN twice USING (id) ORDER BY line")


def _repeated(store: Store) -> np.ndarray:
    """Return the numbers that the table ``keyed`` has twice; looked for in parts, so that few are in memory at once."""
    parts = 1 + store.n // KEYS_AT_ONCE
    found = [np.empty(0, dtype=np.int64)]
    for part in range(parts):
        numbers = store.array(f"SELECT id FROM keyed WHERE id % {parts} = {part}")
        numbers = np.sort(numbers)
        found.append(np.unique(numbers[1:][numbers[1:] == numbers[:-1]]))
    return np.concatenate(found)


def accepted(visits: Visits, aside: np.ndarray) -> None:
    """Keep the lines set aside as a table; `KEPT` then holds for the accepted visits."""
    visits.store.put("aside", pd.DataFrame({"line": aside.astype(np.int64)}))
    visits.count = visits.store.n - len(aside)


def tally_counts(evaluation: Evaluation, source: Source, visits: Visits) -> pd.DataFrame:
    """Return the accepted visits counted, as `monthly.tallied`."""
    settings, instrument, e = source.signins, evaluation.instruments[source.name], visits.expressions
    assert settings is not None
    activity, band = instrument.by_role("activity"), instrument.by_role("age_band")
    what = e[activity.name] if activity else f"'{settings.activity or 'visit'}'"
    age = e.get(band.name if band else "age_band", "NULL")
    columns = {
        "site_id": e["site_id"],
        "month": e["month"],
        "age_band": f"coalesce(CAST({age} AS VARCHAR), '{UNKNOWN}')",
        "activity": f"coalesce(CAST({what} AS VARCHAR), '{UNKNOWN}')",
        IN_SPACE: e[IN_SPACE],
        "place": f"CAST({e[settings.place]} AS VARCHAR)" if settings.place else "''",
    }
    chosen = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    query = visits.select(f"{chosen}, count(*) AS visits", KEPT, "GROUP BY ALL ORDER BY ALL")
    frame = visits.store.table(query)
    text = ["site_id", "month", "age_band", "activity", "place"]
    return frame.astype({**dict.fromkeys(text, "str"), IN_SPACE: bool, "visits": "Int64"})


def active_rows(source: Source, visits: Visits) -> pd.DataFrame | None:
    """Return distinct persons by space and period, as `active_file.active_file`."""
    settings, e = source.signins, visits.expressions
    assert settings is not None
    if not settings.active_file or not settings.person:
        return None
    by_month = settings.active_file == "month"
    period = e["__month"] if by_month else f"{e['__month']} // 12"
    site = e["__key_site_id"]
    chosen = f"{site} AS site, {period} AS period, {visits.person(settings.person)} AS person, count(*) AS n"
    query = visits.select(chosen, f"{KEPT} AND {e[IN_SPACE]} AND {site} >= 0", "GROUP BY ALL")
    visits.store.connection.execute(f"CREATE OR REPLACE TABLE presence AS {query}")
    tables = []
    for place in ("site", "NULL::BIGINT"):
        tables.append(
            visits.store.table(
                f"WITH p AS (SELECT {place} AS site, period, person, sum(n) AS n FROM presence GROUP BY ALL), "
                "f AS (SELECT site, person, min(period) AS first FROM p WHERE person IS NOT NULL GROUP BY ALL) "
                "SELECT p.site, p.period, count(p.person) AS persons, "
                "count(*) FILTER (WHERE f.first = p.period) AS new_persons, sum(p.n)::BIGINT AS visits, "
                "coalesce(sum(p.n) FILTER (WHERE p.person IS NULL), 0)::BIGINT AS visits_without_person "
                "FROM p LEFT JOIN f ON p.person = f.person AND p.site IS NOT DISTINCT FROM f.site "
                "GROUP BY ALL ORDER BY ALL"
            )
        )
    frame = pd.concat([t.astype({"site": "Int64"}) for t in tables], ignore_index=True).assign(source=source.name)
    names = visits.store.table("SELECT DISTINCT __key_site_id AS site, site_id FROM place WHERE __key_site_id >= 0")
    frame["site_id"] = frame["site"].map(names.set_index("site")["site_id"])
    months = [f"{p // 12:04d}-{p % 12 + 1:02d}" if by_month else f"{p:04d}" for p in frame["period"]]
    return frame.assign(period=months).astype({"site_id": "str", "period": "str"})[ACTIVE]
