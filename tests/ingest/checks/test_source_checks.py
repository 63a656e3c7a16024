"""Checks of a whole source: item nonresponse, drift between waves, gaps and spikes of spaces, capacity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import IngestError
from pipeline.evaluation import Source
from pipeline.ingest import Ingested, read_sources
from pipeline.ingest.checks.drift import holm
from pipeline.ingest.checks.series import missing_months, spikes
from pipeline.ingest.checks.source_checks import _silent_spaces

from ..conftest import Make, codes, question

WAVES = [{"name": str(y), "field": [f"{y}-01-01", f"{y}-12-31"]} for y in (2003, 2006)]
ASKED: list[dict[str, Any]] = [
    question("filter", "single", codes=codes(1, 2)),
    question(
        "net", "single", codes=codes(1, 2), missing={9: "refused"}, asked_if=[{"question": "filter", "codes": [1]}]
    ),
    question("stable", "single", codes=codes(1, 2)),
]


def survey(make: Make, *checks: dict[str, Any]) -> Ingested:
    """200 records a wave; net is asked of half; in 2006 a third of those asked keep silent and the filter moves."""
    rows = []
    for wave in (2003, 2006):
        for i in range(200):
            asked = 1 if i % 10 < (5 if wave == 2003 else 8) else 2
            net = "" if asked == 2 else ("9" if wave == 2006 and i % 3 == 0 else str(1 + i % 2))
            rows.append(f"{wave};{asked};{net};{1 + i % 2}")
    spec = {"files": {"all": {"path": "u.csv", "wave_column": "an"}}, "checks": list(checks)}
    return read_sources(make(ASKED, "an;filter;net;stable\n" + "\n".join(rows) + "\n", source=spec, waves=WAVES))


def test_nonresponse_is_counted_among_those_the_routing_asked(make: Make) -> None:
    read = survey(make)
    table = read.tables["nonresponse"].set_index(["wave", "question"])
    assert table.loc[("2003", "net"), ["asked", "silent", "routed"]].tolist() == [100, 0, 100]
    asked, silent, routed = table.loc[("2006", "net"), ["asked", "silent", "routed"]].tolist()
    assert (asked, routed) == (160, 40)
    assert silent == sum(i % 10 < 8 and i % 3 == 0 for i in range(200))
    flagged = read.failures[read.failures["rule"] == "item_nonresponse"]
    assert flagged[["wave", "column", "found"]].values.tolist() == [["2006", "net", f"{silent} of 160 did not answer"]]


def test_drift_tells_the_codes_that_moved_and_leaves_the_others(make: Make) -> None:
    read = survey(make)
    flagged = read.failures[read.failures["rule"] == "drift"]
    assert set(flagged["column"]) == {"filter", "net"}
    assert "1: 50 % in 2003, 80 % in 2006" in flagged["found"].tolist()
    stable = read.tables["drift"].query("question == 'stable' and code == '1'").iloc[0]
    assert (stable["share_from"], stable["share_to"], stable["flagged"]) == (0.5, 0.5, False)
    assert (read.failures["severity"] == "flag").all()


def test_a_check_of_the_source_can_block_and_its_message_names_what_stands_out(make: Make) -> None:
    with pytest.raises(IngestError) as caught:
        survey(make, {"rule": "item_nonresponse", "severity": "block"})
    assert "item_nonresponse" in str(caught.value)
    assert "net" in str(caught.value)


def test_the_adjustment_for_several_tests_is_that_of_r() -> None:
    # R 4.2: p.adjust(c(0.01, 0.02, 0.03, 0.005, 0.5), "holm")
    assert np.allclose(holm(np.array([0.01, 0.02, 0.03, 0.005, 0.5])), [0.04, 0.06, 0.06, 0.025, 0.5])


def series_of(rng: np.random.Generator) -> np.ndarray:
    season = np.tile([1.1, 1, 1.1, 1, 0.9, 1, 0.8, 0.6, 1, 1.2, 1.2, 1.0], 4)
    level = rng.lognormal(5, 0.8, size=30)[:, None]
    return rng.poisson(level * season * rng.gamma(20, 1 / 20, size=(30, 48))).astype(float)


def test_planted_spikes_are_found_and_seasons_are_none() -> None:
    visits = series_of(np.random.default_rng(3))
    assert not spikes(visits, 6, 12)[0].any()
    visits[4, 20] *= 6
    visits[9, 7] = 0
    visits[11, 30] = np.nan
    out, expected = spikes(visits, 6, 12)
    assert np.argwhere(out).tolist() == [[4, 20], [9, 7]]
    # the level of a space is that of its other months: gamma noise of 22 % and a median of thirteen months
    assert abs(expected[4, 20] / visits[4, 20] * 6 - 1) < 0.6


def test_a_month_is_missing_between_opening_and_closing_only() -> None:
    received = np.array([[0, 0, 1, 0, 1, 0], [0, 1, 1, 1, 0, 0], [0, 1, 0, 1, 0, 0]], dtype=bool)
    opened, closed = np.array([1.0, 0.0, np.nan]), np.array([np.nan, 4.0, np.nan])
    assert np.argwhere(missing_months(received, opened, closed)).tolist() == [[0, 3], [0, 5], [2, 2]]


ATTENDANCE: list[dict[str, Any]] = [
    question("space", "key", role="site", column="espace"),
    question("month", "month", role="month"),
    question("visits", "count", role="visits"),
]
REGISTER: list[dict[str, Any]] = [
    question("space", "key", role="site"),
    question("opened", "date", role="opened"),
    question("closed", "date", role="closed"),
    question("posts", "count", role="posts"),
    question("hours", "number", role="hours"),
]


def test_attendance_is_held_against_the_register(make: Make) -> None:
    months = [f"2003-{m:02d}" for m in range(1, 13)]
    rows = [f"A;{m};{20 + i}" for i, m in enumerate(months)] + [f"B;{m};30" for m in months if m != "2003-05"]
    rows[2] = "A;2003-03;2000"
    register = "space;opened;closed;posts;hours\nA;2002-01-01;;2;7\nB;2002-01-01;2003-10-15;2;70\n"
    source = {"kind": "attendance", "files": {"all": {"path": "a.csv"}}}
    more = {"register": ({"kind": "sites", "files": {"all": {"path": "r.csv"}}}, REGISTER, register)}
    read = read_sources(make(ATTENDANCE, "espace;month;visits\n" + "\n".join(rows) + "\n", source=source, more=more))
    told = read.failures[["rule", "line", "found"]].fillna(-1).values.tolist()
    # 31 days of one hour on two posts: 62 post hours, 2000 visits
    assert ["over_capacity", 4, "A 2003-03: 32.3 visits a post and hour"] in told
    # the median of January to September: 20, 21, 2000, 23, ..., 28
    assert ["spike", 4, "A 2003-03: 2000 visits, about 25 expected"] in told
    assert ["missing_month", -1, "B 2003-05"] in told
    closed = [t for t in told if t[0] == "visits_while_closed"]
    assert [t[2] for t in closed] == ["visits in 2003-11, closed in 2003-10", "visits in 2003-12, closed in 2003-10"]
    assert len(told) == 5
    assert len(read.clean["users"]) == len(rows)


def test_room_is_counted_by_opening_hours_where_the_register_tells_them(make: Make) -> None:
    asked = [*REGISTER, question("rules", "text", role="opening_hours")]
    # A says 30 hours a week and opens for one hour on Mondays; B says no more than 7 hours a week.
    register = "space;opened;closed;posts;hours;rules\nA;2002-01-01;;2;30;Mo 10:00-11:00\nB;2002-01-01;;2;7;\n"
    rows = "espace;month;visits\nA;2003-03;100\nB;2003-03;100\n"
    source = {"kind": "attendance", "files": {"all": {"path": "a.csv"}}}
    more = {"register": ({"kind": "sites", "files": {"all": {"path": "r.csv"}}}, asked, register)}
    read = read_sources(make(ATTENDANCE, rows, source=source, more=more))
    told = read.failures.loc[read.failures["rule"] == "over_capacity", "found"].tolist()
    # Five Mondays of one hour on two posts.
    assert told == ["A 2003-03: 10.0 visits a post and hour"]


def test_a_space_of_the_register_without_any_count_is_told_unless_it_was_not_open() -> None:
    days = {"opened": ["2003-01-01", None, "2026-01-01", None], "closed": [None, None, None, "2024-06-30"]}
    sites = pd.DataFrame(days, index=["counted", "silent", "later", "before"]).astype("datetime64[us]")
    months = pd.period_range("2025-01", "2025-12", freq="M").astype(str)
    check = _silent_spaces(Source.model_construct(name="counts", checks=[]), sites, ["counted"], months)
    assert check.places["found"].tolist() == ["silent"]
    assert (check.failing, check.checked) == (1, 2)


def test_a_month_without_any_visit_is_no_spike_as_well(make: Make) -> None:
    asked = [question("site", "key", role="site"), question("month", "month", role="month"),
             question("visits", "count", role="visits")]  # fmt: skip
    apart = {(1, 2025, 4): "fermé", (2, 2025, 4): "900"}
    rows = [f"S{s};{y}-{m:02d};{apart.get((s, y, m), 100 + m)}"
            for s in range(8) for y in (2024, 2025) for m in range(1, 13)]  # fmt: skip
    spec = {"kind": "attendance", "files": {"all": {"path": "u.csv"}}}
    read = read_sources(make(asked, "site;month;visits\n" + "\n".join(rows) + "\n", source=spec, waves=WAVES))
    found = read.failures.groupby("rule")["found"].apply(list)
    assert [f.partition(":")[0] for f in found["spike"]] == ["S2 2025-04"]
    assert [f.partition(":")[0] for f in found["empty_return"]] == ["S1 2025-04"]
