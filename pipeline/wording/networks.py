"""Words of networks: measures of cooperation, the map of actors, skills."""

from __future__ import annotations

PAIRS: dict[str, tuple[str, str]] = {
    "population=actors": ("acteurs de la liste", "actors of the list"),
    "networks:answered": ("acteurs de la liste qui ont répondu", "actors of the list who answered"),
    "group=actors": ("acteurs", "actors"),
    "by=type": ("Type d'acteur", "Type of actor"),
    "by=from_type": ("Type de l'acteur qui déclare", "Type of the actor who tells"),
    "by=to_type": ("Type du partenaire", "Type of the partner"),
    "by=skill": ("Compétence", "Skill"),
    "by=kind": ("Nature de la coopération", "Kind of cooperation"),
    "networks.actors": ("Acteurs recensés", "Actors listed"),
    "networks.actors.answered": ("Part des acteurs qui ont répondu", "Share of actors who answered"),
    "networks.partners": ("Partenaires déclarés par acteur, en moyenne", "Partners told by an actor, on average"),
    "networks.density": (
        "Densité des coopérations (part des paires d'acteurs qui coopèrent)",
        "Density of cooperation (share of pairs of actors who cooperate)",
    ),
    "networks.reciprocity": (
        "Réciprocité (part des coopérations déclarées que le partenaire déclare aussi)",
        "Reciprocity (share of ties that the partner tells of too)",
    ),
    "networks.density_bounds": ("Densité entre répondants, et ses bornes", "Density among respondents, with bounds"),
    "networks.reciprocity_bounds": (
        "Réciprocité entre répondants, et ses bornes",
        "Reciprocity among respondents, with bounds",
    ),
    "networks.same_unit.share": ("Coopérations internes au pays", "Ties inside the pays"),
    "networks.same_unit.by_chance": (
        "Coopérations internes au pays, si le hasard seul décidait",
        "Ties inside the pays, by chance alone",
    ),
    "networks.received.central": (
        "Fois où un animateur ou une animatrice est cité, en moyenne",
        "Times that a facilitator is named, on average",
    ),
    "networks.received.others": (
        "Fois où un autre acteur est cité, en moyenne",
        "Times that another actor is named, on average",
    ),
    "networks.in_centralisation.index": (
        "Centralisation des coopérations reçues (de zéro à un)",
        "Centralisation of ties received (nought to one)",
    ),
    "networks.out_centralisation.index": (
        "Centralisation des coopérations déclarées (de zéro à un)",
        "Centralisation of ties told (nought to one)",
    ),
    "networks.betweenness_centralisation.index": (
        "Centralisation de l'intermédiarité (de zéro à un)",
        "Centralisation of betweenness (nought to one)",
    ),
    "networks.cohesion.bridges": (
        "Ponts (coopérations dont la perte isolerait une partie du réseau)",
        "Bridges (ties whose loss would cut the network)",
    ),
    "networks.cohesion.brokers": (
        "Acteurs charnières (dont le départ couperait le réseau)",
        "Brokers (actors whose loss would cut the network)",
    ),
    "networks.cohesion.isolated": ("Acteurs isolés", "Isolated actors"),
    "networks.core.actors": ("Acteurs du cœur du réseau", "Actors of the core"),
    "networks.core.fit": (
        "Ajustement à un réseau fait d'un cœur et d'une périphérie (de zéro à un)",
        "Fit to a core and a periphery (nought to one)",
    ),
    "networks.skills": ("Compétences", "Skills"),
    "networks.skills.share": ("Part qui maîtrise la compétence", "Share who have the skill"),
    "networks.skills.reached": (
        "Compétences du référentiel atteintes",
        "Skills of the reference that are reached",
    ),
    "networks.kinds.declared": ("Part des coopérations déclarées", "Share of the ties told"),
}
