"""The labels that reports share, as the shipped words have them, for tests that make up labels of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.publish.annex.label_texts import label_texts
from pipeline.publish.annex.labels import returns_labels
from pipeline.wording.lexicon import lexicon, of_returns

ROOT = Path(__file__).parents[1]
LANGUAGES = ("fr", "en")
QUESTIONS = sorted(path.parent.name for path in (ROOT / "reports" / "fr").glob("*/words.yaml"))
TEXTS = label_texts(ROOT, LANGUAGES, questions=QUESTIONS)
LEXICON = lexicon(TEXTS.read)


def with_shared(own: Mapping[str, Mapping[str, str]], period: str = "month") -> dict[str, dict[str, str]]:
    """Return labels of a test's own, then those that all evaluations share, of returns of a period."""
    returns = returns_labels(period, TEXTS)
    known = {**returns, **own}
    shared = {key: {lang: of_returns(t, known, lang) for lang, t in texts.items()} for key, texts in LEXICON.items()}
    first = {key: dict(texts) for key, texts in own.items()}
    return first | {key: {**texts, **first.get(key, {})} for key, texts in {**shared, **returns}.items()}


def place_labels(level: str, code: str, record: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """Return the forms of a territory's name, as labels."""
    from pipeline.wording.language import of

    forms = {lang: of(lang).place(record).labels(f"{level}={code}") for lang in LANGUAGES}
    return {key: {lang: forms[lang][key] for lang in LANGUAGES} for key in forms["fr"]}
