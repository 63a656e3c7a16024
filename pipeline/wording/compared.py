"""Words of the adjusted, decomposed and crossed results."""

from __future__ import annotations

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
