"""Every kind of identifier is masked alone and in a sentence; numbers and names of surveys and places are not."""

from __future__ import annotations

import pytest

from pipeline.ingest.privacy.identifiers import identifiers
from pipeline.ingest.privacy.patterns import MASK, masked

from .planted import ORDINARY, PLANTED


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_identifier_is_masked_alone_and_in_a_sentence(kind: str) -> None:
    value = PLANTED[kind]
    own = max(value.split(), key=lambda word: (sum(c.isdigit() for c in word), len(word)))
    for text in (value, f"voir {value} merci", f"({value})", f"x ; {value} | y"):
        hidden = masked(text)
        assert MASK in hidden
        assert own not in hidden


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_values_stay_as_they_are(text: str) -> None:
    assert masked(text) == text


def test_every_kind_can_be_read_and_is_named_once() -> None:
    names = [kind.name for kind in identifiers()]
    assert len(names) == len(set(names)) >= 30
