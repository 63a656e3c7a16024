"""Numbers and names that identify a person inside a text: how each kind is typed, and the check that its form allows.

The forms are data (`pipeline/ingest/lexicon/identifiers.yaml`). Check digits and plans of numbering are those of
python-stdnum and of phonenumberslite (Google's libphonenumber). A form that ordinary numbers share counts only beside
the word that names it, or with its check digits.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from stdnum import iban, luhn
from stdnum.es import dni, nie
from stdnum.fr import siren, siret, tva

from pipeline.ingest.lexicon import lexicon, with_parts

#: Whose numbers without a country's prefix are known: neighbours, and where people of Brittany come from.
REGIONS = ("FR", "BE", "CH", "LU", "GB", "IE", "DE", "ES", "IT", "PT", "MA", "DZ", "TN", "US")
#: Prefixes and lengths of payment cards (ISO/IEC 7812).
_CARD = re.compile(r"4\d{12}(?:\d{3})?|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3[068]\d{12}|6\d{15}|35\d{14}")
_DIGIT = re.compile(r"\d")
#: A year or years, or an amount in thousands, at the end of a text.
_ORDINARY = re.compile(r"(?<![\w.,/-])(?:(?:19|20)\d\d(?:[-/](?:19|20)?\d\d)?|\d{1,3}(?: \d{3})+)$")


@dataclass(frozen=True)
class Identifier:
    """A kind of identifier.

    Attributes
    ----------
    name : what it is.
    form : how it is typed.
    check : whether a match really is one.
    by_chance : numbers of a column that numbers its records have this form by chance.
    cells_only : in the wording of a question it names an institution (« Suivez-vous @region_x ? »), not a person.
    digits, sign : what every match holds at least.
    announced : with so many digits, the word before it is enough to search; None where no word stands before it.
    """

    name: str
    form: re.Pattern[str]
    check: Callable[[str], bool]
    by_chance: bool
    cells_only: bool = False
    digits: int = 0
    sign: str = ""
    announced: int | None = None

    def possible(self, text: str, digits: int, suspected: bool) -> bool:
        """Return whether a text with so many digits may hold one: most texts are told apart by that alone."""
        searched = suspected or (self.announced is not None and digits >= self.announced)
        return searched and digits >= self.digits and self.sign in text


@functools.cache
def identifiers() -> tuple[Identifier, ...]:
    """Return every kind, in the order in which they are looked for."""
    said = lexicon("identifiers")
    return tuple(
        Identifier(
            kind["name"],
            re.compile(with_parts(kind["form"], said["parts"]), 0 if kind.get("case") else re.IGNORECASE),
            _CHECKS.get(kind.get("check", ""), lambda _: True),
            bool(kind.get("by_chance")),
            bool(kind.get("cells_only")),
            kind.get("digits", 0),
            kind.get("sign", ""),
            kind.get("announced"),
        )
        for kind in said["kinds"]
    )


@functools.cache
def _suspect() -> tuple[frozenset[str], list[str], int, re.Pattern[str]]:
    said = lexicon("identifiers")["suspect"]
    return frozenset(said["signs"]), said["words"], said["longest"], re.compile(said["digits"])


def suspected(text: str) -> bool:
    """Return whether a text holds anything that makes it worth a search for what no word announces."""
    signs, words, longest, digits = _suspect()
    if not signs.isdisjoint(text) or digits.search(text):
        return True
    lower = text.lower()
    return any(w in lower for w in words) or any(len(w) >= longest for w in lower.split())


def without_identifiers(
    text: str,
    mask: str,
    *,
    suspect: bool,
    numbers: bool = True,
    wording: bool = False,
    spared: frozenset[str] = frozenset(),
) -> str:
    """Return a text with every identifier replaced by ``mask``.

    In a text that is not ``suspect`` (`suspected`) only what a word announces is looked for. Without ``numbers``, none
    that digits are by chance; of a question's ``wording``, none that names a person in an
    answer only; of kinds that are ``spared``, none.
    """
    digits = len(_DIGIT.findall(text))
    for kind in identifiers():
        if kind.name in spared or not kind.possible(text, digits, suspect):
            continue
        if (numbers or not kind.by_chance) and not (wording and kind.cells_only):
            text = kind.form.sub(functools.partial(_replaced, check=kind.check, mask=mask), text)
    return text


def _replaced(match: re.Match[str], check: Callable[[str], bool], mask: str) -> str:
    return mask if check(match[0]) else match[0]


def _bare(text: str) -> str:
    return re.sub(r"\D", "", text)


def _phone_abroad(text: str) -> bool:
    return _possible(re.sub(r"^00", "+", text.replace("(0)", "").strip()), None)


def _phone_somewhere(text: str) -> bool:
    return any(_possible(text, region) for region in REGIONS)


def _possible(text: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def _card(text: str) -> bool:
    return bool(_CARD.fullmatch(_bare(text))) and bool(luhn.is_valid(_bare(text)))


def _business(text: str) -> bool:
    """Return whether a SIRET is that of a business: those of public bodies (SIREN in 1 or 2) name nobody."""
    return bool(siret.is_valid(text)) and _bare(text)[0] not in "12"


def names_a_business(text: str) -> bool:
    """Return whether a whole text is the SIREN or SIRET of a business, which may be that of one person."""
    bare = re.sub(r"[\s.]", "", text)
    return _business(bare) or (len(bare) == 9 and bool(siren.is_valid(bare)) and bare[0] not in "12")


def _day(text: str) -> bool:
    """Return whether the date at the end of a text, where it is all numbers, is one."""
    found = re.search(r"(\d{1,4})\D(\d{1,2})\D(\d{1,4})$", text)
    if not found:
        return True
    first, month, last = map(int, found.groups())
    day, year = (last, first) if first > 31 else (first, last)
    day, month = (month, day) if month > 12 else (day, month)
    try:
        dt.date(year + 1900 if year < 100 else year, month, day)
    except ValueError:
        return False
    return True


def _somebodys(text: str) -> bool:
    """Return whether what follows the word is a number of somebody: no year, no amount in thousands."""
    last = text.split()[-1]
    if _ORDINARY.search(text) or re.fullmatch(r"(?:19|20)\d\d", _bare(text)):
        return False
    return len(_bare(text)) >= 4 or (len(last) >= 8 and any(c.isdigit() for c in last))


_CHECKS: dict[str, Callable[[str], bool]] = {
    "business": _business,
    "card": _card,
    "day": _day,
    "iban": lambda t: bool(iban.is_valid(t)),
    "phone_abroad": _phone_abroad,
    "phone_somewhere": _phone_somewhere,
    "siren": lambda t: bool(siren.is_valid(_bare(t))),
    "somebodys": _somebodys,
    "spanish": lambda t: bool(dni.is_valid(t) or nie.is_valid(t)),
    "vat": lambda t: bool(tva.is_valid(t)),
}
