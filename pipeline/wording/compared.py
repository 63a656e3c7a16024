"""Words of the adjusted, decomposed and crossed results, and the sentences that tell them."""

from __future__ import annotations

from pipeline.results.significance import ALPHA, Row, published
from pipeline.results.significance import detected as established
from pipeline.results.time import ends
from pipeline.wording import numbers, withheld
from pipeline.wording.numbers import NO_BREAK
from pipeline.wording.phrases import capital

#: Variants of `analysis.sensitivity` and the population that each is about.
VARIANTS = {
    "visit_weights": "visits",
    "no_fpc": "users",
    "uncalibrated": "users",
    "half_cap": "users",
    "this_space_only": "users",
    "wider_index": "users",
    "two_services": "users",
    "common_spaces": "users",
    "never_labelled": "users",
    "complete_returns": "users",
}

PAIRS: dict[str, tuple[str, str]] = {
    "by=commune_size": ("Taille de la commune de l'espace", "Size of the commune of the space"),
    "by=regularity": ("Assiduité sur quatre semaines", "Regularity over four weeks"),
    "commune_size=0-1999": ("Moins de 2\u202f000 habitants", "Under 2,000 inhabitants"),
    "commune_size=2000-4999": ("2\u202f000 à 4\u202f999 habitants", "2,000 to 4,999 inhabitants"),
    "commune_size=5000-9999": ("5\u202f000 à 9\u202f999 habitants", "5,000 to 9,999 inhabitants"),
    "commune_size=10000+": ("10\u202f000 habitants ou plus", "10,000 inhabitants and over"),
    "regularity=1": ("Une seule visite", "One visit"),
    "regularity=2-4": ("Deux à quatre visites", "Two to four visits"),
    "regularity=5+": ("Cinq visites ou plus", "Five visits or more"),
    "demand.combination": ("Services souhaités, de base ou élaborés", "Services wanted, basic or elaborate"),
    "demand.items": ("L'ensemble des services", "All services"),
    "combination=elaborate": ("Au moins un service élaboré", "At least one elaborate service"),
    "combination=basic": ("Des services de base, aucun élaboré", "Basic services, no elaborate one"),
    "combination=neither": ("Ni l'un ni l'autre", "Neither"),
    "method=adjusted": (
        "à public comparable",
        "for a comparable public",
    ),
    "method=visit_weights": (
        "Visites au lieu des usagers (poids de visite)",
        "Visits instead of users (visit weights)",
    ),
    "method=no_fpc": ("Sans correction de population finie", "Without finite population correction"),
    "method=uncalibrated": ("Sans calage sur les relevés", "Without calibration on returns"),
    "method=half_cap": ("Nombre de visites plafonné à la moitié", "Number of visits capped at half"),
    "method=this_space_only": ("Sans les visites dans d'autres espaces", "Without visits to other spaces"),
    "method=wider_index": ("Liste élargie de services élaborés", "Wider list of elaborate services"),
    "method=two_services": ("Au moins deux services élaborés", "At least two elaborate services"),
    "method=common_spaces": ("Espaces enquêtés aux deux vagues", "Spaces surveyed in both waves"),
    "method=never_labelled": ("Sans les espaces labellisés", "Without labelled spaces"),
    "method=complete_returns": (
        "Espaces au relevé complet du mois d'enquête",
        "Spaces with a complete return for the survey month",
    ),
    "method=kitagawa": ("Âge seul (Kitagawa)", "Age alone (Kitagawa)"),
    "method=das_gupta": ("Plusieurs facteurs (Das Gupta)", "Several factors (Das Gupta)"),
    "method=oaxaca_linear_first": (
        "Régression linéaire, coefficients de la première vague",
        "Linear regression, coefficients of the first wave",
    ),
    "method=oaxaca_linear_last": (
        "Régression linéaire, coefficients de la dernière vague",
        "Linear regression, coefficients of the last wave",
    ),
    "method=oaxaca_linear_average": (
        "Régression linéaire, moyenne des deux",
        "Linear regression, average of both",
    ),
    "method=oaxaca_linear_pooled": (
        "Régression linéaire, coefficients communs",
        "Linear regression, pooled coefficients",
    ),
    "method=oaxaca_logit_first": (
        "Régression logistique, coefficients de la première vague",
        "Logistic regression, coefficients of the first wave",
    ),
    "method=oaxaca_logit_last": (
        "Régression logistique, coefficients de la dernière vague",
        "Logistic regression, coefficients of the last wave",
    ),
    "method=oaxaca_logit_average": (
        "Régression logistique, moyenne des deux",
        "Logistic regression, average of both",
    ),
    "by=factor": ("Facteur", "Factor"),
    "factor=age_band": ("L'âge", "Age"),
    "factor=sex": ("Le sexe", "Sex"),
    "factor=occupation": ("L'occupation", "Occupation"),
    "factor=home_computer": ("L'ordinateur au domicile", "Computer at home"),
    "quality_checks.new_items": ("Services proposés à une seule vague", "Services offered in one wave only"),
    "quality_checks.mode_effect": ("Effet possible du mode de collecte", "Possible effect of the mode"),
    "quality_checks.sparse": ("Effectifs des territoires", "Sample of the territories"),
}

