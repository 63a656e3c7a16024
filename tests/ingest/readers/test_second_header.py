"""Lines of a header below the first are no respondents; their wordings are kept."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.readers.test_sheets import answers, read, saved, told

QUALTRICS = (
    "Duree,ResponseId,Q1,Q3\nDuration,Response ID,Quel sexe ?,Quel âge ?\n"
    '"{""ImportId"":""duration""}","{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID3""}"\n'
)


def test_wordings_and_import_identifiers_of_qualtrics_are_no_respondents(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(QUALTRICS + "".join(f"30{i},R_{i},Homme,{20 + i}\n" for i in range(6)), encoding="utf-8")
    got = read(path)
    assert got.n == 6
    assert got.lines.tolist() == [4, 5, 6, 7, 8, 9]
    assert got.table["Q3"].tolist()[0] == "20"
    assert got.documented.labels["Q3"] == "Quel âge ?"
    assert "no answers" in told(got)


def test_records_of_other_files_stay(tmp_path: Path) -> None:
    assert read(saved(tmp_path / "f.xlsx", R=answers(5))).n == 5
