"""Who makes the visits, from results to sentences."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.results import Result
from tests.questions.saying import LANGUAGES, Told, hidden, row

SETTINGS = {"contrast": ["2003", "2006"]}


def share(estimate: float, percent: int = 10, wave: str = "2006") -> Result:
    fields: dict[str, Any] = {"measure": "share", "unit": "share", "wave": wave, "domain": {"most": percent}}
    return row("concentration", indicator="visits", estimate=estimate, half=0.03, **fields)


def moved(points: float, p: float) -> Result:
    fields: dict[str, Any] = {"measure": "shift", "unit": "point", "wave": "2003..2006", "p_adjusted": p}
    return row("concentration", indicator="visits", domain={"most": 10}, estimate=points, half=4.0, **fields)


def index(estimate: float, wave: str = "2006") -> Result:
    fields: dict[str, Any] = {"measure": "gini", "unit": "coefficient", "wave": wave}
    return row("concentration", indicator="visits", estimate=estimate, half=0.02, **fields)


ROWS = [share(0.34), share(0.3, wave="2003"), share(0.52, 20), moved(4.5, 0.01), index(0.45), index(0.4, "2003")]


def told(rows: Any = None, settings: dict[str, Any] | None = None, **changes: Any) -> Told:
    return Told("concentration", ROWS if rows is None else rows, settings or SETTINGS, {}, **changes)


def test_the_smallest_part_leads() -> None:
    assert told().say("held") == (
        "En 2006, parmi les usagers, les 10 % qui viennent le plus souvent font 34 % des visites (entre 31 % et 37 %)."
    )
    assert told().say("held", lang="en").startswith("In 2006, among users, the 10% who come most often make 34%")


def test_a_plan_that_names_other_parts_tells_its_smallest() -> None:
    assert (
        told(settings={"most": [20, 50]})
        .say("held")
        .startswith("En 2006, parmi les usagers, les 20 % qui viennent le plus souvent font 52 % des visites")
    )


def test_a_rise_says_that_visits_are_more_concentrated() -> None:
    assert told().say("change") == (
        "Les visites se sont concentrées depuis 2003 : parmi les usagers, les 10 % qui viennent le plus souvent en font"
        " 4,5 points de plus (entre + 0,5 et + 8,5 points)."
    )
    still = [r for r in ROWS if r.measure != "shift"]
    assert told([*still, moved(1.0, 0.6)]).say("change").startswith("Aucune évolution n'est décelée depuis 2003")


def test_the_index_is_told_beside_that_of_before() -> None:
    assert (
        told()
        .say("gini")
        .startswith("L'indice de Gini des visites est de 0,45 en 2006 (entre 0,43 et 0,47), contre 0,40")
    )


def test_a_share_that_is_hidden_says_why() -> None:
    table = told().table
    held = told(hidden(table, table["measure"] == "share"))
    assert held.say("held").startswith(
        "La part des visites que font les usagers qui viennent le plus souvent n'est pas"
    )


def test_without_a_contrast_no_change_is_told() -> None:
    assert "change" not in told(settings={"most": [10]}).verdicts()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))
