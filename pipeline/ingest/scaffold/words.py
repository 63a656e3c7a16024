"""Words of headers, in French and English, that say what a column or a file is about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.ingest.lexicon import lexicon, patterns
from pipeline.ingest.privacy.detect import plain_words

_SAID = patterns("headers")
#: Role of an instrument -> what the words of a header or of a question must match (whole text, no accents).
SURVEY_ROLES: Mapping[str, str] = _SAID["survey"]
#: Units that were drawn together, of which a design takes account.
CLUSTERS: str = _SAID["clusters"]
#: Weights of replicates: stems of their names, and words of their labels.
REPLICATES: Mapping[str, str] = _SAID["replicates"]
#: Weights of one file, the one to use first.
WEIGHTS: tuple[str, ...] = _SAID["weights"]
SITE_ROLES: Mapping[str, str] = _SAID["sites"]
ATTENDANCE_ROLES: Mapping[str, str] = {"site": f"{SITE_ROLES['site']}|{SURVEY_ROLES['site']}", **_SAID["attendance"]}
#: Columns that the pipeline itself adds to clean tables.
RESERVED = {"wave", "site_id", "commune", "epci", "pays", "department", "area", "region", "age_band"}
#: Official numbers of organisations, schools and health centres, which places bear as keys.
REGISTERED: str = _SAID["registered"]
#: Headers of keys of records.
KEYS: str = _SAID["keys"]
#: Columns whose values are waves, whatever they are called, and those that may hold years.
NAMED_WAVES: str = _SAID["named_waves"]
WAVES: str = _SAID["waves"]
#: When an answer was given, as people and form tools say.
RESPONDED: str = _SAID["responded"]
#: LimeSurvey's and Kobo's own columns about the response, which no question asks.
PARADATA = re.compile(
    r"(?:submitdate|lastpage|startlanguage|seed|startdate|datestamp|ipaddr|refurl|token|email|firstname|lastname"
    r"|interviewtime|groupTime\d*|.*Time|start|end|today|deviceid|username|phonenumber|audit|__version__|formhub/uuid"
    r"|meta/.*|_(?:id|index|status|notes|tags|submitted_by|submission_time|validation_status|version.*)"
    rf"|{'|'.join(lexicon('kobo')['timing'])}|_(?!uuid).*)"
)


#: The number of a question before its words (« Q5. », « S2 - »), and what is said of them behind (« (weighted) »).
_NUMBER = re.compile(r"^\s*(?:[A-Za-z]{1,3} ?)?\d{1,3}[a-z]?\s*[.:)\-–]\s+")
_ASIDE = re.compile(r"\s*\([^)]*\)\s*|(?<=[\w)])[,;]\s+[^,;]{1,24}$")


def bare_number(text: str) -> str:
    """Return a question without its number."""
    return _NUMBER.sub("", text)


def bare_words(text: str) -> str:
    """Return the words of a question without its number, and without what stands behind it in brackets or commas."""
    return _ASIDE.sub("", bare_number(text))


def matches(pattern: str, *texts: str) -> bool:
    """Return whether one of the texts, in plain words, matches a pattern as a whole, with its number or without."""
    return any(re.fullmatch(pattern, plain_words(w)) for t in texts if t for w in (t, bare_words(t)))


def role_of(roles: Mapping[str, str], *texts: str) -> str | None:
    """Return the first role whose words one of the texts is made of."""
    return next((role for role, pattern in roles.items() if matches(pattern, *texts)), None)
