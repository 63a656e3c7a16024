"""Numbers read as a French or an English statistician writes them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PipelineError, ResultsError
from pipeline.wording import numbers as w

N, B, M = "\u202f", "\u00a0", "\u2212"


@pytest.mark.parametrize(
    ("value", "decimals", "french", "english"),
    [
        (0.48, 0, f"48{N}%", "48%"),
        (0.485, 0, f"49{N}%", "49%"),
        (0.57, 0, f"57{N}%", "57%"),
        (0.4849, 1, f"48,5{N}%", "48.5%"),
        (0.0, 0, f"0{N}%", "0%"),
        (1.0, 0, f"100{N}%", "100%"),
    ],
)
def test_a_share_is_a_percentage_rounded_half_up(value, decimals, french, english):
    assert w.share(value, "fr", decimals) == french
    assert w.share(value, "en", decimals) == english


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (9.4, f"+{B}9{B}points", f"+9{B}points"),
        (-4.2, f"{M}{B}4{B}points", f"{M}4{B}points"),
        (1.8, f"+{B}1,8{B}point", f"+1.8{B}points"),
        (1.96, f"+{B}2{B}points", f"+2{B}points"),
        (-0.3, f"{M}{B}0,3{B}point", f"{M}0.3{B}points"),
        (0.04, f"0{B}point", f"0{B}points"),
        (1.0, f"+{B}1,0{B}point", f"+1.0{B}point"),
    ],
)
def test_points_carry_their_sign_and_are_singular_under_two_in_french(value, french, english):
    assert w.points(value, "fr") == french
    assert w.points(value, "en") == english


def test_unsigned_points_serve_after_of():
    assert w.points(-9.4, "fr", signed=False) == f"9{B}points"


def test_counts_set_thousands_apart_with_narrow_no_break_spaces():
    assert w.count(1020000, "fr") == f"1{N}020{N}000"
    assert w.count(1020000, "en") == "1,020,000"
    assert w.respondents(1850, "fr") == f"n{B}={B}1{N}850"


def test_money_means_scores_and_evolutions():
    assert w.euro(5284000) == f"5{N}284{N}000{B}€"
    assert w.euro(1.8) == f"1,80{B}€"
    assert w.euro(20) == f"20{B}€"
    assert w.euro(1.8, "en") == "€1.80"
    assert w.mean(2.61) == "2,6"
    assert w.score(38) == f"+{B}38"
    assert w.evolution(0.05) == f"+{B}5{N}%"
    assert w.evolution(-0.0312, "en") == f"{M}3%"
    assert w.evolution(0.012) == f"+{B}1,2{N}%"


@pytest.mark.parametrize(
    ("lower", "upper", "unit", "french", "english"),
    [
        (0.45, 0.52, "share", f"entre 45{N}% et 52{N}%", "between 45% and 52%"),
        (5.2, 13.6, "point", f"entre +{B}5 et +{B}14{B}points", f"between +5 and +14{B}points"),
        (-5.2, 1.2, "point", f"entre {M}{B}5 et +{B}1{B}point", f"between {M}5 and +1{B}point"),
        (-1.8, 0.2, "point", f"entre {M}{B}2 et 0{B}point", f"between {M}2 and 0{B}points"),
        (0.3, 9.1, "point", f"entre +{B}0,3 et +{B}9,1{B}points", f"between +0.3 and +9.1{B}points"),
        (0.481, 0.484, "share", f"entre 48,1{N}% et 48,4{N}%", "between 48.1% and 48.4%"),
        (28000.2, 32400.9, "count", f"entre 28{N}000 et 32{N}401", "between 28,000 and 32,401"),
        (2.41, 2.77, "mean", "entre 2,4 et 2,8", "between 2.4 and 2.8"),
        (31.0, 45.0, "score", f"entre +{B}31 et +{B}45", "between +31 and +45"),
    ],
)
def test_intervals_say_between_and_keep_enough_decimals(lower, upper, unit, french, english):
    assert w.interval(lower, upper, unit, "fr") == french
    assert w.interval(lower, upper, unit, "en") == english


def test_an_interval_that_leaves_out_zero_never_reads_zero():
    for lower in (0.1, 0.2, 0.4, 0.49):
        assert f"entre +{B}0 " not in w.interval(lower, 8.0, "point")


def test_a_result_is_written_in_its_unit():
    assert w.estimate(0.05, "ratio", measure="evolution") == f"+{B}5{N}%"
    assert w.estimate(0.18, "ratio", measure="effect") == f"+{B}18{N}%"
    assert w.estimate(0.76, "ratio", measure="coverage") == f"76{N}%"
    assert w.interval(0.04, 0.38, "ratio", measure="effect") == f"entre +{B}4{N}% et +{B}38{N}%"
    assert w.estimate(1.72, "ratio", measure="deff_kish") == "1,72"
    assert w.estimate(0.81, "rate", measure="rate") == f"81{N}%"
    assert w.estimate(0.338, "rate", measure="per_inhabitant") == "0,34"
    assert w.estimate(172.4, "mean", measure="per_space") == "172"


@pytest.mark.parametrize("value", [math.nan, math.inf, None])
def test_a_blanked_estimate_cannot_be_written(value):
    with pytest.raises(ResultsError, match="not published"):
        w.decimal(value)


def test_negative_zero_has_no_sign():
    assert w.decimal(-0.2, "fr") == "0"


def test_dates_and_periods_read_as_in_french():
    assert w.date("2006-12-31") == "31 décembre 2006"
    assert w.date("2003-01-01") == "1er janvier 2003"
    assert w.dates("2003-11-17", "2003-12-12") == "du 17 novembre au 12 décembre 2003"
    assert w.dates("2003-11-01", "2003-11-12") == "du 1er au 12 novembre 2003"
    assert w.dates("2003-12-17", "2004-01-12") == "du 17 décembre 2003 au 12 janvier 2004"
    assert w.dates("2003-11-17", "2003-12-12", "en") == "from 17 November to 12 December 2003"
    assert w.period("2003..2006") == "2003 à 2006"
    assert w.period("2006-11") == "novembre 2006"
    assert w.period("2006-12-31", "en") == "31 December 2006"


def test_impossible_dates_and_unknown_languages_are_refused_by_name():
    with pytest.raises(PipelineError, match="2006-02-30"):
        w.date("2006-02-30")
    with pytest.raises(PipelineError, match="ends before"):
        w.dates("2006-02-20", "2006-01-20")
    with pytest.raises(PipelineError, match="de"):
        w.share(0.5, "de")


def test_lists_end_with_and():
    assert w.listing(["a", "b", "c"]) == "a, b et c"
    assert w.listing(["a", "b"], "en") == "a and b"
    assert w.listing(["a"]) == "a"
    assert w.listing([]) == ""


def test_a_difference_of_means_has_its_sign():
    assert w.estimate(2.0, "mean", measure="mean_shift") == f"+{w.NO_BREAK}2,0"
    assert w.estimate(2.0, "mean") == "2,0"


@pytest.mark.parametrize(
    ("value", "unit", "measure", "said"),
    [(2.93, "mean", "mean_shift", "3,0"), (0.123, "ratio", "evolution", "13 %"), (0.3, "share", "share", "30 %")],
)
def test_a_size_that_is_not_passed_is_rounded_up_without_a_sign(
    value: float, unit: str, measure: str, said: str
) -> None:
    assert w.bound(value, unit, measure=measure).replace("\u202f", " ") == said


@pytest.mark.parametrize(
    ("text", "french"),
    [
        (lambda: w.share(0.425), f"42,5{N}%"),
        (lambda: w.share(0.42), f"42{N}%"),
        (lambda: w.share(0.424), f"42{N}%"),
        (lambda: w.points(9.5), f"+{B}9,5{B}points"),
        (lambda: w.points(-1.85), f"{M}{B}1,85{B}point"),
        (lambda: w.evolution(-0.345), f"{M}{B}34,5{N}%"),
        (lambda: w.mean(2.65), "2,65"),
        (lambda: w.score(12.5), f"+{B}12,5"),
        (lambda: w.estimate(0.625, "share"), f"62,5{N}%"),
        (lambda: w.interval(0.405, 0.455), f"entre 40{N}% et 46{N}%"),
        (lambda: w.interval(-4.5, -3.5, "point"), f"entre {M}{B}5 et {M}{B}3{B}points"),
    ],
)
def test_a_number_halfway_is_not_rounded_twice_and_bounds_go_outward(text, french):
    assert text() == french


@given(st.floats(0, 1), st.sampled_from([0.0005, 0.001, 0.002, 0.005, 0.01]))
def test_a_printed_share_is_as_near_to_the_true_one_as_its_step_and_its_digits_allow(true: float, step: float) -> None:
    published = round(round(true / step) * step, 6)
    shown = w.share(published).removesuffix(f"{N}%").replace(",", ".")
    digits = len(shown.partition(".")[2])
    # half the last digit printed, or half the step where that is coarser; plus the dust of binary numbers
    assert abs(100 * true - float(shown)) <= max(0.5 * 10.0**-digits, 100 * step / 2) + 1e-9


@pytest.mark.parametrize(
    ("value", "lower", "upper", "unit", "decimals"),
    [
        (0.213, 0.212, 0.214, "share", 1),
        (0.21, 0.20, 0.22, "share", None),
        (0.0513, 0.0512, 0.0514, "share", 2),
        (0.62, 0.599, 0.641, "share", None),
        (26.7, 26.66, 26.71, "mean", None),
        (26.74, 26.71, 26.74, "mean", 2),
        (0.3, math.nan, math.nan, "share", None),
    ],
)
def test_a_number_is_printed_inside_its_interval(value, lower, upper, unit, decimals):
    assert w.decimals_within(value, lower, upper, unit) == decimals
