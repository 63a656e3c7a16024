"""Records of visits: what is derived from each, and what its expectations look at."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, SignIns, Source
from pipeline.ingest.attendance.durations import durations, minutes_between
from pipeline.ingest.checks.declared import settled_by
from pipeline.ingest.checks.kinds import Asked, Rule, rule
from pipeline.ingest.clean_table import Assembled, text_where
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.sites.territories import age_bands
from pipeline.instrument import Instrument, Role

#: Column that says whether a visit took place in a space.
IN_SPACE = "in_space"


#: Roles without which counts, sign-ins, and activities with numbers of persons cannot be counted.
_COUNTS: tuple[Role, ...] = ("site", "month", "visits")
_SIGNINS: tuple[Role, ...] = ("site", "date")
_ACTIVITIES: tuple[Role, ...] = ("site", "date", "total")


def refuse_incomplete(evaluation: Evaluation, source: Source) -> None:
    """Refuse an instrument of counts or sign-ins that does not say which column is the space, the date or the visits.

    One of sign-ins is refused too where its persons would not be pseudonymised.

    Raises
    ------
    Blocked
        Naming every role that is missing.
    """
    instrument, settings = evaluation.instruments[source.name], source.signins
    where = str(evaluation.folder / source.instrument)
    needed = _COUNTS if settings is None else _ACTIVITIES if settings.rows == "activity" else _SIGNINS
    rows = "monthly counts" if settings is None else "sign-ins"
    faults = [
        Fault(f"{rows} need a question with `role: {role}`", where, action="declare the role of the column")
        for role in needed
        if instrument.by_role(role) is None
    ]
    person = instrument.question(settings.person) if settings and settings.person else None
    if person is not None and person.role != "identifier":
        faults.append(
            Fault(
                f"the question '{person.name}' identifies persons and would be kept as it is",
                where,
                found=f"role: {person.role}",
                allowed="role: identifier",
                action="declare `role: identifier`, so that a pseudonym takes its place while reading",
            )
        )
    if faults:
        raise Blocked(*faults)


def visits(evaluation: Evaluation, source: Source, assembled: Assembled) -> Assembled:
    """Return the records with ``month``, ``age_band``, ``in_space``, durations, and the columns of their rules.

    Ages come from the question with role age or, where ``birth_year`` is declared, from the year of the visit less the
    year of birth (the age reached that year).
    """
    settings, instrument = source.signins, evaluation.instruments[source.name]
    assert settings is not None
    clean, seen = assembled.clean.copy(deep=False), assembled.seen.copy(deep=False)
    day = instrument.by_role("date")
    assert day is not None
    clean["month"] = clean[day.name].dt.strftime("%Y-%m").astype("str")
    if settings.birth_year and "age_band" not in clean:
        ages = clean[day.name].dt.year - clean[settings.birth_year].astype("Float64")
        clean["age_band"] = age_bands(evaluation, ages)
        seen["__age_reached"] = ages.astype("Float64")
    clean[IN_SPACE] = _in_space(settings, clean)
    site = instrument.by_role("site")
    assert site is not None
    if settings.place:
        # Elsewhere, at home or at a distance there is no space to name.
        for column in (
            f"{site.name}__unlisted",
            f"{site.name}__unanswered",
            f"{site.name}__undecided",
            f"{site.name}__outside",
        ):
            if column in seen:
                seen[column] = seen[column].where(clean[IN_SPACE].to_numpy(dtype=bool))
    clean, seen = _durations(settings, clean, seen)
    if settings.rows == "activity":
        total = instrument.by_role("total")
        assert total is not None
        seen["__total"], seen["__sum_of_ages"] = clean[total.name], _sum_of_counts(settings, clean, total.name)
    else:
        key = key_of(evaluation, source)
        if key:
            again = _first_with_key(clean, key)
            seen["__repeats"] = again.fillna(seen["__repeats"]) if "__repeats" in seen else again
    return Assembled(clean, seen, assembled.parts)


def visit_rules(evaluation: Evaluation, source: Source, seen: pd.DataFrame) -> list[Rule]:
    """Return the rules of sign-ins that their instrument alone does not give (those whose columns are in ``seen``)."""
    settings = source.signins
    if settings is None:
        return []
    after, age = "the departure comes after the arrival", "an age from 0 to 120 on the day of the visit"
    rules = [
        rule(
            "not_a_number",
            settings.duration or "",
            "blank",
            "__no_duration",
            Asked("duration", {"example": "30-60"}),
            "a duration in minutes, or a range such as 30-60",
            action="correct the durations, or leave `duration:` out of `signins:`",
        ),
        rule(
            "not_a_date",
            settings.arrival or "",
            "blank",
            "__no_time",
            Asked("time", {"example": "14:05"}),
            "a time such as 14:05",
        ),
        rule("out_of_range", settings.departure or "", "between", "__stay", "stay", after, minimum=0.0),
        rule(
            "out_of_range",
            settings.birth_year or "",
            "between",
            "__age_reached",
            Asked("age", {"low": 0, "high": 120}),
            age,
            minimum=0.0,
            maximum=120.0,
        ),
    ]
    return [settled_by(source.checks, r) for r in rules if all(c in seen.columns for c in r.on)]


def _in_space(settings: SignIns, clean: pd.DataFrame) -> pd.Series:
    if settings.place is None:
        return pd.Series(True, index=clean.index)
    codes = [str(c) for c in settings.here]
    # A visit without a place stays a visit to the space that it names, for the rules to judge.
    place = clean[settings.place].astype("str")
    return place.isin(codes) | place.isna()


def _durations(settings: SignIns, clean: pd.DataFrame, seen: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    if settings.duration:
        minutes, unreadable = durations(clean[settings.duration], settings.durations == "midpoint")
        clean = clean.assign(**{str(c): minutes[c] for c in minutes})
        seen["__no_duration"] = unreadable
    if settings.arrival and settings.departure:
        stay, no_time = minutes_between(clean[settings.arrival], clean[settings.departure])
        seen["__no_time"], seen["__stay"] = no_time, stay
        if not settings.duration:
            clean = clean.assign(minutes=stay.where(stay >= 0))
    return clean, seen


def _sum_of_counts(settings: SignIns, clean: pd.DataFrame, total: str) -> pd.Series:
    """Return the sum of a record's counts; missing where a count is, unless the others already exceed the total."""
    counts = clean[list(settings.counts.values())]
    sums = counts.sum(axis=1).astype("Float64")
    whole = counts.notna().all(axis=1) | (sums > clean[total].astype("Float64")).fillna(False)
    return sums.where(whole)


