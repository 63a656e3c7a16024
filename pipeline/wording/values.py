"""Values that words name: numbers, times, places, groups, lists and nouns, each in the forms that it has.

Every value passes one gate (:func:`pipeline.wording.markdown.literal`) on its way into a text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Protocol

from pipeline.results.rounding import rounded
from pipeline.results.significance import detected, detected_alone
from pipeline.results.time import ends, from_to, is_year
from pipeline.wording import labels as known
from pipeline.wording import numbers
from pipeline.wording.grammar import Hole
from pipeline.wording.labels import Labels
from pipeline.wording.language import Language
from pipeline.wording.markdown import literal
from pipeline.wording.phrases import quantity
from pipeline.wording.vocabulary import Noun
from pipeline.wording.words import COMMON, Words

#: Forms of a number.
NUMBER_FORMS = ("size", "interval", "who", "proof", "bound", "one_in", "base", "about")
#: Forms of a declared threshold: a share beside it is more, or less.
THRESHOLD_FORMS = ("more", "less")
#: Percentages that are printed as 100 though some are left, and those that are told with one decimal.
_ALL_BUT, _FEW = 99.5, 2
#: From where « one in so many » is told to the nearest ten.
_COARSE = 50
#: From where a mean has no decimals.
_LARGE = 100.0
#: Writes a number with the result that it comes from.
Mark = Callable[[str, str], str]


class Value(Protocol):
    """Something that words may name."""

    def said(self, form: str) -> str | None:
        """Return its text in a form, as Markdown; None where it has none."""

    def chosen(self, choices: Sequence[str]) -> str | None:
        """Return one of several texts, by number, gender or length."""


def fill(hole: Hole, value: Value | None) -> str | None:
    """Return what a hole shows of its value; None where it has none."""
    if value is None:
        return None
    return value.chosen(hole.choices) if hole.choices else value.said(hole.form)


@dataclass(frozen=True)
class Result:
    """A published number.

    row : of the results table.   group : whom it counts.   mark : writes it with its result_id.
    """

    row: Mapping[str, Any]
    language: Language
    group: Noun
    mark: Mark

    def said(self, form: str) -> str | None:
        """Return the number, its size, its interval, or the share in words; None of how many answers are not told."""
        if form == "base" and not math.isfinite(self.row["n"]):
            return None
        text = {
            "": self._plain,
            "size": self._size,
            "interval": self._interval,
            "who": lambda: self._who()[0],
            "proof": self._proof,
            "bound": self._bound,
            "one_in": self._one_in,
            "base": self._base,
            "about": lambda: numbers.about(self.row["estimate"], self.row["unit"], self._lang) or self._plain(),
        }[form]()
        return self.mark(literal(text), str(self.row["result_id"]))

    def chosen(self, choices: Sequence[str]) -> str | None:
        """Return the singular or the plural, by the number as printed; of a share, by the words that say it."""
        if self.row["unit"] == "share":
            return choices[1 if self._who()[1] else 0]
        return choices[1 if self.language.is_plural(rounded(self.row["estimate"], 0)) else 0]

    @property
    def _lang(self) -> str:
        return self.language.CODE

    @property
    def _percent(self) -> float | None:
        """Return the number as a percentage, where it is printed as one."""
        row = self.row
        is_share = row["unit"] == "share" or (row["unit"] == "rate" and row["measure"] == "rate")
        return numbers.scaled(row["estimate"]) if is_share else None

    def _plain(self) -> str:
        row, percent = self.row, self._percent
        if percent is not None and _ALL_BUT <= percent < 100:
            # what only rounding makes whole is not whole
            return f"{self.language.MORE_THAN} {numbers.share(0.99, self._lang)}"
        if percent is not None and 0 < rounded(percent, 1) < _FEW:
            return numbers.share(row["estimate"], self._lang, 1)
        if row["unit"] == "mean" and abs(row["estimate"]) >= _LARGE:
            return numbers.mean(row["estimate"], self._lang, 0)
        grain = numbers.decimals_within(row["estimate"], row["lower"], row["upper"], row["unit"], row["measure"])
        return numbers.estimate(row["estimate"], row["unit"], self._lang, measure=row["measure"], decimals=grain)

    def _size(self) -> str:
        row = self.row
        if row["unit"] == "point":
            return numbers.points(row["estimate"], self._lang, signed=False)
        text = numbers.estimate(abs(row["estimate"]), row["unit"], self._lang, measure=row["measure"])
        return text.lstrip(f"+{numbers.NO_BREAK}")

    def _interval(self) -> str:
        row = self.row
        if not (math.isfinite(row["lower"]) and math.isfinite(row["upper"])):
            return self.language.EXACT
        told = numbers.interval(row["lower"], row["upper"], row["unit"], self._lang, measure=row["measure"])
        told = told if 0 not in (row["lower"], row["upper"]) else self._beside_zero(told)
        return f"{told}, {self.language.UNADJUSTED}" if detected_alone(row) else told

    def _beside_zero(self, told: str) -> str:
        """Return an interval whose end is nought only as published, of a change that was detected, with that said."""
        row = self.row
        is_change = row["unit"] in ("point", "score") or (row["unit"] == "ratio" and row["measure"] in numbers.CHANGES)
        if not is_change or not detected(row):
            return told
        (first, last), (over, under) = self.language.BETWEEN, self.language.BESIDE_ZERO
        low, _, high = told.removeprefix(f"{first} ").rpartition(f" {last} ")
        low = f"{over} {low}" if row["lower"] == 0 else low
        return f"{first} {low} {last} {f'{under} {high}' if row['upper'] == 0 else high}"

    def _who(self) -> tuple[str, bool]:
        lower, percent = self.row["lower"], self._percent
        if percent is not None and _ALL_BUT <= percent < 100:
            return self.language.nearly_all(self.group.many), True
        return quantity(self.row["estimate"], self.group, self._lang, lower if math.isfinite(lower) else None)

    def _proof(self) -> str:
        own = self._plain()
        inside = [] if self._who()[0].startswith(own) else [own]
        return ", ".join([*inside, self._interval()])

    def _one_in(self) -> str:
        """Return the number out of which a share is one, to the nearest ten from fifty on: « 80 » of 1.2 %."""
        out_of = 1 / self.row["estimate"] if self.row["estimate"] else math.inf
        if not math.isfinite(out_of):
            return self._plain()
        return numbers.count(round(out_of, -1 if out_of >= _COARSE else 0), self._lang)

    def _base(self) -> str:
        """Return how many answers the number rests on."""
        return numbers.count(self.row["n"], self._lang)

    def _bound(self) -> str:
        """Return the number that the change, if any, does not pass: the interval's farther end, rounded up."""
        ends = [abs(self.row[b]) for b in ("lower", "upper")]
        if not all(map(math.isfinite, ends)):
            return self._size()
        if self.row["unit"] != "point":
            return numbers.bound(max(ends), self.row["unit"], self._lang, measure=self.row["measure"])
        return numbers.points(math.ceil(round(max(ends), 6)), self._lang, signed=False, decimals=0)


