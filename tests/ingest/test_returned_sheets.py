"""Sheets that came back: corrections of them, held against what was received; every wrong line is told once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.ingest.corrections import COLUMNS
from pipeline.ingest.returned_sheets import Gathered, gather
from pipeline.ingest.stage import ingest, read_sources
from pipeline.ingest.to_correct import set_aside_by_space

from .conftest import Make, codes, question

QUESTIONS: list[dict[str, Any]] = [
    question("site", "key", role="site", required=True),
    question("age", "number", role="age", range=[0, 120]),
    question("Q", "single", codes=codes("a", "b")),
    question("day", "date", role="date"),
    question("who", "key", role="respondent", unique=True),
]
HEAD = "site;age;Q;day;who\n"
GOOD = "".join(f"E{1 + i % 2};{20 + i},5;a;2006-11-{14 + i % 5};k{i}\n" for i in range(40))
#: Lines 42 to 45: an age, a day out of the field, a key sent twice, an age of another space.
ASIDE = "E1;340,5;a;2006-11-14;k90\nE1;30,5;b;2006-10-01;k91\nE1;31,5;b;2006-11-15;k5\nE2;-4;b;2006-11-15;k92\n"
REGISTER = (
    {"kind": "sites", "files": {"all": {"path": "register.csv"}}},
    [question("id", "key", role="site"), question("pays", "text")],
    "id;pays\nE1;nord\nE2;sud\n",
)
#: The columns of a sheet in another language.
HEADS = {"valeur reçue": "old", "valeur corrigée": "new", "motif": "reason", "clé": "key"}
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture
def evaluation(make: Make) -> Evaluation:
    made = make(QUESTIONS, HEAD + GOOD + ASIDE, more={"register": REGISTER})
    folder = made.stage("ingest")
    folder.mkdir(parents=True)
    ingest(made, folder)
    return made


def sheet(evaluation: Evaluation, space: str, **cells: dict[int, str]) -> pd.DataFrame:
    """Return the sheet of a space, some cells of some of its rows filled."""
    table = set_aside_by_space(evaluation)[space][["source", "key", "column", "old"]]
    table = table.assign(new="", reason="", who="")
    for column, values in cells.items():
        for row, value in values.items():
            table.loc[row, column] = value
    return table


def sent_back(table: pd.DataFrame, path: Path, encoding: str = "cp1252") -> Path:
    table.to_csv(path, sep=";", index=False, encoding=encoding)
    return path


def gathered(evaluation: Evaluation, *sheets: Path) -> Gathered:
    return gather(evaluation, sheets, HEADS)


def test_corrected_records_come_in_whatever_a_spreadsheet_made_of_the_sheet(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    table = sheet(evaluation, "E1", new={0: "34,5", 1: "17/11/2006"}, reason={0: "erreur", 1: "mal noté"})
    table["old"] = table["old"].replace({"2006-10-01": "01/10/2006"})
    table = table.rename(columns={name: head for head, name in HEADS.items()})
    made = gathered(evaluation, sent_back(table, tmp_path / "E1.csv"))
    assert (made.corrections, made.untouched, made.accepted, made.aside) == (2, 1, 2, 2)
    evaluation.corrections.write_bytes(made.path.read_bytes())
    clean = read_sources(evaluation).clean["users"]
    assert clean["age"].tolist()[-2:] == [34.5, 30.5]
    assert str(clean["day"].iloc[-1])[:10] == "2006-11-17"


def test_a_value_that_the_sheet_hides_is_corrected_by_its_line(evaluation: Evaluation, tmp_path: Path) -> None:
    table = sheet(evaluation, "E1", new={2: "k95"}, reason={2: "deux personnes"})
    assert table.loc[2, "old"] == ""
    made = gathered(evaluation, sent_back(table, tmp_path / "E1.csv"))
    assert made.accepted == 1
    assert pd.read_csv(made.path, dtype=str)["old"].tolist() == ["k5"]


def test_a_second_correction_of_a_value_keeps_what_was_received(evaluation: Evaluation, tmp_path: Path) -> None:
    cells = [",".join(COLUMNS), 'users,users.csv:42,age,"340,5",210,x,a']
    evaluation.corrections.write_text("\n".join(cells) + "\n", encoding="utf-8")
    ingest(evaluation, evaluation.stage("ingest"))
    table = sheet(evaluation, "E1", new={0: "34"}, reason={0: "erreur"})
    assert table.loc[0, "old"] == "210"
    made = gathered(evaluation, sent_back(table, tmp_path / "E1.csv"))
    assert made.accepted == 1
    assert pd.read_csv(made.path, dtype=str)[["old", "new"]].to_numpy().tolist() == [["340,5", "34"]]


def test_a_sheet_that_comes_back_twice_is_counted_once(evaluation: Evaluation, tmp_path: Path) -> None:
    table = sheet(evaluation, "E2", new={0: "4"}, reason={0: "signe"})
    twice = [sent_back(table, tmp_path / "E2.csv"), sent_back(table, tmp_path / "E2 (1).csv", "utf-8")]
    made = gathered(evaluation, *twice)
    assert (made.corrections, made.accepted) == (1, 1)
    evaluation.corrections.write_bytes(made.path.read_bytes())
    ingest(evaluation, evaluation.stage("ingest"))
    assert gathered(evaluation, twice[0]).known == 1


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"new": "200", "reason": "x"}, r"E1.csv:2, column 'new'.*out of range.*\n *found: 200\n *allowed: 0 to 120"),
        ({"new": "34", "reason": "x", "old": "34,5"}, "E1.csv:2, column 'old'.*another value than was received"),
        ({"new": "34", "reason": "x", "key": "users.csv:3"}, "E1.csv:2, column 'key'.*not set aside any more"),
        ({"new": "34", "reason": "x", "source": "usagers"}, "E1.csv:2, column 'source'.*no such source"),
        ({"new": "34", "reason": "x", "column": "agee"}, "E1.csv:2, column 'column'.*no such column"),
        ({"new": "34"}, "E1.csv:2, column 'reason'.*does not say everything"),
        ({"new": "34", "reason": "voir a.b@exemple.invalid"}, "E1.csv:2, column 'reason'.*an address or a telephone"),
    ],
)
def test_a_wrong_line_is_told_once_with_its_place_and_nothing_is_written(
    cells: dict[str, str], said: str, evaluation: Evaluation, tmp_path: Path
) -> None:
    table = sheet(evaluation, "E1", **{name: {0: value} for name, value in cells.items()})
    with pytest.raises(IngestError, match=f"(?s){said}"):
        gathered(evaluation, sent_back(table, tmp_path / "E1.csv"))
    assert not (evaluation.build / "to-correct" / "corrections.csv").exists()


def test_two_sheets_that_correct_a_value_otherwise_are_told_together(evaluation: Evaluation, tmp_path: Path) -> None:
    sheets = [
        sent_back(sheet(evaluation, "E2", new={0: new}, reason={0: "signe"}), tmp_path / f"{new}.csv") for new in "47"
    ]
    with pytest.raises(IngestError, match=r"7.csv:2, column 'new'.*\n *found: 7, and 4 in 4.csv:2"):
        gathered(evaluation, *sheets)


def renamed(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(columns={"new": "nouveau"})


def torn(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(reason=["a;b;c", *table["reason"][1:]])


@pytest.mark.parametrize(("change", "said"), [(renamed, "lacks a column: valeur corrigée"), (torn, "as many fields")])
def test_a_sheet_that_cannot_be_read_is_told_by_its_name(
    change: Change, said: str, evaluation: Evaluation, tmp_path: Path
) -> None:
    path = sent_back(change(sheet(evaluation, "E1")), tmp_path / "E1.csv")
    if change is torn:
        path.write_bytes(path.read_bytes().replace(b'"', b""))
    with pytest.raises(IngestError, match=rf"(?s)E1.csv:\d.*{said}|{said}.*E1.csv:\d"):
        gathered(evaluation, path)


def test_a_sheet_that_is_not_there_is_told(evaluation: Evaluation, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="there is no such sheet"):
        gathered(evaluation, tmp_path / "none.csv")


def test_lines_that_were_taken_out_stay_as_they_are(evaluation: Evaluation, tmp_path: Path) -> None:
    table = sheet(evaluation, "E1", new={0: "34"}, reason={0: "x"}).iloc[:1]
    assert gathered(evaluation, sent_back(table, tmp_path / "E1.csv")).aside == 3
