"""French: prepositions, lists, articles and agreement of the words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline.errors import ResultsError
from pipeline.wording.grammar import capitalised
from pipeline.wording.language import Ages
from pipeline.wording.numbers import NARROW, NO_BREAK, listing
from pipeline.wording.territories import Forms
from pipeline.wording.vocabulary import Noun

CODE = "fr"
LOCALE = "fr"
TIMES = ("en", "depuis")
PLACES = {"le": "the", "de": "de", "a": "a", "dans": "dans", "epci": "epci"}
GROUPS = {"chez": "chez", "quand": "quand", "de": "of", "le": "le"}
LISTS = ("et", "ou", "ni", ";", ".")
NOUN_FORMS = ("un", "le", "de", "du", "au", "ce")
DECIMAL, THOUSANDS = ",", NARROW
SIGN_GAP = NO_BREAK
PERCENT = f"{NARROW}%"
SEMICOLON, COLON = f"{NARROW};{NO_BREAK}", f"{NO_BREAK}: "
SPACED = True
BETWEEN = ("entre", "et")
BESIDE_ZERO = ("un peu plus de", "un peu moins de")
UNADJUSTED = "sans tenir compte du nombre de comparaisons"
TO = "à"
AND = "et"
POINT = ("point", "points")
FIRST = "1er"
EXACT = "dénombrement exhaustif"
MORE_THAN = "plus de"
#: Fractions with the noun phrase that takes « des », or the n of « n … sur … ».
_PARTS = {1 / 4: "un quart", 1 / 3: "un tiers", 1 / 2: "la moitié", 2 / 3: "les deux tiers", 3 / 4: "les trois quarts"}
_OUT_OF = {1 / 10: ("un", "dix"), 1 / 5: ("un", "cinq"), 4 / 5: ("quatre", "cinq"), 9 / 10: ("neuf", "dix")}
_ARTICLE = re.compile(r"(?:l[ea]s? |l['’])", re.IGNORECASE)
_VOWEL = re.compile(r"[aeiouyâàéèêëîïôöùûüœæ]", re.IGNORECASE)


def euros(amount: str) -> str:
    """Return « 1,80 € »."""
    return f"{amount}{NO_BREAK}€"


def millions(amount: str) -> str:
    """Return « 5,5 M€ »."""
    return f"{amount}{NO_BREAK}M€"


def days(first: str, last: str) -> str:
    """Return « du 17 novembre au 12 décembre 2003 »."""
    return f"du {first} au {last}"


def fraction(fraction: float, nearly: int, noun: Noun, most: bool) -> tuple[str, bool]:
    """Return « près de la moitié des usagers », « un usager sur cinq », and whether the verb is plural."""
    if fraction in _PARTS:
        words, of, plural = _PARTS[fraction], f" des {noun.many}", True
    else:
        number, out_of = _OUT_OF[fraction]
        plural = number != "un"
        article = "une" if noun.gender == "f" and not plural else number
        words, of = f"{article} {noun.many if plural else noun.one} sur {out_of}", ""
        if noun.qualified:
            # what says who they are does not part a number from what it is out of
            words, of = f"{article} sur {out_of}", f" des {noun.many}"
    if nearly < 0:
        return f"près {after_de(words)}{of}", plural
    if nearly > 0 and fraction == 1 / 2 and not most:
        # « plus de la moitié » is a statement about the majority: it needs its lower bound
        return f"environ {words}{of}", plural
    return f"{f'un peu plus {after_de(words)}' if nearly > 0 else words}{of}", plural


def most(plural: str) -> str:
    """Return « la majorité des usagers »."""
    return f"la majorité des {plural}"


def of_them(share: str, plural: str) -> str:
    """Return « 43 % des usagers »."""
    return f"{share} des {plural}"


def time(name: str, form: str, is_year: bool) -> str:
    """Return « en 2006 », « depuis 2003 »; a wave that is no year is called one."""
    return f"{'à' if form == 'en' and not is_year else form} {name if is_year else f'la vague {name}'}"


def between_waves(first: str, last: str, are_years: bool) -> str:
    """Return « entre 2003 et 2006 »; waves that are no years are called so."""
    return f"entre {first} et {last}" if are_years else f"entre les vagues {first} et {last}"


def period(said: str, form: str, is_day: bool) -> str:
    """Return « au 31 décembre 2006 », « depuis le 31 décembre 2003 », « en octobre 2004 », « au 2e trimestre 2024 »."""
    if is_day or "trimestre" in said:
        return f"{'au' if form == 'en' else f'{form} le'} {said}"
    return f"{form} {said}"


def quarter(named: str, year: str) -> str:
    """Return « 2e trimestre 2024 »."""
    return f"{named} {year}"


def over(said: str) -> str:
    """Return « de 1998 à 2006 »."""
    return f"de {said}"


def nearly_all(plural: str) -> str:
    """Return « la quasi-totalité des habitants »."""
    return f"la quasi-totalité des {plural}"


def beside_threshold(threshold: str, is_half: bool, form: str) -> str:
    """Return « plus de la moitié », « moins que le seuil de 30 % fixé d'avance »."""
    word = {"more": "plus", "less": "moins"}[form]
    return f"{word} de la moitié" if is_half else f"{word} que le seuil de {threshold} fixé d'avance"


def place(record: Mapping[str, object]) -> Forms:
    """Return the forms of a territory from its record: ``name``, ``label``, ``name_de``, ``name_a``, ``name_dans``.

    Raises
    ------
    ResultsError
        When the record lacks one of them: a French form is stored, never guessed from a name.
    """
    missing = [k for k in ("name", "label", "name_de", "name_a", "name_dans") if not record.get(k)]
    if missing:
        raise ResultsError("a territory lacks its French forms", found=record.get("name", record), allowed=missing)
    name, of, within = str(record["name"]), str(record["name_de"]), str(record["name_dans"])
    return Forms(name, str(record["label"]), _subject(name, of, within), of, str(record["name_a"]), within)


