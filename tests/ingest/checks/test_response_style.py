"""Straight lines, great speed, the same answers twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipeline.errors import IngestError
from pipeline.ingest import Ingested, read_sources
from pipeline.ingest.checks.response_style import same_answers, straight_lines, too_fast

from ..conftest import Make, codes, question

NAN = np.nan


def test_a_straight_line_needs_enough_answers_all_equal() -> None:
    answers = np.array([[4, 4, 4, 4], [4, 4, 4, NAN], [4, 4, NAN, NAN], [4, 4, 4, 5], [NAN] * 4])
    assert straight_lines(answers, 3).tolist() == ["4 answers, all 4", "3 answers, all 4", "", "", ""]


def test_fast_is_told_from_the_median_of_the_own_wave() -> None:
    seconds = np.array([100.0, 110, 20, NAN, 1000, 1100, 100, -5])
    waves = np.array(["a"] * 4 + ["b"] * 4, dtype=object)
    texts = too_fast(seconds, waves, 0.3)
    assert [i for i, t in enumerate(texts) if t] == [2, 6]
    assert texts[2] == "20 s, median 100 s"


def test_records_that_repeat_another_of_their_cell_are_found_and_no_other() -> None:
    rng = np.random.default_rng(1)
    codes_ = rng.integers(0, 4, size=(400, 20))
    cell = np.repeat(np.arange(20), 20)
    codes_[45], codes_[399] = codes_[41], codes_[381]
    found = same_answers(codes_, np.zeros(400, dtype=int), cell, np.ones(400, dtype=bool), np.arange(400) + 2)
    assert [i for i, t in enumerate(found.texts) if t] == [45, 399]
    assert (found.texts[45], found.pairs, found.by_chance) == ("same answers as line 43", 2, 0.0)


def test_short_questionnaires_that_agree_by_chance_are_not_reported() -> None:
    rng = np.random.default_rng(2)
    codes_ = rng.integers(0, 3, size=(400, 3))
    cell = np.repeat(np.arange(20), 20)
    found = same_answers(codes_, np.zeros(400, dtype=int), cell, np.ones(400, dtype=bool), np.arange(400))
    assert not found.texts.any()
    # 27 answers of equal chance: of 20 x 190 pairs within cells one in 27 agrees, 141; four standard deviations are 47.
    assert abs(found.by_chance - 141) < 47
    assert abs(found.pairs - 141) < 47


ASKED: list[dict[str, Any]] = [
    question("id", "key", role="respondent"),
    question("start", "date"),
    question("end", "date"),
    *(question(f"s{i}", "likert", codes=codes(1, 2, 3, 4, 5)) for i in range(6)),
]


def read(make: Make, *checks: dict[str, Any]) -> Ingested:
    minutes = [10, 12, 9, 11, 1]
    rows = [
        f"{i};2006-11-14 10:00:00;2006-11-14 10:{m:02d}:30;"
        + ";".join("4" if i == 2 else str(1 + (i + j) % 5) for j in range(6))
        for i, m in enumerate(minutes)
    ]
    header = "id;start;end;" + ";".join(f"s{i}" for i in range(6))
    return read_sources(make(ASKED, header + "\n" + "\n".join(rows) + "\n", source={"checks": list(checks)}))


def test_declared_blocks_and_times_are_looked_at_and_only_flagged(make: Make) -> None:
    got = read(
        make,
        {"rule": "straight_lining", "questions": ["s*"], "at_least": 6},
        {"rule": "speeding", "questions": ["start", "end"], "limit": 0.5},
    )
    found = got.failures[["line", "rule", "found"]].values.tolist()
    assert found == [[4, "straight_lining", "6 answers, all 4"], [6, "speeding", "90 s, median 630 s"]]
    assert len(got.clean["users"]) == 5
    flags = got.account[got.account["kind"] == "flag"]
    assert flags[["reason", "n"]].values.tolist() == [["straight_lining", 1], ["speeding", 1]]


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ({"rule": "straight_lining"}, ["straight_lining", "sat_*"]),
        ({"rule": "straight_lining", "questions": ["x*"]}, ["x*"]),
        ({"rule": "speeding", "questions": ["s*"]}, ["speeding", "start and end"]),
        ({"rule": "unknown_code", "limit": 3}, ["does not take this setting", "limit"]),
        ({"rule": "drift", "severity": "set aside"}, ["drift", "block, flag"]),
        ({"rule": "same_answers", "within": ["space"]}, ["same_answers", "space"]),
    ],
)
def test_a_check_with_wrong_settings_is_refused_with_those_allowed(
    make: Make, check: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(IngestError) as caught:
        read(make, check)
    for word in words:
        assert word in str(caught.value)


def planted(rng: np.random.Generator, n: int = 2000, scales: int = 10) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return scales, seconds and which records were made straight and fast; the others answer by what they think."""
    opinion = rng.normal(3.0, 0.9, (n, 1))
    scales_ = np.clip(np.round(opinion + rng.normal(0, 0.8, (n, scales))), 1, 5)
    scales_[rng.random((n, scales)) < 0.05] = NAN
    seconds = 400 * rng.lognormal(0, 0.35, n)
    bad = rng.random(n) < 0.04
    first = rng.integers(1, 6, (n, 1))
    scales_ = np.where(bad[:, None] & np.isfinite(scales_), first, scales_)
    return scales_, np.where(bad, 400 * rng.uniform(0.05, 0.25, n), seconds), bad


def test_every_planted_straight_line_and_speeder_is_found_and_few_others() -> None:
    scales, seconds, bad = planted(np.random.default_rng(20061113))
    straight = straight_lines(scales, 5) != ""
    fast = too_fast(seconds, np.full(len(seconds), "a", dtype=object), 1 / 3) != ""
    enough = np.isfinite(scales).sum(axis=1) >= 5
    print(
        f"{bad.sum()} planted; straight {straight[bad].sum()} of {(bad & enough).sum()}, others {straight[~bad].sum()};"
    )
    print(f"fast {fast[bad].sum()} of {bad.sum()}, others {fast[~bad].sum()}")
    assert straight[bad & enough].all()
    assert fast[bad].all()
    # Ten answers about one opinion are all alike in a few honest records; a lognormal time of spread 0.35 lies under a
    # third of its median once in 1,200.
    assert straight[~bad].mean() < 0.01
    assert fast[~bad].mean() < 0.003
    # Both at once is a surer sign than either: nobody honest shows it.
    assert not (straight & fast)[~bad].any()
