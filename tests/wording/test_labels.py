"""Readers see words, never codes."""

import pytest

from pipeline.errors import ResultsError
from pipeline.wording import labels
from tests.lexicon import LANGUAGES, LEXICON, with_shared

OWN = {
    "occupation=retired": {"fr": "Retraités"},
    "population=users": {"fr": "usagers de 15 ans ou plus des 381 espaces"},
    "source=users": {"fr": "enquête auprès des usagers"},
    "source=attendance": {"fr": "relevés de fréquentation"},
    "region=53": {"fr": "Bretagne"},
    "synthetic": {"fr": "données simulées"},
}


def test_the_evaluation_s_label_comes_before_the_shared_one():
    assert labels.label("population=users", with_shared(OWN), "fr").endswith("381 espaces")
    assert labels.label("population=users", with_shared({}), "fr") == "usagers de 15 ans ou plus"


@pytest.mark.parametrize(
    ("code", "french", "english"),
    [
        ("15-24", "15-24\u00a0ans", "15-24"),
        ("60+", "60\u00a0ans ou plus", "60 and over"),
        ("0-14", "Moins de 15\u00a0ans", "Under 15"),
    ],
)
def test_age_bands_are_written_in_words(code, french, english):
    assert labels.code_label("age_band", code, {}, "fr") == french
    assert labels.code_label("age_band", code, {}, "en") == english


def test_bands_sort_by_age():
    assert sorted(["60+", "15-24", "0-14", "5-9"], key=labels.age_order) == ["0-14", "5-9", "15-24", "60+"]


def test_a_code_without_label_is_refused_with_near_keys():
    with pytest.raises(ResultsError, match="occupation=retired"):
        labels.label("occupation=retird", OWN, "fr")


def test_every_shared_label_exists_in_both_languages():
    for key, words in LEXICON.items():
        assert all(words.get(lang) for lang in LANGUAGES), key


def test_signs_tell_secret_too_few_and_too_imprecise_apart():
    assert labels.sign("suppress", "c_dominance") == "c"
    assert labels.sign("suppress", "ns_n") == "ns"
    assert labels.sign("suppress", "np_width") == "np"
    assert labels.sign("suppress", "nd") == "nd"
    for quality, reason in (("publish", ""), ("suppress", "why")):
        with pytest.raises(ResultsError):
            labels.sign(quality, reason)


def test_age_bands_follow_a_noun_or_stand_as_a_group():
    assert [labels.aged(c, "fr") for c in ("0-14", "15-24", "60+")] == [
        "de moins de 15\u00a0ans",
        "de 15 à 24\u00a0ans",
        "de 60\u00a0ans ou plus",
    ]
    assert labels.the_aged("0-14", "fr") == "les moins de 15\u00a0ans"
    assert labels.the_aged("60+", "fr") == "les 60\u00a0ans ou plus"


def test_a_variable_that_is_called_like_an_age_and_has_other_codes_is_none():
    assert labels.is_aged("age_band", "60+")
    assert labels.is_aged("age_band", labels.NO_AGE)
    assert not labels.is_aged("agegr", "4")
    assert not labels.is_aged("agency", "paris")
    assert not labels.is_aged("sex", "15-24")
