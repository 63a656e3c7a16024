"""Prevalence from results to sentences: answers by the question that was asked, changes among several, means."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.results import Result
from pipeline.state.statements import Declared
from tests.questions.saying import LANGUAGES, Told, hidden, row

QUESTIONS = {"knows": ("Connaissez-vous un espace ?", "Do you know a space?")}
ANSWERS = {
    "knows": ("Oui", "Yes"),
    "no_time": ("Je n'ai pas le temps", "I have no time"),
    "no_need": ("Je n'en ai pas besoin", "I do not need it"),
    "cost": ("C'est trop cher", "It is too expensive"),
    "afraid": ("J'ai peur", "I am afraid"),
}
WHY = ("Pourquoi ne venez-vous pas ?", "Why do you not come?")
LABELS = {
    **{f"prevalence.{i}:answer": dict(zip(("fr", "en"), text, strict=True)) for i, text in ANSWERS.items()},
    **{f"prevalence.{i}:asked": dict(zip(("fr", "en"), QUESTIONS.get(i, WHY), strict=True)) for i in ANSWERS},
    "population=users": {"fr": "habitants de 15 ans ou plus", "en": "inhabitants aged 15 and over"},
    "by=reasons": {"fr": "Raisons de ne pas venir", "en": "Reasons for not coming"},
    "prevalence.knows": {"fr": "Connaît un espace", "en": "Knows a space"},
    "prevalence.no_time": {"fr": "Je n'ai pas le temps", "en": "I have no time"},
    "prevalence.no_need": {"fr": "Je n'en ai pas besoin", "en": "I do not need it"},
    "prevalence.cost": {"fr": "C'est trop cher", "en": "It is too expensive"},
    "prevalence.afraid": {"fr": "J'ai peur", "en": "I am afraid"},
    "prevalence.hours": {"fr": "Heures par semaine", "en": "Hours a week"},
}
REASONS = {"no_time": 0.15, "no_need": 0.46, "cost": 0.05, "afraid": 0.12}
SETTINGS = {
    "survey": {"units": "users"},
    "indicators": [
        {"name": "knows", "question": "knows_space"},
        *({"name": name, "question": "reasons", "item": name} for name in REASONS),
        {"name": "hours", "question": "hours", "mean": True},
    ],
}


def share(indicator: str, estimate: float, wave: str = "2006", **fields: Any) -> Result:
    return row(
        "prevalence", indicator=indicator, measure="share", unit="share", estimate=estimate, half=0.03, wave=wave
    )


def shift(indicator: str, estimate: float, p: float, measure: str = "shift") -> Result:
    given = {"wave": "2003..2006", "unit": "point" if measure == "shift" else "mean", "half": 4.0}
    return row(
        "prevalence", indicator=indicator, measure=measure, estimate=estimate, p_value=p / 2, p_adjusted=p, **given
    )


LEVELS = [
    share("knows", 0.625),
    *(share(name, estimate) for name, estimate in REASONS.items()),
    row("prevalence", indicator="hours", measure="mean", unit="mean", estimate=2.6, half=0.2, wave="2006"),
    row("weighting", indicator="person", measure="n", unit="count", estimate=1000.0, wave="2006"),
]
BEFORE = [share(name, 0.3, "2003") for name in ("knows", "no_time")]
CHANGES = [shift("knows", 9.0, 0.001), shift("no_time", 1.0, 0.6), shift("hours", -0.5, 0.01, "mean_shift")]


def told(*more: Result, **changes: Any) -> Told:
    return Told("prevalence", [*LEVELS, *more], SETTINGS, LABELS, **changes)


def test_a_question_with_one_answer_is_told_with_whom_it_was_put_to() -> None:
    assert told().say("alone") == (
        "En 2006, parmi les habitants de 15 ans ou plus qui ont répondu à chaque question : « Connaissez-vous un espace"
        " ? » : 62,5 % ont répondu « Oui » (entre 59 % et 66 %)."
    )
    assert told().say("answered", lang="en") == "In 2006, 1,000 inhabitants aged 15 and over answered."


def test_a_question_with_several_answers_is_told_by_the_most_frequent() -> None:
    text = told().say("answers")
    assert text.startswith(
        "En 2006, à la question « Raisons de ne pas venir », les réponses suivies les plus fréquentes sont"
        " « Je n'en ai pas besoin » (46 %, entre 43 % et 49 %) ; « Je n'ai pas le temps »"
    )
    assert "trop cher" not in text
    assert text.endswith(").")


def test_several_questions_make_several_sentences() -> None:
    settings = {
        **SETTINGS,
        "indicators": [
            *({"name": n, "question": "reasons"} for n in ("no_time", "no_need")),
            *({"name": n, "question": "fears"} for n in ("cost", "afraid")),
        ],
    }
    labels = {**LABELS, "by=fears": {"fr": "Craintes", "en": "Fears"}}
    made = Told("prevalence", LEVELS, settings, labels)
    assert ". En 2006, à la question « Craintes », les réponses" in made.say("answers")
    assert made.verdicts()["alone"] == "empty"


def test_a_threshold_is_told_beside_its_answer() -> None:
    declared = {"prevalence.knows.share/users/wave=2006": Declared(threshold=0.5)}
    assert "plus de la moitié" in told(declared=declared).say("alone")


def test_changes_are_told_after_correction_and_only_where_there_are_several_waves() -> None:
    assert "changes" not in told(waves=["2006"]).verdicts()
    assert told(*BEFORE, *CHANGES).say("changes") == (
        "Depuis 2003, une hausse est décelée pour « Connaît un espace » (+ 9 points, entre + 5 et + 13 points). Aucune"
        " évolution n'est décelée pour « Je n'ai pas le temps »."
    )


def test_means_are_no_shares() -> None:
    assert told().say("means") == "En 2006, en moyenne : « Heures par semaine », 2,6 (entre 2,4 et 2,8)."


def test_what_is_hidden_gives_no_number() -> None:
    table = told().table
    made = Told("prevalence", hidden(table, table["measure"] == "share"), SETTINGS, LABELS)
    assert {made.verdicts()[name] for name in ("alone", "answers")} == {"empty"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told(*BEFORE, *CHANGES).everything(lang))


def test_an_answer_alone_has_its_question_a_verb_and_how_many_answered() -> None:
    made = told()
    items = {
        i.id.partition("@")[0].partition("/")[2]: i
        for s in made.made
        for i in (*s.items, *(j for i in s.items for j in i.items))
    }
    said = made.speaker("fr").alone(items["no_need"]).replace("\u202f", " ").replace("\u00a0", " ")
    assert said == (
        "En 2006, à la question « Pourquoi ne venez-vous pas ? », 46 % des habitants de 15 ans ou plus ont répondu"
        " « Je n'en ai pas besoin » (entre 43 % et 49 %)."
    )


def test_how_many_answered_is_told_where_it_is_published() -> None:
    rows = [replace(r, n=400.0) if r.indicator == "knows" else r for r in LEVELS]
    made = Told("prevalence", rows, SETTINGS, LABELS)
    knows = next(i for s in made.made for i in s.items if "/knows@" in i.id)
    assert made.speaker("en").alone(knows).endswith("(between 59% and 66%, out of 400 answers).")


def test_of_two_parts_it_is_told_whether_their_gap_closed() -> None:
    parts = {"60+": (0.30, 0.55, 25.0), "15-24": (0.80, 0.90, 10.0)}
    rows = [
        made
        for code, (before, now, change) in parts.items()
        for made in (
            replace(share("knows", before, "2003"), domain={"age_band": code}),
            replace(share("knows", now), domain={"age_band": code}),
            replace(shift("knows", change, 0.001), se=2.0, domain={"age_band": code}),
        )
    ]
    settings = {**SETTINGS, "between": {"column": "age_band", "one": "60+", "other": "15-24"}}
    made = Told("prevalence", [*LEVELS, *BEFORE, *CHANGES, *rows], settings, LABELS)
    assert made.say("between") == (
        "L'écart s'est réduit depuis 2003 pour « Connaît un espace » (chez les 60 ans ou plus, 55 %, + 25 points ;"
        " chez les 15-24 ans, 90 %, + 10 points)."
    )
    assert "between" not in told(*BEFORE, *CHANGES).verdicts()
