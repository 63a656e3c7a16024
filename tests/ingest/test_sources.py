"""Several sheets of a workbook are one source: each keeps its rows' numbers, and its name where that says something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import EvaluationError, IngestError
from pipeline.ingest.stage import read_sources

from ..acceptance.received_files import workbook
from .conftest import Make, question

ASKED = [
    question("lieu", "key", role="site"),
    question("mois", "month", role="month"),
    question("visites", "count", role="visits"),
]


def months(folder: Path, *names: str) -> bytes:
    sheets = {n: [["lieu", "visites"], ["A", 10 + i], ["B", 20 + i]] for i, n in enumerate(names)}
    return workbook(folder / "f.xlsx", sheets).read_bytes()


def source(**file: Any) -> dict[str, Any]:
    return {"kind": "attendance", "files": {"all": {"path": "users.xlsx", **file}}}


@pytest.mark.parametrize("sheets", ["all", ["janvier 2006", "mars 2006"]])
def test_sheets_are_read_one_below_the_other_with_their_names_as_a_column(
    make: Make, tmp_path: Path, sheets: Any
) -> None:
    content = months(tmp_path, "janvier 2006", "mars 2006")
    read = read_sources(make(ASKED, content, source=source(sheets=sheets, sheet_column="mois"))).clean["users"]
    assert read["mois"].tolist() == ["2006-01", "2006-01", "2006-03", "2006-03"]
    assert read["visites"].tolist() == [10, 20, 11, 21]
    assert not read[["_file", "_line"]].duplicated().any()
    assert read["_file"].unique().tolist() == ["users.xlsx, sheet janvier 2006", "users.xlsx, sheet mars 2006"]


def test_a_sheet_of_totals_is_never_one_of_all(make: Make, tmp_path: Path) -> None:
    content = months(tmp_path, "janvier 2006", "mars 2006", "Total")
    with pytest.raises(IngestError, match=r"(?s)total of others.*`sheets: \[\.\.\.\]`"):
        read_sources(make(ASKED, content, source=source(sheets="all", sheet_column="mois")))
    named = source(sheets=["janvier 2006", "mars 2006"], sheet_column="mois")
    ingested = read_sources(make(ASKED, content, source=named))
    assert len(ingested.clean["users"]) == 4
    assert "Total" in " ".join(ingested.decisions.loc[ingested.decisions["kind"] == "sheets_left", "note"])


def test_one_sheet_and_several_exclude_each_other(make: Make, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="exclude each other"):
        make(ASKED, months(tmp_path, "a"), source=source(sheets="all", sheet="a"))
