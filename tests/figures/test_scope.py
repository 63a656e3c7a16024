"""A scope says the texts of kinds of figures, and is loud about what a text lacks."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.errors import DrawError
from pipeline.figures.scope import Scope

TEXTS = {"figures:table.reading": {"fr": "{when}[, {within}], {value} réponses.", "en": "{when}: {value} answers."}}


def scope(lang: str) -> Scope:
    return Scope(pd.DataFrame(), TEXTS, "region", lang)


def test_a_text_takes_its_values_and_leaves_out_the_parts_that_have_none() -> None:
    assert scope("fr").say("table.reading", when="en 2006", within="", value="12") == "en 2006, 12 réponses."
    assert scope("fr").say("table.reading", when="en 2006", within="à Auray", value="1").startswith("en 2006, à Auray,")
    assert scope("en").say("table.reading", when="in 2006", within="in Auray", value="12") == "in 2006: 12 answers."


def test_a_text_that_is_not_there_is_an_error_with_its_key_and_file() -> None:
    with pytest.raises(DrawError, match="a figure lacks a text") as fault:
        scope("fr").say("table.note")
    assert "table.note" in str(fault.value)
    assert "reports/fr/_figures.yaml" in str(fault.value)
    assert scope("fr").find_say("table.note") is None


def test_a_value_that_the_figure_does_not_give_is_an_error() -> None:
    with pytest.raises(DrawError, match="names what does not exist there") as fault:
        scope("fr").say("table.reading", when="en 2006")
    assert "{value}" in str(fault.value)
