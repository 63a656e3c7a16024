"""Lexicons are data: every expression of theirs can be one, and none was read as something else by YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.ingest import lexicon

FOLDER = Path(lexicon.__file__).parent
#: Lexicons of regular expressions; the others hold words.
OF_PATTERNS = ("ages", "answers", "headers", "ledgers", "personal")


def leaves(entry: Any) -> Iterator[Any]:
    if isinstance(entry, dict):
        for each in entry.values():
            yield from leaves(each)
    elif isinstance(entry, (list, tuple)):
        for each in entry:
            yield from leaves(each)
    else:
        yield entry


@pytest.mark.parametrize("subject", sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "identifiers"))
def test_words_are_texts(subject: str) -> None:
    # « no » and « : » are a truth value and a mapping to YAML unless they are quoted
    assert not [each for each in leaves(lexicon.lexicon(subject)) if isinstance(each, bool) or each is None]


@pytest.mark.parametrize("subject", OF_PATTERNS)
def test_expressions_compile_and_no_part_is_left_open(subject: str) -> None:
    made = list(leaves(lexicon.patterns(subject)))
    assert made
    for each in made:
        assert "<<" not in each
        re.compile(each)


def test_an_alternative_that_yaml_reads_as_a_mapping_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "lexicon", lambda _: {"total": ["total", {"total(?": ".*)?"}]})
    lexicon.patterns.cache_clear()
    with pytest.raises(TypeError, match="quote"):
        lexicon.patterns("made up")
    lexicon.patterns.cache_clear()
