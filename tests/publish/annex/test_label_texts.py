"""Texts of labels: one text a language, filled with what a setting says, never a hole left open."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import WordsError
from pipeline.publish.annex.label_texts import label_texts

TEXTS = label_texts(Path(__file__).parents[3], ("fr", "en"), questions=["small_areas", "typology"])


def test_a_value_may_be_one_text_or_one_a_language() -> None:
    assert replace(TEXTS, file="typology").say("labels.numbered", number="2") == {"fr": "Classe 2", "en": "Class 2"}
    said = replace(TEXTS, file="small_areas").say("labels.aged", group={"fr": "les jeunes", "en": "the young"})
    assert said == {"fr": "la part des visites faites par les jeunes", "en": "the share of visits by the young"}


def test_a_missing_text_and_a_missing_value_are_told() -> None:
    with pytest.raises(WordsError, match="missing"):
        TEXTS.say("field.none")
    with pytest.raises(WordsError, match="missing"):
        TEXTS.say("field.days")
