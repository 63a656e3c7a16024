"""The language of received files, by the small words of their headers, questions and answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.ingest.lexicon import folded, lexicon
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.text import Reviewed
from pipeline.ingest.values import distinct, text_of
from pipeline.instrument import ORIGINAL

#: Words of a language, at least, and how many times those of the other.
FEWEST, TIMES = 4, 2
#: Answers looked at of each column.
MOST = 20


def language_of(given: Sequence[Given]) -> str:
    """Return the language in which files and questionnaires are written: English where they tell it, else French.

    A questionnaire in several languages is of the one that stands first for this project, French.
    """
    said = {lang: set(map(folded, words)) for lang, words in lexicon("languages").items()}
    counted = dict.fromkeys(said, 0)
    for text in set(_texts(given)):
        words = set(re.findall(r"[^\W\d_]+", folded(text)))
        for lang, known in said.items():
            counted[lang] += len(words & known)
    both = any("en" in d.content["wording"] and d.content["wording"]["en"] != d.content["wording"]["fr"]
               for g in given if g.questionnaire for d in g.questionnaire.drafts)  # fmt: skip
    return ORIGINAL if both or counted["en"] < max(FEWEST, TIMES * counted[ORIGINAL]) else "en"


def _texts(given: Sequence[Given]) -> Iterable[str]:
    for g in given:
        for draft in g.questionnaire.drafts if g.questionnaire else ():
            yield draft.content["wording"]["fr"]
        for column in g.described.columns:
            # the names that a program gives its columns are in English wherever it is used
            yield from ("" if "_" in column.name else column.name, column.label, *column.values.values())
            if column.kind == "text":
                texts = [t for t in map(text_of, distinct(column.examples).values) if t]
                yield from texts if len(texts) <= MOST else ()


def in_language(value: Any, lang: str) -> Any:
    """Return a declaration whose texts, drafted under ``fr``, stand under the language that they are in."""
    if lang == ORIGINAL:
        return value
    if isinstance(value, Reviewed):
        return Reviewed(in_language(value.value, lang), value.remark)
    if isinstance(value, Mapping):
        texts = value if ORIGINAL in value and isinstance(_bare(value[ORIGINAL]), str) else {}
        kept = {k: in_language(v, lang) for k, v in value.items() if k not in (ORIGINAL, lang)}
        return {**_first(kept, texts, lang), **kept} if texts else kept
    return [in_language(v, lang) for v in value] if isinstance(value, list) else value


def _first(kept: Mapping[str, Any], texts: Mapping[str, Any], lang: str) -> dict[str, Any]:
    named = {"id": kept["id"]} if "id" in kept else {}
    return {**named, lang: texts.get(lang, texts[ORIGINAL])}


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Reviewed) else value
