"""Quantities: one canonical text, whatever the order in which variables and codes are named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ResultsError
from pipeline.results.quantity import (
    ANSWERED,
    NOTHING,
    VALUE,
    Quantity,
    Scored,
    Where,
    at,
    codes_of,
    difference,
    keys,
    parse,
    ratio,
    synthetic,
)

TEXTS = st.text(min_size=1, max_size=8)
CODES = st.one_of(st.sampled_from([ANSWERED, VALUE]), st.lists(st.one_of(TEXTS, st.integers()), min_size=1, max_size=4))
KEYS = st.dictionaries(TEXTS, CODES, max_size=3)


@st.composite
def plain(draw: st.DrawFn) -> Quantity:
    place = st.one_of(st.none(), st.builds(Where, TEXTS, st.text(max_size=5), st.booleans()))
    when = draw(st.one_of(st.just(""), st.builds(lambda kind, name: f"{kind}={name}", st.just("wave"), TEXTS)))
    texts = (draw(st.text(max_size=6)) for _ in range(3))
    return Quantity(
        draw(TEXTS), *texts, keys(draw(KEYS)), keys(draw(KEYS)), draw(place), when, draw(st.text(max_size=6))
    )


QUANTITIES = st.recursive(
    plain(), lambda q: st.one_of(st.builds(difference, q, q), st.builds(ratio, q, q)), max_leaves=4
)


@given(QUANTITIES)
def test_the_text_of_a_quantity_is_read_back_as_the_same_quantity(quantity: Quantity) -> None:
    found = parse(quantity.text)
    assert found == quantity
    assert hash(found) == hash(quantity)


@given(st.dictionaries(TEXTS, st.lists(TEXTS, min_size=1, max_size=4), max_size=4), st.randoms())
def test_the_order_of_variables_and_codes_changes_nothing(codes, random) -> None:
    names = list(codes)
    random.shuffle(names)
    shuffled = {name: random.sample(codes[name], len(codes[name])) for name in names}
    one, other = (Quantity("share", numerator=keys(c)) for c in (codes, shuffled))
    assert one == other
    assert one.text == other.text


@given(QUANTITIES, QUANTITIES)
def test_quantities_are_equal_exactly_when_their_texts_are(one: Quantity, other: Quantity) -> None:
    assert (one == other) == (one.text == other.text)


def test_the_text_is_the_documented_one() -> None:
    told = ("users", "users", "person", keys({"wants.email": [1]}), keys({"wants": ANSWERED, "age_band": ["15-24"]}))
    share = Quantity("share", *told, Where("pays", "03"), "wave=2006")
    assert share.text == "share{wants.email=1|age_band=15-24&wants=*}[users;users;person;pays=03;wave=2006;]"
    gap = difference(share, at(share, Where("pays", "03", rest=True)))
    assert gap.text == f"difference({share.text};{share.text.replace('pays=', 'pays!=')})"
    assert synthetic(share).of == (share,)
    assert NOTHING.text == "nothing"


def test_a_code_that_looks_like_a_sign_is_a_code() -> None:
    quantity = Quantity("share", numerator=keys({"q": ["*"]}), base=keys({"q": ANSWERED}))
    assert quantity.text == "share{q=%2A|q=*}"
    assert codes_of(quantity.numerator) == {"q": ("*",)}


def test_whole_numbers_are_one_code_and_scores_stand_beside_theirs() -> None:
    assert keys({"q": [1.0, 2]}) == keys({"q": [2, 1]})
    assert keys({"q": [Scored(">=9", 100)]}) == (("q", (">%3D9@100",)),)


@pytest.mark.parametrize("wrong", [{"": [1]}, {"q": []}, {"q": "yes"}])
def test_a_variable_needs_a_name_and_a_list_of_codes(wrong) -> None:
    with pytest.raises(ResultsError, match="lists of their codes"):
        keys(wrong)


@pytest.mark.parametrize("wrong", ["", "share{", "share{a=2,1|}", "share(", "share[a;b]", "share]"])
def test_a_text_that_no_quantity_wrote_is_refused(wrong: str) -> None:
    with pytest.raises(ResultsError, match="no quantity"):
        parse(wrong)
