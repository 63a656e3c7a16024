"""Response from results to sentences: both stages and their product, what was kept, what weights cost."""

from typing import Any

import pytest

from pipeline.results import Result
from tests.questions.saying import LANGUAGES, Told, hidden, row

SETTINGS = {"items": None}


def counted(analysis: str, indicator: str, measure: str, estimate: float, **fields: Any) -> Result:
    units = {"rate": "rate", "item_nonresponse": "share", "capped_share": "share"}
    unit = units.get(measure, "ratio" if measure in ("deff_kish", "g_min", "g_max") else "count")
    return row(
        analysis, indicator=indicator, measure=measure, unit=unit, estimate=estimate, **{"wave": "2006", **fields}
    )


def spaces(indicator: str, measure: str, estimate: float, **fields: Any) -> Result:
    return counted("response", indicator, measure, estimate, population="spaces", **fields)


def visits(indicator: str, measure: str, estimate: float, **fields: Any) -> Result:
    return counted("response", indicator, measure, estimate, population="visits", **fields)


def records(indicator: str, estimate: float, **fields: Any) -> Result:
    given = {"population": "records", "domain": {"source": "users"}, **fields}
    return counted("account", indicator, "count", estimate, **given)


ROWS = [
    spaces("spaces", "rate", 0.8185),
    spaces("spaces.participating", "count", 221),
    spaces("spaces.sampled", "count", 270),
    spaces("spaces", "rate", 0.69, domain={"source": "facilitators"}, wave="2003"),
    visits("persons", "rate", 0.543),
    visits("persons.accepted", "count", 2717),
    visits("persons.handed", "count", 5004),
    visits("persons.partial", "count", 112),
    visits("persons.complete", "rate", 0.5206),
    visits("overall", "rate", 0.4444),
    visits("overall", "rate", 0.4642, wave="2003"),
    records("accepted", 2717),
    records("received", 2783),
    records("set_aside", 66),
    counted("response", "visits_4w", "item_nonresponse", 0.023, population="respondents"),
    counted("weighting", "person", "deff_kish", 1.732),
    counted("weighting", "person", "n", 2717),
    counted("weighting", "person", "n_effective", 1569),
    counted("weighting", "person", "capped_share", 0.003),
    counted("weighting", "person", "cap", 16),
    counted("weighting", "visit", "g_min", 0.718, population="visits"),
    counted("weighting", "visit", "g_max", 1.778, population="visits"),
]


def told(rows: Any = None, settings: dict[str, Any] | None = None, **changes: Any) -> Told:
    return Told("response", ROWS if rows is None else rows, settings or SETTINGS, **changes)


def test_both_stages_are_told_with_their_numbers_then_their_product() -> None:
    assert told().say("spaces", "persons", "overall", "overall_before") == (
        "En 2006, 82 % des espaces tirés au sort ont participé (221 sur 270). 54 % des questionnaires remis ont donné"
        " une réponse acceptée (2 717 sur 5 004). Le taux de réponse d'ensemble, produit des deux, est de 44 % en 2006."
        " Il était de 46 % en 2003."
    )
    assert told().say("partial") == (
        "Parmi ces réponses, 112 sont incomplètes ; avec les seules complètes, la part est de 52 %."
    )


def test_answers_received_are_those_kept_and_those_set_aside() -> None:
    assert told().say("kept", "set_aside") == (
        "En 2006, 2 717 réponses ont été acceptées sur 2 783 reçues. 66 ont été écartées, chacune avec son motif."
    )
    before = [*ROWS, records("accepted", 2104, wave="2003")]
    assert told(before).say("kept") == (
        "En 2006, 2 717 réponses ont été acceptées sur 2 783 reçues, contre 2 104 en 2003."
    )
    none = [r for r in ROWS if r.indicator != "set_aside"] + [records("set_aside", 0)]
    assert told(none).say("set_aside") == "Aucune n'a été écartée."


def test_of_several_surveys_the_one_that_is_told_is_named() -> None:
    named = {"surveyed=users": {"fr": "Enquête auprès des usagers", "en": "Survey of users"}}
    assert (
        told(labels=named)
        .say("kept")
        .startswith("En 2006, 2 717 réponses ont été acceptées sur 2 783 reçues (« Enquête auprès des usagers »).")
    )


def test_what_weights_cost_is_told_in_answers() -> None:
    assert told().say("weights", "cap", "calibration", lang="en") == (
        "In 2006, unequal weights multiply the variance by 1.73: in this respect, 2,717 answers are worth 1,569 answers"
        " of equal weight. A person's number of visits is capped at 16; the cap bears on 0.3% of answers in 2006."
        " In 2006, calibration multiplies weights by 0.72 at least and 1.78 at most."
    )


def test_a_survey_without_recorded_contacts_has_its_answers_alone() -> None:
    persons = {"survey": {"name": "users", "units": "inhabitants", "visits": None}}
    kept = [r for r in ROWS if r.analysis == "account"]
    assert set(told(kept, persons).verdicts()) == {"kept", "set_aside"}


def test_of_one_wave_nothing_is_told_of_before() -> None:
    once = [r for r in ROWS if r.wave == "2006"]
    made = told(once, waves=["2006"])
    assert "overall_before" not in made.verdicts()
    assert not [text for lang in LANGUAGES for text in made.everything(lang) if "2003" in text]


def test_what_is_withheld_gives_no_number() -> None:
    table = told().table
    held = told(hidden(table, table["measure"] == "item_nonresponse"))
    assert not set("0123456789") & set(held.say("silent").replace("2006", ""))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))
