"""French forms of territory names after « de », « à » and « dans ».

The article of a commune, department or region name is Insee's TNCC code (type de nom en clair, 0 to 8) of
the Code officiel géographique: 0 none before a consonant, 1 none before a vowel, 2 le, 3 la, 4 les, 5 l',
6 aux, 7 las, 8 los.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ARTICLES = {2: "Le ", 3: "La ", 4: "Les ", 5: "L'", 6: "Aux ", 7: "Las ", 8: "Los "}
# Departments without article are pairs of rivers; these are feminine (la Seine-et-Marne, but le Lot-et-Garonne).
FEMININE_RIVERS = ("Seine", "Saône", "Meurthe")
# Departments and regions that take « à » where others take « en » or « dans ».
NAMED_LIKE_TOWNS = (
    *("Paris", "Mayotte", "La Réunion", "Saint-Pierre-et-Miquelon", "Saint-Barthélemy", "Saint-Martin"),
    *("Wallis et Futuna", "Wallis-et-Futuna"),
)
#: Feminine departments that take « dans la », not « en ».
WITHIN_THE = ("Drôme", "Loire", "Manche", "Marne", "Meuse", "Nièvre", "Somme")
INTERCOMMUNAL = {
    "CC": "communauté de communes",
    "CA": "communauté d'agglomération",
    "CU": "communauté urbaine",
}


class Forms(NamedTuple):
    """A name and its forms after prepositions."""

    name: str
    name_de: str
    name_a: str
    name_dans: str


def commune_forms(name: str, article: int) -> Forms:
    """Return the forms of a commune: « de Vannes », « du Faou », « à La Chèze »."""
    bare = _without_article(name, article)
    if article in (0, 1):
        de, at = _elided("de ", bare, article), f"à {bare}"
    elif article == 2:
        de, at = f"du {bare}", f"au {bare}"
    elif article == 3:
        de, at = f"de La {bare}", f"à La {bare}"
    elif article == 4:
        de, at = f"des {bare}", f"aux {bare}"
    elif article == 5:
        de, at = f"de L'{bare}", f"à L'{bare}"
    else:
        de, at = f"de {name}", f"à {name}"
    return Forms(name, de, at, at)


def department_forms(name: str, article: int) -> Forms:
    """Return the forms of a department: « du Finistère », « des Côtes-d'Armor », « en Ille-et-Vilaine »."""
    if name in NAMED_LIKE_TOWNS:
        return _like_a_town(name)
    if article == 0:
        gender = "à la" if name.split("-")[0] in FEMININE_RIVERS else "au"
        return Forms(name, f"de {name}", f"{gender} {name}", f"en {name}")
    if article == 1:
        return Forms(name, f"d'{name}", f"à l'{name}", f"en {name}")
    forms = _with_article(name, article)
    return forms._replace(name_dans=f"dans la {name}") if name in WITHIN_THE else forms


def region_forms(name: str, article: int) -> Forms:
    """Return the forms of a region: « de Bretagne », « en Bretagne », « des Pays de la Loire »."""
    if name in NAMED_LIKE_TOWNS:
        return _like_a_town(name)
    if article in (0, 1):
        feminine = f"à {_elided('la ', name, article)}"
        return Forms(name, _elided("de ", name, article), feminine, f"en {name}")
    return _with_article(name, article)


def intercommunal_forms(name: str, kind: str) -> Forms:
    """Return the forms of an EPCI, its legal kind written out (« communauté de communes »)."""
    own = re.sub(r"\s*\([^)]*\)$", "", name)
    if kind in INTERCOMMUNAL:
        own = own.removeprefix(f"{kind} ").removeprefix("Communauté ")
        full = f"{INTERCOMMUNAL[kind]} {own}"
        return Forms(intercommunal_label(name, kind), f"de la {full}", f"à la {full}", f"dans la {full}")
    if own.startswith("Métropole"):
        full = own[0].lower() + own[1:]
        return Forms(own, f"de la {full}", f"à la {full}", f"dans la {full}")
    vowel = 1 if re.match(r"[AEIOUYÀÂÉÈÊÎÏÔÙÛ]", own) else 0
    return Forms(own, _elided("de ", own, vowel), f"à {own}", f"dans {own}")


def intercommunal_label(name: str, kind: str) -> str:
    """Return the short name of an EPCI for maps and tables, without its legal kind nor a leading preposition."""
    own = re.sub(r"\s*\([^)]*\)$", "", name).removeprefix(f"{kind} ")
    own = re.sub(r"^(du |de la |de l'|des |de |d')", "", own)
    return own[0].upper() + own[1:]


def _without_article(name: str, article: int) -> str:
    return name.removeprefix(ARTICLES.get(article, ""))


def _elided(word: str, name: str, article: int) -> str:
    return f"{word[:-2]}'{name}" if article == 1 else f"{word}{name}"


def _like_a_town(name: str) -> Forms:
    return Forms(name, f"de {name}", f"à {name}", f"à {name}")


def _with_article(name: str, article: int) -> Forms:
    bare = _without_article(name, article)
    forms = {
        2: (f"du {bare}", f"au {bare}", f"dans le {bare}"),
        3: (f"de la {bare}", f"à la {bare}", f"en {bare}"),
        4: (f"des {bare}", f"aux {bare}", f"dans les {bare}"),
        5: (f"de l'{bare}", f"à l'{bare}", f"dans l'{bare}"),
    }
    if article not in forms:
        raise ValueError(f"no French forms are written for the article code {article} of {name}")
    return Forms(name, *forms[article])


#: First words of names of places that take « la », « le » or « les ».
_NOUNS = {
    "la": "agglomération aire baie cité commune communauté couronne côte intercommunalité métropole périphérie plaine "
    "presqu'île région rive vallée ville zone",
    "le": "arrondissement bassin bourg canton centre département district littoral parc pays périmètre plateau pôle "
    "quartier secteur territoire",
    "les": "cantons communes hauteurs monts quartiers rives secteurs vallées",
}


def spoken_forms(said: str) -> Forms:
    """Return the forms of a place from its name as a sentence says it: « le canton de Murat », « Aurillac ».

    The article is that written before the name; without one, a name that opens with a common noun of territory takes
    its article, and any other is used like the name of a town.
    """
    article, bare = _article(said.strip())
    if not article:
        first = bare.split(" ")[0].lower()
        article = _article_of(first)
        bare = bare if not article else bare[0].lower() + bare[1:]
    if not article:
        de = _elided("de ", bare, 1 if _opens_with_vowel(bare) else 0)
        return Forms(bare, de, f"à {bare}", f"à {bare}")
    contracted = {"le": ("du ", "au "), "les": ("des ", "aux ")}
    joined = f"{article}{bare}" if article == "l'" else f"{article} {bare}"
    de, at = contracted.get(article, ("", ""))
    name = bare[0].upper() + bare[1:]
    return Forms(
        name, f"{de}{bare}" if de else f"de {joined}", f"{at}{bare}" if at else f"à {joined}", f"dans {joined}"
    )


def _article(said: str) -> tuple[str, str]:
    for article in ("le ", "la ", "les ", "l'", "l\u2019"):
        if said.startswith(article):
            return article.strip().replace("\u2019", "'"), said[len(article) :]
    return "", said


def _article_of(noun: str) -> str:
    article = next((a for a, nouns in _NOUNS.items() if noun in nouns.split()), "")
    return "l'" if article in ("le", "la") and _opens_with_vowel(noun) else article


def _opens_with_vowel(name: str) -> bool:
    return bool(re.match(r"[aeiouyàâéèêîïôœùû]", name, re.IGNORECASE))
