"""What words may name, in its forms: a number says no more than it is, a time stands behind its preposition."""

from pathlib import Path

import pytest

from pipeline.results.statement import Statement
from pipeline.wording import en, fr, numbers
from pipeline.wording.grammar import Hole
from pipeline.wording.language import Language, of
from pipeline.wording.speaking import Speaker
from pipeline.wording.values import Declared, Labelled, Period, Result, noun_of
from pipeline.wording.vocabulary import Noun
from pipeline.wording.words import load
from tests.lexicon import LEXICON

ROOT = Path(__file__).parents[2]
HABITANTS = Noun("habitant", "habitants", "m", elides=True)


def share(estimate: float, lang: str, unit: str = "share", measure: str = "share") -> Result:
    row = {"result_id": "", "estimate": estimate, "lower": float("nan"), "upper": float("nan"), "unit": unit}
    return Result({**row, "measure": measure}, of(lang), HABITANTS, lambda text, result_id: text)


def read(text: str | None) -> str:
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("estimate", "said"), [(1.0, "100 %"), (0.9995, "plus de 99 %"), (0.98, "98 %"), (0.012, "1,2 %"), (0.0, "0 %")]
)
def test_a_share_that_only_rounding_makes_whole_is_not_whole_nor_a_small_one_nil(estimate: float, said: str) -> None:
    assert read(share(estimate, "fr").said("")) == said


def test_nearly_all_are_said_in_words() -> None:
    assert read(share(0.9995, "fr").said("who")) == "la quasi-totalité des habitants"
    assert read(share(0.012, "en", "rate", "rate").said("")) == "1.2%"


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        (fr, "2006-12-31", ["31 décembre 2006", "au 31 décembre 2006", "depuis le 31 décembre 2006"]),
        (fr, "2004-10", ["octobre 2004", "en octobre 2004", "depuis octobre 2004"]),
        (en, "2006-12-31", ["31 December 2006", "on 31 December 2006", "since 31 December 2006"]),
        (en, "2006", ["2006", "in 2006", "since 2006"]),
    ],
)
def test_periods_stand_behind_their_prepositions(language: Language, name: str, said: list[str]) -> None:
    assert [Period(name, language).said(form) for form in ("", *language.TIMES)] == said


@pytest.mark.parametrize(("lang", "form", "said"), [("fr", "quand", "en août"), ("en", "when", "in August")])
def test_a_month_stands_in_full_behind_its_preposition(lang: str, form: str, said: str) -> None:
    assert Labelled("month=08", LEXICON, of(lang)).said(form) == said


@pytest.mark.parametrize(("value", "said"), [(5.0, "5"), (2.5, "2,5")])
def test_a_number_that_is_set_is_said_as_it_is_set(value: float, said: str) -> None:
    assert Declared(value, "setting", of("fr")).said("") == said


@pytest.mark.parametrize(
    ("value", "unit", "measure", "said"),
    [
        (0.75, "rate", "rate", "75 %"),
        (0.02, "ratio", "evolution", "2 %"),
        (0.025, "ratio", "evolution", "2,5 %"),
        (0.505, "share", "share", "50,5 %"),
        (3.0, "point", "shift", "3 points"),
    ],
)
def test_a_declared_number_is_written_as_what_it_is_declared_about(
    value: float, unit: str, measure: str, said: str
) -> None:
    assert read(Declared(value, unit, of("fr"), measure).said("")) == said


@pytest.mark.parametrize(
    ("value", "unit", "fr_said", "en_said"),
    [
        (41_996_110.0, "euro", "42 M€", "€42 million"),
        (5_496_391.0, "euro", "5,5 M€", "€5.5 million"),
        (133_171.0, "euro", "133 000 €", "€133,000"),
        (30_718.0, "count", "30 700", "30,700"),
        (5.967, "euro", "None", "None"),
    ],
)
def test_large_amounts_are_told_as_one_says_them(value: float, unit: str, fr_said: str, en_said: str) -> None:
    assert [read(numbers.about(value, unit, lang)) for lang in ("fr", "en")] == [fr_said, en_said]


def test_a_way_from_one_period_to_another_is_told_whole() -> None:
    assert Period("1998..2006", fr).said("en") == "de 1998 à 2006"
    assert Period("2006..2006", fr).said("en") == "en 2006"


