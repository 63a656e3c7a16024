"""The season is told of every kind of place that a programme has, and of no other."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from pipeline.questions.attendance_model import trends


@pytest.mark.parametrize(("two_seasons", "places"), [(False, ["all"]), (True, ["inland", "coast"])])
def test_a_programme_has_a_season_for_each_kind_of_place(
    monkeypatch: pytest.MonkeyPatch, two_seasons: bool, places: list[str]
) -> None:
    # a trend, eleven months, and eleven more on the coast; no holidays
    fitted = SimpleNamespace(beta=np.zeros(23 if two_seasons else 12))
    seasons = SimpleNamespace(two_seasons=two_seasons, holidays=[])
    monkeypatch.setattr(trends, "slopes", lambda fitted, cluster, matrix: matrix)
    monkeypatch.setattr(trends, "effect_row", lambda *told: (told[-1]["place"], told[4].shape))
    made = trends._season(None, None, None, seasons, SimpleNamespace(cluster=None), fitted)  # type: ignore[arg-type]
    assert list(dict.fromkeys(place for place, _ in made)) == places
    assert len(made) == 12 * len(places)
