"""French forms of names of departments, regions and EPCI, as the tables of all France hold them."""

from __future__ import annotations

import re

from pipeline.territory.french import Forms, opens_with_vowel, without_article

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
        return Forms(name, _elided("de ", name, article), f"à {_elided('la ', name, article)}", f"en {name}")
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
    return Forms(own, _elided("de ", own, int(opens_with_vowel(own))), f"à {own}", f"dans {own}")


def intercommunal_label(name: str, kind: str) -> str:
    """Return the short name of an EPCI for maps and tables, without its legal kind nor a leading preposition."""
    own = re.sub(r"\s*\([^)]*\)$", "", name).removeprefix(f"{kind} ")
    own = re.sub(r"^(du |de la |de l'|des |de |d')", "", own)
    return own[0].upper() + own[1:]


def _elided(word: str, name: str, article: int) -> str:
    return f"{word[:-2]}'{name}" if article == 1 else f"{word}{name}"


def _like_a_town(name: str) -> Forms:
    return Forms(name, f"de {name}", f"à {name}", f"à {name}")


def _with_article(name: str, article: int) -> Forms:
    bare = without_article(name, article)
    forms = {
        2: (f"du {bare}", f"au {bare}", f"dans le {bare}"),
        3: (f"de la {bare}", f"à la {bare}", f"en {bare}"),
        4: (f"des {bare}", f"aux {bare}", f"dans les {bare}"),
        5: (f"de l'{bare}", f"à l'{bare}", f"dans l'{bare}"),
    }
    if article not in forms:
        raise ValueError(f"no French forms are written for the article code {article} of {name}")
    return Forms(name, *forms[article])
