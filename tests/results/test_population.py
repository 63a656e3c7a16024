"""A population is declared once, and has its words: what a Champ, a sentence and the methods call it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.results.population import DECLARED, NAMES, protecting
from pipeline.wording import words
from tests.lexicon import LEXICON, TEXTS

ROOT = Path(__file__).parents[2]
#: Records are counts of the reception, not of a population that methods present; what they are called is by entry.
NOT_PRESENTED = ("records",)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_population_has_its_words(name: str, lang: str) -> None:
    assert LEXICON[f"population={name}"][lang]
    assert LEXICON[f"group={name}"][lang]
    assert TEXTS.read[lang].populations[name].many


@pytest.mark.parametrize("name", [n for n in NAMES if n not in NOT_PRESENTED])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_methods_present_every_population(name: str, lang: str) -> None:
    texts = words.load(ROOT / "reports" / lang, lang, [], None, {}).texts
    head = f"_methods.populations.{name}."
    assert f"{head}name" in texts
    assert any(key.startswith(head) and key != f"{head}name" for key in texts)


def test_each_population_protects_one_thing() -> None:
    apart = [protecting("nothing"), protecting("spaces"), protecting("persons")]
    assert sorted(name for names in apart for name in names) == sorted(NAMES)
    assert len(set(NAMES)) == len(DECLARED)


def test_counts_of_persons_are_never_public() -> None:
    assert set(protecting("nothing")) == {"spaces", "inhabitants", "indicators", "records"}
