"""While a file is read: identifiers become pseudonyms, dates of birth ages, fine places communes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.faults import Fault
from pipeline.ingest.privacy.detect import Found, asked_of_a_person, detect
from pipeline.ingest.privacy.names import names_a_place
from pipeline.ingest.privacy.patterns import ADDRESSES, BUSINESSES, MASK, masked
from pipeline.ingest.privacy.pseudonym import pseudonyms
from pipeline.ingest.readers.received import Note, Received
from pipeline.ingest.recode import coded, free_text, received_columns
from pipeline.ingest.values import dates, distinct, text_of, texts
from pipeline.instrument import Instrument, Question, Role
from pipeline.instrument.birth import AGE
from pipeline.instrument.themes import THEME

#: What stands in a cell that could not be read as a date of birth: never the date itself.
UNREADABLE = "(not shown)"
#: Roles whose columns are the project's own keys and dates, never a person's.
_OWN: tuple[Role, ...] = (
    "identifier",
    "open_text",
    "birth_date",
    "site_name",
    "commune_name",
    "aliases",
    "date",
    "month",
    "opened",
    "closed",
    "label_date",
    "starts",
    "ends",
)
#: Keys, numbers, names, addresses and hours of spaces: what of them is no person's, though it has the form.
_OF_A_SPACE: dict[Role, frozenset[str]] = {
    "site": BUSINESSES,
    "site_name": frozenset(),
    "aliases": BUSINESSES,
    "commune": frozenset(),
    "commune_name": frozenset(),
    "pivot": BUSINESSES,
    "address": ADDRESSES,
    "opening_hours": frozenset(),
}
#: What a register of places may hold: the place's own address, position and description are no person's.
_OF_A_PLACE = ("postal_address", "gps", "iris", "free_text")
#: From so many digits on a number may look like a telephone or a social security number.
LONG = 9
#: Numbers held as such are looked at from here on: social security numbers and cards have 13 digits and more.
_LONG_NUMBER = 1e12
_IRIS = re.compile(r"(\d{5}|2[AB]\d{3})\d{4}")
_WORDS = {
    "email": "e-mail addresses",
    "phone": "telephone numbers",
    "postal_address": "postal addresses",
    "birth_date": "dates of birth",
    "nir": "social security numbers",
    "ip": "IP addresses",
    "gps": "geographical positions",
    "iris": "IRIS codes",
    "first_name": "first names",
    "last_name": "names of persons",
    "free_text": "free text",
}


def without_personal_data(
    evaluation: Evaluation,
    source: Source,
    wave: str | None,
    received: Received,
    key: Callable[[], bytes],
    examples: Received | None = None,
) -> tuple[Received, list[Fault]]:
    """Return one wave of a file without what identifies a person, and the columns that nobody declared as personal.

    Identifiers become keyed hashes; a date of birth becomes its year, and the age on the wave's first day beside it; an
    IRIS code in a commune column becomes the commune; what looks like an address, a telephone or a number of a person
    inside any other text is masked.

    Parameters
    ----------
    received : the records of one wave, columns as received.
    key : returns the pseudonym key; called only where there are identifiers.
    examples : records among which undeclared personal columns are looked for, where ``received`` holds each value once.
    """
    instrument = evaluation.instruments[source.name]
    faults = undeclared(evaluation, source, wave, examples or received)
    table, notes = received.table, list(received.notes)
    changed: dict[str, pd.Series] = {}
    for q in instrument.questions:
        for column in received_columns(q, wave):
            if q.role == "identifier":
                changed[column] = pseudonyms(table[column], key())
            elif q.role == "birth_date":
                first = evaluation.wave(wave).field[0] if wave else None
                changed[column], changed[column + AGE] = _born(table[column], q, first)
            elif column in table and not free_text(q) and not hides_its_keys(q, source.kind):
                cut = _communes(table[column]) if q.role == "commune" else None
                notes += [_iris_note(column)] if cut is not None else []
                held = table[column] if cut is None else cut
                asked = asked_of_a_person(column, q.wording.fr) if source.kind == "survey" and not _own(q) else None
                hidden = _masked(held, _answers(q, wave), _screen(q, column, source.kind), asked)
                if hidden is not None and q.role == "site":
                    hidden = _rekeyed(held, hidden, key())
                if hidden is not None or cut is not None:
                    changed[column] = held if hidden is None else hidden
    return (replace(received, table=table.assign(**changed), notes=notes) if changed else received), faults


def without_keys(
    instrument: Instrument, kind: str, wave: str | None, received: Received, key: Callable[[], bytes]
) -> Received:
    """Return the records with every key of a questionnaire, person or thing replaced by its pseudonym.

    Value by value, whatever it looks like: « dupont-marie-35 » names somebody, and 17 stands beside a name on a list
    that somebody keeps. The same key has the same pseudonym in every file, so that joins still hold. Codes that the
    instrument itself words (a missing key) stay.

    Parameters
    ----------
    kind : kind of the source; in a register of places, keys are those of places and stay.
    """
    changed: dict[str, pd.Series] = {}
    for q in instrument.questions:
        if not hides_its_keys(q, kind):
            continue
        known = _answers(q, wave)
        for column in (c for c in received_columns(q, wave) if c in received.table):
            keys = texts(distinct(received.table[column]))
            worded = keys.str.casefold().isin(known)
            changed[column] = pseudonyms(keys.mask(worded), key()).mask(worded, keys)
    return replace(received, table=received.table.assign(**changed)) if changed else received


def hides_its_keys(q: Question, kind: str) -> bool:
    """Return whether the values of a question are replaced by pseudonyms, in a source of a kind."""
    if q.role == "respondent":
        return True
    return kind != "sites" and q.role is None and not coded(q) and (q.type == "key" or (q.unique and q.type == "text"))


def derived_columns(instrument: Instrument) -> set[str]:
    """Return the columns that reading adds, so that no file is asked for them."""
    questions = instrument.questions
    columns = {c for q in questions for w in (None, *q.waves) for c in received_columns(q, w)}
    return {c for c in columns if c.endswith(AGE) or THEME in c}


def undeclared(evaluation: Evaluation, source: Source, wave: str | None, received: Received) -> list[Fault]:
    """Return one fault a column that looks personal although its question is not declared so."""
    privacy = evaluation.settings.privacy
    cleared = set(privacy.not_personal) if privacy else set()
    faults = []
    for q in evaluation.instruments[source.name].questions:
        if f"{source.name}.{q.name}" in cleared or not _open_to_doubt(q) or hides_its_keys(q, source.kind):
            continue
        for column in received_columns(q, wave):
            if column not in received.table:
                continue
            found = detect(column, q.wording.fr, received.table[column])
            if found and not _allowed(found, q, source):
                faults.append(_undeclared(received.file, column, q, found, source))
    return faults


def _open_to_doubt(q: Question) -> bool:
    return q.role not in _OWN and not free_text(q) and not coded(q) and q.type not in ("multiple", "likert", "month")


def _allowed(found: Found, q: Question, source: Source) -> bool:
    if source.kind == "sites" and found.kind in _OF_A_PLACE:
        return True
    if q.role in ("site", "commune", "respondent") and found.by == "header":
        return True
    if q.type in ("number", "count") and found.kind not in ("nir", "phone", "gps", "iris"):
        return True
    return found.kind == "iris" and q.role == "commune"


def _undeclared(file: str, column: str, q: Question, found: Found, source: Source) -> Fault:
    own = f"{source.name}.{q.name}"
    why = "its name or its question says so" if found.by == "header" else "its values look so"
    do = {
        "birth_date": "declare `role: birth_date` (only the year and the age at the wave are kept)",
        "free_text": "declare `role: open_text` (free text never leaves the reading)",
        "iris": "declare `role: commune` (only the commune is kept)",
    }.get(found.kind, "declare `role: identifier` (a keyed hash takes its place while reading)")
    if found.kind in ("postal_address", "gps"):
        do += "; clean tables hold the commune at finest"
    return Fault(
        f"the column seems to hold {_WORDS[found.kind]} and question '{q.name}' does not say that it is personal",
        file,
        column=column,
        found=f"{_WORDS[found.kind]}: {why} ({100 * found.share:.0f} % of what is there)",
        action=f"{do}, or take the question out of the instrument (columns that no question names are never kept); "
        f"if it is no personal data, write `not_personal: [{own}]` under `privacy:` in evaluation.yaml",
    )


def _born(column: pd.Series, q: Question, first: dt.date | None) -> tuple[pd.Series, pd.Series]:
    """Return year of birth (text; `UNREADABLE` where it is no date) and age in whole years on ``first``."""
    found = distinct(column)
    read, unreadable, _ = dates(found, q.date_format)
    if q.date_format and "%y" in q.date_format:
        # Nobody is born after the fieldwork: a year of two digits is then one of the century before.
        read = read.mask(
            read.dt.year > (first.year if first else dt.date.today().year), read - pd.DateOffset(years=100)
        )
    year = read.dt.year.astype("Int64").astype("str").where(read.notna(), None).astype("str")
    typed = unreadable.str.fullmatch(r"(?:19|20)\d{2}").fillna(False).astype(bool)
    year = year.mask(typed, unreadable).mask(unreadable.notna() & ~typed, UNREADABLE)
    age = pd.Series(pd.NA, index=column.index, dtype="Int64")
    if first is not None:
        later = (read.dt.month > first.month) | ((read.dt.month == first.month) & (read.dt.day > first.day))
        age = (first.year - read.dt.year.astype("Int64") - later.astype("Int64")).where(read.notna(), pd.NA)
    return year, age.astype("Float64")


def _communes(column: pd.Series) -> pd.Series | None:
    """Return the communes of IRIS codes (their first five digits), None where there is no IRIS code."""
    found = distinct(column)
    matches = [_IRIS.fullmatch(text_of(v) or "") for v in found.values]
    if not any(matches):
        return None
    return found.series([m[1] if m else text_of(v) for m, v in zip(matches, found.values, strict=True)], "str")


def _iris_note(column: str) -> Note:
    said = "IRIS codes brought back to the commune (first five digits)"
    return Note("generalised", column, "", "", said)


def _answers(q: Question, wave: str | None) -> frozenset[str]:
    """Return the answers that the instrument itself words: « 1 cours de cuisine » is no address there."""
    labels = [t for label in q.codes.values() for t in (label.fr, label.en)]
    items = [t for item in q.items for t in (item.name, item.column, item.label.fr, item.label.en)]
    known = [*q.codes, *q.missing, *(q.history(wave).recode or {}), *labels, *items]
    return frozenset(str(t).strip().casefold() for t in known if t is not None)


def _screen(q: Question, column: str, kind: str) -> dict[str, Any]:
    """Return what `masked` is told of a column: a register names places, whose names and numbers are no person's."""
    if q.role is not None and q.role in _OF_A_SPACE:
        # value by value, whatever the others of the column are: keys of places must meet those of other files
        return {"names": False, "numbers": True, "spared": _OF_A_SPACE[q.role]}
    return {"names": kind != "sites" or not names_a_place(f"{column} {q.name} {q.wording.fr}")}


