"""Figures and tables of the models of attendance: name, kind, settings and the analyses they need."""

from __future__ import annotations

from typing import Any

Default = tuple[str, str, dict[str, Any], tuple[str, ...]]


def _both(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


_BANDS = "age_band"
_FIXED = {"analysis": "attendance_model", "indicator": "visits", "method": "fixed_effects"}

DEFAULTS: tuple[Default, ...] = (
    (
        "label-quarters",
        "steps",
        {
            "analysis": "label",
            "indicator": "visits",
            "measure": "effect",
            "method": "event_study",
            "by": "quarter",
            "break_at": -0.5,
            "axis": _both("Trimestres depuis le label", "Quarters since the label"),
            "caption": _both(
                "Visites des espaces labellisés, écart aux espaces de comparaison, avant et après le label",
                "Visits of labelled spaces against comparison spaces, before and after the label",
            ),
            "reading": _both(
                "{step}, les visites des espaces labellisés s'écartent de {value} de ce que laissait attendre "
                "l'évolution des espaces de comparaison ({interval}).",
                "{step}, visits of labelled spaces differ by {value} from what the change in comparison spaces led one "
                "to expect ({interval}).",
            ),
        },
        ("label",),
    ),
    (
        "label-effects",
        "estimates-table",
        {
            "by": "method",
            "columns": [
                {
                    "analysis": "label",
                    "indicator": "visits",
                    "measure": "effect",
                    "domain": "months_since=12+",
                    "method": [
                        "group_time",
                        "wild_bootstrap",
                        "within_units",
                        "same_type",
                        "visit_weighted",
                        "closures_zero",
                        "clustered_by_space",
                    ],
                    "head": _both("Un an ou plus après le label", "A year or more after"),
                },
                {
                    "analysis": "label",
                    "indicator": "visits",
                    "measure": "effect",
                    "domain": "",
                    "method": [
                        "group_time",
                        "wild_bootstrap",
                        "within_units",
                        "same_type",
                        "visit_weighted",
                        "closures_zero",
                        "clustered_by_space",
                    ],
                    "head": _both("Tous les mois labellisés", "All labelled months"),
                },
            ],
            "caption": _both(
                "Effet du label sur les visites, selon la méthode", "Effect of the label on visits, by method"
            ),
            "reading": _both(
                "selon l'estimation retenue, un an ou plus après le label, les visites s'écartent de {value} de ce "
                "que laissait attendre l'évolution des espaces de comparaison ({interval}).",
                "by the main estimate, a year or more after the label visits differ by {value} from what the change in "
                "comparison spaces led one to expect ({interval}).",
            ),
        },
        ("label",),
    ),
    (
        "attendance-season",
        "steps",
        {
            **_FIXED,
            "measure": "season",
            "by": "month",
            "series": "place",
            "joined": True,
            "caption": _both(
                "La saison des visites : écart de chaque mois au mois moyen",
                "The season of visits: each month against the mean month",
            ),
            "reading": _both(
                "en {step}, pour la série « {series} », les visites s'écartent de {value} du mois moyen ({interval}).",
                "in {step}, “{series}”: visits differ by {value} from the mean month ({interval}).",
            ),
        },
        ("attendance_model",),
    ),
    (
        "attendance-trend",
        "estimates-table",
        {
            "by": _BANDS,
            "columns": [
                {**_FIXED, "measure": "trend", "head": _both("Par an", "A year")},
                {**_FIXED, "measure": "evolution", "head": _both("Première à dernière année", "First to last year")},
            ],
            "caption": _both(
                "Évolution des visites à espace, saison et label égaux, selon l'âge",
                "Change of visits within spaces at equal season and label, by age",
            ),
            "reading": _both(
                "à espace, saison et label égaux, les visites (« {who} ») évoluent de {value} par an ({interval}).",
                "within spaces, at equal season and label, visits (“{who}”) change by {value} a year ({interval}).",
            ),
        },
        ("attendance_model",),
    ),
    (
        "attendance-completed",
        "estimates-table",
        {
            "by": "time",
            "columns": [
                {
                    "analysis": "attendance",
                    "indicator": "visits",
                    "measure": "count",
                    "interval": False,
                    "head": _both("Visites relevées", "Visits received"),
                },
                {
                    "analysis": "attendance",
                    "indicator": "coverage",
                    "measure": "share",
                    "interval": False,
                    "head": _both("Part des relevés reçus", "Share of returns received"),
                },
                {
                    "analysis": "attendance",
                    "indicator": "visits",
                    "measure": "count",
                    "method": "completed",
                    "head": _both("Visites, relevés manquants estimés", "Visits, missing returns estimated"),
                },
            ],
            "caption": _both(
                "Visites relevées, et estimées en complétant les relevés manquants",
                "Visits received, and with missing returns estimated",
            ),
            "reading": _both(
                "en {who}, en estimant les relevés manquants, on compterait {value} visites ({interval}).",
                "in {who}, with missing returns estimated, there would be {value} visits ({interval}).",
            ),
        },
        ("attendance_model",),
    ),
    (
        "forecast",
        "estimates-table",
        {
            "by": _BANDS,
            "columns": [
                {
                    "analysis": "forecast",
                    "indicator": "visits",
                    "measure": "count",
                    "method": "same_spaces",
                    "interval": False,
                    "head": _both("Dernière année, mêmes espaces", "Last year, same spaces"),
                },
                {
                    "analysis": "forecast",
                    "indicator": "visits",
                    "measure": "count",
                    "head": _both("Prévision pour l'année suivante", "Forecast for the next year"),
                },
                {
                    "analysis": "forecast",
                    "indicator": "visits",
                    "measure": "evolution",
                    "head": _both("Évolution prévue, en %", "Forecast change, %"),
                },
            ],
            "caption": _both(
                "Visites prévues pour l'année suivante, à espaces constants, selon l'âge",
                "Visits forecast for the next year with the same spaces, by age",
            ),
            "reading": _both(
                "si rien ne change, les espaces ouverts recevraient {value} visites l'année suivante ({interval}).",
                "if nothing changes, open spaces would receive {value} visits in the next year ({interval}).",
            ),
        },
        ("forecast",),
    ),
)