#: What each test of a change of mode compares.
MODE_MOVES = {
    "notes": ("dans les mêmes espaces, les notes de satisfaction ont varié", "notes moved"),
    "boxes": (
        "le nombre de cases cochées parmi les services étrangers à l'évolution étudiée a varié",
        "the number of boxes ticked among neutral services moved",
    ),
}


def adjusted(row: Row, *, comparable: str, lang: str = "fr") -> str:
    """Return « À âge et sexe comparables, la hausse reste de 9 points (...). »; ``comparable`` opens the sentence."""
    if not published(row):
        return withheld.sentence([row], "", lang)
    opening = capital(comparable)
    if not established(row):
        if lang == "fr":
            return f"{opening}, aucune évolution n'est décelée."
        return f"{opening}, no change is detected."
    size = numbers.points(abs(row["estimate"]), lang, signed=False)
    bounds = numbers.interval(row["lower"], row["upper"], "point", lang)
    if lang == "fr":
        word = "hausse" if row["estimate"] > 0 else "baisse"
        return f"{opening}, la {word} est de {size} ({bounds})."
    return f"{opening}, the {'rise' if row['estimate'] > 0 else 'fall'} is {size} ({bounds})."


def mediated(row: Row, *, by: str, lang: str = "fr") -> str:
    """Return how many points of a change pass through a mediator; ``by`` is « l'équipement du domicile »."""
    if not published(row):
        return withheld.sentence([row], "", lang)
    if not established(row):
        if lang == "fr":
            return f"Rien n'indique qu'une partie de l'évolution passe par {by}."
        return f"Nothing shows that part of the change passes through {by}."
    size = numbers.points(row["estimate"], lang)
    bounds = numbers.interval(row["lower"], row["upper"], "point", lang)
    if lang == "fr":
        return f"La partie de l'évolution qui passe par {by} est de {size} ({bounds})."
    return f"The part of the change that passes through {by} is {size} ({bounds})."


def composed(composition: Row, behaviour: Row, *, change: str, same: str, lang: str = "fr") -> str:
    """Return « Le vieillissement du public a, à lui seul, fait baisser ... ; à âge égal, elle aurait augmenté de ... ».

    ``change`` names what happened to the public (« le changement d'âge du public »), ``same`` what is held still
    (« à âge égal »).
    """
    if not (published(composition) and published(behaviour)):
        return withheld.sentence([composition, behaviour], "", lang)
    first = _size(composition, lang)
    second = _size(behaviour, lang)
    if lang == "fr":
        moved = _verb(composition, "fait augmenter", "fait baisser")
        said = f"{capital(change)} a, à lui seul, {moved} cette part de {first}"
        if not established(composition):
            said = f"{capital(change)} n'a pas d'effet décelable sur cette part"
        own = f"elle aurait {_verb(behaviour, 'augmenté', 'baissé')} de {second}"
        if not established(behaviour):
            own = "aucune évolution n'est décelée"
        return f"{said}{numbers.NARROW}; {same}, {own}."
    return f"{capital(change)} alone moved this share by {first}; {same}, it would have moved by {second}."


def _size(row: Row, lang: str) -> str:
    size = numbers.points(abs(row["estimate"]), lang, signed=False)
    return f"{size} ({numbers.interval(row['lower'], row['upper'], 'point', lang)})"


