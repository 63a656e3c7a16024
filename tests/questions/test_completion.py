"""Sums over months without all their returns: completed, they are near the truth and never below what was received."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.questions.completion import complete
from pipeline.questions.panel import Panel
from tests.questions.attendance_panel import invented


def year(panel: Panel) -> np.ndarray:
    return np.arange(len(panel.months)) < 12


def test_no_interval_falls_below_what_was_received() -> None:
    for seed in range(5):
        panel = invented(seed)
        made = complete(panel)
        for member in panel.returns.membership:
            total = made.total(member, year(panel))
            assert total.received == np.nansum(member[:, None] * panel.visits[:, year(panel)])
            assert total.received <= total.lower <= total.estimate <= total.upper


def test_months_before_a_space_opened_and_after_it_closed_add_nothing() -> None:
    panel = invented(3)
    opened = panel.open.copy()
    opened[0, :6] = opened[1, 6:] = False
    gone = np.where(opened, panel.visits, np.nan)
    made = complete(replace(panel, visits=gone, part=np.where(opened, panel.part, np.nan), open=opened))
    assert not made.visits[~opened].any()
    # a return that an open space did not send is expected of its level, not of none
    sent = ~np.isnan(gone)
    assert (made.lacking[opened & ~sent] > 0).all()
    assert not made.lacking[sent].any()


def test_a_space_that_never_sent_anything_counts_as_one_of_its_type_and_widens_the_interval() -> None:
    panel = invented(4)
    silent = panel.visits.copy()
    silent[0] = np.nan
    made = complete(replace(panel, visits=silent, part=np.where(np.isnan(silent), np.nan, panel.part)))
    others = made.visits[1:].sum(axis=1)
    assert others.min() < made.visits[0].sum() < others.max()
    member = np.ones(len(silent))
    wide, narrow = made.total(member, year(panel)), complete(panel).total(member, year(panel))
    assert wide.upper - wide.lower > narrow.upper - narrow.lower
    # nothing is known of its level but that of the others: the truth is inside
    alone = made.total(np.eye(len(silent))[0], year(panel))
    assert alone.received == 0
    assert alone.lower <= np.nansum(panel.visits[0, year(panel)]) <= alone.upper


def test_whole_returns_are_counted_without_error() -> None:
    panel = invented(5)
    whole = replace(panel, visits=np.nan_to_num(panel.visits, nan=7.0), part=np.ones(panel.visits.shape))
    total = complete(whole).total(np.ones(len(whole.visits)), year(panel))
    assert total.se == 0
    assert total.estimate == total.received == whole.visits[:, year(panel)].sum()
