"""Invented remarks and addresses: what people write in the open question."""

from __future__ import annotations

import numpy as np
import pandas as pd

REMARKS = (
    "Très bon accueil, à développer.",
    "Il faudrait ouvrir le samedi matin.",
    "Les ordinateurs sont lents ; il serait temps de les remplacer.",
    "Je viens pour les ateliers, c'est très bien expliqué.",
    "Trop de bruit le mercredi après-midi.",
    "Merci à l'équipe pour sa patience.",
    "J'aimerais apprendre à classer mes photos.",
    "Les horaires ne conviennent pas aux personnes qui travaillent.",
    "Un accès plus rapide à Internet serait apprécié.",
    "Chez moi je n'ai personne pour m'aider, ici oui.",
    "Ce serait dommage que l'espace ferme.",
    "On dit « multimédia », mais il n'y a pas de quoi monter une vidéo.",
    "RAS",
    "Première visite.\nJe reviendrai pour créer un blog.",
)


def remarks(share: float, n: int, rng: np.random.Generator) -> pd.Series:
    """Return (n,) remarks, written by ``share`` of the people, missing for the others."""
    text = np.array(REMARKS, dtype=object)[rng.integers(len(REMARKS), size=n)]
    text[rng.uniform(size=n) >= share] = None
    return pd.Series(text, dtype="object")


def addresses(share: float, n: int, rng: np.random.Generator) -> pd.Series:
    """Return (n,) e-mail addresses under the reserved domain ``.invalid``, left by ``share`` of the people."""
    text = np.array([f"usager{i:05d}@exemple.invalid" for i in rng.permutation(n) + 1], dtype=object)
    text[rng.uniform(size=n) >= share] = None
    return pd.Series(text, dtype="object")
