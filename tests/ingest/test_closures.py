"""A space that was closed had no visits: the word in place of the count is neither unread nor a missing return."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.ingest.closures import closed_as_nought, says_closed
from pipeline.ingest.values import distinct


@pytest.mark.parametrize("cell", ["fermé", "Fermeture estivale", "FERMÉ (travaux)", "closed", "congés d'été"])
def test_words_that_say_that_a_space_was_closed(cell: str) -> None:
    assert says_closed(cell)


@pytest.mark.parametrize("cell", ["ferme du Moulin 3"[6:], "150 (estimation)", "n.d.", "", None, 12])
def test_other_cells_say_no_such_thing(cell: object) -> None:
    assert not says_closed(cell)


def test_a_closed_month_counts_no_visits_and_the_others_stay() -> None:
    found, any_closed = closed_as_nought(distinct(pd.Series(["12", "fermé", None, "7"])))
    assert any_closed
    assert found.series([float(v) for v in found.values], "float64").fillna(-1).tolist() == [12, 0, -1, 7]
    assert not closed_as_nought(distinct(pd.Series(["12"])))[1]