def _verb(row: Row, up: str, down: str) -> str:
    return up if row["estimate"] > 0 else down


def differs(row: Row, *, across: str, lang: str = "fr") -> str:
    """Return whether a change differs between groups, from their test; ``across`` is « d'un âge à l'autre »."""
    if not published(row):
        return withheld.sentence([row], "", lang)
    if lang == "fr":
        if row["p_value"] < ALPHA:
            return f"L'évolution n'est pas la même {across}."
        return f"Rien n'indique que l'évolution diffère {across}{NO_BREAK}: les écarts peuvent tenir au hasard."
    if row["p_value"] < ALPHA:
        return f"The change is not the same {across}."
    return f"Nothing shows that the change differs {across}: the differences may be due to chance."


def new_items(row: Row, *, names: str, lang: str = "fr") -> str:
    """Return the warning that some services were offered in one wave only."""
    if not published(row):
        return withheld.sentence([row], "", lang)
    count = numbers.count(row["estimate"], lang)
    if lang == "fr":
        return (
            f"La liste des services n'est pas la même aux deux vagues{NO_BREAK}: {count} ne figurent que dans l'une "
            f"({names}). Ils n'entrent pas dans les indicateurs et leur évolution n'est pas donnée."
        )
    return f"The list of services differs between the waves: {count} were offered in one only ({names})."


def mode_effect(row: Row, *others: Row, lang: str = "fr") -> str:
    """Return the warning that answers moved as a mode moves them: the changes of notes and of ticks that were tested.

    Each says whether it is beyond chance; the p-values are corrected for the number of tests.
    """
    moved = [r for r in (row, *others) if published(r)]
    if not moved:
        return withheld.sentence([row], "", lang)
    told = []
    for r in moved:
        size = numbers.decimal(r["estimate"], lang, 2, signed=True)
        shows = r["p_value"] < ALPHA
        fr, en = MODE_MOVES[str(r["measure"])]
        if lang == "fr":
            told.append(f"{fr} de {size} ({'au-delà du hasard' if shows else 'sans dépasser le hasard'})")
        else:
            told.append(f"{en} by {size} ({'beyond chance' if shows else 'within chance'})")
    if lang == "fr":
        return (
            "Le mode de collecte a changé entre les deux vagues, et des réponses ont évolué comme le veut un tel "
            f"changement{NO_BREAK}: {', et '.join(told)}. Un effet du questionnaire lui-même est possible et ne peut "
            "être séparé d'une évolution réelle."
        )
    return f"The mode changed and answers moved as a mode moves them: {' and '.join(told)}."


def sparse(row: Row, *, lang: str = "fr") -> str:
    """Return the warning that few units carry estimates of their own."""
    if not published(row):
        return withheld.sentence([row], "", lang)
    share = numbers.share(row["estimate"], lang)
    if lang == "fr":
        return (
            f"Le nombre d'espaces enquêtés est faible{NO_BREAK}: {share} seulement des territoires ont assez de "
            "réponses aux deux vagues pour une estimation propre, et les évolutions de la région sont moins précises."
        )
    return f"Few spaces were surveyed: {share} of the territories carry estimates of their own in both waves."


def trend(row: Row, curve: Row, *, who: str, lang: str = "fr") -> str:
    """Return the mean change a year of a share, and whether it was even; ``who`` is « la part des ... »."""
    if not published(row):
        return withheld.sentence([row], "", lang)
    first, last = ends(row["wave"])
    size = numbers.decimal(abs(row["estimate"]), lang, 1)
    low, high = (numbers.decimal(row[b], lang, 1, signed=True) for b in ("lower", "upper"))
    if lang == "fr":
        if not established(row):
            return f"Pour {who}, aucune tendance n'est décelée de {first} à {last}."
        verb = "progresse" if row["estimate"] > 0 else "recule"
        even = ", à un rythme inégal" if published(curve) and curve["p_value"] < ALPHA else ""
        unit = "points" if numbers.rounded(abs(row["estimate"]), 1) >= 2 else "point"
        return f"De {first} à {last}, {who} {verb} en moyenne de {size}{NO_BREAK}{unit} par an ({low} à {high}){even}."
    return f"From {first} to {last}, {who} moved by {size} points a year on average ({low} to {high})."
