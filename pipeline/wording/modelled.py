"""Words of the models of attendance: what their results, methods and steps are called in French and English."""

from __future__ import annotations

_MONTHS = (
    ("janv.", "Jan"),
    ("févr.", "Feb"),
    ("mars", "Mar"),
    ("avril", "Apr"),
    ("mai", "May"),
    ("juin", "June"),
    ("juill.", "July"),
    ("août", "Aug"),
    ("sept.", "Sept"),
    ("oct.", "Oct"),
    ("nov.", "Nov"),
    ("déc.", "Dec"),
)
#: In full, for sentences.
_MONTHS_FR = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ORDER_FR = (
    "",
    "un trimestre",
    "deux trimestres",
    "trois trimestres",
    "quatre trimestres",
    "cinq trimestres",
    "six trimestres",
    "sept trimestres",
    "huit trimestres",
    "neuf trimestres",
    "dix trimestres",
    "onze trimestres",
    "douze trimestres",
)
_ORDER_EN = (
    "",
    "one quarter",
    "two quarters",
    "three quarters",
    "four quarters",
    "five quarters",
    "six quarters",
    "seven quarters",
    "eight quarters",
    "nine quarters",
    "ten quarters",
    "eleven quarters",
    "twelve quarters",
)
_AFTER = {True: ("après le label", "after the label"), False: ("avant le label", "before the label")}
PAIRS: dict[str, tuple[str, str]] = {
    **{f"month={i:02d}": names for i, names in enumerate(_MONTHS, 1)},
    **{f"month={i:02d}:long": names for i, names in enumerate(zip(_MONTHS_FR, _MONTHS_EN, strict=True), 1)},
    **{
        f"quarter={q:+d}": (f"{_ORDER_FR[abs(q)]} {_AFTER[q > 0][0]}", f"{_ORDER_EN[abs(q)]} {_AFTER[q > 0][1]}")
        for q in range(-12, 13)
        if q
    },
    "quarter=+0": ("trimestre du label", "quarter of the label"),
    "place=inland": ("Communes de l'intérieur", "Inland communes"),
    "place=coast": ("Communes littorales", "Coastal communes"),
    "place=all": ("Toutes les communes", "All communes"),
    "by=month": ("Mois", "Month"),
    "by=place": ("Situation", "Situation"),
    "by=quarter": ("Trimestre", "Quarter"),
    "by=months_since": ("Mois depuis le label", "Months since the label"),
    "by=site_type": ("Type d'espace", "Type of space"),
    "months_since=0-5:said": ("moins de six mois après", "in the first six months"),
    "months_since=6-11:said": ("de six mois à un an après", "from six months to a year after"),
    "months_since=12+:said": ("un an ou plus après", "a year or more after"),
    "months_since=0-5": ("Moins de six mois après le label", "Less than six months after the label"),
    "months_since=6-11": ("De six mois à un an après le label", "Six months to a year after the label"),
    "months_since=12+": ("Un an ou plus après le label", "A year or more after the label"),
    "holiday=public_holidays": ("Un jour férié de plus dans le mois", "One more public holiday in the month"),
    "holiday=school_holidays": ("Un mois entier de vacances scolaires", "A whole month of school holidays"),
    "series=region": ("Région", "Region"),
    "series=age_band": ("Tranches d'âge", "Age bands"),
    "series=unit": ("Territoires", "Territories"),
    "series=unit_age_band": ("Tranches d'âge de chaque territoire", "Age bands of each territory"),
    # indicators
    "attendance_model.visits": ("Visites, à espace constant", "Visits, within spaces"),
    "attendance_model.visits.trend": ("Tendance annuelle des visites", "Yearly trend of visits"),
    "attendance_model.visits.evolution": ("Évolution des visites à saison égale", "Change of visits at equal season"),
    "attendance_model.visits.season": ("Saison des visites", "Season of visits"),
    "attendance_model.visits.effect": ("Effet des vacances et jours fériés", "Effect of holidays"),
    "attendance_model.visits.gap_by_type": ("Visites selon le type d'espace", "Visits by type of space"),
    "attendance_model.visits_per_inhabitant": ("Visites par habitant selon le type", "Visits per inhabitant by type"),
    "attendance_model.visits_per_hour": ("Visites par heure d'ouverture selon le type", "Visits per open hour by type"),
    "attendance_model.dispersion": ("Dispersion des relevés", "Dispersion of the returns"),
    "attendance_model.zeros": ("Relevés nuls, observés sur attendus", "Zero returns, observed over expected"),
    "attendance.visits.per_space.completed": (
        "Visites par espace et par {period}, relevés manquants estimés",
        "Visits per space and {period}, missing returns estimated",
    ),
    "attendance.visits.count.completed": ("Visites, relevés manquants estimés", "Visits, missing returns estimated"),
    "label.labelled": ("Espaces labellisés", "Labelled spaces"),
    "label.compared": ("Espaces de comparaison, jamais labellisés", "Comparison spaces, never labelled"),
    "label.projects": ("Territoires porteurs d'un projet", "Territories with a project"),
    "label.visits": ("Effet du label sur les visites", "Effect of the label on visits"),
    "label.visits.effect": ("Effet du label sur les visites", "Effect of the label on visits"),
    "label.hours.comparable": (
        "Espaces labellisés ayant un semblable non labellisé dans leur pays",
        "Labelled spaces with an unlabelled one of their type in their pays",
    ),
    "label.hours": ("Effet du label sur les heures d'ouverture", "Effect of the label on opening hours"),
    "label.visits_per_hour": (
        "Effet du label sur les visites par heure d'ouverture",
        "Effect of the label on visits per open hour",
    ),
    "label.pretrend": ("Tendance antérieure au label", "Trend before the label"),
    "label.closures": ("Tendance des espaces avant leur fermeture", "Trend of spaces before they closed"),
    "quality_checks.pretrend": ("Tendances antérieures différentes", "Different trends before"),
    "quality_checks.informative_closure": ("Fermetures liées à la fréquentation", "Closures related to attendance"),
    "forecast.visits": ("Visites prévues", "Forecast visits"),
    "forecast.visits.count": ("Visites prévues", "Forecast visits"),
    "forecast.visits.evolution": ("Évolution prévue des visites", "Forecast change of visits"),
    "forecast.backtest": ("Essai des prévisions sur le passé", "Backtest of the forecasts"),
    "interruption.visits": ("Rupture de la fréquentation", "Break in attendance"),
    "interruption.autocorrelation": ("Autocorrélation", "Autocorrelation"),
    # methods, in the order of the table of the label
    "method=group_time": ("Estimation retenue", "Main estimate"),
    "method=wild_bootstrap": ("Même estimation, intervalle par rééchantillonnage", "Same, interval by bootstrap"),
    "method=within_units": ("Comparaison à l'intérieur de chaque pays", "Comparison within each pays"),
    "method=same_type": (
        "Comparaison aux espaces de même type, mois par mois",
        "With spaces of the same type, month by month",
    ),
    "method=visit_weighted": ("Chaque visite compte autant", "Every visit weighs the same"),
    "method=closures_zero": (
        "Idem, espaces fermés comptés à zéro visite",
        "The same, closed spaces counted as zero visits",
    ),
    "method=clustered_by_space": (
        "Intervalle qui ignore les projets de pays (trop étroit)",
        "Interval that ignores the projects (too narrow)",
    ),
    "method=smoothing": ("Prévision", "Forecast"),
    "method=seasonal_naive": ("Année précédente reconduite", "Last year repeated"),
}
