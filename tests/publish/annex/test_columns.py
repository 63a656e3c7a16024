"""A published number is called in words: by its indicator, by what was asked, or by its codes alone."""

from __future__ import annotations

import pytest

from pipeline import results
from pipeline.publish.annex.columns import published_table
from tests.publish.annex.project import result

LABELS = {
    key: {"fr": text}
    for key, text in {
        "crossings.reach": "Portée",
        "by=sat_quiet": "Le calme",
        "spaces.open.count": "Espaces ouverts",
        "facilitator=none": "Sans animation",
        "age_band=60+": "60 ans ou plus",
    }.items()
}


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"analysis": "crossings", "indicator": "reach"}, "Portée, 2006"),
        ({"analysis": "crossings", "indicator": "sat_quiet"}, "Le calme, 2006"),
        ({"analysis": "spaces", "indicator": "open", "measure": "count"}, "Espaces ouverts, 2006"),
        ({"analysis": "spaces", "indicator": "facilitator", "domain": {"facilitator": "none"}}, "Sans animation, 2006"),
        ({"analysis": "spaces", "indicator": "odd", "domain": {"age_band": "60+"}}, "odd, 2006, 60 ans ou plus"),
    ],
)
def test_a_number_is_named_by_the_nearest_words(about: dict[str, object], said: str) -> None:
    table = results.frame([result(**{"wave": "2006", **about})])
    assert published_table(table, LABELS, "fr")["label"].tolist() == [said]
