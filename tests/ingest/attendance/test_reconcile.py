"""Sign-ins and monthly counts of the same visits: one or the other, never both."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import EvaluationError, IngestError
from pipeline.ingest import read_sources

from ..conftest import codes
from .conftest import MakeSigned, sheet

HEADER = "espace;date;age;activite;carte;arrivee;depart\n"
SHEET = HEADER + "A;2003-01-02;12;open;;;\n" * 3 + "A;2003-02-02;30;open;;;\n" + "B;2003-01-02;30;open;;;\n" * 2
RETURNS = (
    "space;month;band;what;n\n"
    "A;2003-01;0-14;open;5\n"
    "A;2003-01;25-44;open;1\n"
    "B;2003-02;25-44;open;7\n"
    "C;2003-01;25-44;open;\n"
)


@pytest.mark.parametrize(
    ("prefer", "expected"),
    [
        ("counts", {("A", "2003-01"): 6, ("A", "2003-02"): 1, ("B", "2003-01"): 2, ("B", "2003-02"): 7}),
        ("signins", {("A", "2003-01"): 3, ("A", "2003-02"): 1, ("B", "2003-01"): 2, ("B", "2003-02"): 7}),
    ],
)
def test_each_space_and_month_comes_from_one_source(
    signed: MakeSigned, prefer: str, expected: dict[tuple[str, str], int]
) -> None:
    read = read_sources(signed(SHEET, returns=RETURNS, reconciles="returns", prefer=prefer))
    used = read.counts["returns"]
    sums = used[used["n"].notna()].groupby(["space", "month"] if "space" in used else ["site_id", "month"])["n"].sum()
    assert {k: int(v) for k, v in sums.items()} == expected
    # The count of C that was not received stays missing: it is no zero.
    assert used.loc[used["site_id"] == "C", "n"].isna().all()
    assert used.groupby(["site_id", "month"])["origin"].nunique().max() == 1


def test_the_differences_are_written_and_summed_up(signed: MakeSigned) -> None:
    read = read_sources(signed(SHEET, returns=RETURNS, reconciles="returns"))
    table = read.tables["reconciliation"].set_index(["site_id", "month"])
    assert table["received"].to_dict() == {
        ("A", "2003-01"): "both",
        ("A", "2003-02"): "signins",
        ("B", "2003-01"): "signins",
        ("B", "2003-02"): "counts",
    }
    assert table.loc[("A", "2003-01"), ["counts", "signins", "difference"]].tolist() == [6, 3, -3]
    note = read.decisions[read.decisions["kind"] == "reconciliation"]["note"].tolist()
    assert note == [
        "space-months received by both: 1 (equal: 0; 6 visits counted, 3 signed in), counts only: 1, "
        "sign-ins only: 2; used (counts / sign-ins): 2 / 2"
    ]


def test_activities_that_the_counts_do_not_know_end_in_one_message(signed: MakeSigned) -> None:
    asked = [{**q, "codes": codes("open", "class")} if q["name"] == "what" else q for q in sheet()]
    with pytest.raises(IngestError, match=r"class[\s\S]*activities"):
        read_sources(signed(SHEET, returns=RETURNS, reconciles="returns", asked=asked))
    mapped = {"open": "open", "class": "workshop"}
    read = read_sources(signed(SHEET, {"activities": mapped}, returns=RETURNS, reconciles="returns", asked=asked))
    assert set(read.counts["returns"]["what"]) == {"open", "workshop"}


@pytest.mark.parametrize("wrong", [{"reconciles": "register"}, {"reconciles": "nothing"}, {"reconciles": "users"}])
def test_only_monthly_counts_can_be_reconciled_with(signed: MakeSigned, wrong: dict[str, Any]) -> None:
    with pytest.raises(EvaluationError, match="reconciles"):
        signed(SHEET, returns=RETURNS, **wrong)
