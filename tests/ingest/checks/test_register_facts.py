"""Facts of a register that cannot all be true are found; boundaries that moved are not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.ingest.checks import register_facts

COMMUNES = {"22014": "Bourseul", "22020": "Broons", "35047": "Bruz"}


def rows(texts: np.ndarray) -> list[int]:
    return np.flatnonzero(texts != "").tolist()


def test_what_follows_the_opening_is_not_dated_before_it() -> None:
    opened = pd.Series(pd.to_datetime(["2001-01-01", "2001-01-01", None]))
    label = pd.Series(pd.to_datetime(["2000-12-31", "2001-01-01", "2000-01-01"]))
    assert rows(register_facts.before_opening(label, opened, "label")) == [0]


def test_a_closed_space_has_a_day_of_closing() -> None:
    closed = np.array([True, True, False])
    assert rows(
        register_facts.closed_without_date(closed, pd.Series([pd.NaT, pd.Timestamp("2004-01-01"), pd.NaT]))
    ) == [0]


def test_no_space_is_open_day_and_night_or_never() -> None:
    assert rows(register_facts.too_many_hours(np.array([35.0, 120.0, 0.0, np.nan]))) == [1, 2]


def test_a_name_that_ends_with_another_commune_is_found_and_a_name_of_its_own_is_not() -> None:
    names = pd.Series(["Cybercommune de Broons", "Cybercommune de Bourseul", "Maison de l'Étang", None])
    codes = pd.Series(["22014", "22014", "35047", "22020"])
    assert rows(register_facts.named_elsewhere(names, codes, COMMUNES)) == [0]


def test_the_one_space_of_a_stratum_in_another_unit_is_found_and_a_moved_boundary_is_not() -> None:
    strata = pd.Series(["01"] * 20 + ["02"] * 20 + ["03"] * 20)
    units = pd.Series(["a"] * 20 + ["b"] * 20 + ["c"] * 20)
    units.iloc[3] = "b"
    assert rows(register_facts.other_stratum(strata, units)) == [3]
    units.iloc[20:24] = "c"
    assert rows(register_facts.other_stratum(strata, units)) == [3]
