"""Corrections of received values: checked against the old value, counted, told by line; files stay as they are."""

from __future__ import annotations

import pytest

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.ingest.stage import read_sources
from pipeline.stages.grounds import files_read

from .conftest import Make, codes, question

HEADER = "source;key;column;old;new;reason;who\n"
QUESTIONS = [
    question("id", "key", role="respondent", unique=True),
    question("age", "number", role="age", range=[0, 120]),
    question("Q", "single", codes=codes("a", "b")),
]
CONTENT = "id;age;Q\n1;20;a\n2;340;a\n3;41;\n"


def evaluated(make: Make, *lines: str, header: str = HEADER, content: str = CONTENT) -> Evaluation:
    evaluation = make(QUESTIONS, content)
    evaluation.corrections.write_text(header + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return evaluation


def test_values_are_corrected_counted_and_the_file_is_left_alone(make: Make) -> None:
    evaluation = evaluated(make, "users;2;age;340;34;faute de frappe;AB", "users;users.csv:4;Q;;b;relu;AB")
    ingested = read_sources(evaluation)
    clean = ingested.clean["users"]
    assert clean["age"].tolist() == [20.0, 34.0, 41.0]
    assert clean["Q"].tolist() == ["a", "a", "b"]
    assert ingested.tables["corrections"][["source", "n"]].to_numpy().tolist() == [["users", 2]]
    told = ingested.decisions.query("kind == 'correction'")
    assert told[["line", "key", "before", "after"]].to_numpy().tolist() == [[3, "age", "340", "34"], [4, "Q", "", "b"]]
    assert (evaluation.data / "users.csv").read_text(encoding="utf-8") == CONTENT


def test_the_file_of_corrections_is_an_input_of_ingest(make: Make) -> None:
    evaluation = make(QUESTIONS, CONTENT)
    assert evaluation.corrections not in files_read("ingest", evaluation)
    evaluation.corrections.write_text(HEADER, encoding="utf-8")
    assert evaluation.corrections in files_read("ingest", evaluation)
    assert "corrections" not in read_sources(evaluation).tables


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("users;9;age;340;34;faute;AB", "no record has this key"),
        ("users;2;agee;340;34;faute;AB", "no such column or question"),
        ("users;2;age;34;35;faute;AB", "the old value is not what was received"),
        ("usagers;2;age;340;34;faute;AB", "there is no such source"),
        ("users;2;age;340;34;;AB", "a correction says why"),
        ("users;2;age;340;34;faute", "does not have seven fields"),
        ("users;2;age;340;34;voir a.b@exemple.invalid;AB", "an address or a telephone"),
    ],
)
def test_a_correction_that_cannot_be_made_stops_with_its_line(make: Make, line: str, said: str) -> None:
    with pytest.raises(IngestError) as stopped:
        read_sources(evaluated(make, "users;3;age;41;42;relu;AB", line))
    assert said in str(stopped.value)
    assert "corrections.csv:3" in str(stopped.value)
    assert "exemple.invalid" not in str(stopped.value)


def test_one_value_is_corrected_once(make: Make) -> None:
    line = "users;2;age;340;34;faute;AB"
    with pytest.raises(IngestError, match="corrected twice, first on line 2"):
        read_sources(evaluated(make, line, line))


def test_a_key_of_several_records_is_asked_for_by_line_and_that_works(make: Make) -> None:
    content = CONTENT.replace("3;41", "2;41")
    with pytest.raises(IngestError, match="FILE:LINE"):
        read_sources(evaluated(make, "users;2;age;340;34;faute;AB", content=content))
    ingested = read_sources(evaluated(make, "users;users.csv:3;age;340;34;faute;AB", content=content))
    assert 34.0 in ingested.clean["users"]["age"].tolist()


def test_a_header_without_a_column_is_told(make: Make) -> None:
    with pytest.raises(IngestError, match="lacks a column"):
        read_sources(evaluated(make, header=HEADER.replace(";who", "") + "users;2;age;340;34;faute\n"))
