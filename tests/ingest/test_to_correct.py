"""What was set aside, space by space: its place, what was received, the rule that it breaks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation
from pipeline.ingest.clean_table import Part, received_values
from pipeline.ingest.stage import ingest
from pipeline.ingest.to_correct import NO_SPACE, set_aside_by_space
from pipeline.instrument import Instrument

from .conftest import Make, codes, question

QUESTIONS: list[dict[str, Any]] = [
    question("site", "key", role="site", required=True),
    question("age", "number", role="age", range=[0, 120]),
    question("Q", "single", codes=codes("a", "b")),
]
CONTENT = "site;age;Q\n" + "".join(f"E{1 + i % 2};{20 + i};a\n" for i in range(30)) + "E1;340;a\nE2;-4;b\n"
REGISTER = (
    {"kind": "sites", "files": {"all": {"path": "register.csv"}}},
    [question("id", "key", role="site"), question("pays", "text")],
    "id;pays\nE1;nord\nE2;sud\n",
)


def ingested(make: Make, content: str = CONTENT) -> Evaluation:
    evaluation = make(QUESTIONS, content, more={"register": REGISTER})
    folder = evaluation.stage("ingest")
    folder.mkdir(parents=True)
    ingest(evaluation, folder)
    return evaluation


def test_what_was_set_aside_stands_below_its_space_with_what_was_received_and_asked(make: Make) -> None:
    by_space = set_aside_by_space(ingested(make))
    assert sorted(by_space) == ["E1", "E2"]
    columns = ["source", "key", "column", "old", "rule", "found", "asked", "values"]
    [row] = by_space["E1"][columns].to_numpy().tolist()
    assert row[:7] == ["users", "users.csv:32", "age", "340", "out_of_range", "340", "within"]
    assert row[7] == '{"low": 0, "high": 120}'


def test_records_of_no_known_space_stand_together_with_the_column_that_names_it(make: Make) -> None:
    by_space = set_aside_by_space(ingested(make, CONTENT + "E9;30;a\n"))
    assert by_space[NO_SPACE][["column", "old", "rule"]].to_numpy().tolist() == [["site", "E9", "unknown_site"]]


def test_numbers_and_days_of_a_file_that_has_them_stand_as_corrections_hold_them() -> None:
    asked = [question("age", "number"), question("day", "date")]
    instrument = Instrument(name="users", title={"fr": "Usagers"}, questions=asked)  # type: ignore[arg-type]
    table = pd.DataFrame({"age": [199.0, 7.5], "day": pd.to_datetime(["2004-01-19", None])})
    part = cast(Part, SimpleNamespace(wave=None, received=SimpleNamespace(table=table)))
    held = received_values(instrument, part, np.array([0, 1])).astype(object)
    assert held.where(held.notna(), None).to_numpy().tolist() == [["199", "2004-01-19"], ["7.5", None]]
