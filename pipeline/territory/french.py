"""French forms of territory names after « de », « à » and « dans »: the rules are in ``french.yaml``."""

from __future__ import annotations

from typing import Any, NamedTuple

from pipeline.yaml_data import data_beside


class Forms(NamedTuple):
    """A name and its forms after prepositions."""

    name: str
    name_de: str
    name_a: str
    name_dans: str


def rules() -> dict[str, Any]:
    """Return the rules."""
    return data_beside(__file__)


def without_article(name: str, article: int) -> str:
    """Return the name of a commune, department or region without the article of its code (Insee's TNCC)."""
    return name.removeprefix(rules()["articles"].get(article, ""))


def commune_forms(name: str, article: int) -> Forms:
    """Return the forms of a commune: « de Vannes », « du Faou », « à La Chèze »."""
    bare = without_article(name, article)
    of, at = (form.format(name=name, bare=bare) for form in rules()["communes"].get(article, rules()["unruled"]))
    return Forms(name, of, at, at)


def spoken_forms(said: str) -> Forms:
    """Return the forms of a place from its name as a sentence says it: « le canton de Murat », « Aurillac ».

    The article is that written before the name; without one, a name that opens with a common noun of territory takes
    its article, and any other is used like the name of a town.
    """
    article, bare = _article(said.strip())
    if not article:
        article = _article_of(bare.split(" ")[0].lower())
        bare = bare[0].lower() + bare[1:] if article else bare
    if not article:
        town = "town_with_vowel" if opens_with_vowel(bare) else "town"
        return Forms(bare, *(form.format(bare=bare) for form in rules()[town]))
    return Forms(bare[0].upper() + bare[1:], *(form.format(bare=bare) for form in rules()["spoken"][article]))


def opens_with_vowel(name: str) -> bool:
    """Return whether a name is elided before."""
    return name[:1].lower() in rules()["vowels"] and bool(name)


def _article(said: str) -> tuple[str, str]:
    plain = said.replace("\u2019", "'", 1) if said[1:2] == "\u2019" else said
    for article in rules()["spoken"]:
        opening = article if article.endswith("'") else f"{article} "
        if plain.startswith(opening):
            return article, said[len(opening) :]
    return "", said


def _article_of(noun: str) -> str:
    article = next((a for a, nouns in rules()["nouns"].items() if noun in nouns), "")
    return "l'" if article in ("le", "la") and opens_with_vowel(noun) else article
