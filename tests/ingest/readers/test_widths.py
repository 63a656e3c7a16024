"""A record that does not fit its header never shifts columns, nor becomes the header."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.received import Received, read_received
from pipeline.ingest.scaffold.header_row import header_row_of


def read(tmp_path: Path, content: str) -> Received:
    path = tmp_path / "f.csv"
    path.write_text(content, encoding="utf-8")
    spec = FileSpec(path="f.csv", header_row=header_row_of(path))
    return read_received(path, "f.csv", spec, lambda columns: [c for c in columns if c])


def columns_of(received: Received) -> dict[str, list[str]]:
    return {c: received.table[c].tolist() for c in received.table}


def kinds(received: Received) -> set[str]:
    return {n.kind for n in received.notes} - {"encoding", "separator"}


def test_a_separator_at_the_end_of_every_record_is_no_column(tmp_path: Path) -> None:
    got = read(tmp_path, "id;Age;Avis\n7;20;bon;\n8;21;mauvais;\n")
    assert columns_of(got) == {"id": ["7", "8"], "Age": ["20", "21"], "Avis": ["bon", "mauvais"]}
    assert kinds(got) == {"trailing_separator"}


@pytest.mark.parametrize("records", ["1;20;bon\n2;21;nul\n3;22;bon\n", '"a";20;"bon"\n"b";21;"nul"\n'])
def test_names_of_rows_which_the_header_leaves_out_are_recognised(tmp_path: Path, records: str) -> None:
    got = read(tmp_path, f'"Age";"Avis"\n{records}')
    assert columns_of(got)["Age"][:2] == ["20", "21"]
    assert columns_of(got)["Avis"][:2] == ["bon", "nul"]
    assert kinds(got) == {"row_names"}
    # Counted rows say nothing; names may be those of spaces, and are kept.
    assert ("row.names" in columns_of(got)) == records.startswith('"a"')


@pytest.mark.parametrize(
    ("content", "names", "fields"),
    [
        ("id;Age;Avis\n1;20;bon;oui\n2;21;nul;non\n3;22;bon;oui\n", 3, 4),
        ("Sexe;Avis\nH;bon;oui\nF;nul;non\n", 2, 3),
        ("a,b,c\n" + "1,2,3,null,null,null\n" * 4, 3, 6),
        ("id;Age;Avis;Plus\n1;20;bon\n2;21;nul\n", 4, 3),
    ],
)
def test_records_of_another_width_stop_with_both_widths_and_the_line(
    tmp_path: Path, content: str, names: int, fields: int
) -> None:
    with pytest.raises(Blocked) as caught:
        read(tmp_path, content)
    fault = caught.value.faults[0]
    assert fault.where == "f.csv:2"
    assert f"{fields} fields" in str(fault.found)
    assert f"{names} names in the header (line 1)" in str(fault.found)


def test_the_advice_for_names_in_another_line_works(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("Service;Nord;2006\nid;Age;Avis;Plus\n1;20;bon;x\n2;21;nul;y\n", encoding="utf-8")
    with pytest.raises(Blocked, match="fit"):
        read_received(path, "f.csv", FileSpec(path="f.csv"), lambda columns: columns)
    got = read_received(path, "f.csv", FileSpec(path="f.csv", header_row=2), lambda columns: columns)
    assert columns_of(got)["Plus"] == ["x", "y"]


def test_single_records_of_another_width_are_set_aside_with_their_line(tmp_path: Path) -> None:
    got = read(tmp_path, "id;Age\n" + "1;20\n" * 9 + "2;21;nul\n3\n")
    assert got.broken == [(11, "ragged_row"), (12, "ragged_row")]
    assert len(got.table) == 9


def test_columns_that_hold_answers_under_no_name_are_kept_and_told(tmp_path: Path) -> None:
    got = read(tmp_path, "N;Usages;;;Age\n1;mail;;;20\n2;;jeux;;21\n")
    assert columns_of(got)["column_3"] == ["", "jeux"]
    assert kinds(got) == {"unnamed_columns"}
    assert "column_4" not in got.columns


def test_row_numbers_without_a_name_are_no_column(tmp_path: Path) -> None:
    got = read(tmp_path, ";Age;Avis\n0;20;bon\n1;21;nul\n")
    assert list(columns_of(got)) == ["Age", "Avis"]
    assert kinds(got) == set()


def test_titles_above_a_header_are_still_found(tmp_path: Path) -> None:
    got = read(tmp_path, "Relevé annuel\n\nEspace;2019;2020\nA;12;13\nB;14;15\nC;16;17\nD;1;2\nE;1;2\nF;1;2\n")
    assert got.columns == ["Espace", "2019", "2020"]
    assert got.lines[0] == 4


@pytest.mark.parametrize("names", ['"sexe" "age"', '"" "sexe" "age"', '"sexe ou genre" "age, en années"'])
def test_names_in_quotation_marks_parted_by_blanks_are_columns(tmp_path: Path, names: str) -> None:
    got = read(tmp_path, names + "\n" + "".join(f'"{i}" "H" {20 + i}\n' for i in range(1, 9)))
    assert got.table.iloc[:, -1].tolist() == [str(20 + i) for i in range(1, 9)]
    assert got.n == 8