def _unmarked(text: str, result_id: str) -> str:
    return text


@dataclass(frozen=True)
class Declared:
    """A number that the evaluation declares: a margin, a threshold, a setting; it is marked as that, of no result."""

    value: float
    unit: str
    language: Language
    measure: str = ""
    mark: Mark = _unmarked

    def said(self, form: str) -> str | None:
        """Return the number, without a sign, or what is more or less than it; of a share, half is called so."""
        if form not in THRESHOLD_FORMS:
            return self.mark(self._size(), "")
        is_half = self.unit == "share" and self.value == 0.5
        return self.mark(self.language.beside_threshold(self._size(), is_half, form), "")

    def _size(self) -> str:
        lang = self.language.CODE
        if self.unit == "point":
            return literal(numbers.points(self.value, lang, signed=False, decimals=_written(self.value)))
        if self.unit == "setting":
            return literal(numbers.decimal(self.value, lang, _written(self.value)))
        if self.unit == "share" or (self.unit == "ratio" and self.measure in numbers.CHANGES):
            return literal(numbers.share(self.value, lang, _written(numbers.scaled(self.value))))
        text = numbers.estimate(self.value, self.unit, lang, measure=self.measure)
        return literal(text.lstrip(f"+{numbers.NO_BREAK}"))

    def chosen(self, choices: Sequence[str]) -> str | None:
        """Return the singular or the plural, by the number as printed."""
        shown = Decimal(repr(self.value))
        return choices[1 if self.language.is_plural(shown) else 0]


def _written(value: float) -> int:
    """Return the decimals with which a declared number was written."""
    return len(f"{value:g}".partition(".")[2])


@dataclass(frozen=True)
class Wave:
    """A wave by its name."""

    name: str
    language: Language

    def said(self, form: str) -> str | None:
        """Return « 2006 », « en 2006 », « depuis 2003 »; of the way between two, « entre 2003 et 2006 »."""
        first, last = ends(self.name)
        if first != last:
            return literal(self.language.between_waves(first, last, is_year(first) and is_year(last)))
        return literal(self.language.time(self.name, form, is_year(self.name)) if form else self.name)

    def chosen(self, choices: Sequence[str]) -> str | None:
        """A wave has nothing to agree with."""
        return None


