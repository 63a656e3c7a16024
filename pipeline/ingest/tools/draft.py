"""Questions as a tool or a file describes them, before a person has reviewed them."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from pipeline.ingest.lexicon import lexicon
from pipeline.instrument import ORIGINAL, Instrument


@dataclass
class Draft:
    """One question to be: the keys of an instrument's question, and a remark for each key that was guessed."""

    content: dict[str, Any]
    review: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name of the question."""
        return str(self.content["name"])


@dataclass
class Questionnaire:
    """A questionnaire as a structure file (.lss, XLSForm, DDI) gives it."""

    title: dict[str, str]
    drafts: list[Draft]


#: The language in which a draft names what it proposes: that of its files.
_LANGUAGE: ContextVar[str] = ContextVar("language", default=ORIGINAL)


@contextmanager
def drafted_in(lang: str) -> Iterator[None]:
    """Propose titles in a language."""
    before = _LANGUAGE.set(lang)
    try:
        yield
    finally:
        _LANGUAGE.reset(before)


def drafting_language() -> str:
    """Return the language of the draft: that of the files that it is made from."""
    return _LANGUAGE.get()


def hint(key: str, **said: object) -> str:
    """Return what a draft says to its reader, or a title that it proposes (``titles.<key>``), from ``remarks.yaml``.

    Titles are in the language of the draft, remarks in French and English.
    """
    texts = lexicon("remarks")
    text = texts["titles"][key.removeprefix("titles.")][_LANGUAGE.get()] if key.startswith("titles.") else texts[key]
    return str(text).format(**said)


def caption_of(lang: str, title: str, key: str) -> str:
    """Return a title of a language with a proposed one (``titles.<key>``) behind a colon."""
    spoken = lang if _LANGUAGE.get() == ORIGINAL else _LANGUAGE.get()
    with drafted_in(spoken):
        said = hint(key)
    return f"{title} : {said}" if spoken == ORIGINAL else f"{title}: {said}"


def slug(text: str, fallback: str = "q") -> str:
    """Return a text as a name that an instrument takes: letters, digits and underscores, no digit first."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "_", letters).strip("_")
    if not name:
        return fallback
    return f"_{name}" if name[0].isdigit() else name


def short_name(text: str, fallback: str = "q", longest: int = 40) -> str:
    """Return a slug of at most ``longest`` characters; what is cut off leaves a number that tells long texts apart."""
    name = slug(text, fallback)
    if len(name) <= longest:
        return name
    return f"{name[: longest - 6].rstrip('_')}_{zlib.crc32(name.encode()) % 100_000:05d}"


def texts(by_language: Mapping[str, str], fallback: str = "") -> dict[str, str]:
    """Return a text with its French, and its English where there is one; another language stands for French."""
    found = {lang.partition("-")[0].lower(): t for lang, t in by_language.items() if t}
    french = found.get("fr") or next((t for lang, t in found.items() if lang != "en"), None)
    out = {"fr": french or found.get("en") or fallback}
    if found.get("en"):
        out["en"] = found["en"]
    return out


def drafts_of(instrument: Instrument) -> list[Draft]:
    """Return the questions of an instrument as drafts without remarks."""
    dumped = instrument.model_dump(mode="python", exclude_defaults=True)["questions"]
    return [Draft({k: v for k, v in q.items() if v is not None}) for q in dumped]
