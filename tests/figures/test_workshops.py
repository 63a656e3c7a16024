"""Tables of workshops and of the response of every survey: lines in order, masked cells as signs, nothing lost."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.figures.output import Absent, Table
from pipeline.figures.scope import Scope
from pipeline.results import Result, blank, frame
from pipeline.wording.numbers import NARROW
from tests.figures.declared import entry

NAMES = {
    "theme=first_steps": "Premiers pas",
    "theme=office": "Bureautique",
    "source=workshops": "cycles",
    "source=enrolments": "listes",
    "source=users": "enquête auprès des usagers",
    "source=facilitators": "enquête auprès des animateurs",
    "source=phone": "enquête téléphonique",
}


def row(population: str, indicator: str, measure: str, unit: str, value: float, period: str, **more: Any) -> Result:
    fixed = {"inference": "census", "n": 40.0, "analysis": "workshops", "source": "workshops", "period": period}
    place = {"territory_level": "region", "territory": "53"}
    said = {"population": population, "indicator": indicator, "measure": measure, "unit": unit, "estimate": value}
    return Result(**{**fixed, **place, **said, **more})


def rows() -> list[Result]:
    made = []
    for year, up in (("2003", 0.0), ("2006", 0.1)):
        for indicator, value in (
            ("spaces", 380),
            ("cycles", 7400),
            ("places", 51000),
            ("enrolled", 40000),
            ("hours", 370000),
        ):
            made.append(row("workshops", indicator, "count", "count", value, year))
        made.append(row("workshops", "fill", "rate", "rate", 0.78, year))
        for theme, value in (("first_steps", 125000), ("office", 90000)):
            made.append(row("workshops", "hours", "count", "count", value, year, domain={"theme": theme}))
        made.append(row("workshops", "fill", "rate", "rate", 0.7, year, domain={"theme": "office"}))
        for domain, value in (
            ({}, 0.4),
            ({"age_band": "60+"}, 0.5),
            ({"age_band": "15-24"}, 0.3),
            ({"theme": "office"}, 0.45),
        ):
            value += up
            more = {"inference": "model", "lower": value - 0.04, "upper": value + 0.04, "level": 0.95, "domain": domain}
            made.append(row("trainees", "re_enrolment", "share", "share", value, year, source="enrolments", **more))
    more = {"inference": "model", "lower": 3.0, "upper": 17.0, "level": 0.95, "source": "enrolments"}
    made.append(row("trainees", "re_enrolment", "shift", "point", 10.0, "2003..2006", **more))
    return made


def scope_of(labels: dict[str, Any], made: list[Result], hide: str = "") -> Scope:
    names = {key: {"fr": name, "en": name} for key, name in NAMES.items()}
    table = frame(made)
    if hide:
        hidden = table["result_id"] == hide
        table = blank(table, hidden).assign(
            quality=table["quality"].mask(hidden, "suppress"), reason=table["reason"].mask(hidden, "c")
        )
    return Scope(table, {**labels, **names}, "region", "fr")


def texts(table: object) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[cell.text for cell in line] for line in table.rows]


def test_activity_goes_from_spaces_to_hours_then_by_theme(labels):
    made = entry("workshops-activity", "fr").make(scope_of(labels, rows()))
    lines = texts(made)
    assert [line[0] for line in lines][-3:] == ["Heures-stagiaires", "Premiers pas", "Bureautique"]
    assert lines[4] == ["Taux de remplissage des ateliers", f"78{NARROW}%", f"78{NARROW}%"]
    assert [at for at, _ in made.groups] == [0, 6]
    assert f"78{NARROW}% des places" in made.notes.reading


def test_a_masked_theme_is_a_sign(labels):
    hide = "workshops.hours.count/workshops/period=2006/region=53/theme=office"
    made = entry("workshops-activity", "fr").make(scope_of(labels, rows(), hide))
    assert texts(made)[-1][2] == "c"


def test_who_enrols_again_stands_by_age_then_theme_with_its_change(labels):
    made = entry("workshops-again", "fr").make(scope_of(labels, rows()))
    lines = texts(made)
    assert [line[0] for line in lines] == [
        "Ensemble des stagiaires",
        "15-24\u00a0ans",
        "60\u00a0ans ou plus",
        "Bureautique",
    ]
    assert lines[0][3].startswith("+\u00a010 [")
    assert lines[1][3] == "nd"
    assert [at for at, _ in made.groups] == [0, 1, 3]
    assert "se réinscrivent" in made.notes.reading


def test_without_lists_there_is_no_table_of_who_enrols_again(labels):
    only = [r for r in rows() if r.population == "workshops"]
    assert isinstance(entry("workshops-again", "fr").make(scope_of(labels, only)), Absent)


@pytest.fixture
def responses() -> list[Result]:
    made = []
    for source, domain, lines in (
        ("users", None, (("persons.handed", "count", 3000), ("persons", "rate", 0.6))),
        ("facilitators", {"source": "facilitators"}, (("spaces.sampled", "count", 381), ("spaces", "rate", 0.69))),
    ):
        for indicator, measure, value in lines:
            whom = "visits" if source == "users" else "spaces"
            unit = "rate" if measure == "rate" else "count"
            more = {"analysis": "response", "source": source, "domain": domain, "wave": "2006"}
            made.append(row(whom, indicator, measure, unit, value, None, **more))
    weight = {"analysis": "weighting", "wave": "2006"}
    made += [
        row("users", "person", "n", "count", 9, None, source=s, domain={"source": s}, **weight)
        for s in ("users", "phone")
    ]
    told = {"analysis": "account", "wave": "2006"}
    made += [
        row("records", "accepted", "count", "count", 1000, None, source=s, domain={"source": s}, **told)
        for s in ("users", "phone", "workshops")
    ]
    return made


def test_every_survey_has_its_response_and_one_without_contacts_its_answers(labels, responses):
    made = entry("response-stages", "fr").make(scope_of(labels, responses))
    lines = texts(made)
    assert [name for _, name in made.groups] == [
        "Enquête auprès des usagers",
        "Enquête auprès des animateurs",
        "Enquête téléphonique",
    ]
    assert [line[1] for line in lines] == [f"3{NARROW}000", f"60{NARROW}%", "381", f"69{NARROW}%", f"1{NARROW}000"]
    assert "contacts non enregistrés" in lines[-1][0]
