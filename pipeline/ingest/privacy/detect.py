"""Which columns look personal: by the words of their header and question, and by what their values look like."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from stdnum.fr import siren

from pipeline.ingest.lexicon import lexicon, patterns
from pipeline.ingest.privacy.names import announced, are_persons, is_person, may_announce
from pipeline.ingest.privacy.patterns import ADDRESS, EMAIL, NIR, PHONE, is_ip, is_nir, is_position
from pipeline.ingest.values import text_of

Kind = Literal[
    "email", "phone", "postal_address", "birth_date", "nir", "ip", "gps", "iris", "first_name", "last_name", "free_text"
]
#: A value of the kind stands in at least this share of what is looked at.
SHARE = 0.3
#: Records looked at, about; enough to tell, whatever the size of the file.
LOOKED_AT = 2000
#: So many different sentences are no list of labels.
SENTENCES = 15
#: Up to so many different values, each met several times, may be labels.
LABELS = 20
#: So many different numbers tell that a column holds telephones.
LEAST_TELEPHONES = 5
_NO_NAMES = frozenset(lexicon("persons")["no_names"])
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?: .*)?")
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.-]+(?:[ '’-][^\W\d_'’.-]+){0,3}\.?")
_IRIS = re.compile(r"(?:\d{5}|2[AB]\d{3})\d{4}")
_SENTENCE = re.compile(rf"[.!?…]|(?i:\b(?:{'|'.join(lexicon('sentences')['words'])})\b)")

#: Words of a header (or of its last part), without accents, that name a kind by themselves; phrases of a question.
_AS_HEADER, _AS_WORDING = (
    {kind: re.compile(form.format(words)) for kind, words in patterns("personal")[where].items()}
    for where, form in (("headers", "{}"), ("wordings", r"\b(?:{})\b"))
)


@dataclass(frozen=True)
class Found:
    """A column that looks personal.

    Attributes
    ----------
    kind : what it seems to hold.
    role : the role of the instrument that keeps such values out: `identifier`, `open_text`, `birth_date`, `commune`.
    by : `header` when its name or question says so, `values` when only its values do.
    share : of the values looked at (different ones where the header says it, records where only values do), how many
        have the form of the kind; 0.0 where no value was given.
    """

    kind: Kind
    role: Literal["identifier", "open_text", "birth_date", "commune"]
    by: Literal["header", "values"]
    share: float


def detect(name: str, label: str | None, values: Iterable[Any] | None = None) -> Found | None:
    """Return what a received column seems to hold of a person, or None.

    A header alone is not enough where there are values: a box called `email` that holds Y and N is no address.

    Parameters
    ----------
    name : header of the column.
    label : wording of its question, where the file or the instrument has one.
    values : received values (text, numbers or dates), any number of them; the first distinct ones are looked at.
    """
    said = _said(name, label)
    rows, looked = _looked_at(values)
    if not looked:
        return _found(said, "header", 0.0) if said and values is None else None
    texts = [t for t in (text_of(v) for v in looked) if t]
    if said:
        share = _share(_PLAUSIBLE[said], looked if said == "birth_date" else texts)
        if share >= SHARE:
            return _found(said, "header", share)
    # By records: an address that a few people typed under "other" does not make a column of addresses.
    for kind, test in _BY_VALUE.items():
        found = {v: bool(test(text_of(v) or "")) for v in looked}
        share = sum(found[v] for v in rows) / len(rows)
        if share >= SHARE and not (kind in _ALSO_LABELS and _few(rows, looked)):
            return _found(kind, "values", share)
    if _telephones_held_as_numbers(texts):
        return _found("phone", "values", 1.0)
    if are_persons(texts) or (_may_be_names(name, label) and _share(is_person, texts) >= SHARE):
        return _found("first_name", "values", _share(is_person, texts))
    if _spread_of_births(looked):
        return _found("birth_date", "values", 1.0)
    share = _share(_is_sentence, texts)
    free = len(texts) >= SENTENCES and share >= 0.5 and not _repeated(values, len(texts))
    return _found("free_text", "values", share) if free else None


def _may_be_names(name: str, label: str | None) -> bool:
    return any(may_announce(plain_words(text)) for text in (name, label or ""))


def _found(kind: Kind, by: Literal["header", "values"], share: float) -> Found:
    roles: dict[str, Any] = {"birth_date": "birth_date", "free_text": "open_text", "iris": "commune"}
    return Found(kind, roles.get(kind, "identifier"), by, round(share, 3))


def asked_of_a_person(name: str, label: str | None) -> Callable[[str], bool] | None:
    """Return what a value looks like that a header asks of a person (a name, a telephone...); None where it asks none.

    Where the header says it, one value is enough: a family name alone, « le bourg » as an address.
    """
    said = _said(name, label)
    if said == "postal_address":
        return _is_name_or_address if _AS_HEADER[said].fullmatch(plain_words(name)) else _is_address
    return _PLAUSIBLE[said] if said in ("email", "phone", "nir", "ip", "first_name", "last_name") else None


def _is_name_or_address(text: str) -> bool:
    return _may_be_address(text) or _is_name(text)


def _said(name: str, label: str | None) -> Kind | None:
    """Return the kind that the header or the wording names."""
    for text in (plain_words(name), plain_words(label or "")):
        for kind, words in _AS_HEADER.items():
            if words.fullmatch(text):
                return kind
    parts = re.split(r"[\[/:]", name)
    for kind, words in _AS_HEADER.items():
        if len(parts) > 1 and words.fullmatch(plain_words(parts[-1])):
            return kind
    if any(announced(plain_words(text)) for text in (name, *parts[-1:], label or "")):
        return "last_name"
    wording = plain_words(label or name)
    return next((kind for kind, words in _AS_WORDING.items() if words.search(wording)), None)


def plain_words(text: str) -> str:
    """Return a header as lower-case words without accents: `Date_de-Naissance (1)` and `dateDeNaissance` read alike."""
    text = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", text)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.casefold()).split())


def _looked_at(values: Iterable[Any] | None) -> tuple[list[Any], list[Any]]:
    """Return values of records spread evenly over the column, and the different ones among them; blanks left out."""
    if values is None:
        return [], []
    column = values if isinstance(values, pd.Series) else pd.Series(list(values), dtype=object)
    given = column.dropna()
    step = max(1, len(given) // LOOKED_AT)
    rows = [v for v in given.iloc[::step].astype(object) if text_of(v) is not None]
    return rows, list(dict.fromkeys(rows))


def _repeated(values: Any, distinct: int) -> bool:
    """Return whether each value stands several times, as labels of codes do."""
    if isinstance(getattr(values, "dtype", None), pd.CategoricalDtype) or hasattr(values, "__len__"):
        return bool(pd.Series(values, copy=False).notna().sum() > 3 * distinct)
    return False


def _few(rows: list[Any], different: list[Any]) -> bool:
    """Return whether values are few and each stands several times: labels, versions, the places of an activity."""
    return len(different) <= LABELS and len(rows) >= 3 * len(different)


def _share(test: Callable[[Any], bool], values: list[Any]) -> float:
    return sum(bool(test(v)) for v in values) / len(values) if values else 0.0


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and text.casefold() not in _NO_NAMES and len(text) > 2


def _is_address(text: str) -> bool:
    return bool(ADDRESS.search(text))


def _may_be_address(text: str) -> bool:
    return _is_address(text) or (" " in text and any(c.isdigit() for c in text) and any(c.isalpha() for c in text))


def _decimal(text: str) -> bool:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return is_position(text)
    return abs(number) <= 180 and len(text.replace(",", ".").partition(".")[2]) >= 3


def _is_sentence(text: str) -> bool:
    return len(text.split()) >= 3 and bool(_SENTENCE.search(text)) and "|" not in text and ";" not in text[:-1]


def _date_of(value: Any) -> dt.date | None:
    """Return a full date, whatever its order; years of two digits are of the last hundred years."""
    if isinstance(value, (dt.date, np.datetime64)):
        return pd.Timestamp(value).date()
    match = _DATE.fullmatch(str(value).strip())
    if not match:
        return None
    y, m, d = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    year = int(y) if len(y) == 4 else 1900 + int(y)
    for month, day in ((int(m), int(d)), (int(d), int(m))):
        try:
            return dt.date(year, month, day)
        except ValueError:
            continue
    return None


def _spread_of_births(values: list[Any]) -> bool:
    """Return whether full dates reach over thirty years and lie as births do: before, and few on one day."""
    found = [d for d in map(_date_of, values) if d]
    if len(found) < 8 or len(found) < 0.9 * len(values):
        return False
    years = sorted(d.year for d in found)
    days = len({(d.month, d.day) for d in found})
    return years[-1] - years[0] >= 30 and len(set(years)) >= 8 and days >= 0.3 * min(len(found), 365)


#: What a value must look like where the header already names the kind.
_PLAUSIBLE: dict[Kind, Callable[[Any], bool]] = {
    "email": lambda t: "@" in t,
    "phone": lambda t: bool(PHONE.fullmatch(t)) or (8 <= _digits(t) <= 15 and not any(c.isalpha() for c in t)),
    "postal_address": _may_be_address,
    "birth_date": lambda v: _date_of(v) is not None,
    "nir": lambda t: bool(NIR.fullmatch(t)) or _digits(t) in (13, 15),
    "ip": is_ip,
    "gps": _decimal,
    "iris": lambda t: bool(_IRIS.fullmatch(t)),
    "first_name": _is_name,
    "last_name": _is_name,
    "free_text": _is_sentence,
}
#: What labels and versions may look like: « 1 place de parking », 1.2.3.4.
_ALSO_LABELS: tuple[Kind, ...] = ("postal_address", "ip")
#: Digits of a telephone of France that a spreadsheet took for a number: its 0 is lost.
_LOST_ZERO = re.compile(r"[1-9]\d{8}")


def _telephones_held_as_numbers(texts: list[str]) -> bool:
    """Return whether numbers of nine digits are telephones: most of one plan, far apart, and no registered numbers."""
    nine = [t for t in texts if _LOST_ZERO.fullmatch(t)]
    if len(nine) < LEAST_TELEPHONES or len(nine) < 0.9 * len(texts):
        return False
    mobile = sum(t[0] in "67" for t in nine)
    steps = sorted(map(int, nine))
    apart = sum(b - a > 1000 for a, b in itertools.pairwise(steps))
    registered = sum(siren.is_valid(t) for t in nine)
    return mobile >= 0.5 * len(nine) and apart >= 0.5 * len(nine) and registered < 0.5 * len(nine)


#: What needs no header to be known.
_BY_VALUE: dict[Kind, Callable[[str], bool]] = {
    "email": lambda t: bool(EMAIL.fullmatch(t)),
    "nir": is_nir,
    "phone": lambda t: bool(PHONE.fullmatch(t)),
    "ip": is_ip,
    "gps": is_position,
    "postal_address": _is_address,
}
