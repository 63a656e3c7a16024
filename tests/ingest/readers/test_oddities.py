"""What the field really sends, one case each."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.describe import describe
from pipeline.ingest.readers.received import MultipleSet, Received, choose_columns, read_received
from pipeline.ingest.recode import STATUSES, Recoded, recode
from pipeline.ingest.scaffold.draft_evaluation import draft_evaluation
from pipeline.ingest.scaffold.text import Reviewed
from pipeline.instrument import Instrument

#: Codes that do not fit into 32 bits, as identifiers of spaces and products do not.
BEYOND = [2**31, 2**40, -(2**33)]


def read(path: Path, **spec: Any) -> Received:
    declared = FileSpec.model_validate({"path": path.name, **spec})
    return read_received(path, path.name, declared, lambda columns: columns)


def recoded(received: Received, decimal: str | None = None, **question: Any) -> Recoded:
    asked = {"name": "q", "wording": {"fr": "q"}, **question}
    instrument = Instrument.model_validate({"name": "i", "title": {"fr": "i"}, "questions": [asked]})
    choose_columns(received.file, {c: "q" for q in instrument.questions for c in q.columns(None).values()})(
        received.columns
    )
    return recode(instrument, None, received, decimal)["q"]


def statuses(answer: Recoded) -> list[str]:
    return [STATUSES[s] for s in answer.status]


def labelled(*values: int) -> dict[int, dict[str, str]]:
    return {v: {"fr": f"libellé {v}"} for v in values}


def test_value_labels_beyond_32_bits_keep_their_codes(tmp_path: Path) -> None:
    labels = {v: f"libellé {v}" for v in BEYOND}
    pyreadstat.write_sav(
        pd.DataFrame({"q": [float(v) for v in BEYOND]}), tmp_path / "f.sav", variable_value_labels={"q": labels}
    )
    (column,) = describe(tmp_path / "f.sav", "f.sav", FileSpec(path="f.sav")).columns
    assert column.values == labels
    answer = recoded(read(tmp_path / "f.sav"), type="single", codes=labelled(*BEYOND))
    assert answer.clean["q"].tolist() == BEYOND


def test_codes_beyond_32_bits_come_out_of_every_format_with_numbers(tmp_path: Path) -> None:
    table = pd.DataFrame({"q": [float(v) for v in BEYOND]})
    pyreadstat.write_dta(table, tmp_path / "f.dta")
    pyreadstat.write_xport(table, tmp_path / "f.xpt")
    pd.DataFrame({"q": pd.array([*BEYOND, None], dtype="Int64")}).to_parquet(tmp_path / "f.parquet")
    table.to_excel(tmp_path / "f.xlsx", index=False)
    for name in ("f.dta", "f.xpt", "f.parquet", "f.xlsx"):
        answer = recoded(read(tmp_path / name), type="single", codes=labelled(*BEYOND))
        assert answer.clean["q"].tolist()[:3] == BEYOND, name


def test_long_identifiers_of_a_parquet_file_keep_every_digit(tmp_path: Path) -> None:
    pd.DataFrame({"q": pd.array([2**60 + 1, None], dtype="Int64")}).to_parquet(tmp_path / "f.parquet")
    answer = recoded(read(tmp_path / "f.parquet"), type="key")
    assert answer.clean["q"].tolist()[0] == str(2**60 + 1)


#: A value of each type of Parquet that a column of answers may have, the question that asks it, and what it comes to.
OF_A_TYPE: dict[str, tuple[pa.Array, dict[str, Any], Any]] = {
    "text": (pa.array([None, "Été"]), {"type": "text"}, "Été"),
    "long text": (pa.array([None, "Été"], pa.large_string()), {"type": "text"}, "Été"),
    "category": (pa.array([None, "Été"]).dictionary_encode(), {"type": "text"}, "Été"),
    "truth": (
        pa.array([None, True]),
        {"type": "single", "codes": {"true": {"fr": "oui"}, "false": {"fr": "non"}}},
        "true",
    ),
    "day": (pa.array([None, dt.date(2006, 11, 13)]), {"type": "date"}, pd.Timestamp("2006-11-13")),
    "time of day": (pa.array([None, dt.time(9, 30)]), {"type": "text"}, "09:30:00"),
    "decimal": (pa.array([None, Decimal("1.50")]), {"type": "number"}, 1.5),
    "small unsigned": (pa.array([None, 3], pa.uint8()), {"type": "count"}, 3),
    "large unsigned": (pa.array([None, 2**60 + 1], pa.uint64()), {"type": "key"}, str(2**60 + 1)),
}


@pytest.mark.parametrize("kind", OF_A_TYPE)
def test_a_parquet_column_that_begins_with_no_answer_keeps_the_others(tmp_path: Path, kind: str) -> None:
    values, question, expected = OF_A_TYPE[kind]
    pq.write_table(pa.table({"q": values}), tmp_path / "f.parquet")
    answer = recoded(read(tmp_path / "f.parquet"), **question)
    assert statuses(answer) == ["no_answer", "answered"]
    assert answer.clean["q"].tolist()[1] == expected


def test_user_missing_ranges_of_spss_are_no_answers(tmp_path: Path) -> None:
    values = [1.0, 2.0, 5.0, 97.0, 98.0, 99.0, np.nan]
    pyreadstat.write_sav(
        pd.DataFrame({"q": values}), tmp_path / "f.sav", missing_ranges={"q": [{"lo": 97, "hi": 99}, 5]}
    )
    answer = recoded(read(tmp_path / "f.sav"), type="single", codes=labelled(1, 2), missing={98: "refused"})
    assert statuses(answer) == ["answered"] * 2 + ["no_answer", "no_answer", "refused", "no_answer", "no_answer"]
    assert answer.clean["q"].dropna().tolist() == [1, 2]


def test_extended_missing_values_of_stata_are_told_apart(tmp_path: Path) -> None:
    table = pd.DataFrame({"q": [1, 2, "a", "z", None]}, dtype=object)
    pyreadstat.write_dta(
        table,
        tmp_path / "f.dta",
        missing_user_values={"q": ["a", "z"]},
        variable_value_labels={"q": {1: "un", "a": "refus"}},
    )
    (column,) = describe(tmp_path / "f.dta", "f.dta", FileSpec(path="f.dta")).columns
    assert (column.kind, column.values) == ("number", {1: "un", ".a": "refus"})
    answer = recoded(read(tmp_path / "f.dta"), type="single", codes=labelled(1, 2), missing={".a": "refused"})
    assert statuses(answer) == ["answered", "answered", "refused", "no_answer", "no_answer"]
    assert [n.kind for n in answer.notes] == ["user_missing"]


def test_special_missing_values_of_sas_are_told_apart(tmp_path: Path) -> None:
    path = Path(__file__).parents[2] / "reference" / "ingest" / "answers.sas7bdat.gz"
    answer = recoded(read(path), type="number", column="M", missing={".A": "dont_know"})
    assert statuses(answer) == ["answered", "dont_know", "answered", "no_answer", "answered"]


def with_set(table: pd.DataFrame, record: bytes, path: Path, **more: Any) -> Path:
    """Write an SPSS file with the record of a multiple-response set (extension 7, subtype 7), which no library does."""
    pyreadstat.write_sav(table, path, **more)
    extension = b"".join(n.to_bytes(4, "little") for n in (7, 7, 1, len(record))) + record
    end = (999).to_bytes(4, "little") + bytes(4)
    path.write_bytes(path.read_bytes().replace(end, extension + end, 1))
    return path


def set_read(path: Path) -> tuple[dict[str, Any], Recoded, Recoded]:
    """Return the drafted question of a set, its answers, and those of the same question where only the file counts."""
    drafted = draft_evaluation("essai", [path], dt.date(2024, 12, 1))
    (content,) = [d for s in drafted.instruments.values() for d in s["questions"] if d["name"] == "usages"]
    content = {k: v.value if isinstance(v, Reviewed) else v for k, v in content.items()}
    bare = {k: v for k, v in content.items() if k != "ticked"}
    asked = [{"name": "i", "title": {"fr": "i"}, "questions": [c]} for c in (content, bare)]
    answers = [recode(Instrument.model_validate(i), None, read(path), None)["usages"] for i in asked]
    return content, answers[0], answers[1]


def test_the_value_that_a_set_counts_is_the_tick_in_the_draft_and_where_the_draft_does_not_say(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": [0.0, 1.0, np.nan] * 5, "b": [0.0, 1.0, 1.0] * 5, "n": np.arange(15.0)})
    path = with_set(table, b"$usages=D1 0 6 Usages a b\n", tmp_path / "f.sav")
    content, *answers = set_read(path)
    assert (content["ticked"], content["wording"]) == ([0], {"fr": "Usages"})
    for answer in answers:
        assert answer.clean["usages_1"].tolist()[:3] == [True, False, False]
        assert answer.clean["usages_2"].tolist()[:3] == [True, False, False]
        assert answer.unreadable is not None
        assert answer.unreadable.isna().all()


def test_a_set_of_categories_is_one_question_whose_items_are_its_answers(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": [1.0, 2.0, np.nan, 9.0] * 5, "b": [2.0, np.nan, np.nan, np.nan] * 5})
    labels = {c: {1: "Internet", 2: "Imprimante", 9: "Ne sait pas"} for c in "ab"}
    path = with_set(table, b"$usages=C 6 Usages a b\n", tmp_path / "f.sav", variable_value_labels=labels)
    content, answer, _ = set_read(path)
    assert (content["slots"], [i["label"]["fr"] for i in content["items"]]) == (["a", "b"], ["Internet", "Imprimante"])
    assert answer.clean["usages_1"].tolist()[:2] == [True, False]
    assert answer.clean["usages_2"].tolist()[:2] == [True, True]
    assert statuses(answer)[:4] == ["answered", "answered", "no_answer", "dont_know"]


def test_a_box_that_its_respondent_left_out_is_neither_ticked_nor_unticked(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": [1.0, 2.0, 9.0] * 5, "b": [2.0, 2.0, 1.0] * 5, "n": np.arange(15.0)})
    said = {"missing_ranges": {"a": [9]}, "variable_value_labels": {c: {1: "Oui", 2: "Non", 9: "NR"} for c in "ab"}}
    path = with_set(table, b"$usages=D1 1 6 Usages a b\n", tmp_path / "f.sav", **said)
    _, answer, _ = set_read(path)
    assert statuses(answer)[:3] == ["answered"] * 3
    assert answer.clean["usages_1"].isna().tolist()[:3] == [False, False, True]
    assert answer.clean["usages_2"].tolist()[:3] == [False, False, True]


def test_multiple_response_sets_are_described(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": [1.0], "b": [0.0], "c": [1.0]})
    with_set(table, b"$usages=D1 1 6 Usages a b\n", tmp_path / "f.sav")
    assert describe(tmp_path / "f.sav", "f.sav", FileSpec(path="f.sav")).multiple_sets == {
        "usages": MultipleSet(["a", "b"], "Usages", 1)
    }


def latin(tmp_path: Path) -> Path:
    """Return an SPSS file of before Unicode: its texts are Latin-1 and its header says so."""
    pyreadstat.write_sav(pd.DataFrame({"q": ["\x7ft\x7f", "Plo\x7frmel"]}), tmp_path / "f.sav")
    raw = (tmp_path / "f.sav").read_bytes()
    assert raw.count(b"UTF-8") == 1
    (tmp_path / "f.sav").write_bytes(raw.replace(b"UTF-8", b"CP819").replace(b"\x7f", b"\xe9"))
    return tmp_path / "f.sav"


def test_an_spss_file_of_before_unicode_keeps_its_accents(tmp_path: Path) -> None:
    assert read(latin(tmp_path)).table["q"].tolist() == ["été", "Ploérmel"]
    assert read(tmp_path / "f.sav", encoding="cp1252").table["q"].tolist() == ["été", "Ploérmel"]


def test_a_stata_file_of_before_unicode_keeps_its_accents(tmp_path: Path) -> None:
    pd.DataFrame({"q": ["été", "Ploérmel"]}).to_stata(tmp_path / "f.dta", version=114, write_index=False)
    assert read(tmp_path / "f.dta").table["q"].tolist() == ["été", "Ploérmel"]


@pytest.mark.parametrize("length", [255, 256, 2000])
def test_long_texts_come_back_whole(tmp_path: Path, length: int) -> None:
    text = "é" * (length // 2) + "x" * (length - length // 2)
    pyreadstat.write_sav(pd.DataFrame({"q": [text, "court"]}), tmp_path / "f.sav")
    assert read(tmp_path / "f.sav").table["q"].tolist() == [text, "court"]


def test_semicolons_and_decimal_commas_are_numbers(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(b"q;r\n1,5;a\n-0,25;b\n12;c\n")
    assert recoded(read(tmp_path / "f.csv"), type="number").clean["q"].tolist() == [1.5, -0.25, 12.0]


def test_windows_quotes_and_dashes_come_back(tmp_path: Path) -> None:
    text = "l’été « là » – “bien”… 20 €"
    (tmp_path / "f.csv").write_bytes(f"q;r\n{text};1\n".encode("cp1252"))
    for spec in ({}, {"encoding": "cp1252"}, {"encoding": "windows-1252"}):
        assert read(tmp_path / "f.csv", **spec).table["q"].tolist() == [text]


def test_a_header_of_46_fields_over_rows_of_70_stops_naming_both(tmp_path: Path) -> None:
    header = ";".join(f"c{i}" for i in range(46))
    rows = [";".join(["x"] * 70)] * 3 + [";".join(["x"] * 46)]
    (tmp_path / "f.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    with pytest.raises(Blocked) as caught:
        read(tmp_path / "f.csv")
    assert "70 fields in 3 of the first 4 records" in str(caught.value.faults[0].found)
    assert "46 names" in str(caught.value.faults[0].found)


@pytest.mark.parametrize("name", ["f.csv", "f.xlsx"])
def test_durations_as_ranges_stay_the_text_that_was_typed(tmp_path: Path, name: str) -> None:
    table = pd.DataFrame({"q": ["30-60", "60-90", "45"], "r": ["{a,b}", "2/5", "x"]})
    table.to_csv(tmp_path / name, index=False) if name == "f.csv" else table.to_excel(tmp_path / name, index=False)
    got = read(tmp_path / name)
    assert got.table["q"].tolist() == ["30-60", "60-90", "45"]
    answer = recoded(got, type="number")
    assert answer.unreadable is not None
    assert answer.unreadable.dropna().tolist() == ["30-60", "60-90"]


def test_a_header_under_a_title_is_declared_for_text(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("Enquête 2006;\n\nq;r\n1;2\n\n3;4\n", encoding="utf-8")
    got = read(tmp_path / "f.csv", header_row=3)
    assert (got.columns, got.lines.tolist()) == (["q", "r"], [4, 6])


def test_a_table_of_the_default_labels_says_so_for_each_format(tmp_path: Path) -> None:
    table = pd.DataFrame({"q": [1.0, 2.0], "t": ["a", "b"], "d": pd.to_datetime(["2006-11-13", None])})
    more = {"column_labels": ["Question", "Texte", "Jour"], "variable_value_labels": {"q": {1: "oui", 2: "non"}}}
    pyreadstat.write_sav(table, tmp_path / "f.sav", variable_format={"d": "DATE10"}, **more)
    pyreadstat.write_dta(table.assign(q=[1, 2], d=table["d"].dt.date), tmp_path / "f.dta", **more)
    for name in ("f.sav", "f.dta"):
        got = describe(tmp_path / name, name, FileSpec(path=name))
        assert [(c.name, c.label, c.kind) for c in got.columns] == [
            ("q", "Question", "number"),
            ("t", "Texte", "text"),
            ("d", "Jour", "date"),
        ]
        assert got.columns[0].values == {1: "oui", 2: "non"}
        assert (got.format, got.n) == (name[2:], 2)


def test_moments_of_a_parquet_file_keep_the_clock_of_their_place(tmp_path: Path) -> None:
    evening = pd.to_datetime(["2024-11-13 23:30"]).tz_localize("Europe/Paris")
    pd.DataFrame({"d": evening}).to_parquet(tmp_path / "f.parquet")
    received = read_received(tmp_path / "f.parquet", "f.parquet", FileSpec(path="f.parquet"), list)
    assert received.table["d"].tolist() == [pd.Timestamp("2024-11-13 23:30")]


def test_a_file_without_a_header_is_told_so_and_shows_nobody(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("1;1;jean.dupont@exemple.fr\n2;1;a@exemple.fr\n", encoding="utf-8")
    with pytest.raises(Blocked, match="the file has no header") as told:
        read_received(tmp_path / "f.csv", "f.csv", FileSpec(path="f.csv"), list)
    assert "dupont" not in str(told.value.faults)
