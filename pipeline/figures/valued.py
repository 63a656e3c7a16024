"""Figures and tables of payment and of satisfaction in depth: name, kind, settings and the analyses they need."""

from __future__ import annotations

from typing import Any

Default = tuple[str, str, dict[str, Any], tuple[str, ...]]


def _both(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


_PAYMENT = {"analysis": "payment", "indicator": "subscription", "population": "users"}
_OVERALL = {"analysis": "satisfaction", "indicator": "overall"}


def _column(base: dict[str, str], measure: str, fr: str, en: str, **more: Any) -> dict[str, Any]:
    return {**base, "measure": measure, "time": "last", "head": _both(fr, en), **more}


def _spaces(measure: str, fr: str, en: str) -> dict[str, Any]:
    return _column(_OVERALL, measure, fr, en, population="spaces", method="funnel", interval=False)


DEFAULTS: tuple[Default, ...] = (
    (
        "payment-acceptance",
        "levels",
        {
            "analysis": "payment",
            "indicator": "subscription",
            "measure": "acceptance",
            "by": "price",
            "caption": _both(
                "Part des usagers qui accepteraient un abonnement annuel, selon son prix",
                "Share of users who would accept a yearly subscription, by price",
            ),
        },
        ("payment",),
    ),
    (
        "payment-prices",
        "estimates-table",
        {
            "by": "price",
            "whole": False,
            "columns": [
                _column({**_PAYMENT, "indicator": "accept"}, "share", "Acceptent ce premier prix", "Accept it first"),
                _column(_PAYMENT, "acceptance", "Accepteraient ce prix", "Would accept"),
                _column(_PAYMENT, "exclusion", "Renonceraient", "Would do without"),
                _column(_PAYMENT, "revenue", "Recette par usager", "Revenue per user"),
            ],
            "caption": _both(
                "Ce que chaque prix apporterait, et qui il écarterait",
                "What each price would bring in, and whom it would keep out",
            ),
            "reading": _both(
                "à {who} par an, {value} des usagers à qui ce prix a été proposé en premier l'acceptent ({interval}).",
                "at {who} a year, {value} of users first offered this price accept it ({interval}).",
            ),
        },
        ("payment",),
    ),
    (
        "payment-exclusion",
        "crossed-table",
        {
            "analysis": "payment",
            "indicator": "subscription",
            "measure": "exclusion",
            "by": "occupation",
            "across": "price",
            "caption": _both(
                "Part des usagers qui renonceraient à l'abonnement, selon l'occupation et le prix",
                "Share of users who would do without the subscription, by occupation and price",
            ),
            "reading": _both(
                "à {across} par an, {value} de la catégorie « {who} » renonceraient à l'abonnement ({interval}).",
                "at {across} a year, {value} of “{who}” would do without the subscription ({interval}).",
            ),
        },
        ("payment",),
    ),
    (
        "payment-readings",
        "estimates-table",
        {
            "by": "method",
            "columns": [
                _column(_PAYMENT, "median", "Montant médian", "Median amount"),
                _column(_PAYMENT, "mean_truncated", "Montant moyen tronqué", "Mean amount, cut"),
            ],
            "caption": _both(
                "Le montant accepté, selon la manière de lire les réponses",
                "The amount accepted, by reading of the answers",
            ),
            "reading": _both(
                "avec la lecture « {who} », le montant médian est de {value} par an ({interval}).",
                "by “{who}”, the median amount is {value} a year ({interval}).",
            ),
        },
        ("payment",),
    ),
    (
        "satisfaction-drivers",
        "estimates-table",
        {
            "by": "item",
            "whole": False,
            "columns": [
                _column(_OVERALL, "odds_ratio", "Rapport de chances", "Odds ratio", population="users"),
                _column(_OVERALL, "explained", "Part expliquée", "Share explained", population="users"),
            ],
            "caption": _both(
                "Ce qui va de pair avec la satisfaction d'ensemble",
                "What goes with overall satisfaction",
            ),
            "reading": _both(
                "à autres notes égales, une note de plus sur l'élément « {who} » multiplie par {value} les chances "
                "d'une satisfaction d'ensemble supérieure ({interval}).",
                "other ratings equal, one more note on “{who}” multiplies by {value} the odds of a higher overall "
                "satisfaction ({interval}).",
            ),
        },
        ("satisfaction",),
    ),
    (
        "satisfaction-spaces",
        "estimates-table",
        {
            "by": "size",
            "whole": False,
            "columns": [
                _spaces("spaces", "Espaces comparés", "Spaces compared"),
                _spaces("under", "Sous la limite", "Under the limit"),
                _spaces("over", "Au-dessus", "Over the limit"),
                _spaces("lower_limit", "Limite inférieure", "Lower limit"),
                _spaces("upper_limit", "Limite supérieure", "Upper limit"),
            ],
            "caption": _both(
                "Les espaces ayant assez de réponses, comparés par la part de leurs usagers satisfaits",
                "Spaces with enough answers, compared by their share of satisfied users",
            ),
            "reading": _both(
                "{value} espaces comparés sont dans la classe « {who} ».", "{value} spaces compared have “{who}”."
            ),
        },
        ("satisfaction",),
    ),
)
