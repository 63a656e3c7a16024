"""What stands under every table and figure: Lecture, Champ, Source, in this order."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.wording.numbers import NO_BREAK

_HEADS = {"fr": ("Lecture", "Champ", "Source"), "en": ("Reading", "Population", "Source")}


def under(reading: str, population: str, source: str, lang: str = "fr", extra: Sequence[str] = ()) -> str:
    """Return « **Lecture** : ... **Champ** : ... **Source** : ... » as Markdown, with ``extra`` sentences last."""
    colon = f"{NO_BREAK}: " if lang == "fr" else ": "
    parts = [
        f"**{head}**{colon}{text}"
        for head, text in zip(_HEADS[lang], (reading, population, source), strict=True)
        if text
    ]
    return " ".join([*parts, *extra])
