"""Nouns, places, times and lists in the forms that sentences need."""

from decimal import Decimal

import pytest

from pipeline.errors import WordsError
from pipeline.wording import en, fr, language
from pipeline.wording.vocabulary import Noun, noun

USAGER = noun({"one": "usager", "many": "usagers", "gender": "m"}, "")
COMMUNE = noun({"one": "commune", "many": "communes", "gender": "f"}, "")
HANDICAP = Noun("hameau", "hameaux", "m", elides=False)


@pytest.mark.parametrize(
    ("word", "form", "said"),
    [
        (USAGER, "le", "l'usager"),
        (USAGER, "de", "d'usager"),
        (USAGER, "du", "de l'usager"),
        (USAGER, "au", "à l'usager"),
        (USAGER, "ce", "cet usager"),
        (COMMUNE, "un", "une commune"),
        (COMMUNE, "le", "la commune"),
        (COMMUNE, "du", "de la commune"),
        (COMMUNE, "au", "à la commune"),
        (COMMUNE, "ce", "cette commune"),
        (HANDICAP, "le", "le hameau"),
        (HANDICAP, "du", "du hameau"),
        (HANDICAP, "au", "au hameau"),
        (HANDICAP, "ce", "ce hameau"),
    ],
)
def test_french_articles_elide_and_contract(word: Noun, form: str, said: str) -> None:
    assert fr.noun(word, form) == said


@pytest.mark.parametrize(
    ("label", "of", "the"),
    [
        ("Le contenu de l'atelier", "du contenu de l'atelier", "le contenu de l'atelier"),
        ("L'animation", "de l'animation", "l'animation"),
        ("Retraités", "de «\u00a0Retraités\u00a0»", "le groupe «\u00a0Retraités\u00a0»"),
    ],
)
def test_a_label_written_with_its_article_is_declined_others_are_quoted(label: str, of: str, the: str) -> None:
    assert (fr.group(label, "de"), fr.group(label, "le")) == (of, the)
    assert en.group("The content", "with") == "with the content"


@pytest.mark.parametrize(
    ("name", "the", "of"),
    [
        ("Région Bretagne", "la Région Bretagne", "de la Région Bretagne"),
        ("département du Finistère", "le département du Finistère", "du département du Finistère"),
        ("État", "l'État", "de l'État"),
        ("Agglomération", "l'Agglomération", "de l'Agglomération"),
        ("communes et groupements", "les communes et groupements", "des communes et groupements"),
        ("la Ville de Brest", "la Ville de Brest", "de la Ville de Brest"),
        ("Xanadu", "le financeur «\u00a0Xanadu\u00a0»", "du financeur «\u00a0Xanadu\u00a0»"),
    ],
)
def test_a_payer_is_named_with_its_article(name: str, the: str, of: str) -> None:
    said = fr.payer(name)
    assert (said["the"], said["de"]) == (the, of)
    assert en.payer("Region") == {"the": "the Region", "de": "of the Region"}


def test_english_articles_follow_the_sound() -> None:
    assert en.noun(Noun("user", "users", elides=False), "a") == "a user"
    assert en.noun(Noun("area", "areas", elides=True), "a") == "an area"


@pytest.mark.parametrize(
    ("items", "said"), [(["a"], "a"), (["a", "b"], "ni a ni b"), (["a", "b", "c"], "ni a, ni b, ni c")]
)
def test_a_negation_repeats_itself(items: list[str], said: str) -> None:
    assert fr.joined(items, "ni") == said


def test_plural_is_from_two_in_french_and_all_but_one_in_english() -> None:
    shown = [Decimal(n) for n in ("0", "1", "1.5", "2")]
    assert [fr.is_plural(n) for n in shown] == [False, False, False, True]
    assert [en.is_plural(n) for n in shown] == [True, False, True, True]


def test_a_wave_that_is_no_year_is_called_one() -> None:
    assert [fr.time("après", "en", False), fr.time("2006", "en", True)] == ["à la vague après", "en 2006"]
    assert [en.time("V10", "in", False), en.time("2003", "since", True)] == ["in wave V10", "since 2003"]


def test_a_language_without_a_module_is_refused() -> None:
    with pytest.raises(WordsError, match="no such language"):
        language.of("xx")
