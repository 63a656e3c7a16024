"""A typology in figures: hidden numbers stay hidden, classes stand in order, names do not overlap on the plane."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import results
from pipeline.figures.output import Absent, Figure, Table
from pipeline.figures.plots.factorial_plane import spread
from pipeline.figures.scope import Scope
from tests.figures.declared import entry
from tests.figures.kinds import kind_texts
from tests.lexicon import with_shared

LABELS = {
    **kind_texts(),
    "class=1": {"fr": "Grands espaces"},
    "class=2": {"fr": "Petits espaces"},
    "by=class": {"fr": "Classe d'espaces"},
    "tariff=free": {"fr": "Accès gratuit"},
    "tariff=paid": {"fr": "Accès payant"},
    "typology.anpe": {"fr": "Partenaire : ANPE"},
    "typology.ccas": {"fr": "Partenaire : CCAS"},
    "region=53": {"fr": "Bretagne"},
    "region=53:name": {"fr": "la Bretagne"},
    "source=facilitators": {"fr": "enquête auprès des animateurs"},
    "source=users": {"fr": "enquête auprès des usagers"},
}


def row(indicator: str, measure: str, estimate: float, unit: str, **more: Any) -> results.Result:
    fixed: dict[str, Any] = {"inference": "model", "quality": "caution", "n": 60.0}
    place = {"population": "spaces", "territory_level": "region", "territory": "53", "wave": "2003"}
    told = {"analysis": "typology", "indicator": indicator, "measure": measure, "estimate": estimate, "unit": unit}
    return results.Result(**{**fixed, **place, **told, "source": "facilitators", **more})


def share(indicator: str, estimate: float, **more: Any) -> results.Result:
    known = {"se": 0.03, "lower": estimate - 0.06, "upper": estimate + 0.06, "level": 0.95, "df": 58.0}
    return row(indicator, "share", estimate, "share", inference="sample", **{"quality": "publish", **known, **more})


@pytest.fixture(scope="module")
def scope() -> Scope:
    rows = [share("class", v, domain={"class": k}) for k, v in (("1", 0.4), ("2", 0.6))]
    rows += [row("class", "stability", v, "ratio", domain={"class": k}) for k, v in (("1", 0.9), ("2", 0.6))]
    rows += [share("anpe", 0.3), share("anpe", 0.7, domain={"class": "1"}), share("anpe", 0.1, domain={"class": "2"})]
    rows += [row("anpe", "test_value", v, "score", domain={"class": k}) for k, v in (("1", 5.2), ("2", -5.2))]
    hidden = {"quality": "suppress", "reason": "c"}
    rows += [share("ccas", 0.2), share("ccas", 0.05, domain={"class": "1"}, **hidden)]
    rows += [row("ccas", "test_value", -3.0, "score", domain={"class": "1"}, **hidden)]
    points = {"tariff=free": (1.0, 0.2), "tariff=paid": (-0.8, 0.1)}
    for j in (0, 1):
        axis = {"axis": str(j + 1)}
        rows += [
            row("anpe", m, v, u, domain=axis)
            for m, v, u in (("coordinate", -0.5, "score"), ("contribution", 0.2, "ratio"))
        ]
        for code, at in points.items():
            domain = {"tariff": code.partition("=")[2], **axis}
            rows.append(row("tariff", "coordinate", at[j], "score", domain=domain))
            rows.append(row("tariff", "contribution", 0.3, "ratio", domain=domain))
        rows.append(row("axes", "inertia", (0.9, 0.1)[j], "ratio", method="benzecri", domain=axis))
    return Scope(results.frame(rows), with_shared(LABELS), "region", "fr")


def texts(made: Table | Absent) -> list[list[str]]:
    assert isinstance(made, Table)
    return [[cell.text for cell in line] for line in made.rows]


def test_classes_say_whether_they_are_stable(scope: Scope) -> None:
    body = texts(entry("typology-classes", "fr").make(scope))
    assert [line[0] for line in body] == ["Grands espaces", "Petits espaces"]
    assert [line[-1] for line in body] == ["stable", "instable"]
    assert body[0][2].startswith("40")


def test_marks_stand_under_their_class_and_hidden_ones_nowhere(scope: Scope) -> None:
    made = entry("typology-class-marks", "fr").make(scope)
    body = texts(made)
    assert isinstance(made, Table)
    assert made.groups == ((0, "Grands espaces"), (1, "Petits espaces"))
    assert [line[0] for line in body] == ["Partenaire : ANPE"] * 2
    assert not any("ccas" in i for i in made.notes.result_ids)


def test_the_plane_names_its_ends_and_the_inertia_of_its_axes(scope: Scope) -> None:
    made = entry("typology-first-plane", "fr").make(scope)
    assert isinstance(made, Figure)
    assert "Accès gratuit" in made.alt
    assert "90\u202f%" in made.alt
    assert any("inertia.benzecri" in i for i in made.notes.result_ids)


def test_without_a_typology_there_is_nothing_to_draw(scope: Scope) -> None:
    empty = Scope(scope.results.iloc[:0], with_shared(LABELS), "region", "fr")
    assert isinstance(entry("typology-classes", "fr").make(empty), Absent)
    assert isinstance(entry("typology-class-marks", "fr").make(empty), Absent)
    assert isinstance(entry("typology-first-plane", "fr").make(empty), Absent)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=15), st.floats(0.01, 1))
def test_names_keep_their_order_and_their_distance(wanted: list[float], gap: float) -> None:
    places = spread(np.array(wanted), gap)
    order = np.argsort(wanted, kind="stable")
    # rounding of sums of a few numbers under ten
    assert (np.diff(places[order]) >= gap - 1e-9).all()
    assert pd.Series(places).mean() == pytest.approx(np.mean(wanted), abs=1e-9)


def test_weights_of_another_survey_do_not_stand_in_the_table_of_users() -> None:

    def weight(population: str, kind: str, value: float, source: str) -> results.Result:
        told = row(kind, "n", value, "count", population=population, inference="census", source=source)
        return dataclasses.replace(told, analysis="weighting", quality="publish")

    made = [weight("spaces", "person", 264, "facilitators"), weight("visits", "visit", 2800, "users")]
    made.append(weight("users", "person", 2801, "users"))
    shown = entry("response-weights", "fr").make(Scope(results.frame(made), with_shared(LABELS), "region", "fr"))
    assert "264" not in [text for line in texts(shown) for text in line]