@dataclass(frozen=True)
class Period:
    """A day, a month or a year by its name in the results table."""

    name: str
    language: Language

    def said(self, form: str) -> str | None:
        """Return « 31 décembre 2006 », « au 31 décembre 2006 », « en 2006 », « depuis octobre 2004 »."""
        first, last = ends(self.name)
        day = numbers.period(from_to(first, last), self.language.CODE)
        if first != last and form:
            return literal(self.language.over(day))
        return literal(self.language.period(day, form, len(first.split("-")) == 3) if form else day)

    def chosen(self, choices: Sequence[str]) -> str | None:
        """A period has nothing to agree with."""
        return None


@dataclass(frozen=True)
class Labelled:
    """A place or a code, by its label's key."""

    key: str
    labels: Labels
    language: Language

    def said(self, form: str) -> str | None:
        """Return its label, or it behind a preposition."""
        lang = self.language.CODE
        if form in self.language.PLACES:
            text = known.find(f"{self.key}:{self.language.PLACES[form]}", self.labels, lang)
            if text is not None or form not in self.language.GROUPS:
                return None if text is None else literal(text)
        label = known.find(self.key, self.labels, lang)
        if not form:
            said = known.find(f"{self.key}:said", self.labels, lang) or label
            return None if said is None else literal(said)
        if label is None:
            return None
        return literal(self._grouped(label, form))

    def _grouped(self, label: str, form: str) -> str:
        stored = known.find(f"{self.key}:{self.language.GROUPS.get(form, form)}", self.labels, self.language.CODE)
        name, _, code = self.key.partition("=")
        written = known.find(f"{self.key}:long", self.labels, self.language.CODE) if name == "month" else None
        if stored is None and written is not None:
            return self.language.period(written, self.language.TIMES[0], False)
        if stored is None and known.is_aged(name, code):
            return self.language.age_group(known.the_aged(code, self.language.CODE), form)
        return stored or self.language.group(label, form)

    def chosen(self, choices: Sequence[str]) -> str | None:
        """A label has nothing to agree with."""
        return None


#: The form that names of a list its largest item alone, as a title does.
LARGEST = "largest"


@dataclass(frozen=True)
class Listed:
    """Texts that a sentence puts in a row, and what a title says of the largest; they have passed the gate already."""

    items: Sequence[str]
    language: Language
    largest: Callable[[], str | None] = lambda: None

    def said(self, form: str) -> str | None:
        """Return the texts joined, or the largest alone; None where there is none."""
        if form == LARGEST:
            return self.largest()
        return self.language.joined(self.items, form or self.language.LISTS[0]) if self.items else None

    def chosen(self, choices: Sequence[str]) -> str | None:
        """Return one of several texts by how many items there are."""
        return choices[min(len(self.items), len(choices)) - 1] if self.items else None


@dataclass(frozen=True)
class Named:
    """A noun of the vocabulary, in the plural or not."""

    noun: Noun
    plural: bool
    language: Language

    def said(self, form: str) -> str | None:
        """Return the noun, behind an article where a form asks for one."""
        if not form:
            return literal(self.noun.many if self.plural else self.noun.one)
        return literal(self.language.noun(self.noun, form))

    def chosen(self, choices: Sequence[str]) -> str | None:
        """Return the masculine or the feminine."""
        return choices[1 if self.noun.gender == "f" else 0]


@dataclass(frozen=True)
class Text:
    """A text of words.yaml that others name: a reason, a subject."""

    text: str

    def said(self, form: str) -> str | None:
        """Return the text."""
        return self.text

    def chosen(self, choices: Sequence[str]) -> str | None:
        """A text has nothing to agree with."""
        return None


#: Noun of the vocabulary that a population is.
_POPULATIONS = {"users": "person", "spaces": "place"}


def group_of(population: str, words: Words) -> Noun:
    """Return whom a population counts, in the programme's own words."""
    return words.vocabulary.get(_POPULATIONS.get(population, "")) or words.populations[population]


def noun_of(row: Mapping[str, Any], words: Words) -> Noun:
    """Return whom a row of the results table counts: of a question with a filter, those who were asked."""
    group, asked = group_of(row["population"], words), words.texts.get(f"{COMMON}.who_was_asked")
    if row.get("base") in (None, "", "all") or asked is None:
        return group
    behind = asked.text
    return replace(group, one=f"{group.one} {behind}", many=f"{group.many} {behind}", qualified=True)
