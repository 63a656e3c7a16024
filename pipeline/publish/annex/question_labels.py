"""The words that the folders of questions write their labels with: texts of a question, declared texts, numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.publish.annex.label_texts import LabelTexts, Value
from pipeline.wording import labels, numbers
from pipeline.wording.language import of
from pipeline.wording.phrases import capital, uncapital
from pipeline.wording.vocabulary import noun

if TYPE_CHECKING:
    from pipeline.instrument import Text

#: What a plural stands behind, by the suffix of its label.
_FORMS = ("de", "le")
_TEXTS = "labels"


@dataclass(frozen=True)
class QuestionLabels:
    """What a question says its labels with; ``so_far`` are the labels that exist already."""

    texts: LabelTexts
    question: str
    so_far: Mapping[str, Mapping[str, str]]

    def say(self, key: str, **values: Value) -> dict[str, str]:
        """Return a text of the question, filled.

        Raises
        ------
        WordsError
            When a language has no such text, or it names what is not given.
        """
        return replace(self.texts, file=self.question).say(f"{_TEXTS}.{key}", **values)

    def plain(self, text: Text) -> dict[str, str]:
        """Return a declared text as it stands."""
        return self.texts.plain(text)

    def headed(self, text: Text | Mapping[str, str]) -> dict[str, str]:
        """Return a text with a capital."""
        return {lang: capital(said) for lang, said in self._by_language(text).items()}

    def within(self, text: Text) -> dict[str, str]:
        """Return a declared text as it stands within a sentence."""
        return {lang: uncapital(said) for lang, said in self.plain(text).items()}

    def same(self, text: str) -> dict[str, str]:
        """Return a text that all languages write alike."""
        return self.texts.same(text)

    def known(self, key: str) -> dict[str, str]:
        """Return a label that exists already; empty where a language has none."""
        return {lang: labels.find(key, self.so_far, lang) or "" for lang in self.texts.languages}

    def listed(self, parts: Sequence[Mapping[str, str]]) -> dict[str, str]:
        """Return an enumeration."""
        return {lang: numbers.listing([part[lang] for part in parts], lang) for lang in self.texts.languages}

    def euro(self, amount: float) -> dict[str, str]:
        """Return an amount."""
        return {lang: numbers.euro(amount, lang) for lang in self.texts.languages}

    def days(self, number: int) -> dict[str, str]:
        """Return how long a survey counts visits over: « quatre semaines »."""
        return period_of_days(number, self.texts)

    def aged(self, band: str) -> dict[str, str]:
        """Return an age band as a group: « les 15-24 ans »."""
        return {lang: labels.the_aged(band, lang) for lang in self.texts.languages}

    def payer(self, text: Text) -> dict[str, dict[str, str]]:
        """Return a body that pays as sentences name it: « la Région », « de la Région »."""
        out: dict[str, dict[str, str]] = {}
        for lang, name in self.plain(text).items():
            for form, told in of(lang).payer(name).items():
                out.setdefault(form, {})[lang] = told
        return out

    def counted(self, forms: Mapping[str, Mapping[str, Any]], other: str, where: str) -> dict[str, dict[str, str]]:
        """Return the plural of a declared noun, alone (``""``) and after « de » and « le »."""
        out: dict[str, dict[str, str]] = {form: {} for form in ("", *_FORMS)}
        for lang in self.texts.languages:
            many = self.so_far[other][lang]
            made = noun(forms.get(lang) or {"one": many.removesuffix("s"), "many": many}, where)
            out[""][lang] = made.many
            for form in _FORMS:
                out[form][lang] = of(lang).plural(made, form)
        return out

    def _by_language(self, text: Text | Mapping[str, str]) -> Mapping[str, str]:
        return text if isinstance(text, Mapping) else self.plain(text)


def period_of_days(number: int, texts: LabelTexts) -> dict[str, str]:
    """Return how long a survey counts visits over: « quatre semaines »."""
    key = f"field.{number}"
    return texts.say(key) if str(number) in texts.under("field") else texts.say("field.days", days=str(number))
