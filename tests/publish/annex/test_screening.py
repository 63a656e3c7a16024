"""Screening on the validation page: flags have their rate, few persons are not told, moved shares name their answer."""

import pytest

from pipeline.evaluation import Evaluation
from pipeline.publish.annex import screening
from pipeline.publish.annex.blocks import Ground
from tests.publish.annex.grounds import ground


@pytest.fixture
def french(evaluation: Evaluation) -> Ground:
    return ground(evaluation)


def test_flags_have_their_rate(french: Ground) -> None:
    text = screening.flags(french).text
    assert "Même réponse à toutes les échelles" in text
    # spaces before signs are set when the page is staged
    assert '[5,0\u202f%]{.record data-record="rules/users/straight_lining/sat_overall/rate"}' in text


def test_nonresponse_is_told_among_those_asked_and_not_on_a_few_persons(french: Ground) -> None:
    text = screening.nonresponse(french).text
    assert '[25\u202f%]{.record data-record="nonresponse/users/2006/visits_4w/rate"}' in text
    # six kept silent of 240
    assert '[240]{.record data-record="nonresponse/users/2003/home_internet/asked"} | c |' in text
    assert "nonresponse/users/2003/home_internet/rate" not in text
    # nine persons were asked in 2006: fewer than the eleven that the evaluation demands
    assert "nonresponse/users/2006/home_internet" not in text
    assert "| nd | nd |" in text
    assert "non posée" in text


def test_moved_shares_name_question_and_answer_and_only_those_that_stand_out(french: Ground) -> None:
    text = screening.moved(french).text
    assert "[Ordinateur au domicile]{.declared}" in text
    assert "[oui]{.declared}" in text
    assert "Sexe" not in text
    assert "drift///compared" in screening.compared(french).text
    assert screening.undecided(french).text == ""


def test_english_says_the_same_of_the_same_records(evaluation: Evaluation) -> None:
    def numbers(made: Ground) -> list[str]:
        text = "".join(make(made).text for make in screening.BLOCKS.values())
        return [part.partition('"')[0] for part in text.split('data-record="')[1:]]

    assert numbers(ground(evaluation)) == numbers(ground(evaluation, "en"))
