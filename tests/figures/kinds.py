"""What kinds of figures say by themselves, for the scopes that tests make: the shipped texts, with the usual nouns."""

from __future__ import annotations

import functools
from pathlib import Path

from pipeline.questions.discovery import names
from pipeline.stages.language import said_by_kinds, said_readings, said_reasons
from pipeline.wording import words

ROOT = Path(__file__).parents[2]
LANGUAGES = ("fr", "en")


@functools.cache
def kind_texts() -> dict[str, dict[str, str]]:
    """Return the labels ``figures:<kind>.<name>`` and ``set_aside=<rule>`` in every language."""
    out: dict[str, dict[str, str]] = {}
    for lang in LANGUAGES:
        asked = names(ROOT)
        said = words.load(ROOT / "reports" / lang, lang, asked, None, {}, "pays")
        for key, text in {**said_by_kinds(said), **said_readings(said, {name: name for name in asked})}.items():
            out.setdefault(f"figures:{key}", {})[lang] = text
        for key, text in said_reasons(said).items():
            out.setdefault(key, {})[lang] = text
    return out
