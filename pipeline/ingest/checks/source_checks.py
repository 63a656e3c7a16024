"""Checks of a whole source: what no single record shows. They flag or block, and set no record aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.evaluation import Check, Evaluation, Source
from pipeline.evaluation.periods import LENGTH, begins, placed, whole_range, written
from pipeline.ingest.checks import drift as between_waves
from pipeline.ingest.checks import nonresponse as silence
from pipeline.ingest.checks import returns, series, spaces_of_persons
from pipeline.ingest.checks.declared import named_questions, settled_by
from pipeline.ingest.checks.kinds import KINDS, Asked, Severity, rule
from pipeline.ingest.faults import Fault, some
from pipeline.instrument import Instrument

#: Fewer answers than this make no rate of nonresponse.
FEWEST_ASKED = 30
PLACES = ["wave", "file", "line", "column", "found"]
#: What counts are of: in words, and as a unit that is counted.
_PERIODS = {
    "month": ("month", "month"),
    "quarter": ("quarter", "quarter"),
    "half-year": ("half-year", "half-year"),
    "year": ("year", "year"),
    "school-year": ("school year", "year"),
}


@dataclass(frozen=True)
class SourceCheck:
    """One check of a source after it was run.

    Attributes
    ----------
    unit : what was counted: `question`, `code`, `space`, `month` (or the longer period of counts).
    checked : how many were looked at.
    places : one row for each that stands out: wave, file, line, column, found.
    """

    name: str
    unit: str
    asked: Asked
    en: str
    checked: int
    places: pd.DataFrame
    severity: Severity
    threshold: float

    @property
    def failing(self) -> int:
        """Return how many stand out."""
        return len(self.places)


@dataclass(frozen=True)
class SourceChecks:
    """All checks of a source, and the tables that the validation page shows whole."""

    checks: list[SourceCheck] = field(default_factory=list)
    nonresponse: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=silence.COLUMNS))
    drift: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=between_waves.COLUMNS))


def source_checks(
    evaluation: Evaluation,
    source: Source,
    clean: pd.DataFrame,
    sites: pd.DataFrame | None,
    open_hours: pd.DataFrame | None = None,
) -> SourceChecks:
    """Run the checks that a source of this kind can have.

    Parameters
    ----------
    clean : its accepted records. sites : what the register says of each space (`places.of_register`).
    open_hours : hours open by space and month (`sites.hours.opening_table`), where the register tells opening hours;
        hours a week stand for them elsewhere.
    """
    instrument = evaluation.instruments[source.name]
    if source.kind == "survey" and len(clean):
        told = silence.nonresponse(instrument, clean)
        limit, least = _settings(source, "drift")
        moved = between_waves.drift(instrument, clean, [w.name for w in evaluation.settings.waves], limit, least)
        chosen = _check_of(source, "drift").questions
        if chosen:
            moved = moved[moved["question"].isin([q.name for q in named_questions(evaluation, source, chosen)])]
        checks = [_silent(evaluation, source, clean, told)]
        if len(moved):
            checks.append(_moved(source, clean, moved))
        return SourceChecks(checks, told, moved.reset_index(drop=True))
    if source.kind == "sites" and len(clean):
        return SourceChecks(list(_of_register(source, instrument, clean)))
    if source.kind == "attendance" and len(clean):
        return SourceChecks(list(_of_attendance(source, instrument, clean, sites, open_hours)))
    return SourceChecks()


def _of_register(source: Source, instrument: Instrument, clean: pd.DataFrame) -> Iterator[SourceCheck]:
    named, keyed = spaces_of_persons.persons(instrument, clean), spaces_of_persons.businesses(instrument, clean)
    if named is not None:
        asked, en = Asked("place_names"), "names of places, not of persons"
        yield _settled(source, "person_as_space", "space", asked, en, len(clean), _places(named))
    if keyed is not None:
        asked, en = Asked("space_codes"), "codes of spaces, not the numbers of businesses"
        yield _settled(source, "business_as_space", "space", asked, en, len(clean), _places(keyed))


def faults_of(source: Source, checks: SourceChecks) -> list[Fault]:
    """Return the checks that block: more stands out than their threshold bears."""
    return [
        Fault(
            f"too much stands out in the check '{c.name}' ({c.en})",
            f"source '{source.name}'",
            found=f"{c.failing} of {c.checked} {c.unit}s: {some(c.places['column'] + ' ' + c.places['found'], 5)}",
            allowed=f"at most {100 * c.threshold:g} %",
            action=KINDS[c.name].action,
        )
        for c in checks.checks
        if c.failing and c.failing / max(c.checked, 1) > c.threshold
    ]


def _check_of(source: Source, name: str) -> Check:
    return next((c for c in source.checks if c.rule == name), Check(rule=name))


def _settings(source: Source, name: str) -> tuple[float, int]:
    check, kind = _check_of(source, name), KINDS[name]
    return check.limit or kind.limit or 0.0, check.at_least or kind.at_least or 0


def _settled(
    source: Source, name: str, unit: str, asked: Asked, en: str, checked: int, places: pd.DataFrame
) -> SourceCheck:
    made = settled_by(source.checks, rule(name, "", "blank", (), asked, en))
    return SourceCheck(name, unit, asked, en, checked, places, made.severity, made.threshold)


def _places(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=PLACES).astype({"line": "Int64"})


def _file_of(clean: pd.DataFrame, wave: str) -> str:
    files = clean.loc[clean["wave"].fillna("") == wave, "_file"].unique()
    return ", ".join(files)


def _silent(evaluation: Evaluation, source: Source, clean: pd.DataFrame, told: pd.DataFrame) -> SourceCheck:
    limit, _ = _settings(source, "item_nonresponse")
    chosen = _check_of(source, "item_nonresponse").questions
    if chosen:
        told = told[told["question"].isin([q.name for q in named_questions(evaluation, source, chosen)])]
    many = told[(told["asked"] >= FEWEST_ASKED) & (told["silent"] > limit * told["asked"])]
    rows: list[tuple[object, ...]] = [
        (r.wave, _file_of(clean, str(r.wave)), None, r.question, f"{r.silent} of {r.asked} did not answer")
        for r in many.itertuples()
    ]
    asked = Asked("answered", {"share": 100 * limit})
    en = f"at most {100 * limit:g} % of those asked leave a question unanswered"
    return _settled(source, "item_nonresponse", "question", asked, en, len(told), _places(rows))


def _moved(source: Source, clean: pd.DataFrame, moved: pd.DataFrame) -> SourceCheck:
    limit, _ = _settings(source, "drift")
    rows: list[tuple[object, ...]] = [
        (
            r.wave_to,
            _file_of(clean, str(r.wave_to)),
            None,
            r.question,
            f"{r.code}: {100 * float(str(r.share_from)):.0f} % in {r.wave_from}, "
            f"{100 * float(str(r.share_to)):.0f} % in {r.wave_to}",
        )
        for r in moved[moved["flagged"]].itertuples()
    ]
    points = f"{100 * limit:g}"
    asked = Asked("stable", {"points": 100 * limit})
    en = f"raw shares within {points} points from wave to wave (screening)"
    return _settled(source, "drift", "code", asked, en, len(moved), _places(rows))


def _of_attendance(
    source: Source,
    instrument: Instrument,
    clean: pd.DataFrame,
    sites: pd.DataFrame | None,
    open_hours: pd.DataFrame | None,
) -> Iterator[SourceCheck]:
    at = _counts(instrument, clean)
    if at is None or at.empty:
        return
    if source.period != "month":
        yield from () if source.is_complete else (_gaps_of_periods(source, at, sites),)
        return
    months = pd.period_range(at["month"].min(), at["month"].max(), freq="M").astype(str)
    counted = at[at["visits"].notna()]
    wide = counted.pivot_table(index="site_id", columns="month", values="visits", aggfunc="sum")
    spaces = sorted(at["site_id"].unique())
    wide = wide.reindex(index=spaces, columns=months).astype("Float64")
    counts = wide.to_numpy(dtype=float, na_value=np.nan)
    first = at.drop_duplicates(["site_id", "month"]).set_index(["site_id", "month"])
    about = (sites if sites is not None else pd.DataFrame(columns=["opened", "closed", "posts", "hours"])).reindex(
        spaces
    )
    if not source.is_complete:
        yield _gaps(source, counts, spaces, months, about, str(at["_file"].iloc[0]))
        if sites is not None:
            yield _silent_spaces(source, sites, spaces, months)
    limit, least = _settings(source, "spike")
    out, expected = series.spikes(counts, limit, least)
    # a month without any visit is told as such (`empty_return`), once
    out &= counts > 0
    en = "months near the space's own seasonal level"
    told = np.char.add(_whole(counts), np.char.add(" visits, about ", np.char.add(_whole(expected), " expected")))
    yield _months(
        source, "spike", Asked("season"), en, int(np.isfinite(counts).sum()), out, told, spaces, months, first
    )
    yield from _of_returns(source, returns.returns_of(instrument, clean, at), first)
    hours = _hours_open(about, spaces, months, open_hours)
    room = hours * about["posts"].to_numpy(dtype=float, na_value=np.nan)[:, None]
    if np.isfinite(room).any():
        limit, _ = _settings(source, "over_capacity")
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.where(room > 0, counts / room, np.nan)
        room_for = Asked("room", {"visits": limit})
        en = f"at most {limit:g} visits a post and opening hour"
        told = np.char.add(np.round(rate, 1).astype(str), " visits a post and hour")
        over = np.nan_to_num(rate, nan=0.0) > limit
        n = int(np.isfinite(rate).sum())
        yield _months(source, "over_capacity", room_for, en, n, over, told, spaces, months, first)


#: What returns are looked at for: the check, how it is found, and what it asks.
RETURNS = (
    ("copied_return", returns.copies, "counts of its own in every return"),
    ("multiplied_return", returns.multiples, "each visit counted once"),
    ("empty_return", returns.empty, "visits in every month of a space that usually has some"),
    ("swapped_ages", returns.swapped_ages, "counts by age in the columns of their ages"),
    ("exchanged_spaces", returns.exchanges, "counts of the space itself"),
    ("year_apart", returns.years_apart, "years near the space's other years"),
)


def _of_returns(source: Source, at: returns.Returns, first: pd.DataFrame) -> Iterator[SourceCheck]:
    checked = int(at.received.sum())
    for name, find, en in RETURNS:
        rows: list[tuple[object, ...]] = []
        for s, t, told in find(at):
            place = first.loc[[(at.spaces[s], at.months[t])]]
            file, line = place["_file"].iloc[0], place["_line"].iloc[0]
            rows.append(("", file, line, "visits", f"{at.spaces[s]} {at.months[t]}: {told}"))
        yield _settled(source, name, "month", Asked(name), en, checked, _places(rows))


def _hours_open(
    about: pd.DataFrame, spaces: list[str], months: pd.Index, open_hours: pd.DataFrame | None
) -> np.ndarray:
    """Return hours open (spaces x months): from opening hours where they are told, else from hours a week."""
    hours = about["hours"].to_numpy(dtype=float, na_value=np.nan)[:, None] / 7
    hours = hours * pd.PeriodIndex(months, freq="M").days_in_month.to_numpy(dtype=float)[None, :]
    if open_hours is None or open_hours.empty:
        return hours
    ruled = open_hours[open_hours["basis"] == "opening_hours"]
    wide = ruled.pivot(index="site_id", columns="month", values="hours").reindex(index=spaces, columns=months)
    told = wide.to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(told), told, hours)


def _counts(instrument: Instrument, clean: pd.DataFrame) -> pd.DataFrame | None:
    """Return space, month, visits and place of every count; monthly counts made from sign-ins have no place."""
    month, visits = instrument.by_role("month"), instrument.by_role("visits")
    names = [q.name if q is not None else other for q, other in ((month, "month"), (visits, "visits"))]
    if any(n not in clean for n in ("site_id", *names)):
        return None
    at = clean[["site_id", *names]].set_axis(["site_id", "month", "visits"], axis=1)
    at["_file"] = clean.get("_file", "")
    at["_line"] = clean["_line"].astype("Int64") if "_line" in clean else pd.array([None] * len(at), dtype="Int64")
    return at[at["site_id"].notna() & at["month"].notna()]


def _gaps(
    source: Source, counts: np.ndarray, spaces: list[str], months: pd.Index, about: pd.DataFrame, file: str
) -> SourceCheck:
    year, month = begins(str(months[0]), source.period)
    days = [pd.to_datetime(about[c]) for c in ("opened", "closed")]
    since = (((d.dt.year - year) * 12 + d.dt.month - month).to_numpy(dtype=float) for d in days)
    opened, closed = (months // LENGTH[source.period] for months in since)
    received = np.isfinite(counts)
    missing = series.missing_months(received, opened, closed)
    # of a year in which nobody sent anything, nothing was asked
    years = np.array([begins(str(m), source.period)[0] for m in months])
    missing &= np.isin(years, years[received.any(axis=0)])[None, :]
    rows: list[tuple[object, ...]] = [
        ("", file, None, "month", f"{spaces[i]} {months[t]}") for i, t in np.argwhere(missing)
    ]
    words, unit = _PERIODS[source.period]
    asked, en = Asked(f"every-{source.period}"), f"a return for every {words} in which the space was open"
    checked = int(received.sum() + missing.sum())
    return _settled(source, "missing_month", unit, asked, en, checked, _places(rows))


def _silent_spaces(source: Source, sites: pd.DataFrame, counted: list[str], months: pd.Index) -> SourceCheck:
    """Return the spaces of the register that were open in months of the counts, and that none of these is of."""
    first, last = pd.Period(months[0]).start_time, pd.Period(months[-1]).end_time
    opened, closed = (pd.to_datetime(sites[c]) for c in ("opened", "closed"))
    was_open = ~((opened > last) | (closed < first))
    silent = [str(site) for site in sites.index[was_open] if site not in set(counted)]
    rows: list[tuple[object, ...]] = [("", "", None, "site_id", site) for site in silent]
    en = "counts of every space of the register that was open"
    return _settled(source, "silent_space", "space", Asked("returned"), en, int(was_open.sum()), _places(rows))


def _gaps_of_periods(source: Source, at: pd.DataFrame, sites: pd.DataFrame | None) -> SourceCheck:
    """Return the years, quarters... that open spaces did not send; what months alone show is not looked for."""
    start = placed(at["month"], source.period)
    names = pd.Index([written(p.year, p.month, source.period) for p in whole_range(start)])
    counted = at[at["visits"].notna()]
    spaces = sorted(at["site_id"].unique())
    wide = counted.pivot_table(index="site_id", columns="month", values="visits", aggfunc="sum")
    counts = wide.reindex(index=spaces, columns=names).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    about = (sites if sites is not None else pd.DataFrame(columns=["opened", "closed"])).reindex(spaces)
    return _gaps(source, counts, spaces, names, about, str(at["_file"].iloc[0]))


def _months(
    source: Source,
    name: str,
    asked: Asked,
    en: str,
    checked: int,
    out: np.ndarray,
    told: np.ndarray,
    spaces: list[str],
    months: pd.Index,
    first: pd.DataFrame,
) -> SourceCheck:
    rows: list[tuple[object, ...]] = []
    for i, t in np.argwhere(out):
        place = first.loc[(spaces[i], months[t])]
        rows.append(("", place["_file"], place["_line"], "visits", f"{spaces[i]} {months[t]}: {told[i, t]}"))
    return _settled(source, name, "month", asked, en, checked, _places(rows))


def _whole(values: np.ndarray) -> np.ndarray:
    return np.nan_to_num(np.round(values)).astype(np.int64).astype(str)