def key_of(evaluation: Evaluation, source: Source) -> list[str]:
    """Return the columns that no two records share: declared, or person, space and day (and time of arrival)."""
    settings, day = source.signins, evaluation.instruments[source.name].by_role("date")
    assert settings is not None
    assert day is not None
    if settings.key:
        return list(settings.key)
    if settings.person is None or (settings.rows == "visit" and settings.arrival is None):
        return []
    arrival = [settings.arrival] if settings.rows == "visit" and settings.arrival else []
    return [settings.person, "site_id", day.name, *arrival]


def _first_with_key(clean: pd.DataFrame, key: list[str]) -> pd.Series:
    """Return the line of the first record of the same file with the same whole key, missing for that record itself."""
    whole = clean[key].notna().all(axis=1).to_numpy(dtype=bool)
    rows = clean.loc[whole, ["_file", *key]]
    again = rows.duplicated().to_numpy()
    first = np.full(len(clean), -1, dtype=np.int64)
    if again.any():
        twice = clean.loc[whole, ["_file", "_line", *key]][rows.duplicated(keep=False).to_numpy()]
        lines = twice.groupby(["_file", *key], sort=False)["_line"].transform("first")
        first[lines.index.to_numpy()] = lines.to_numpy()
        first[np.flatnonzero(whole)[~again]] = -1
    return text_where(first >= 0, first)


def counts_needed(instrument: Instrument, settings: SignIns) -> list[str]:
    """Return the clean columns that monthly counts are made of."""
    roles = [q.name for q in instrument.all_by_role("age_band", "activity")]
    territory = ["site_id", "commune", "pays", "epci", "department", "own", "canton", "region", "area"]
    place = [settings.place] if settings.place else []
    return ["month", "age_band", IN_SPACE, *territory, *roles, *settings.counts.values(), *place]
