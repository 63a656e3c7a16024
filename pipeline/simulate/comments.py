"""Invented remarks and addresses: what people write in the open question."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.simulate.draws import Ints

#: Each remark with the themes that a person coding it would give; a remark about nothing has none.
CODED: dict[str, tuple[str, ...]] = {
    "Très bon accueil, à développer.": ("welcome",),
    "Il faudrait ouvrir le samedi matin.": ("hours",),
    "Les ordinateurs sont lents ; il serait temps de les remplacer.": ("equipment",),
    "Je viens pour les ateliers, c'est très bien expliqué.": ("workshops",),
    "Trop de bruit le mercredi après-midi.": ("quiet",),
    "Merci à l'équipe pour sa patience.": ("welcome", "help"),
    "J'aimerais apprendre à classer mes photos.": ("workshops", "services"),
    "Les horaires ne conviennent pas aux personnes qui travaillent.": ("hours",),
    "Un accès plus rapide à Internet serait apprécié.": ("connection",),
    "Chez moi je n'ai personne pour m'aider, ici oui.": ("help",),
    "Ce serait dommage que l'espace ferme.": ("future",),
    "On dit « multimédia », mais il n'y a pas de quoi monter une vidéo.": ("equipment", "services"),
    "RAS": (),
    "Première visite.\nJe reviendrai pour créer un blog.": ("services",),
}
REMARKS = tuple(CODED)
_NONE = "aucun"


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


def coded(file: str, lines: Ints, comments: pd.Series, waves: str) -> pd.DataFrame:
    """Return what a person who coded the remarks of a file would hand in: row, wave, and up to two themes.

    Parameters
    ----------
    file, lines : name of the received file and line (or case) of each record.
    comments : (n,) the remarks as they were written, garbled ones too; missing where there is none.
    """
    written = comments.notna().to_numpy()
    themes = [CODED.get(_ungarbled(str(text)), ("welcome",)) or (_NONE,) for text in comments[written]]
    return pd.DataFrame(
        {
            "row": [f"{file}:{line}" for line in lines[written].tolist()],
            "wave": waves,
            "theme1": [t[0] for t in themes],
            "theme2": [t[1] if len(t) > 1 else "" for t in themes],
        }
    )


def _ungarbled(text: str) -> str:
    try:
        return text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
