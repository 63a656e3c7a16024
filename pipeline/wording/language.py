"""What a language is to the words: a module ``pipeline.wording.<lang>`` that inflects, joins and agrees."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol, cast

from pipeline.errors import WordsError
from pipeline.wording.territories import Forms
from pipeline.wording.vocabulary import Noun

#: The first and the last age of a band; the last is open where it is None.
Ages = tuple[int, int | None]


class Language(Protocol):
    """The functions of a language's module.

    CODE : its code, that of its folder.   LOCALE : of Babel, for the names of months.
    TIMES, LISTS, NOUN_FORMS : the forms that placeholders may ask for; PLACES, GROUPS : with the suffix of the label's
        key that stores each.
    DECIMAL, THOUSANDS : marks of numbers.   SIGN_GAP : between a sign and its number.   PERCENT : the sign, spaced.
    SEMICOLON, COLON : as they stand within a text, spaced.   SPACED : whether French spaces its punctuation.
    BETWEEN : the two words of an interval.   BESIDE_ZERO : before a nought that an end is just over or just under.
    UNADJUSTED : what is said of an interval that leaves out nought where the adjusted test does not.
    TO : between two periods.   AND : before the last of a list.
    POINT : percentage point, and its plural.   FIRST : first day of a month.
    EXACT : what stands for an interval where there is none.   MORE_THAN : stands before a number.
    """

    CODE: str
    LOCALE: str
    TIMES: tuple[str, ...]
    PLACES: Mapping[str, str]
    GROUPS: Mapping[str, str]
    LISTS: tuple[str, ...]
    NOUN_FORMS: tuple[str, ...]
    DECIMAL: str
    THOUSANDS: str
    SIGN_GAP: str
    PERCENT: str
    SEMICOLON: str
    COLON: str
    SPACED: bool
    BETWEEN: tuple[str, str]
    BESIDE_ZERO: tuple[str, str]
    UNADJUSTED: str
    TO: str
    AND: str
    POINT: tuple[str, str]
    FIRST: str
    EXACT: str
    MORE_THAN: str

    def euros(self, amount: str) -> str:
        """Return « 1,80 € » from the number as written."""

    def millions(self, amount: str) -> str:
        """Return « 5,5 M€ » from the number of millions as written."""

    def days(self, first: str, last: str) -> str:
        """Return « du 17 novembre au 12 décembre 2003 » from the days as written."""

    def fraction(self, fraction: float, nearly: int, noun: Noun, most: bool) -> tuple[str, bool]:
        """Return « près de la moitié des usagers », and whether its verb is plural.

        Parameters
        ----------
        fraction : one of :data:`pipeline.wording.phrases.FRACTIONS`.
        nearly : -1, 0 or 1, as the share is printed below, as or above the fraction.
        most : whether the share is surely over one half.
        """

    def most(self, plural: str) -> str:
        """Return « la majorité des usagers »."""

    def of_them(self, share: str, plural: str) -> str:
        """Return « 43 % des usagers »."""

    def time(self, name: str, form: str, is_year: bool) -> str:
        """Return « en 2006 », « depuis 2003 »."""

    def between_waves(self, first: str, last: str, are_years: bool) -> str:
        """Return « entre 2003 et 2006 »."""

    def period(self, said: str, form: str, is_day: bool) -> str:
        """Return « au 31 décembre 2006 », « en octobre 2004 » from the day, month or year as it is written."""

    def quarter(self, named: str, year: str) -> str:
        """Return « 2e trimestre 2024 » from « 2e trimestre » and the year."""

    def over(self, said: str) -> str:
        """Return « de 1998 à 2006 » from « 1998 à 2006 »."""

    def nearly_all(self, plural: str) -> str:
        """Return « la quasi-totalité des habitants »."""

    def beside_threshold(self, threshold: str, is_half: bool, form: str) -> str:
        """Return « plus de la moitié », « moins que le seuil de 30 % fixé d'avance »; ``form`` is more or less."""

    def place(self, record: Mapping[str, object]) -> Forms:
        """Return the forms of a territory's name from its record: its name, and what the language stores of it."""

    def age(self, ages: Ages | None, form: str) -> str:
        """Return « 15-24 ans »; behind a noun, ``of``: « de 15 à 24 ans »; as a group, ``the``: « les 15-24 ans ».

        Ages that are not known are None.
        """

    def age_group(self, label: str, form: str) -> str:
        """Return « chez les 15-24 ans » from the group's name with its article."""

    def group(self, label: str, form: str) -> str:
        """Return a group that has no stored form: « parmi le groupe « Retraités » »."""

    def payer(self, name: str) -> Mapping[str, str]:
        """Return a body that pays as sentences name it, by the ends of its labels' keys (``the``, ``de``)."""

    def joined(self, items: Sequence[str], form: str) -> str:
        """Return « a, b et c »."""

    def noun(self, noun: Noun, form: str) -> str:
        """Return « l'usager », « du pays »."""

    def plural(self, noun: Noun, form: str) -> str:
        """Return the plural behind a preposition (``de``: « d'usagers ») or an article (``le``: « les usagers »)."""

    def is_plural(self, shown: Decimal) -> bool:
        """Return whether a number, as printed, takes the plural."""


def of(lang: str) -> Language:
    """Return the module of a language.

    Raises
    ------
    WordsError
        When there is none, or it is a copy that says the code of another: labels would be looked up in that one.
    """
    name = f"pipeline.wording.{lang}"
    if name in sys.modules:
        return cast("Language", sys.modules[name])
    try:
        language = cast("Language", importlib.import_module(name))
    except ModuleNotFoundError:
        raise WordsError(
            "there is no such language",
            found=lang,
            action=f"write pipeline/wording/{lang}.py and the folder reports/{lang}",
        ) from None
    if lang != language.CODE:
        del sys.modules[name]
        raise WordsError(
            "the module of a language says the code of another",
            where=f"pipeline/wording/{lang}.py",
            found=f'CODE = "{language.CODE}"',
            allowed=f'CODE = "{lang}"',
            action="write its own code there",
        )
    return language
