"""What a question's own ``labels.py`` is given to write the labels that its settings and sources make.

A folder may hold ``labels.py`` with ``labels(evaluation, entry, said)``; ``LOOKS_AT_OTHERS = True`` there asks for the
labels of all other entries first. Its sentences stand in ``reports/<lang>/<question>/words.yaml``, under ``labels``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.instrument import ORIGINAL, Text

#: A text in every language.
Texts = dict[str, str]
#: Key of a label, and its text.
Label = tuple[str, Texts]


class Said(Protocol):
    """The words of the languages, as far as labels need them; every answer is a text by language."""

    def say(self, key: str, **values: str | Mapping[str, str]) -> Texts:
        """Return a text of the question, filled."""

    def plain(self, text: Text) -> Texts:
        """Return a declared text as it stands."""

    def headed(self, text: Text | Texts) -> Texts:
        """Return a text with a capital."""

    def within(self, text: Text) -> Texts:
        """Return a declared text as it stands within a sentence."""

    def same(self, text: str) -> Texts:
        """Return a text that all languages write alike."""

    def known(self, key: str) -> Texts:
        """Return a label that exists already; empty where a language has none."""

    def listed(self, parts: Sequence[Texts]) -> Texts:
        """Return an enumeration."""

    def euro(self, amount: float) -> Texts:
        """Return an amount."""

    def days(self, number: int) -> Texts:
        """Return how long a survey counts visits over: « quatre semaines »."""

    def aged(self, band: str) -> Texts:
        """Return an age band as a group: « les 15-24 ans »."""

    def payer(self, text: Text) -> dict[str, Texts]:
        """Return a body that pays as sentences name it: « la Région » (``the``), « de la Région » (``de``), ``a``."""

    def counted(self, forms: Mapping[str, Mapping[str, Any]], other: str, where: str) -> dict[str, Texts]:
        """Return the plural of a declared noun, alone (``""``) and after « de » and « le » (``"de"``, ``"le"``).

        ``forms`` are by language; ``other`` is the label that stands in for a language that lacks them.
        """


Labels = Callable[[Evaluation, PlanEntry, Said], Iterable[Label]]


@dataclass(frozen=True)
class Labelling:
    """How the labels of a question are made; ``last``: once those of all other entries are known."""

    labels: Labels
    last: bool = False


def declared_text(written: Any) -> Text | None:
    """Return a text that a setting of the plan gives by language, None where it gives none."""
    return Text.model_validate(written) if isinstance(written, dict) and {ORIGINAL, "en"} & written.keys() else None


def said_codes(name: str, texts: Mapping[Any, Text], said: Said) -> Iterator[Label]:
    """Yield the label of every code of a variable, as a head and within a sentence."""
    for code, text in texts.items():
        yield f"{name}={code}", said.headed(text)
        yield f"{name}={code}:said", said.plain(text)


def codes(name: str, texts: Mapping[Any, Text], made: Callable[[Text], Texts]) -> Iterator[Label]:
    """Yield the label of every code of a variable."""
    yield from ((f"{name}={code}", made(text)) for code, text in texts.items())
