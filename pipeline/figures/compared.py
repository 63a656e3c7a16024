"""Tables of the adjusted and decomposed change in demand, for the registry of figures."""

from __future__ import annotations

from typing import Any

from pipeline.wording.compared import VARIANTS

_HEADS = {
    "direct": {"fr": "Observée (points)", "en": "Observed (points)"},
    "adjusted": {"fr": "À public comparable", "en": "Comparable public"},
    "equipment": {"fr": "À public et équipement comparables", "en": "Comparable public and equipment"},
    "mediated": {"fr": "Passant par l'équipement", "en": "Through equipment"},
    "composition": {"fr": "Effet de structure (points)", "en": "Composition (points)"},
    "behaviour": {"fr": "Effet de comportement (points)", "en": "Behaviour (points)"},
}


def _column(head: str, measure: str, method: str | list[str] = "") -> dict[str, Any]:
    wanted = {"analysis": "demand", "indicator": "elaborate", "population": "users"}
    return {**wanted, "measure": measure, "method": method, "head": _HEADS[head]}


_METHODS = [
    "kitagawa",
    "das_gupta",
    *(f"oaxaca_linear_{r}" for r in ("first", "last", "average", "pooled")),
    *(f"oaxaca_logit_{r}" for r in ("first", "last", "average")),
]


def _variant(head: dict[str, str], measure: str, time: str | None = None) -> dict[str, Any]:
    wanted = {
        "analysis": "demand",
        "indicator": "elaborate",
        "population": ["users", "visits"],
        "method": ["", *VARIANTS],
    }
    return {**wanted, "measure": measure, "time": time, "head": head}


#: Arguments of `registry.Entry`: name, kind, settings, analyses it needs.
DEFAULTS: tuple[tuple[str, str, dict[str, Any], tuple[str, ...]], ...] = (
    (
        "demand-adjusted",
        "estimates-table",
        {
            "by": "age_band",
            "columns": [
                _column("direct", "shift"),
                _column("adjusted", "shift", "adjusted"),
                _column("equipment", "shift", "adjusted_equipment"),
                _column("mediated", "mediated", "equipment"),
            ],
            "caption": {
                "fr": "Évolution de la part des usagers souhaitant au moins un service élaboré, observée et ajustée",
                "en": "Change of the share of users wanting at least one elaborate service, observed and adjusted",
            },
            "reading": {
                "fr": "l'évolution observée est de {value} pour « {who} » ({interval}).",
                "en": "the observed change is {value} for “{who}” ({interval}).",
            },
        },
        ("demand",),
    ),
    (
        "demand-sensitivity",
        "estimates-table",
        {
            "by": "method",
            "columns": [
                _variant({"fr": "Première vague", "en": "First wave"}, "share", "first"),
                _variant({"fr": "Dernière vague", "en": "Last wave"}, "share", "last"),
                _variant({"fr": "Évolution (points)", "en": "Change (points)"}, "shift"),
            ],
            "caption": {
                "fr": "Au moins un service élaboré souhaité : le résultat selon d'autres choix de méthode",
                "en": "At least one elaborate service wanted: the result under other choices of method",
            },
            "reading": {
                "fr": "« {who} » : {value} des usagers souhaitent au moins un service élaboré à la première vague "
                "({interval}).",
                "en": "“{who}”: {value} of users want at least one elaborate service in the first wave ({interval}).",
            },
        },
        ("demand",),
    ),
    (
        "demand-decomposition",
        "estimates-table",
        {
            "by": "method",
            "columns": [
                _column("composition", "composition", _METHODS),
                _column("behaviour", "behaviour", _METHODS),
            ],
            "caption": {
                "fr": "L'évolution de la demande de services élaborés, décomposée selon plusieurs méthodes",
                "en": "The change in demand for elaborate services, decomposed by several methods",
            },
            "reading": {
                "fr": "avec la méthode « {who} », le changement du public fait à lui seul évoluer la part de {value} "
                "({interval}).",
                "en": "by “{who}”, the change of the public alone moves the share by {value} ({interval}).",
            },
        },
        ("demand",),
    ),
)
