"""What a table is, from its columns: answers to a survey, counts, visits one by one, a register, accounts, records."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Described
from pipeline.ingest.scaffold.activities import is_activities
from pipeline.ingest.scaffold.days import holds_dates
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.ledgers import ledger_of, nearly
from pipeline.ingest.scaffold.periods import counted
from pipeline.ingest.scaffold.plausible import plausible
from pipeline.ingest.scaffold.recorded import is_framework, is_records, may_be_records
from pipeline.ingest.scaffold.survey_signs import asks_persons, lists_persons_again, puts_questions
from pipeline.ingest.scaffold.ties import ends_of
from pipeline.ingest.scaffold.words import ATTENDANCE_ROLES, SITE_ROLES, matches, role_of
from pipeline.ingest.sites.national_schema import is_national
from pipeline.ingest.tools import limesurvey
from pipeline.ingest.values import text_of

#: Headers of the time of an arrival.
ARRIVED = r"(?:heure (?:d )?)?arriv(?:ee|al|ed)(?: (?:at|time))?|checked? ?in(?: (?:at|on|time))?"
#: Names of files of visits.
_VISITS = r"emargement|sign ?ins?\b|presences?\b|\bpassages?\b|\bentrees\b|\b(?:bookings?|reservations?|checkins?)\b"
#: Formats of statistical software, which hold surveys.
_STATISTICAL = {"sav", "por", "dta", "sas7bdat", "xpt"}
_LEDGERS = {
    "costs": "accounts of costs or funding (an amount, who paid, the year)",
    "workshops": "cycles of workshops (their start, places, enrolments and hours)",
    "enrolments": "enrolments (a person, a space, a cycle and whether it was followed to its end)",
}
_LIMESURVEY = {"submitdate", "lastpage", "startlanguage"}
_KOBO = {"_uuid", "_index", "_submission_time", "formhub/uuid", "meta/instanceID", "_id"}


def of_tool(path: Path, described: Described) -> Given | None:
    """Return a file that a tool wrote, or a record of fieldwork, by its columns; None where it is none."""
    names = {c.name for c in described.columns}
    plain = {plain_words(n) for n in names}
    if {"id cra", "type"} <= plain:
        return Given(path, described, "visits", None, "activity export of La Coop (column 'ID CRA')")
    if is_national(list(names)):
        return Given(path, described, "sites", None, "register of places (national schema)")
    own = {limesurvey.own_column(n) for n in names}
    if len(own & _LIMESURVEY) >= 2 or any(re.search(r"\[SQ\d+\]", n) for n in names):
        return Given(path, _by_code(described), "survey", "limesurvey", "LimeSurvey results")
    if len(names & _KOBO) >= 2:
        return Given(path, described, "survey", "kobo", "Kobo or ODK export")
    if any("proba" in n or "inclusion" in n for n in plain):
        return Given(path, described, "fieldwork", None, "fieldwork record (a probability of inclusion)")
    return None


def kind_of(path: Path, described: Described) -> Given:
    """Return a data file with what it is taken for, from the words of its header and its first records."""
    if (found := of_tool(path, described)) is not None:
        return found
    plain = {plain_words(c.name) for c in described.columns}
    if (when := counted(described)) is not None:
        why = "monthly counts" if when.period == "month" else f"counts of a {when.period}"
        told = f"{why} (a space, a {when.period} and a number of visits)"
        return Given(path, described, "attendance", None, told, counted=when)
    if is_activities(described):
        return Given(path, described, "visits", None, "activities with a column an age band")
    named = re.search(_VISITS, plain_words(path.stem)) is not None and not puts_questions(described)
    arrived = any(re.fullmatch(ARRIVED, words) for words in plain)
    if (named or arrived) and _space_and_day(described):
        return Given(path, described, "visits", None, "visits one by one (sign-in sheet)")
    of_sites = {role_of(SITE_ROLES, c.name, c.label) for c in described.columns}
    facts = {"opened", "closed", "posts", "hours", "label", "aliases"} & of_sites
    placed = "commune" in of_sites or (len(facts) > 1 and facts & {"opened", "posts"})
    if "site_name" in of_sites and facts and placed and (key := _key_of_register(described, of_sites)) is not None:
        why = "register of spaces (names, communes and what they have)"
        return Given(path, described, "sites", None, why, key=key or None)
    return _listed(path, described)


def _listed(path: Path, described: Described) -> Given:
    """Return a file that is none of a tool nor of spaces: a framework, accounts, lists, records or answers."""
    if is_framework(described):
        return Given(path, described, "framework", None, "framework of indicators (indicators and their targets)")
    if (ledger := ledger_of(described)) is not None:
        return Given(path, described, ledger, None, _LEDGERS[ledger])
    if is_records(described):
        return Given(path, described, "records", None, "records one by one (dated, with who or what was served)")
    return _answers_or_records(path, described)


def _answers_or_records(path: Path, described: Described) -> Given:
    """Return a file as answers where somebody was asked, else as ties, as records, or as nothing that can be told."""
    if described.format in _STATISTICAL:
        return Given(path, described, "survey", None, "survey answers")
    if ends_of(described) is not None:
        return Given(path, described, "ties", None, "ties between actors (two columns of the same names)")
    if asks_persons(described) and not lists_persons_again(described):
        return Given(path, described, "survey", None, "survey answers")
    if may_be_records(described):
        near = nearly(described)
        more = f"; {near[0]} if it had columns of {', '.join(near[1])}" if near else ""
        return Given(path, described, "records", None, f"records one by one (no question was put{more})")
    return Given(path, described, "unknown", None, "no sign of what its rows are")


def _key_of_register(described: Described, roles: set[str | None]) -> str | None:
    """Return "" where a column is called the key of the spaces, else their name where each has its own; else None."""
    if "site" in roles:
        return ""
    names = [c for c in described.columns if role_of(SITE_ROLES, c.name, c.label) == "site_name"]
    texts = [t for t in map(text_of, names[0].examples) if t is not None]
    return names[0].name if len(texts) > 1 and len(set(texts)) == len(texts) else None


def _space_and_day(described: Described) -> bool:
    """Return whether a column names the space of a visit, and one its day."""
    spaces = [c for c in described.columns if matches(ATTENDANCE_ROLES["site"], c.name, c.label)]
    named = r"(?:date|jour|day|horodat\w*)(?: .*)?"
    days = [c for c in described.columns if c.kind == "date" or holds_dates(c) or matches(named, c.name)]
    return bool(days) and any(plausible("site", (), c) for c in spaces)


def _by_code(described: Described) -> Described:
    """Return a LimeSurvey export with the codes of columns as names and of answers as values, their texts as labels."""
    columns = []
    for c in described.columns:
        if told := limesurvey.coded_texts(c.examples):
            c = replace(c, examples=limesurvey.as_codes(c.examples), values=told)
        own = limesurvey.own_column(c.name)
        code = next(iter(limesurvey.forms(c.name)), None) if ". " in c.name else None
        name = own or code or c.name
        label = c.label or (c.name.removeprefix(name).removeprefix(".").strip() if code else "")
        columns.append(replace(c, name=name, label=label))
    unique = len({c.name for c in columns}) == len(columns)
    return replace(described, columns=columns) if unique else described
