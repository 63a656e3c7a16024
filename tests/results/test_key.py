"""Identifiers are made of codes: whatever a code holds, it stands in them, and can be read back."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from pipeline import results

HOSTILE = ("CDI/CDD", "a=b", 'dit "x"', "deux\nlignes", "100%25", "<b>", "{a}|b", "c\\d", "50 % ou plus")


@pytest.mark.parametrize("code", HOSTILE)
def test_a_code_is_read_back_from_its_part_of_an_identifier(code: str) -> None:
    written = results.part(code)
    assert unquote(written) == code
    assert not set(written) & set('/="\n<>{}|\\')


@pytest.mark.parametrize("code", ["60+", "En emploi (salarié)", "Oui, j'ai essayé", "Moins de 10 %", "2", "à_b-c.d"])
def test_other_codes_stay_as_they_are(code: str) -> None:
    assert results.part(code) == code


def test_domains_of_hostile_codes_make_identifiers_of_as_many_parts() -> None:
    made = results.result_id(
        "a",
        "b",
        "share",
        "users",
        wave="1",
        territory_level="region",
        territory="53",
        domain={"x": "CDI/CDD", "y": "a=b"},
    )
    assert made == "a.b.share/users/wave=1/region=53/x=CDI%2FCDD/y=a%3Db"
