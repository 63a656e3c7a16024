"""Blocks exist in every language: the same texts, that name the same values, and each can be made of any evaluation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.evaluation import Evaluation, SamplingDesign
from pipeline.publish.annex.blocks import blocks
from pipeline.wording import words
from pipeline.wording.lexicon import SHARED
from pipeline.wording.words import Words

from .grounds import changed, declared, ground
from .project import ROOT, rows

LANGUAGES = ("fr", "en")
#: Digits that a text may hold are none: numbers come from results and settings.
DIGIT = re.compile(r"\d")


def read(lang: str) -> Words:
    return words.load(ROOT / "reports" / lang, lang, [], None, {})


def documents() -> list[str]:
    return sorted(p.stem for p in (ROOT / "reports" / "fr").glob("_*.yaml") if p.stem != "_common")


@pytest.mark.parametrize("document", documents())
def test_the_words_of_a_document_are_the_same_in_every_language(document: str) -> None:
    french, english = (
        {k: e for k, e in read(lang).texts.items() if k.startswith(f"{document}.") or k == document}
        for lang in LANGUAGES
    )
    assert french.keys() == english.keys()
    nouns = read("fr").vocabulary
    for key, entry in french.items():
        # a label may name the limits of its code
        if document != SHARED:
            assert not DIGIT.search("".join(p for p in entry.template.pieces if isinstance(p, str))), key
        named = [
            {h.name for h, _ in e.template.holes() if h.name.removesuffix("s") not in nouns}
            for e in (entry, english[key])
        ]
        assert named[0] == named[1], key


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["visits", "quota", "volunteer", "none"])
def test_every_block_of_the_methods_can_be_made_of_any_evaluation(evaluation: Evaluation, kind: str, lang: str) -> None:
    supplied = SamplingDesign(weights="weight")
    others = [s for s in evaluation.settings.sources if s.kind != "survey"]
    made = {
        "visits": lambda: evaluation,
        "quota": lambda: changed(evaluation, sampled="person", by="quota", design=supplied, weighting=[]),
        "volunteer": lambda: changed(evaluation, sampled=None, by="volunteer", design=None, weighting=[]),
        "none": lambda: declared(evaluation, sources=others),
    }[kind]()
    document = (ROOT / "reports" / lang / "methods.qmd").read_text(encoding="utf-8")
    shown = re.findall(r"\{\{< show ([\w-]+) >\}\}", document)
    assert shown
    told = ground(made, lang, rows())
    for name in shown:
        text = blocks()[name](told).text
        assert not re.search(r"\{[a-z]+\}", text), name


def test_a_block_is_told_by_one_module_only() -> None:
    named = re.compile(r"^BLOCKS(?:: [^=]+)? = \{(.*?)\}", re.MULTILINE | re.DOTALL)
    found: list[str] = []
    for path in sorted(Path(ROOT / "pipeline" / "publish" / "annex").glob("*.py")):
        if match := named.search(path.read_text(encoding="utf-8")):
            found += re.findall(r'"([\w-]+)":', match[1])
    assert sorted(found) == sorted(blocks())
