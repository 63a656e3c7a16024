"""Every kind of identifier is masked alone and in a sentence; numbers and names of surveys and places are not."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.ingest.privacy import patterns
from pipeline.ingest.privacy.identifiers import Identifier, identifiers, suspected
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


#: Forms that look ahead cannot be drawn from: the planted kinds stand for them.
DRAWN = [k for k in identifiers() if "(?=" not in k.form.pattern]


@pytest.mark.slow
@pytest.mark.parametrize("kind", DRAWN, ids=lambda k: k.name)
def test_every_match_holds_the_digits_and_the_sign_that_its_kind_announces(kind: Identifier) -> None:
    """Else the quick look that spares most texts the search would miss one."""

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(kind.form, fullmatch=True))
    def holds(text: str) -> None:
        assert kind.possible(text, sum(map(str.isdecimal, text)), suspected(text))

    holds()


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"])
def test_no_identifier_has_the_form_of_a_day_or_a_moment(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = dt.datetime(1900, 1, 1)
    moments = [(first + dt.timedelta(minutes=53_219 * i)).strftime(form) for i in range(1_970)]
    assert all(patterns._MOMENT.fullmatch(moment) for moment in moments)
    monkeypatch.setattr(patterns, "_MOMENT", re.compile(r"(?!)"))
    assert [patterns.masked(moment) for moment in moments] == moments
