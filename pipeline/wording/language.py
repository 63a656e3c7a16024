"""What a language is to the words: a module ``pipeline.wording.<lang>`` that inflects, joins and agrees."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol, cast

from pipeline.errors import WordsError
from pipeline.wording.vocabulary import Noun


class Language(Protocol):
    """The functions of a language's module.

    WRITING : whose numbers and dates it writes, `fr` or `en` (:mod:`pipeline.wording.numbers`).
    TIMES, PLACES, GROUPS, LISTS, NOUN_FORMS : the forms that placeholders may ask for.
    EXACT : what stands for an interval where there is none.   MORE_THAN : stands before a number.
    """

    WRITING: str
    TIMES: tuple[str, ...]
    PLACES: tuple[str, ...]
    GROUPS: tuple[str, ...]
    LISTS: tuple[str, ...]
    NOUN_FORMS: tuple[str, ...]
    EXACT: str
    MORE_THAN: str

    def time(self, name: str, form: str, is_year: bool) -> str:
        """Return « en 2006 », « depuis 2003 »."""

    def period(self, said: str, form: str, is_day: bool) -> str:
        """Return « au 31 décembre 2006 », « en octobre 2004 » from the day, month or year as it is written."""

    def over(self, said: str) -> str:
        """Return « de 1998 à 2006 » from « 1998 à 2006 »."""

    def nearly_all(self, plural: str) -> str:
        """Return « la quasi-totalité des habitants »."""

    def age_group(self, label: str, form: str) -> str:
        """Return « chez les 15-24 ans » from the group's name with its article."""

    def group(self, label: str, form: str) -> str:
        """Return a group that has no stored form: « parmi le groupe « Retraités » »."""

    def joined(self, items: Sequence[str], form: str) -> str:
        """Return « a, b et c »."""

    def noun(self, noun: Noun, form: str) -> str:
        """Return « l'usager », « du pays »."""

    def is_plural(self, shown: Decimal) -> bool:
        """Return whether a number, as printed, takes the plural."""


def of(lang: str) -> Language:
    """Return the module of a language.

    Raises
    ------
    WordsError
        When there is none.
    """
    try:
        return cast("Language", importlib.import_module(f"pipeline.wording.{lang}"))
    except ModuleNotFoundError:
        raise WordsError(
            "there is no such language",
            found=lang,
            action=f"write pipeline/wording/{lang}.py and the folder reports/{lang}",
        ) from None
