"""Labels of what results are about: the evaluation's own first, then the words every evaluation shares.

A labels mapping is ``{key: {lang: text}}``. Keys are ``occupation=retired`` (a code of a question),
``demand.help_at_home`` (an indicator), ``population=users``, ``source=users``, ``pays=03`` and the like; the
instruments, the evaluation and the territory tables fill it. What it lacks is looked for in :data:`SHARED`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from pipeline.errors import ResultsError
from pipeline.wording import compared, expenditure, modelled, networks, returns, valued, workshops

Labels = Mapping[str, Mapping[str, str]]

#: Signs of tables, as French official statistics use them.
SIGNS = {"confidential": "c", "too_few": "ns", "too_imprecise": "np", "not_available": "nd", "nil": "–"}

#: Code of those whose age is not known, where they are counted apart.
NO_AGE = "unknown"

_PAIRS: dict[str, tuple[str, str]] = {
    # populations, as a Champ names them and as a sentence counts them
    "population=users": ("usagers de 15 ans ou plus", "users aged 15 and over"),
    "population=visits": ("visites", "visits"),
    "population=inhabitants": ("habitants", "inhabitants"),
    "population=non_users": ("non-usagers", "non-users"),
    "population=respondents": ("répondants", "respondents"),
    "population=spaces": ("espaces ouverts", "open spaces"),
    "population=records": ("enregistrements reçus", "records received"),
    "population=events": ("enregistrements", "records"),
    "population=events_of_places": ("enregistrements", "records"),
    "population=indicators": ("indicateurs", "indicators"),
    "group=events": ("enregistrements", "records"),
    "group=events_of_places": ("enregistrements", "records"),
    "group=indicators": ("indicateurs", "indicators"),
    "group=users": ("usagers", "users"),
    "group=visits": ("visites", "visits"),
    "group=inhabitants": ("habitants", "inhabitants"),
    "group=non_users": ("non-usagers", "non-users"),
    "group=respondents": ("répondants", "respondents"),
    "group=spaces": ("espaces", "spaces"),
    "group=records": ("enregistrements", "records"),
    # variables that cut results
    "by=age_band": ("Tranche d'âge", "Age band"),
    "by=sex": ("Sexe", "Sex"),
    "by=occupation": ("Occupation", "Occupation"),
    "by=home_computer": ("Ordinateur au domicile", "Computer at home"),
    "by=home_internet": ("Internet au domicile", "Internet at home"),
    "by=activity": ("Activité", "Activity"),
    "by=pays": ("Pays", "Pays"),
    "by=epci": ("Intercommunalité", "Intercommunality"),
    "by=department": ("Département", "Department"),
    "by=canton": ("Canton", "Canton"),
    "by=own": ("Secteur", "Area"),
    "by=area": ("Secteur", "Area"),
    "by=wave": ("Vague", "Wave"),
    "sex=female": ("Femmes", "Women"),
    "sex=male": ("Hommes", "Men"),
    "sex=f": ("Femmes", "Women"),
    "sex=m": ("Hommes", "Men"),
    "age_band=unknown": ("Âge inconnu", "Age unknown"),
    "activity=unknown": ("Activité inconnue", "Activity unknown"),
    "activity=open_access": ("Accès libre", "Open access"),
    "activity=individual_help": ("Accompagnement individuel", "Individual help"),
    "activity=visit": ("Visites", "Visits"),
    "activity=workshop": ("Atelier", "Workshop"),
    "activity=group": ("Accueil de groupes", "Groups"),
    "home_computer=yes": ("Avec un ordinateur au domicile", "With a computer at home"),
    "home_computer=no": ("Sans ordinateur au domicile", "Without a computer at home"),
    "home_internet=yes": ("Avec un accès à Internet au domicile", "With Internet access at home"),
    "home_internet=no": ("Sans accès à Internet au domicile", "Without Internet access at home"),
    # indicators
    "demand.elaborate": ("Au moins un service élaboré", "At least one elaborate service"),
    "demand.elaborate:verb": (
        "souhaitent au moins un service élaboré",
        "want at least one elaborate service",
    ),
    "demand.basic": ("Au moins un service de base", "At least one basic service"),
    "demand.basic:verb": ("souhaitent au moins un service de base", "want at least one basic service"),
    "satisfaction.overall": ("L'espace dans son ensemble", "The space as a whole"),
    "satisfaction.welcome": ("L'accueil", "Welcome"),
    "satisfaction.hours": ("Les horaires", "Opening hours"),
    "satisfaction.equipment": ("Le matériel", "Equipment"),
    "satisfaction.connection_speed": ("La vitesse de connexion", "Connection speed"),
    "satisfaction.workshops": ("Les ateliers", "Workshops"),
    "satisfaction.price": ("Les tarifs", "Prices"),
    "satisfaction.quiet": ("Le calme", "Quiet"),
    "satisfaction.recommend": ("Score de recommandation", "Net recommendation score"),
    "satisfaction.overall:of": ("de l'espace dans son ensemble", "with the space as a whole"),
    "satisfaction.welcome:of": ("de l'accueil", "with the welcome"),
    "satisfaction.hours:of": ("des horaires", "with the opening hours"),
    "satisfaction.equipment:of": ("du matériel", "with the equipment"),
    "satisfaction.connection_speed:of": ("de la vitesse de connexion", "with the connection speed"),
    "satisfaction.workshops:of": ("des ateliers", "with the workshops"),
    "satisfaction.price:of": ("des tarifs", "with the prices"),
    "satisfaction.quiet:of": ("du calme", "with the quiet"),
    "attendance.visits.count": ("Visites", "Visits"),
    "attendance.elsewhere.count": ("Visites hors des espaces", "Visits outside the spaces"),
    "attendance.visits.per_space": ("Visites par espace et par {period}", "Visits per space and {period}"),
    "attendance.visits.per_inhabitant": (
        "Visites par habitant, relevés manquants estimés",
        "Visits per inhabitant, missing returns estimated",
    ),
    "attendance.visits.evolution": (
        "Évolution des visites, {comparable}",
        "Change in visits, {comparable}",
    ),
    "attendance.visits.share": ("Part des visites", "Share of visits"),
    "attendance.coverage.share": ("Part des relevés {monthly} reçus", "Share of {monthly} returns received"),
    "spaces.open.count": ("Espaces ouverts", "Open spaces"),
    "spaces.opened.count": ("Ouvertures depuis la date précédente", "Opened since the previous date"),
    "spaces.closed.count": ("Fermetures depuis la date précédente", "Closed since the previous date"),
    "spaces.labelled.count": ("Espaces labellisés", "Labelled spaces"),
    "spaces.posts.count": ("Postes informatiques", "Computers"),
    "spaces.posts.mean": ("Postes par espace", "Computers per space"),
    "spaces.hours.mean": ("Heures d'ouverture par semaine", "Opening hours a week"),
    "spaces.equipment_over_5.share": (
        "Part des espaces dont le matériel a plus de cinq ans",
        "Share of spaces whose equipment is over five years old",
    ),
    "broadband=yes": ("Part des espaces en haut débit", "Share of spaces with broadband"),
    "broadband=no": ("Part des espaces sans haut débit", "Share of spaces without broadband"),
    "facilitator=permanent": ("Animation : contrat permanent ou titulaire", "Facilitator: permanent"),
    "facilitator=fixed_term": ("Animation : contrat à durée déterminée", "Facilitator: fixed term"),
    "facilitator=emploi_jeune": ("Animation : emploi-jeune", "Facilitator: subsidised job (emploi-jeune)"),
    "facilitator=volunteer": ("Animation : bénévole", "Facilitator: volunteer"),
    "facilitator=none": ("Sans animation", "No facilitator"),
    "facilitator=permanent:said": ("un emploi permanent ou titulaire", "a permanent post"),
    "facilitator=fixed_term:said": ("un contrat à durée déterminée", "a fixed-term contract"),
    "facilitator=emploi_jeune:said": ("un emploi-jeune", "a subsidised job (emploi-jeune)"),
    "facilitator=volunteer:said": ("des bénévoles", "volunteers"),
    "facilitator=none:said": ("personne", "nobody"),
    "territory.population.count": ("Population", "Population"),
    "reach.by_sea.count": ("Habitants d'une île sans espace ouvert", "Inhabitants of an island without an open space"),
    "reach.nearest.mean": (
        "Distance moyenne d'un habitant à l'espace le plus proche",
        "Mean distance of an inhabitant to the nearest space",
    ),
    "reach.nearest.distance": ("Distance à l'espace le plus proche", "Distance to the nearest space"),
    "reach.catchment.mean": (
        "Habitants par commune dotée d'un espace, en moyenne",
        "Inhabitants for a commune with a space, on average",
    ),
    "reach.catchment.median": ("Habitants par commune dotée d'un espace, médiane", "Median catchment"),
    "reach.catchment.greatest": ("Habitants de la plus grande aire de desserte", "Greatest catchment, inhabitants"),
    "reach.take_up.rate": (
        "Part des habitants venus dans un espace en quatre semaines",
        "Share of inhabitants who came to a space in four weeks",
    ),
    "covariate=commune_size": ("la taille des communes", "the size of communes"),
    "covariate=coastal": ("la part des habitants du littoral", "the share of inhabitants by the sea"),
    "covariate=visits_per_inhabitant": ("le nombre de visites par habitant", "visits per inhabitant"),
    "band=0": ("Commune dotée d'un espace ouvert", "Commune with an open space"),
    "by=commune": ("Commune", "Commune"),
    "response.spaces.eligible": ("Espaces de la base de sondage", "Spaces of the sampling frame"),
    "response.spaces.sampled": ("Espaces tirés", "Spaces drawn"),
    "response.spaces.participating": ("Espaces participants", "Participating spaces"),
    "response.spaces.rate": ("Taux de participation des espaces", "Participation rate of spaces"),
    "response.returned": ("Taux de retour des questionnaires", "Rate of return of questionnaires"),
    "response.given": ("Enregistrements auxquels un questionnaire a été remis", "Records handed a questionnaire"),
    "response.back": ("Questionnaires revenus et acceptés", "Questionnaires returned and accepted"),
    "response.persons.handed": ("Questionnaires remis", "Questionnaires handed out"),
    "response.persons.returned": ("Questionnaires exploitables", "Usable questionnaires"),
    "response.persons.accepted": ("Questionnaires acceptés", "Accepted questionnaires"),
    "response.persons.partial": (
        "dont partiels : commencés, non validés",
        "of which partial: begun, not submitted",
    ),
    "response.persons.complete": ("Taux de réponse, complets seuls", "Response rate, complete ones alone"),
    "response.persons.rate": ("Taux de réponse des personnes", "Response rate of persons"),
    "response.overall.rate": ("Taux de réponse d'ensemble", "Overall response rate"),
    "response.item_nonresponse": ("Non-réponse partielle", "Item nonresponse"),
    "profile.users": ("Nombre d'usagers", "Number of users"),
    "profile.visits": ("Nombre de visites", "Number of visits"),
    "profile.visits_4w": ("Visites en quatre semaines", "Visits in four weeks"),
    "weighting.visit": ("Poids de visite", "Visit weight"),
    "weighting.person": ("Poids de personne", "Person weight"),
    "weighting.measure=n": ("Réponses", "Answers"),
    "weighting.measure=sum": ("Somme des poids", "Sum of the weights"),
    "weighting.measure=min": ("Minimum", "Smallest"),
    "weighting.measure=mean": ("Moyenne", "Mean"),
    "weighting.measure=max": ("Maximum", "Largest"),
    "weighting.measure=cv": ("Coefficient de variation", "Coefficient of variation"),
    "weighting.measure=deff_kish": ("Effet de la pondération (Kish)", "Effect of weighting (Kish)"),
    "weighting.measure=n_effective": ("Effectif efficace", "Effective sample size"),
    "weighting.measure=g_min": ("Plus petit rapport de calage", "Smallest calibration ratio"),
    "weighting.measure=g_max": ("Plus grand rapport de calage", "Largest calibration ratio"),
    "weighting.measure=cap": ("Plafond du nombre de visites", "Cap on the number of visits"),
    "weighting.measure=capped_share": ("Part des réponses plafonnées", "Share of capped answers"),
    "weighting.measure=cap_effect": (
        "Effet du plafond sur le nombre d'usagers",
        "Effect of the cap on numbers of users",
    ),
    "weighting.measure=links_imputed_share": (
        "Part des nombres de visites imputés",
        "Share of imputed numbers of visits",
    ),
    "weighting.measure=target": ("Marge", "Margin"),
    "weighting.measure=before": ("Avant", "Before"),
    "weighting.measure=after": ("Après", "After"),
    "source=population": ("Insee, populations légales et estimations", "Insee, legal populations and estimates"),
    "account.received": ("Reçus", "Received"),
    "account.corrected": ("Valeurs corrigées", "Values corrected"),
    "account.accepted": ("Acceptés", "Accepted"),
    "account.set_aside": ("Écartés", "Set aside"),
    # spaces in no unit of the level compared: they count in the region
    **{
        f"{level}=none": ("Hors des territoires comparés", "Outside the compared units")
        for level in ("area", "canton", "commune", "department", "epci", "own", "pays", "unit")
    },
    # quality and its reasons
    "quality=caution": ("résultat à interpréter avec prudence", "to be read with caution"),
    "quality=suppress": ("aucun résultat publiable", "nothing that may be published"),
    "reason=not_planned": ("non étudié dans cette évaluation", "not studied in this evaluation"),
    "reason=ns_n": ("effectif insuffisant", "too few answers"),
    "reason=ns_neff": ("effectif efficace insuffisant", "effective sample size too small"),
    "reason=np": ("estimation trop imprécise", "estimate too imprecise"),
    "reason=np_width": ("intervalle trop large", "interval too wide"),
    "reason=np_relative": ("intervalle trop large pour un nombre si petit", "interval too wide for so small a number"),
    "reason=ns_df": ("trop peu d'espaces enquêtés", "too few surveyed spaces"),
    "reason=ns_level": (
        "écart dont un niveau repose sur trop peu de réponses",
        "difference of a level that rests on too few answers",
    ),
    "reason=np_level": ("écart dont un niveau est trop imprécis", "difference of a level that is too imprecise"),
    "reason=np_model": ("estimation par modèle trop imprécise", "model-based estimate too imprecise"),
    "reason=c": ("couvert par le secret statistique", "confidential"),
    "reason=c_dominance": ("couvert par le secret statistique", "confidential"),
    "reason=c_secondary": ("couvert par le secret statistique", "confidential"),
    "reason=c_space": ("couvert par le secret statistique", "confidential"),
    "reason=nd": ("donnée non disponible", "not available"),
    "reason=df": ("moins de huit degrés de liberté", "fewer than eight degrees of freedom"),
    "reason=extreme": ("part nulle ou totale", "share of none or all"),
    "reason=complement": ("complément estimé avec peu de précision", "imprecise complement"),
    "reason=level": ("écart dont un niveau est fragile", "difference of a level to be read with caution"),
    "reason=coverage_89": (
        "intervalle à 95 % qui, mesuré, ne couvre que 89 fois sur 100",
        "a 95% interval measured to cover 89 times in 100 only",
    ),
    "reason=coverage_90": (
        "intervalle à 95 % qui, mesuré, ne couvre que 90 fois sur 100",
        "a 95% interval measured to cover 90 times in 100 only",
    ),
    "reason=coverage_91": (
        "intervalle à 95 % qui, mesuré, ne couvre que 91 fois sur 100",
        "a 95% interval measured to cover 91 times in 100 only",
    ),
    "reason=coverage_92": (
        "intervalle à 95 % qui, mesuré, ne couvre que 92 fois sur 100",
        "a 95% interval measured to cover 92 times in 100 only",
    ),
    "reason=coverage_93": (
        "intervalle à 95 % qui, mesuré, ne couvre que 93 fois sur 100",
        "a 95% interval measured to cover 93 times in 100 only",
    ),
    "reason=model": ("estimation par modèle", "model-based estimate"),
    "reason=edition": (
        "nombre de l'édition précédente : ce qui est arrivé depuis concerne trop peu de personnes ou d'espaces",
        "number of the edition before: what came in since is of too few people or spaces",
    ),
    # signs of tables, said in full in their notes
    "sign=c": ("c : donnée couverte par le secret statistique", "c: confidential"),
    "sign=ns": ("ns : effectif insuffisant pour publier", "ns: too few answers to publish"),
    "sign=np": ("np : estimation trop imprécise pour publier", "np: too imprecise to publish"),
    "sign=nd": ("nd : donnée non disponible", "nd: not available"),
    "sign=–": ("– : sans objet", "–: not applicable"),
    "sign=*": ("* : résultat à interpréter avec prudence", "*: to be read with caution"),
    "all": ("Ensemble", "All"),
}
_OTHERS = (modelled, compared, expenditure, networks, returns, valued, workshops)
#: Words that no evaluation needs to declare.
SHARED: dict[str, dict[str, str]] = {
    key: {"fr": fr, "en": en}
    for pairs in (_PAIRS, *(words.PAIRS for words in _OTHERS))
    for key, (fr, en) in pairs.items()
}

_AGES = re.compile(r"^(?:(\d+)-(\d+)|(\d+)\+)$")


def label(key: str, labels: Labels, lang: str) -> str:
    """Return the label of ``key`` in ``lang``: the evaluation's, else the shared one, else an age band in words.

    Raises
    ------
    ResultsError
        When nothing names the key; codes are never shown to readers in place of words.
    """
    found = find(key, labels, lang)
    if found is None:
        known = [k for k in (*labels, *SHARED) if lang in labels.get(k, SHARED.get(k, {}))]
        raise ResultsError(
            "no label in this language",
            where=f"label '{key}' ({lang})",
            allowed=difflib.get_close_matches(key, known, n=5, cutoff=0.6) or "(nothing near)",
            action="give the code a label in the instrument, or the indicator one in evaluation.yaml",
        )
    return found


def find(key: str, labels: Labels, lang: str) -> str | None:
    """Return the label of ``key``, or None when there is none."""
    for mapping in (labels, SHARED):
        text = mapping.get(key, {}).get(lang)
        if text:
            return filled(text, labels, lang) if mapping is SHARED else text
    name, _, code = key.partition("=")
    if code == "all":
        return SHARED["all"][lang]
    return age_band(code, lang) if name.startswith("age") and _AGES.match(code) else None


def filled(text: str, labels: Labels, lang: str) -> str:
    """Return a text whose « {period} », « {comparable} » and « {monthly} » say what the returns of visits are of."""
    if "{" not in text:
        return text
    for key in ("period", "comparable", "monthly"):
        if (mark := f"{{{key}}}") in text:
            text = text.replace(mark, find(f"returns={key}", labels, lang) or "")
    return text


def code_label(variable: str, code: str, labels: Labels, lang: str) -> str:
    """Return the label of a code of a variable: « Retraités », « 15-24 ans »."""
    return label(f"{variable}={code}", labels, lang)


def age_band(code: str, lang: str) -> str:
    """Return « 15-24 ans », « 60 ans ou plus », « Moins de 15 ans », « Âge inconnu »; "15-24", "60 and over"..."""
    if code == NO_AGE:
        return SHARED[f"age_band={NO_AGE}"][lang]
    low, high, last = _limits(code)
    if last:
        return f"{last}\u00a0ans ou plus" if lang == "fr" else f"{last} and over"
    if low == "0":
        below = int(high) + 1
        return f"Moins de {below}\u00a0ans" if lang == "fr" else f"Under {below}"
    return f"{low}-{high}\u00a0ans" if lang == "fr" else f"{low}-{high}"


def _limits(code: str) -> tuple[str, str, str]:
    match = _AGES.match(code)
    if match is None:
        raise ResultsError("an age band is not written as 15-24 or 60+", found=code)
    return match.group(1) or "", match.group(2) or "", match.group(3) or ""


def age_order(code: str) -> int:
    """Return the lower limit of an age band, to sort bands by age."""
    match = _AGES.match(code)
    return int(match.group(1) or match.group(3)) if match else 999


def aged(code: str, lang: str) -> str:
    """Return an age band after a noun: « de 15 à 24 ans », « de 60 ans ou plus », « d'âge inconnu »."""
    if code == NO_AGE:
        return "d'âge inconnu" if lang == "fr" else "of unknown age"
    low, high, last = _limits(code)
    if last:
        return f"de {last}\u00a0ans ou plus" if lang == "fr" else f"aged {last} and over"
    if low == "0":
        return f"de moins de {int(high) + 1}\u00a0ans" if lang == "fr" else f"under {int(high) + 1}"
    return f"de {low} à {high}\u00a0ans" if lang == "fr" else f"aged {low} to {high}"


def the_aged(code: str, lang: str) -> str:
    """Return an age band as a group: « les 15-24 ans », « les moins de 15 ans », "those aged 15 to 24"."""
    if lang == "en":
        return f"those {aged(code, lang)}"
    if code == NO_AGE:
        return f"les personnes {aged(code, lang)}"
    name = age_band(code, lang)
    return f"les {name[0].lower()}{name[1:]}"


def sign(quality: str, reason: str) -> str:
    """Return what a table shows in place of a number that is not published: « c », « ns », « np » or « nd ».

    The reason codes of suppressed rows begin with their sign (``ns_n``, ``c_dominance``).
    """
    if quality != "suppress":
        raise ResultsError("a published number is shown, not signed", found=quality)
    head = reason.partition("_")[0]
    if head not in SIGNS.values():
        raise ResultsError("a suppressed number has no sign", found=reason, allowed=sorted(SIGNS.values()))
    return head


def is_age(code: str) -> bool:
    """Return whether a code is written as an age band: `15-24`, `60+`."""
    return _AGES.match(code) is not None