def age(ages: Ages | None, form: str) -> str:
    """Return « 15-24 ans », « de 15 à 24 ans », « les 15-24 ans », « les moins de 15 ans », « Âge inconnu »."""
    if ages is None:
        return {"": "Âge inconnu", "of": "d'âge inconnu", "the": "les personnes d'âge inconnu"}[form]
    low, high = ages
    if high is None:
        plain = f"{low}\u00a0ans ou plus"
    elif low == 0:
        plain = f"moins de {high + 1}\u00a0ans"
    else:
        plain = f"{low} à {high}\u00a0ans" if form == "of" else f"{low}-{high}\u00a0ans"
    return {"": capitalised(plain), "of": f"de {plain}", "the": f"les {plain}"}[form]


def age_group(label: str, form: str) -> str:
    """Return « chez les 15-24 ans », « des 15-24 ans », « les 15-24 ans »."""
    return {"chez": f"chez {label}", "de": after_de(label), "le": label}.get(form, f"pour {label}")


def group(label: str, form: str) -> str:
    """Return « dans le groupe « Retraités » », « de « Retraités » »; « du contenu » of a label with its article."""
    if form in ("de", "le") and _ARTICLE.match(label):
        said = label[:1].lower() + label[1:]
        return after_de(said) if form == "de" else said
    before = {"chez": "dans le groupe", "de": "de", "le": "le groupe"}.get(form, "pour le groupe")
    return f"{before} «\u00a0{label}\u00a0»"


#: First words of the names of bodies that pay, by their article.
_BODIES = {
    "la": "agence agglomération association banque caf caisse chambre collectivité commission commune communauté cpam"
    " direction europe fédération fondation intercommunalité mairie msa métropole mutuelle préfecture région société"
    " union ville",
    "le": "ccas cnasea conseil crédit département district état feder fonds fse gouvernement groupement ministère"
    " office pays rectorat syndicat",
    "les": "adhérents associations autres collectivités communes cotisations dons départements entreprises financements"
    " mécènes partenaires porteurs recettes usagers",
}


def payer(name: str) -> Mapping[str, str]:
    """Return « la Région », « de la Région », « à la Région »; a name whose gender is not known is quoted."""
    first = re.split(r"[ ’'-]", name, maxsplit=1)[0].lower()
    article = next((a for a, bodies in _BODIES.items() if first in bodies.split()), "")
    if _ARTICLE.match(name):
        the = name
    elif not article:
        the = f"le financeur «\u00a0{name}\u00a0»"
    elif article != "les" and _VOWEL.match(name):
        the = f"l'{name}"
    else:
        the = f"{article} {name}"
    return {"the": the, "de": after_de(the), "a": after_a(the)}


def joined(items: Sequence[str], form: str) -> str:
    """Return « a, b et c », « a ou b », « ni a ni b », « a ; b », « A. B » of sentences."""
    if form == ";":
        return "\u202f; ".join(items)
    if form == ".":
        return ". ".join(map(capitalised, items))
    if form == "ni":
        return (" " if len(items) == 2 else ", ").join(f"ni {i}" for i in items) if len(items) > 1 else "".join(items)
    return listing(items, CODE, form)


def noun(noun: Noun, form: str) -> str:
    """Return a noun behind an article or a demonstrative: « l'usager », « du pays », « cette commune »."""
    feminine = noun.gender == "f"
    the = f"l'{noun.one}" if noun.elides else f"{'la' if feminine else 'le'} {noun.one}"
    this = "cette" if feminine else "cet" if noun.elides else "ce"
    return {
        "un": f"{'une' if feminine else 'un'} {noun.one}",
        "le": the,
        "de": f"d'{noun.one}" if noun.elides else f"de {noun.one}",
        "du": after_de(the) if the.startswith("le ") else f"de {the}",
        "au": after_a(the),
        "ce": f"{this} {noun.one}",
    }[form]


def plural(noun: Noun, form: str) -> str:
    """Return « d'usagers », « les usagers »."""
    return f"les {noun.many}" if form == "le" else f"{'d' + chr(39) if noun.elides else 'de '}{noun.many}"


def is_plural(shown: Decimal) -> bool:
    """Return whether a number takes the plural: from two on."""
    return abs(shown) >= 2


def after_de(phrase: str) -> str:
    """Return « de » and a noun phrase contracted: « du pays », « des usagers », « d'un tiers », « de la moitié »."""
    for article, contracted in (("le ", "du "), ("les ", "des ")):
        if phrase.startswith(article):
            return contracted + phrase.removeprefix(article)
    return f"d'{phrase}" if _VOWEL.match(phrase) else f"de {phrase}"


def after_a(phrase: str) -> str:
    """Return « à » and a noun phrase contracted: « au pays », « aux usagers », « à la moitié »."""
    for article, contracted in (("le ", "au "), ("les ", "aux ")):
        if phrase.startswith(article):
            return contracted + phrase.removeprefix(article)
    return f"à {phrase}"


def _subject(name: str, of: str, within: str) -> str:
    """« dans le pays de Vannes » gives « le pays de Vannes »; « en Bretagne », « de Bretagne » give « la Bretagne »."""
    if within.startswith("dans "):
        return within.removeprefix("dans ")
    if of.startswith("d'"):
        return f"l'{of[2:]}"
    if within.startswith("en "):
        return f"la {name}"
    return name
