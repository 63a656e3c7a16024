"""A text stands in any language; the first one given stands where another lacks it, and is known not to be it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipeline.instrument import Text


def test_a_text_in_english_alone_stands_in_every_language_and_lacks_french() -> None:
    text = Text.model_validate({"en": "Space"})
    assert [text.in_language(lang) for lang in ("en", "fr", "de")] == ["Space"] * 3
    assert [text.lacks(lang) for lang in ("en", "fr", "de")] == [False, True, True]


def test_french_stands_before_other_languages() -> None:
    text = Text.model_validate({"en": "Space", "fr": "Espace"})
    assert (text.in_language("de"), text.lacks("fr")) == ("Espace", False)


def test_a_text_in_no_language_is_refused() -> None:
    with pytest.raises(ValidationError, match="in no language"):
        Text.model_validate({})
