"""Records from results to sentences: what a record is called, what a file covers, changes over common months."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.results import Result
from tests.questions.saying import LANGUAGES, Told, hidden, row

LABELS = {
    "record=records": {"fr": "prêts", "en": "loans"},
    "record=records:de": {"fr": "de prêts", "en": "of loans"},
    "record=records:le": {"fr": "les prêts", "en": "the loans"},
    "records.days": {"fr": "Durée (jours)", "en": "Days"},
    "records.desks": {"fr": "Postes", "en": "Desks"},
    "by=equipment": {"fr": "Matériel", "en": "Equipment"},
    "equipment=laptop": {"fr": "Portable", "en": "Laptop"},
    "equipment=camera": {"fr": "Caméra", "en": "Camera"},
}


def number(indicator: str, measure: str, unit: str, estimate: float, period: str, **fields: Any) -> Result:
    given = {"population": "events", "inference": "census", **fields}
    return row("records", indicator=indicator, measure=measure, unit=unit, estimate=estimate, period=period, **given)


ROWS = [
    number("records", "count", "count", 241, "2004"),
    number("records", "count", "count", 359, "2005"),
    number("records", "evolution", "ratio", -0.0083, "2004..2005"),
    number("compared", "months", "count", 8, "2004..2005", population="records"),
    number("covered", "share", "share", 8 / 12, "2004", population="records"),
    number("covered", "months", "count", 8, "2004", population="records"),
    number("covered", "share", "share", 1, "2005", population="records"),
    number("covered", "months", "count", 12, "2005", population="records"),
    number("days", "total", "count", 2528, "2005"),
    number("days", "mean", "mean", 7.41, "2005"),
    number("desks", "used", "count", 30, "2005"),
    number("desks", "offered", "count", 60, "2005"),
    number("desks", "rate", "rate", 0.5, "2005"),
    number("equipment", "share", "share", 0.6, "2005", domain={"equipment": "laptop"}),
    number("equipment", "share", "share", 0.4, "2005", domain={"equipment": "camera"}),
]


def told(rows: list[Result] | None = None, **changes: Any) -> Told:
    given = {"settings": {"by": ["equipment"]}, "labels": LABELS, **changes}
    return Told("records", ROWS if rows is None else rows, **given)


def test_a_change_says_over_how_many_months_it_compares() -> None:
    assert told().say("counted", "change") == (
        "En 2005, le nombre de prêts est de 359 (sur 12 mois), contre 241 en 2004 (sur 8 mois). Le nombre de prêts a"
        " diminué de 0,8 % depuis 2004, sur les 8 mois que le fichier couvre aux deux dates."
    )


def test_whole_periods_are_compared_without_a_word_on_months() -> None:
    whole = [r for r in ROWS if r.measure != "months"]
    assert told(whole).say("counted") == "En 2005, le nombre de prêts est de 359, contre 241 en 2004."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (-5.7, "La moyenne a diminué depuis 2004 : Durée (jours) (− 5,7)."),
        (0.6, "La moyenne a augmenté depuis 2004 : Durée (jours) (+ 0,6)."),
    ],
)
def test_a_mean_that_moves_one_way_is_a_whole_sentence(change: float, said: str) -> None:
    rows = [*ROWS, number("days", "mean_shift", "mean", change, "2004..2005")]
    assert told(rows).say("mean_changes").replace("\u202f", " ").replace("\u00a0", " ") == said


def test_a_share_that_hardly_moved_has_neither_risen_nor_fallen() -> None:
    moves = [("laptop", 0.9), ("camera", -0.9)]
    rows = [number("equipment", "shift", "point", by, "2004..2005", domain={"equipment": c}) for c, by in moves]
    said = "Depuis 2004, aucune de ces parts n'a changé de 1 point ou plus."
    assert told([*ROWS, *rows]).say("category_changes") == said


def test_a_period_that_the_file_covers_in_part_is_told() -> None:
    days = {"settings": {"by": ["equipment"], "covered": ["2004-05-01", "2005-12-31"]}}
    assert told(**days).say("covered") == ""
    partly = [r for r in ROWS if r.period == "2004"]
    assert "il en tient 8 mois" in told(partly, **days).say("covered")


def test_months_without_records_are_no_lacking_months_where_nothing_says_what_the_file_covers() -> None:
    partly = [r for r in ROWS if r.period == "2004"]
    assert "covered" not in told(partly).verdicts()
    assert told(partly).say("spanned").startswith("Les enregistrements en 2004 s'étendent sur 8 mois")


def test_a_rate_of_use_says_its_two_sums() -> None:
    assert told().say("rates") == "Part utilisée de ce qui est offert, en 2005 : Postes (50 %, soit 30 sur 60)."


def test_records_divide_by_the_questions_that_the_entry_names() -> None:
    assert told().say("category", lang="en") == "Equipment, in 2005, in order of frequency: Laptop (60%); Camera (40%)."
    assert "other_categories" not in told().verdicts()  # one question is told once
    assert "category" not in told(settings={}).verdicts()


def test_every_question_that_the_entry_names_is_told_with_what_moved() -> None:
    labels = {**LABELS, **{f"by={c}": {"fr": c, "en": c} for c in ("canal", "issue")}}
    labels |= {f"{c}={a}": {"fr": a, "en": a} for c in ("canal", "issue") for a in ("oui", "non")}
    rows = [*ROWS]
    for column, by in (("canal", 4.0), ("issue", 0.4)):
        for code, sign in (("oui", 1), ("non", -1)):
            rows.append(number(column, "share", "share", 0.5 + 0.1 * sign, "2005", domain={column: code}))
            rows.append(number(column, "shift", "point", by * sign, "2004..2005", domain={column: code}))
    found = told(rows, settings={"by": ["equipment", "canal", "issue"]}, labels=labels)
    assert found.say("other_categories", lang="en") == (
        "Canal, in 2005, in order of frequency: oui (60%); non (40%). Issue, in 2005, in order of frequency: oui (60%);"
        " non (40%)."
    )
    assert found.say("other_changes", lang="en") == (
        "Change in the shares since 2004: “canal”, a rise for oui (+4 points), a fall for non (−4 points); “issue”,"
        " less than 1 point of change for several shares."
    )


def test_what_may_not_be_published_stands_beside_the_order_of_frequency() -> None:
    labels = {**LABELS, "by=canal": {"fr": "Canal", "en": "Channel"}}
    labels |= {f"canal={code}": {"fr": code, "en": code} for code in ("oui", "non")}
    rows = [number("canal", "share", "share", 0.5, "2005", domain={"canal": code}) for code in ("oui", "non")]
    table = told([*ROWS, *rows]).table
    settings = {"settings": {"by": ["equipment", "canal"]}, "labels": labels}
    found = told(hidden(table, table["domain"].isin(["equipment=laptop", "canal=oui"])), **settings)
    said = "Matériel, en 2005, par ordre de fréquence : Caméra (40 %) ; non publiable : Portable."
    assert found.say("category") == said
    assert found.say("other_categories", lang="en") == (
        "Channel, in 2005, in order of frequency: non (50%); not for publication: oui."
    )
    nothing = told(hidden(table, table["measure"] == "share"), **settings)
    assert nothing.say("category") == "Matériel : la répartition n'est pas publiable (Portable et Caméra)."
    assert nothing.say("other_categories") == "Canal : la répartition n'est pas publiable."


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_statement_can_be_said_and_nobody_is_called_a_user(lang: str) -> None:
    table = told().table
    for rows in (table, hidden(table, table["indicator"] != "covered")):
        texts = [text for text in told(rows).everything(lang) if text]
        assert texts
        assert not [text for text in texts if "usager" in text or "user" in text]