@pytest.mark.parametrize(
    ("lower", "upper", "unit", "p", "lang", "said"),
    [
        (0.0, 12.0, "point", 0.02, "fr", "entre un peu plus de 0 et + 12 points"),
        (0.0, 12.0, "point", 0.02, "en", "between just over 0 and +12 points"),
        (-12.0, 0.0, "point", 0.02, "fr", "entre − 12 et un peu moins de 0 point"),
        (-12.0, 0.0, "point", 0.02, "en", "between −12 and just under 0 points"),
        (0.0, 12.0, "point", 0.2, "fr", "entre 0 et + 12 points"),
        (1.0, 12.0, "point", 0.02, "fr", "entre + 1 et + 12 points"),
        (0.0, 0.24, "ratio", 0.04, "fr", "entre un peu plus de 0 % et + 24 %"),
        (-0.24, 0.0, "ratio", 0.04, "en", "between −24% and just under 0%"),
        (0.0, 0.24, "ratio", 0.06, "fr", "entre 0 % et + 24 %"),
        (-8.0, 0.0, "score", 0.04, "en", "between −8 and just under 0"),
    ],
)
def test_an_end_that_is_nought_only_as_published_is_said_to_be_beside_it(
    lower: float, upper: float, unit: str, p: float, lang: str, said: str
) -> None:
    row = {"result_id": "", "estimate": (lower + upper) / 2, "lower": lower, "upper": upper, "unit": unit}
    row |= {"measure": "effect" if unit == "ratio" else "shift", "p_adjusted": p, "p_value": p}
    result = Result(row, of(lang), HABITANTS, lambda text, result_id: text)
    assert read(result.said("interval")) == said


@pytest.mark.parametrize(
    ("lang", "p_adjusted", "said"),
    [
        ("en", 0.053, "between +1 and +9 points, before allowing for the number of comparisons"),
        ("fr", 0.053, "entre + 1 et + 9 points, sans tenir compte du nombre de comparaisons"),
        ("en", 0.03, "between +1 and +9 points"),
    ],
)
def test_an_interval_of_one_comparison_beside_a_test_of_several_says_so(
    lang: str, p_adjusted: float, said: str
) -> None:
    row = {"result_id": "", "estimate": 5.0, "lower": 1.0, "upper": 9.0, "unit": "point"}
    row |= {"measure": "shift", "p_adjusted": p_adjusted, "p_value": 0.0075}
    assert read(Result(row, of(lang), HABITANTS, lambda text, result_id: text).said("interval")) == said


@pytest.mark.parametrize(
    ("estimate", "said"),
    [
        (0.9, "neuf sur dix des habitants à qui la question a été posée"),
        (0.19, "près d'un sur cinq des habitants à qui la question a été posée"),
        (0.66, "près des deux tiers des habitants à qui la question a été posée"),
    ],
)
def test_a_number_stands_beside_what_it_is_out_of(estimate: float, said: str) -> None:
    words = load(ROOT / "reports" / "fr", "fr", [], None, {})
    row = {"population": "inhabitants", "base": "came=1", "result_id": "", "unit": "share", "measure": "share"}
    row |= {"estimate": estimate, "lower": float("nan"), "upper": float("nan")}
    assert read(Result(row, fr, noun_of(row, words), lambda text, result_id: text).said("who")) == said


@pytest.mark.parametrize(("counted", "persons"), [("inhabitants", "habitants"), ("users", "usagers")])
def test_persons_are_those_whom_a_statement_counts(counted: str, persons: str) -> None:
    words = load(ROOT / "reports" / "fr", "fr", [], None, {})
    rows = {"r": {"population": counted}, "s": {"population": "spaces"}}
    speaker = Speaker(words, rows, {}, lambda text, result_id: text)
    said = Statement("e.s@region=53", "profile", "e", "s", "groups", "undetected", result_ids=("r", "s"))
    assert speaker.about([said]).noun_text(Hole("persons")) == persons


@pytest.mark.parametrize(
    ("base", "said"), [("all", "habitants"), ("came=1", "habitants à qui la question a été posée")]
)
def test_whom_a_row_counts_says_that_not_all_were_asked(base: str, said: str) -> None:
    words = load(ROOT / "reports" / "fr", "fr", [], None, {})
    assert noun_of({"population": "inhabitants", "base": base}, words).many == said