def _rekeyed(column: pd.Series, hidden: pd.Series, key: bytes) -> pd.Series:
    """Return keys of places, those that hold something of a person as pseudonyms: they stay apart, and joins hold."""
    keys = texts(distinct(column))
    telling = keys.notna() & (keys != hidden.astype("str").str.strip())
    return keys.mask(telling, pseudonyms(keys.where(telling), key))


def _own(q: Question) -> bool:
    """Return whether a question is about a place, or its values were looked at by a person (numbers, counts)."""
    return q.role in _OWN or q.role in _OF_A_SPACE or q.type in ("number", "count", "multiple")


def _masked(
    column: pd.Series,
    answers: frozenset[str],
    screen: dict[str, Any],
    asked: Callable[[str], bool] | None = None,
) -> pd.Series | None:
    """Return a column without what identifies, None where there was nothing to mask.

    Parameters
    ----------
    answers : texts of the instrument, never masked.
    screen : what `masked` is told besides.
    asked : what a value looks like that the header asks of a person, where it does.
    """
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_bool_dtype(column):
        return None
    if pd.api.types.is_numeric_dtype(column) and not (column.abs() >= _LONG_NUMBER).any():
        return None
    found = distinct(column)
    typed = [t for v in found.values if (t := _typed(v)) is not None]
    screen = {"numbers": not _numbered(typed), **screen}

    def hide(value: Any) -> Any:
        text = _typed(value)
        if text is None or text.strip().casefold() in answers:
            return value
        hidden = MASK if asked is not None and asked(text.strip()) else masked(text, **screen)
        if hidden == text:
            return value
        if not isinstance(value, str):
            return hidden
        parts = _parts_masked(value, answers) if answers else None
        return hidden if parts is None else parts

    hidden = [hide(v) for v in found.values]
    if all(a is b or a == b for a, b in zip(hidden, found.values, strict=True)):
        return None
    return found.series(hidden, "str" if all(isinstance(v, str) for v in hidden) else "object")


def _typed(value: Any) -> str | None:
    """Return the text of a value, or the digits of a whole number that is long enough to be somebody's."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= _LONG_NUMBER:
        return text_of(value)
    return None


def _parts_masked(text: str, answers: frozenset[str]) -> str | None:
    """Return a cell of several answers with what none of them says masked; None where no part is an answer."""
    parts = re.split(r"([;|\n])", text)
    known = [p.strip().casefold() in answers for p in parts]
    return "".join(p if k else masked(p) for p, k in zip(parts, known, strict=True)) if any(known) else None


def _numbered(values: list[str]) -> bool:
    """Return whether most values of a column are numbers of nine digits or more: keys, stamps, amounts; no persons.

    A column whose values are mostly telephones or social security numbers is told apart by `detect`.
    """
    given = [v.strip() for v in values if v.strip()]
    long = sum(len(v) >= LONG and v.isdigit() for v in given)
    return long > 0.5 * len(given)
