"""JSON as web services give it: records by column, and one message for each way in which a file goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers.received import Received, read_received

#: A submission of KoboToolbox, as its service gives it.
KOBO = {
    "_id": 12,
    "start": "2024-11-18T10:02:11.000+01:00",
    "visit/reason": "email print",
    "visit/times": "3",
    "agreed": True,
    "remark": "",
    "_geolocation": [None, None],
    "_attachments": [{"id": 1, "filename": "photo.jpg"}],
}


def received(tmp_path: Path, content: Any, name: str = "answers.json") -> Received:
    raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    (tmp_path / name).write_bytes(raw)
    return read_received(tmp_path / name, name, FileSpec(path=name), list)


def refused(tmp_path: Path, content: Any, name: str = "answers.json") -> Fault:
    with pytest.raises(Blocked) as caught:
        received(tmp_path, content, name)
    return caught.value.faults[0]


def test_a_submission_of_kobo_is_a_record_with_the_names_of_its_questions(tmp_path: Path) -> None:
    got = received(tmp_path, {"count": 2, "next": None, "previous": None, "results": [KOBO, {**KOBO, "_id": 13}]})
    assert got.format == "json"
    assert got.table["_id"].tolist() == [12, 13]
    assert got.table.iloc[0].to_dict() | {"_id": 12} == {
        "_id": 12,
        "start": "2024-11-18T10:02:11.000+01:00",
        "visit/reason": "email print",
        "visit/times": "3",
        "agreed": "true",
        "remark": got.table["remark"].iloc[0],
        "_geolocation": got.table["_geolocation"].iloc[0],
    }
    assert got.table[["remark", "_geolocation"]].isna().all(axis=None)
    assert got.lines.tolist() == [1, 2]


def test_lists_of_records_are_no_column_and_are_told(tmp_path: Path) -> None:
    got = received(tmp_path, [KOBO])
    assert "_attachments" not in got.columns
    assert [(n.kind, n.key, n.before) for n in got.notes] == [("repeats", "", "_attachments")]


def test_groups_of_odk_become_columns_of_their_own(tmp_path: Path) -> None:
    odk = {"__id": "a", "visit": {"times": 3, "who": {"age": 41.5}}, "__system": {"submitterName": None}}
    got = received(tmp_path, {"@odata.context": "x", "value": [odk, {"__id": "b"}]})
    assert got.columns == ["__id", "visit/times", "visit/who/age", "__system/submitterName"]
    assert got.table["visit/times"].tolist() == [3, pd.NA]
    assert got.table["visit/who/age"].iloc[0] == 41.5


def test_a_feature_gives_its_properties_and_the_place_of_its_point(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [-2.76, 48.51]}
    feature = {"type": "Feature", "geometry": point, "properties": {"nom": "Espace"}}
    got = received(tmp_path, {"type": "FeatureCollection", "features": [feature]}, "places.geojson")
    assert got.table.iloc[0].to_dict() == {"longitude": -2.76, "latitude": 48.51, "nom": "Espace"}


def test_a_record_a_line_keeps_its_line(tmp_path: Path) -> None:
    got = received(tmp_path, b'{"q": 1}\n\n{"q": 2, "r": "x"}\n', "answers.jsonl")
    assert got.lines.tolist() == [1, 3]
    assert got.table["q"].tolist() == [1, 2]


def test_a_column_of_several_types_is_text_as_it_was_written(tmp_path: Path) -> None:
    got = received(tmp_path, [{"q": 1, "id": 10**20}, {"q": "n/a", "id": 1}])
    assert got.table["q"].tolist() == ["1", "n/a"]
    assert got.table["id"].tolist() == [str(10**20), "1"]


def test_texts_with_blanks_are_not_run_together(tmp_path: Path) -> None:
    got = received(tmp_path, [{"q": 1, "services": ["aide aux démarches", "impression"]}])
    assert got.columns == ["q"]
    assert got.notes[0].before == "services"


@pytest.mark.parametrize(
    ("content", "name", "problem", "line"),
    [
        (b'[{"q": 1},\n{"q": 2', "a.json", "the JSON file is damaged", 2),
        (b'{"q": 1}\n{"q": \n', "a.jsonl", "the JSON file is damaged", 2),
        (b'[{"q": 1, "q": 2}]', "a.json", "a record names a value twice", None),
        (b'[{"a/b": 1, "a": {"b": 2}}]', "a.json", "a record names a value twice", 1),
        (b'[{"q": NaN}]', "a.json", "the JSON file cannot be read", None),
        (b"[" * 100_000, "a.json", "the JSON file cannot be read", None),
        (b'[{"q": ' + b'{"a": ' * 60 + b"1" + b"}" * 60 + b"}]", "a.json", "the JSON file cannot be read", 1),
        (b"[[1, 2], [3, 4]]", "a.json", "a record is no object with named values", 1),
        (b"[]", "a.json", "the JSON file holds no record", None),
        (b'{"a": [{"q": 1}], "b": [{"q": 2}]}', "a.json", "the JSON file holds several lists of records", None),
        (b'{"q": 1}', "a.json", "the JSON file holds no list of records", None),
        (b'[\n{"q": "\xe9t\xe9"}]', "a.json", "the JSON file is not in UTF-8", 2),
        (b'{"next": "x", "count": 300, "results": [{"q": 1}]}', "a.json", "one page of several", None),
        (b"q;r\n1;2\n", "a.json", "this is not a JSON file of records", None),
        (b'[{"q": 1}]', "a.csv", "this is not a text file", None),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    content: bytes, name: str, problem: str, line: int | None, tmp_path: Path
) -> None:
    fault = refused(tmp_path, content, name)
    assert problem in fault.problem
    assert fault.line == line
    assert fault.action


def test_a_file_of_utf_16_is_read_where_it_is_marked(tmp_path: Path) -> None:
    got = received(tmp_path, '[{"q": "é"}]'.encode("utf-16"))
    assert got.table["q"].tolist() == ["é"]
