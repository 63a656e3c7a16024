"""Tables and figures of records and of a framework: lines in order, masked cells as signs, units said line by line."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.figures.output import WIDE, Absent, Figure, Paper, Table
from pipeline.figures.plots.records import by_category, over_time
from pipeline.figures.scope import Scope
from pipeline.figures.tables.framework import followed
from pipeline.figures.tables.records import by_time
from pipeline.figures.typeface import Typeface
from pipeline.results import Result, blank, frame
from pipeline.wording.numbers import NARROW
from tests.figures.made_up_results import ROOT

PAPER = Paper(WIDE, Typeface(ROOT / "reports" / "theme" / "fonts"))
NAMES = {
    "records.records": "Prêts",
    "records.days": "Durée (jours)",
    "by=equipment": "Matériel",
    "records.equipment": "Matériel",
    "equipment=laptop": "Portable",
    "equipment=camera": "Caméra",
    "population=events:records": "prêts",
    "source=loans": "prêts",
    "goal=covered": "Communes couvertes",
    "goal=staff": "Animateurs",
    "objective=access": "Améliorer l'accès",
    "responsible=region": "Région",
    "source=goals": "référentiel",
}


def made(indicator: str, measure: str, unit: str, value: float, period: str, **more: Any) -> Result:
    fixed: dict[str, Any] = {"analysis": "records", "population": "events", "source": "loans", "inference": "census"}
    place = {"territory_level": "region", "territory": "53"}
    said = {"indicator": indicator, "measure": measure, "unit": unit, "estimate": value, "period": period}
    return Result(**{**fixed, **place, **said, **more})


def rows() -> list[Result]:
    found = []
    for year, up in (("2004", 0.0), ("2005", 0.1)):
        found.append(made("days", "mean", "mean", 7 + up, year))
        found.append(made("records", "count", "count", 200 + up * 1000, year))
        found.append(made("equipment", "count", "count", 190, year))
        for code, value in (("laptop", 0.6), ("camera", 0.4)):
            found.append(made("equipment", "share", "share", value, year, domain={"equipment": code}))
    found.append(made("records", "evolution", "ratio", 0.5, "2004..2005"))
    found.append(made("equipment", "shift", "point", 3.0, "2004..2005", domain={"equipment": "laptop"}))
    return [*found, *(made("by_period", "count", "count", 10 + m, f"2005-{m:02d}") for m in range(1, 7))]


def scope_of(labels: dict[str, Any], of: list[Result], hide: str = "") -> Scope:
    table = frame(of)
    hidden = table["result_id"] == hide
    table = blank(table, hidden)
    table.loc[hidden, ["quality", "reason"]] = ["suppress", "c"]
    return Scope(table, {**labels, **{k: {"fr": v, "en": v} for k, v in NAMES.items()}}, "region", "fr")


def texts(table: object) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[cell.text for cell in line] for line in table.rows]


def test_the_number_of_records_comes_first_then_shares_by_category(labels: dict[str, Any]) -> None:
    table = by_time(scope_of(labels, rows()), analysis="records")
    lines = texts(table)
    assert [line[0] for line in lines] == ["Prêts", "Durée (jours)\u00a0: moyenne", "Portable", "Caméra"]
    assert lines[0][1:] == ["200", "300", f"+{NARROW}50{NARROW}%"] or lines[0][3].endswith("%")
    assert lines[2][3].endswith("points")
    assert isinstance(table, Table)
    assert table.notes.population.startswith("prêts")


def test_a_masked_category_is_a_sign(labels: dict[str, Any]) -> None:
    hide = "records.equipment.share/events/period=2005/region=53/equipment=camera"
    assert texts(by_time(scope_of(labels, rows(), hide), analysis="records"))[3][2] == "c"


def test_short_periods_are_drawn_in_order_and_what_is_hidden_is_counted(labels: dict[str, Any]) -> None:
    hide = "records.by_period.count/events/period=2005-02/region=53"
    figure = over_time(scope_of(labels, rows(), hide), analysis="records", caption={"fr": "Prêts"})
    assert isinstance(figure, Figure)
    assert "16" in figure.alt
    assert any("1" in note for note in figure.notes.extra)
    assert isinstance(over_time(scope_of(labels, rows()[:3]), analysis="records"), Absent)


def test_categories_are_drawn_of_the_first_question_that_cuts_the_records(labels: dict[str, Any]) -> None:
    figure = by_category(scope_of(labels, rows()), analysis="records", caption={"fr": "Parts"})
    assert isinstance(figure, Figure)
    assert "Portable" in figure.alt


def goal(indicator: str, measure: str, unit: str, value: float, period: str = "2006", **about: object) -> Result:
    code = about.pop("code", "covered")
    more = {"analysis": "framework", "population": "indicators", "source": "goals"}
    return made(indicator, measure, unit, value, period, domain={"goal": code, **about}, **more)


def test_an_indicator_has_its_objective_its_distance_and_its_state_in_a_word(labels: dict[str, Any]) -> None:
    told = [
        goal("described", "described", "score", 1, objective="access", responsible="region", due=2008),
        goal("described", "described", "score", 1, code="staff"),
        goal("baseline", "baseline", "share", 0.55),
        goal("target", "target", "share", 0.70),
        goal("reached", "value", "share", 0.58, "2005"),
        goal("reached", "value", "share", 0.62),
        goal("distance", "distance", "point", -8),
        goal("nearer", "state", "score", 1),
        goal("reached", "value", "count", 138, code="staff"),
        goal("unknown", "state", "score", 1, code="staff"),
    ]
    lines = {
        line[0]: line
        for line in texts(followed(scope_of(labels, told), analysis="framework", about="described", start="baseline"))
    }
    covered = lines["Communes couvertes"]
    assert [covered[i] for i in (5, 7, 8)] == ["2008", "se rapproche", "Région"]
    assert covered[6].endswith("points")
    assert lines["Animateurs"][7] == "non renseigné"
    assert pd.notna(lines["Animateurs"][2])


def test_where_most_short_periods_are_hidden_the_longer_are_drawn(labels: dict[str, Any]) -> None:
    scope = scope_of(labels, rows())
    hidden = scope.table["indicator"] == "by_period"
    hidden &= scope.table["period"] > "2005-02"
    table = blank(scope.table, hidden)
    table.loc[hidden, ["quality", "reason"]] = ["suppress", "c"]
    figure = over_time(Scope(table, scope.labels, "region", "fr"), analysis="records", caption={"fr": "Prêts"})
    assert isinstance(figure, Figure)
    drawn = figure.drawing(PAPER)[0].data
    assert list(drawn["period"]) == ["2004", "2005"]


def test_a_hidden_period_bears_its_sign_where_its_bar_would_stand(labels: dict[str, Any]) -> None:
    hide = "records.by_period.count/events/period=2005-02/region=53"
    figure = over_time(scope_of(labels, rows(), hide), analysis="records", caption={"fr": "Prêts"})
    assert isinstance(figure, Figure)
    plot = figure.drawing(PAPER)[0]
    signs = next(layer._data for layer in plot.layers if "label" in layer.mapping)
    assert signs[["x", "sign"]].values.tolist() == [[1, "c"]]
    assert len(plot.data) == 5
    assert any(note.startswith(("c\u00a0:", "c ")) for note in figure.notes.extra)


def test_what_is_counted_is_called_neither_detected_nor_undetected(labels: dict[str, Any]) -> None:
    found = by_category(scope_of(labels, rows()), analysis="records", caption={"fr": "Prêts"})
    assert isinstance(found, Figure)
    assert not any("décelé" in note for note in found.notes.extra)
