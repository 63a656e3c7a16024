"""Words for what the returns of attendance are of: a month, unless an evaluation counts by longer periods."""

from __future__ import annotations

_KEYS = ("period", "comparable", "monthly", "missing", "evolution", "withheld")
_MOVED = (
    "Évolution mesurée dans les mêmes espaces, sur les {} dont le relevé est parvenu les deux années ; la"
    " moyenne par espace peut aller en sens contraire quand de petits espaces ferment.",
    "Change in the same spaces, over the {} received in both years; the mean per space may move the"
    " other way when small spaces close.",
)
_OF_YEARS = (
    "Évolution mesurée dans les espaces dont le relevé est parvenu les deux fois ; la"
    " moyenne par espace peut aller en sens contraire quand de petits espaces ferment.",
    "Change in the spaces whose return was received both times; the mean per space may move the"
    " other way when small spaces close.",
)
_WITHHELD = (
    "Les relevés sont {} : la saison, l'effet d'un label ou d'une date, et les prévisions demandent des relevés"
    " mensuels. Ces questions ne sont pas traitées.",
    "The returns are {}: season, the effect of a label or of a date, and forecasts need monthly returns. These"
    " questions are not answered.",
)
_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "month": (
        ("mois", "month"),
        ("à espaces et mois comparables", "over the same spaces and months"),
        ("mensuels", "monthly"),
        (
            "Un mois sans relevé est manquant : il ne compte pas pour zéro.",
            "A month without a return is missing, not zero.",
        ),
        (_MOVED[0].format("mois"), _MOVED[1].format("months")),
    ),
    "quarter": (
        ("trimestre", "quarter"),
        ("à espaces et trimestres comparables", "over the same spaces and quarters"),
        ("trimestriels", "quarterly"),
        (
            "Un trimestre sans relevé est manquant : il ne compte pas pour zéro.",
            "A quarter without a return is missing, not zero.",
        ),
        (_MOVED[0].format("trimestres"), _MOVED[1].format("quarters")),
    ),
    "half-year": (
        ("semestre", "half-year"),
        ("à espaces et semestres comparables", "over the same spaces and half-years"),
        ("semestriels", "half-yearly"),
        (
            "Un semestre sans relevé est manquant : il ne compte pas pour zéro.",
            "A half-year without a return is missing, not zero.",
        ),
        (_MOVED[0].format("semestres"), _MOVED[1].format("half-years")),
    ),
    "year": (
        ("an", "year"),
        ("à espaces comparables", "over the same spaces"),
        ("annuels", "yearly"),
        (
            "Une année sans relevé est manquante : elle ne compte pas pour zéro.",
            "A year without a return is missing, not zero.",
        ),
        _OF_YEARS,
    ),
    "school-year": (
        ("année scolaire", "school year"),
        ("à espaces comparables", "over the same spaces"),
        ("par année scolaire", "by school year"),
        (
            "Une année scolaire sans relevé est manquante : elle ne compte pas pour zéro.",
            "A school year without a return is missing, not zero.",
        ),
        _OF_YEARS,
    ),
}


def words_of(period: str) -> dict[str, tuple[str, str]]:
    """Return the words (key -> French, English) for returns of a period."""
    held = _WORDS[period]
    withheld = (_WITHHELD[0].format(held[2][0]), _WITHHELD[1].format(held[2][1]))
    return {f"returns={key}": pair for key, pair in zip(_KEYS, (*held, withheld), strict=True)}


PAIRS: dict[str, tuple[str, str]] = words_of("month")
