"""The words of the tables of `check` in the language of the user's locale, where it has one; English elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pipeline.stages.language import MESSAGES
from pipeline.yaml_data import data_beside


def language(environment: Mapping[str, str] | None = None) -> str:
    """Return the language of the locale (`LC_ALL`, `LC_MESSAGES`, then `LANG`), English where it has no words here.

    Parameters
    ----------
    environment : variables of the process by default.
    """
    known = os.environ if environment is None else environment
    locale = next((known[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if known.get(name)), "")
    lang = locale[:2].lower()
    return lang if lang in data_beside(__file__) and locale[2:3] in ("", "_", ".", "-", "@") else MESSAGES


def in_words(text: str, lang: str, **values: object) -> str:
    """Return a head or a line of the tables in a language, its values filled in."""
    said = data_beside(__file__).get(lang, {}).get("heads", {}).get(text, text)
    return said.format(**values)


def action(rule: str, english: str, lang: str) -> str:
    """Return what to do about a rule in a language; in English where that lacks it."""
    return data_beside(__file__).get(lang, {}).get("actions", {}).get(rule, english)
