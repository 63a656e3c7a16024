"""How personal values look when they are typed, and the one gate that masks them in a text."""

from __future__ import annotations

import ipaddress
import re

from pipeline.ingest.lexicon import lexicon
from pipeline.ingest.privacy.identifiers import suspected, without_identifiers
from pipeline.ingest.privacy.names import without_names

EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
#: Numbering plan of France (Arcep): ten digits from 0, or +33 / 0033 before nine.
PHONE = re.compile(r"(?<![\w.,+-])(?:(?:\+|00)33[\s.-]?(?:\(0\)[\s.-]?)?|0)[1-9](?:[\s.-]?\d{2}){4}(?![\d-]|[.,]\d)")
#: Sex, year, month (with the months given when it is unknown), department, commune, order, key. One key in 97 is
#: right by chance, so the fraction of a decimal number must never be read as one.
NIR = re.compile(
    r"(?<!\d)(?<!\d[.,])([12378])\s?(\d{2})\s?(0[1-9]|1[0-2]|[2-3]\d|4[0-2]|[5-9]\d)\s?(\d{2}|2[AB])\s?(\d{3})\s?(\d{3})\s?(\d{2})(?!\d|[.,]\d)",
    re.IGNORECASE,
)
_STREETS = "|".join(lexicon("addresses")["streets"])
#: What follows when a number and such a word count something: one lesson a week, one seat for free.
_COUNTED = rf"(?!(?:{'|'.join(lexicon('addresses')['counted'])})\b)"
ADDRESS = re.compile(
    rf"(?<!\w)\d{{1,4}}\s?(?:bis|ter|quater|[a-d])?,?\s+(?:{_STREETS})\s+{_COUNTED}(?:\w|'|’)[^;|\n]{{1,60}}"
    r"|(?<!\w)\d{1,4},?\s+(?:[A-Z][\w'-]+\s){1,3}(?:street|road|lane|drive)\b"
    rf"|(?<!\w)(?:{_STREETS})\s+[^;|\n\d]{{2,40}},?\s+\d{{5}}\s+[^\W\d]{{2,}}[^;|\n]{{0,40}}",
    re.IGNORECASE,
)
POSITION = re.compile(r"(?<![\d.])-?\d{1,2}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3,}(?![\d.])")
_IP = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4})(?![\w.:])", re.IGNORECASE
)
MASK = str(lexicon("remarks")["mask"])
#: Kinds of identifiers that a place has too.
ADDRESSES = frozenset({"postal address", "post box", "hamlet"})
BUSINESSES = frozenset({"business", "business, named", "value added tax number"})


def nir_key(number: str) -> int:
    """Return the two-digit key of the first 13 characters of a social security number (97 less the rest by 97).

    Corsica's 2A and 2B count as 19 and 18 (Insee, "Numéro de sécurité sociale", definition).
    """
    return 97 - int(number.upper().replace("2A", "19").replace("2B", "18")) % 97


def is_nir(text: str) -> bool:
    """Return whether a text is one social security number with its right key."""
    match = NIR.fullmatch(text.strip())
    return match is not None and _right_key(match)


def _right_key(match: re.Match[str]) -> bool:
    digits = "".join(match.groups())
    return digits[:13][7:].isdigit() and nir_key(digits[:13]) == int(digits[13:])


def is_ip(text: str) -> bool:
    """Return whether a text is one IP address, version 4 or 6."""
    text = text.strip()
    if text.count(".") != 3 and (text.count(":") < 2 or len(text) < 6 or not any(c.isdigit() for c in text)):
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_position(text: str) -> bool:
    """Return whether a text is a latitude and a longitude with three decimals or more (about 100 m)."""
    if not POSITION.fullmatch(text.strip()):
        return False
    latitude, longitude = (float(p) for p in re.split(r"\s*[,; ]\s*", text.strip()))
    return abs(latitude) <= 90 and abs(longitude) <= 180


#: No text without one of these holds an identifier; a plain number of up to eight digits holds none either.
_SIGNS = re.compile(r"[@0-9:/#\[(=]|arobas", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_SMALL = re.compile(r"\s*[+-]?(?:\d{1,8}(?:[.,]\d*)?|\d{1,3}(?:[ .,\u00a0\u202f]\d{3}){1,2}(?:[.,]\d{1,2})?)\s*")

#: Nor does a day or a moment of these two centuries; a file from the web has one a record.
_DAY = (
    r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])/(?:0[1-9]|1[0-2])/(?:19|20)\d\d"
)
_MOMENT = re.compile(rf"\s*(?:{_DAY})(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)?\s*", re.ASCII)


def masked(
    text: str,
    *,
    numbers: bool = True,
    names: bool = True,
    wording: bool = False,
    spared: frozenset[str] = frozenset(),
) -> str:
    """Return a text in which everything that identifies a person is masked.

    Without ``numbers`` a text of digits alone stays as it is: where a column numbers its records, or holds amounts with
    many digits, some have the form of a telephone or of a social security number by chance. Without ``names`` only
    those with a title are masked: names of places are made of the others. In the ``wording`` of a question
    « @region_x » is an institution. Kinds that are ``spared`` stay: of a place, its address is nobody's.
    """
    if _SMALL.fullmatch(text) or _MOMENT.fullmatch(text):
        return text
    text = without_names(text, MASK, titled=not names)
    if not _SIGNS.search(text) or (not numbers and text.strip().isdigit()):
        return text
    suspect = suspected(text)
    if suspect:
        text = EMAIL.sub(MASK, text)
        text = NIR.sub(lambda m: MASK if _right_key(m) else m[0], text)
    text = without_identifiers(text, MASK, suspect=suspect, numbers=numbers, wording=wording, spared=spared)
    if suspect:
        text = PHONE.sub(MASK, text)
        text = POSITION.sub(MASK, text)
        text = _IP.sub(lambda m: MASK if is_ip(m[0]) else m[0], text)
    return text if spared >= ADDRESSES or not _DIGIT.search(text) else ADDRESS.sub(MASK, text)
