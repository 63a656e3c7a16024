"""What is said of a unit where one or two spaces were met is marked as one space's own, and is not shown."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from pipeline.evaluation import load
from pipeline.questions.context import Context
from pipeline.questions.met_spaces import of_few_spaces
from pipeline.results import Result

ROOT = Path(__file__).parents[2]
ROW = {
    "analysis": "satisfaction", "indicator": "sat", "measure": "share", "population": "users", "inference": "sample",
    "unit": "share", "estimate": 0.5, "source": "users",
}  # fmt: skip


def context(folder: Path, spaces: dict[tuple[str, str], int]) -> Context:
    """Return the miniature over a table of answers: so many spaces met by wave and pays, one of them in no day."""
    rows = [(w, p, f"{p}-{i}", True) for (w, p), n in spaces.items() for i in range(n)]
    rows += [("2003", "06", "06-silent", False), ("2006", "06", "06-silent", False)]
    frame = pd.DataFrame(rows, columns=["wave", "pays", "site_id", "_answered"])
    (folder / "weight" / "users").mkdir(parents=True)
    for wave, part in frame.groupby("wave"):
        part.to_parquet(folder / "weight" / "users" / f"{wave}.parquet")
    return Context(load("miniature", ROOT), folder / "ingest", folder / "weight")


@pytest.mark.parametrize(
    ("level", "territory", "wave", "few"),
    [
        ("pays", "06", "2003", True),
        ("pays", "06", "2006", False),
        ("pays", "06", "2003..2006", True),
        ("pays", "07", "2003", False),
        ("region", "53", "2003", False),
        ("pays", "09", "2003", False),
    ],
)
def test_units_of_one_or_two_spaces_are_marked(
    tmp_path: Path, level: str, territory: str, wave: str, few: bool
) -> None:
    known = context(tmp_path, {("2003", "06"): 2, ("2006", "06"): 3, ("2003", "07"): 4})
    (row,) = of_few_spaces(known, [Result(**ROW, territory_level=level, territory=territory, wave=wave)])
    assert row.largest_share == 1.0 if few else math.isnan(row.largest_share)


def test_only_answers_to_the_survey_are_looked_at(tmp_path: Path) -> None:
    known = context(tmp_path, {("2003", "06"): 1})
    given = Result(**{**ROW, "source": "register"}, territory_level="pays", territory="06", wave="2003")
    assert list(of_few_spaces(known, [given])) == [given]
