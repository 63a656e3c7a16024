"""The tables of `check` speak the language of the locale: every head, every rule, and English elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from pipeline.ingest.checks.kinds import KINDS
from pipeline.stages import check, check_words
from pipeline.stages.check_words import action, in_words, language

WORDS = yaml.safe_load(Path(check_words.__file__).with_name("check_words.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "fr", "LANG": "C"}, "fr"),
        ({"LANG": "fro"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_locale_says_the_language(environment: dict[str, str], lang: str) -> None:
    assert language(environment) == lang


@pytest.mark.parametrize("lang", WORDS)
def test_every_rule_has_its_advice_and_no_other(lang: str) -> None:
    assert set(WORDS[lang]["actions"]) == set(KINDS)


@pytest.mark.parametrize("lang", WORDS)
def test_every_head_stands_in_the_code_and_names_the_same_values(lang: str) -> None:
    code = Path(check.__file__).read_text(encoding="utf-8")
    for english, said in WORDS[lang]["heads"].items():
        assert f'"{english}"' in code
        assert set(re.findall(r"\{\w+\}", said)) == set(re.findall(r"\{\w+\}", english))


def test_what_a_language_lacks_is_said_in_english() -> None:
    assert in_words("{n} things", "fr", n=2) == "2 things"
    assert action("no_such_rule", "look at it", "fr") == "look at it"
    assert action("spike", KINDS["spike"].action, "en") == KINDS["spike"].action
