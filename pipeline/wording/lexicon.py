"""Labels that no evaluation needs to declare: ``reports/<lang>/_lexicon.yaml`` and those of questions.

A question's own stand in its ``words.yaml`` under ``lexicon``: what its ``indicators`` are called, and the ``codes`` of
what cuts them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.wording.grammar import Template, render
from pipeline.wording.words import Words

#: File of the labels that questions share, without its ending, and the section of a question's words.
SHARED, OWN = "_lexicon", "lexicon"


#: What a text about visits may name of their returns.
_OF_RETURNS = ("period", "comparable", "monthly", "completed")


def of_returns(text: str, labels: Mapping[str, Mapping[str, str]], lang: str) -> str:
    """Return a text whose « {period} », « {comparable} »... say what the returns of visits are."""
    for name in _OF_RETURNS:
        text = text.replace(f"{{{name}}}", labels.get(f"returns={name}", {}).get(lang, ""))
    return text


def lexicon(read: Mapping[str, Words]) -> dict[str, dict[str, str]]:
    """Return the labels of words by language, key -> language -> text; what a text names in {...} is left as it is."""
    out: dict[str, dict[str, str]] = {}
    for lang, words in read.items():
        for key, template in _labels(words):
            out.setdefault(key, {})[lang] = render(template, lambda hole: hole.written, sentence=False)
    return out


def _labels(words: Words) -> Iterator[tuple[str, Template]]:
    """Yield label keys with their templates, those that all questions share first."""
    questions = []
    for key, entry in words.texts.items():
        name, _, rest = key.partition(".")
        if name == SHARED:
            yield rest, entry.template
            continue
        section, _, label = rest.partition(".")
        part, _, label = label.partition(".")
        if section == OWN:
            questions.append((label if part == "codes" else f"{name}.{label}", entry.template))
    yield from questions
