"""Texts of an evaluation that lack a language in which it is published: another would stand on those pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from pipeline.evaluation import Evaluation
from pipeline.instrument import Text

#: Places told of each file.
SHOWN = 6


def texts_without_language(evaluation: Evaluation) -> list[str]:
    """Return a line a file and language: how many texts lack it, and where the first ones stand.

    Wordings are quoted as they were put and documents cited in their language: labels, titles and texts count.
    """
    lines = []
    for lang in evaluation.settings.languages:
        for file, model in _files(evaluation):
            places = list(dict.fromkeys(_lacking(model, lang, "")))
            if places:
                more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
                lines.append(f"{lang}: {file}: {len(places)} texts: {', '.join(places[:SHOWN])}{more}")
    return lines


def _files(evaluation: Evaluation) -> Iterator[tuple[str, BaseModel]]:
    yield "evaluation.yaml", evaluation.settings
    told: set[str] = set()
    for source in evaluation.settings.sources:
        if source.name in evaluation.instruments and source.instrument not in told:
            told.add(source.instrument)
            yield source.instrument, evaluation.instruments[source.name]


def _lacking(value: Any, lang: str, path: str) -> Iterator[str]:
    """Yield the places of texts without a language, named by the question or entry that they stand in."""
    if isinstance(value, Text) and value.fr and value.lacks(lang) and _has_words(value.fr):
        yield path or "title"
    if isinstance(value, BaseModel):
        name = getattr(value, "name", None) or getattr(value, "id", None)
        own = str(name) if isinstance(name, str) else ""
        for key in type(value).model_fields:
            # the questionnaire stands in the language in which it was put, and documents are cited in theirs
            if key not in ("wording", "note", "waves", "themes", "source"):
                yield from _lacking(getattr(value, key), lang, _joined(path, own, key))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _lacking(each, lang, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _lacking(each, lang, path)


def _joined(path: str, own: str, key: str) -> str:
    return ".".join(part for part in ((own or path), key) if part and part not in ("questions", "sources"))


def _has_words(text: str) -> bool:
    return any(c.isalpha() for c in text)
