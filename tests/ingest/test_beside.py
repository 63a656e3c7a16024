"""A source that another process reads holds what it holds when this one reads it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.evaluation import Evaluation
from pipeline.ingest import beside, ingest
from pipeline.ingest.corrections import Corrections
from pipeline.ingest.stage import LARGEST

from .conftest import Make, codes, question

ANSWERS = "".join(f"{i};{3 if i == 7 else i % 2 + 1}\n" for i in range(60))
ASKED = [question("respondent", "text", role="respondent"), question("answer", "single", codes=codes(1, 2))]


@pytest.fixture
def evaluation(make: Make) -> Evaluation:
    other: dict[str, Any] = {"kind": "survey", "files": {"2006": {"path": "others.csv"}}}
    few = f"respondent;answer\n{ANSWERS[:40]}"
    return make(ASKED, f"respondent;answer\n{ANSWERS}", more={"others": (other, ASKED, few)})


def test_reading_beside_changes_no_table(
    evaluation: Evaluation, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    ingest(evaluation, here)
    assert beside.reading(evaluation, Corrections(), LARGEST) is None
    monkeypatch.setattr(beside, "WORTH", 1)
    begun = beside.reading(evaluation, Corrections(), LARGEST)
    assert begun is not None
    assert begun.source == "users"
    ingest(evaluation, there)
    written = sorted(path.relative_to(here) for path in here.rglob("*.parquet"))
    assert len(written) > 8
    for path in written:
        pd.testing.assert_frame_equal(pd.read_parquet(there / path), pd.read_parquet(here / path))
    # an answer that no code stands for is set aside by either
    assert len(pd.read_parquet(there / "users" / "quarantine.parquet")) == 1


def test_one_process_makes_the_key(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "WORTH", 1)
    monkeypatch.delenv(beside.VARIABLE, raising=False)
    real = make(ASKED, f"respondent;answer\n{ANSWERS}", synthetic=False)
    assert beside.reading(real, Corrections(), LARGEST) is None
    key = beside.key_path(real)
    key.parent.mkdir(parents=True, mode=0o700)
    key.write_bytes(b"a key of sixteen bytes or more")
    key.chmod(0o600)
    begun = beside.reading(real, Corrections(), LARGEST)
    assert begun is not None
    assert begun.promise().received == {"users.csv": 60}
