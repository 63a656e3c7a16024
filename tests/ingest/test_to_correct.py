"""Sheets back to the spaces: what was set aside comes in once they are filled, sent back and gathered."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.ingest import to_correct
from pipeline.ingest.clean_table import Part, received_values
from pipeline.ingest.stage import ingest, read_sources
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


def filled(sheet: Path, **cells: str) -> None:
    table = pd.read_csv(sheet, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    table.loc[0, list(cells)] = list(cells.values())
    table.to_csv(sheet, sep=";", index=False, encoding="cp1252")


def test_what_was_set_aside_of_a_space_stands_in_its_sheet_and_comes_in_once_corrected(make: Make) -> None:
    evaluation = ingested(make)
    folder, n = to_correct.write_sheets(evaluation)
    assert (n, sorted(p.name for p in folder.glob("*.csv"))) == (2, ["E1.csv", "E2.csv"])
    sheet = pd.read_csv(folder / "E1.csv", sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert sheet[["source", "key", "column", "old"]].to_numpy().tolist() == [["users", "users.csv:32", "age", "340"]]
    assert "340" in sheet["why"][0]
    filled(folder / "E1.csv", new="34", reason="faute de frappe", who="accueil")
    path, kept, untouched = to_correct.gather(evaluation, [folder / "E1.csv", folder / "E2.csv"])
    assert (kept, untouched) == (1, 1)
    evaluation.corrections.write_bytes(path.read_bytes())
    clean = read_sources(evaluation).clean["users"]
    assert (len(clean), clean["age"].tolist()[-1]) == (31, 34.0)


def test_what_a_spreadsheet_would_run_comes_back_as_it_was_received(make: Make) -> None:
    evaluation = ingested(make)
    folder, _ = to_correct.write_sheets(evaluation)
    assert "'-4" in (folder / "E2.csv").read_text(encoding="utf-8-sig")
    filled(folder / "E2.csv", new="4", reason="signe")
    path, kept, _ = to_correct.gather(evaluation, [folder / "E2.csv"])
    evaluation.corrections.write_bytes(path.read_bytes())
    assert kept == 1
    assert len(read_sources(evaluation).clean["users"]) == 31


@pytest.mark.parametrize(
    ("cells", "said"), [({"new": "34"}, "reason"), ({"new": "3", "reason": "x", "column": ""}, "column")]
)
def test_a_returned_line_that_does_not_say_everything_is_told_with_its_place(
    cells: dict[str, str], said: str, make: Make
) -> None:
    evaluation = ingested(make)
    folder, _ = to_correct.write_sheets(evaluation)
    filled(folder / "E1.csv", **cells)
    with pytest.raises(IngestError, match=f"E1.csv:2, column '{said}'"):
        to_correct.gather(evaluation, [folder / "E1.csv"])


def test_corrections_that_stand_are_kept_and_a_returned_one_of_the_same_value_takes_their_place(make: Make) -> None:
    evaluation = ingested(make)
    folder, _ = to_correct.write_sheets(evaluation)
    head = ",".join(to_correct.COLUMNS)
    evaluation.corrections.write_text(
        f"{head}\nusers,users.csv:2,age,20,21,relu,a\nusers,users.csv:32,age,340,40,x,a\n"
    )
    filled(folder / "E1.csv", new="34", reason="faute")
    path, kept, _ = to_correct.gather(evaluation, [folder / "E1.csv"])
    made = pd.read_csv(path, dtype=str).set_index("key")["new"].to_dict()
    assert (kept, made) == (2, {"users.csv:2": "21", "users.csv:32": "34"})


def test_numbers_and_days_of_a_file_that_has_them_stand_as_corrections_hold_them() -> None:
    asked = [question("age", "number"), question("day", "date")]
    instrument = Instrument(name="users", title={"fr": "Usagers"}, questions=asked)  # type: ignore[arg-type]
    table = pd.DataFrame({"age": [199.0, 7.5], "day": pd.to_datetime(["2004-01-19", None])})
    part = cast(Part, SimpleNamespace(wave=None, received=SimpleNamespace(table=table)))
    held = received_values(instrument, part, np.array([0, 1])).astype(object)
    assert held.where(held.notna(), None).to_numpy().tolist() == [["199", "2004-01-19"], ["7.5", None]]
