"""Tables of networks: name, kind, settings and the analyses they need."""

from __future__ import annotations

from typing import Any

Default = tuple[str, str, dict[str, Any], tuple[str, ...]]


def _both(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


DEFAULTS: tuple[Default, ...] = (
    (
        "network-actors",
        "network-actors-table",
        {
            "caption": _both(
                "Les acteurs recensés, selon leur type et leur pays, {when}",
                "Actors listed, by type and pays, {when}",
            )
        },
        ("networks",),
    ),
    (
        "network-mixing",
        "crossed-table",
        {
            "analysis": "networks",
            "indicator": "partners",
            "measure": "declared",
            "by": "from_type",
            "across": "to_type",
            "population": "respondents",
            "whole": False,
            "people": "networks:answered",
            "caption": _both(
                "Qui déclare coopérer avec qui : nombre moyen de partenaires de chaque type",
                "Who says to cooperate with whom: mean number of partners of each type",
            ),
            "reading": _both(
                "le nombre moyen de partenaires du type « {across} » déclarés par un acteur du type « {who} » est de "
                "{value}.",
                "the mean number of partners of the type “{across}” told by an actor of the type “{who}” is {value}.",
            ),
        },
        ("networks",),
    ),
    (
        "network-measures",
        "network-measures-table",
        {"caption": _both("Le réseau des coopérations, avant et après", "The network, before and after")},
        ("networks",),
    ),
    (
        "network-skills",
        "network-skills-table",
        {
            "caption": _both(
                "Les compétences déclarées, comparées au référentiel",
                "Skills told, against the reference",
            )
        },
        ("networks",),
    ),
)
