"""Streamed sign-ins come out as the same file read as a table: counts, account, failures, records."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.ingest import Ingested
from pipeline.ingest.attendance.streamed import blocks
from pipeline.ingest.attendance.streamed import engine as engines
from pipeline.ingest.stage import read_sources

from ..conftest import Make, question
from .conftest import MakeSigned, register, sheet

HEADER = "espace;date;age;activite;carte;arrivee;depart\n"
SPACES = ("A", "B", " a", "C", "Z9", "")
DAYS = ("2003-01-02", "2003-01-03", "2003-02-14", "05/03/2003", "2003-13-01", "", "hier")
AGES = ("7", "16", "30", "61", "", "400", "x", "30,0")
WHATS = ("open", "workshop", "libellé open", "nap", "")
CARDS = ("Jeanne", "paul", "PAUL", "Zoé", "", "Élise")
TIMES = ("09:00", "14h30", "25:00", "", "16:45")


def _sheet(seed: int, n: int = 300) -> str:
    """Return a sheet of visits, most of them whole, with every sort of fault and broken record."""
    draw = random.Random(seed)

    def one(values: tuple[str, ...], whole: int, share: float = 0.9) -> str:
        return draw.choice(values[:whole] if draw.random() < share else values)

    lines = []
    for _ in range(n):
        kind = draw.random()
        if kind < 0.02:
            lines.append(draw.choice(["", ";;;;;;", "A;2003-01-02", "A;2003-01-02;30;open;x;09:00;10:00;more", "   "]))
            continue
        cells = [one(SPACES, 3), one(DAYS, 3), one(AGES, 4), one(WHATS, 2), draw.choice(CARDS)]
        cells += [one(TIMES, 2), one(TIMES, 5)]
        if kind < 0.04:
            cells[0] = f'"{cells[0]}"'
        if kind < 0.03:
            cells[4] = '"deux\nlignes; ""citées"""'
        lines.append(";".join(cells))
    return HEADER + "\n".join(lines) + ("\n" if draw.random() < 0.5 else "")


def _both(evaluation: Evaluation, out: Path) -> tuple[Ingested, Ingested, pd.DataFrame]:
    table = read_sources(evaluation)
    streamed = read_sources(evaluation, out, largest=0)
    assert "users" not in streamed.clean
    return table, streamed, pd.read_parquet(out / "users" / "records" / "all.parquet")


def test_visits_to_a_space_outside_the_perimeter_are_set_aside_either_way(make: Make, tmp_path: Path) -> None:
    spec, asked, _ = register()
    asked.append(question("commune", "text", role="commune"))
    entries = "id;nom;commune\nA;Espace A;56260\nB;Espace B;75056\n"
    declared = {
        "kind": "attendance",
        "files": {"all": {"path": "sheet.csv", "separator": ";"}},
        "signins": {"person": "card"},
    }
    rows = "".join(f"{space};2003-01-0{day};30;open;{card};;\n" for space, day, card in ("A1x", "B2y", "B3z", "A4x"))
    evaluation = make(
        sheet(),
        HEADER + rows,
        source=declared,
        file={"path": "sheet.csv"},
        more={"register": (spec, asked, entries)},
        territory={"region": "53", "level": "department"},
    )
    for read in _both(evaluation, tmp_path / "out")[:2]:
        failed = read.failures[(read.failures["reason"] == "outside_region") & (read.failures["source"] == "users")]
        assert sorted(failed["line"]) == [3, 4]
        assert set(read.counts["users"]["site_id"]) == {"A"}
        assert read.counts["users"]["visits"].sum() == 2


def _same(one: pd.DataFrame, other: pd.DataFrame, by: list[str]) -> None:
    left, right = (
        f.astype(object).where(f.notna(), None).sort_values(by, key=lambda c: c.astype(str)) for f in (one, other)
    )
    pd.testing.assert_frame_equal(
        left[sorted(left)].reset_index(drop=True), right[sorted(right)].reset_index(drop=True), check_dtype=False
    )


@pytest.mark.parametrize("seed", range(4))
def test_streamed_files_come_out_as_tables_do(
    signed: MakeSigned, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 2_000)  # many blocks, records across their edges
    monkeypatch.setattr(engines, "NUMBERS_AT_ONCE", 100)  # repeated keys are looked for in parts
    _streams_as_a_table(signed, tmp_path, seed, "duckdb")


@pytest.mark.slow
def test_spark_counts_checks_and_sets_aside_as_tables_do(signed: MakeSigned, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed (make spark)")
    _streams_as_a_table(signed, tmp_path, 0, "local[2]")


def test_a_spark_that_is_not_there_is_one_message(
    signed: MakeSigned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    evaluation = signed(_sheet(0), engine="spark://nowhere:7077")
    with pytest.raises(IngestError, match="Apache Spark cannot be reached") as told:
        read_sources(evaluation, tmp_path / "out", largest=0)
    assert "spark://nowhere:7077" in str(told.value)


def _streams_as_a_table(signed: MakeSigned, tmp_path: Path, seed: int, engine: str) -> None:
    checks = [{"rule": r, "threshold": 1.0} for r in ("not_a_date", "unknown_code", "unknown_site", "ragged_row")]
    checks += [{"rule": r, "threshold": 1.0} for r in ("not_a_number", "missing_required", "out_of_range")]
    checks += [{"rule": "repeated_key", "threshold": 1.0}]
    unit = ("visit", "person_day")[seed % 2]
    evaluation = signed(_sheet(seed), {"rows": unit, "active_file": "month"}, checks=checks, engine=engine)
    table, streamed, records = _both(evaluation, tmp_path / "out")
    _same(table.clean["users"], records, ["_line"])
    assert records["_line"].is_monotonic_increasing
    assert records["day"].dtype == table.clean["users"]["day"].dtype
    _same(table.counts["users"], streamed.counts["users"], ["site_id", "month", "age_band", "activity"])
    _same(table.quarantine["users"], streamed.quarantine["users"], ["_line"])
    _same(table.account, streamed.account, ["source", "kind", "reason"])
    _same(table.failures, streamed.failures, ["source", "line", "column", "rule"])
    _same(table.rules, streamed.rules, ["source", "column", "rule", "asked"])
    _same(table.tables["active_file"], streamed.tables["active_file"], ["site_id", "period"])
    _same(table.decisions, streamed.decisions, ["source", "kind", "key", "before", "line"])
    own = streamed.account[streamed.account["source"] == "users"].groupby("kind")["n"].sum()
    assert own["received"] == own["accepted"] + own["set_aside"]
    assert own["set_aside"] == own["reason"]


def test_no_name_is_left_in_what_streaming_writes(signed: MakeSigned, tmp_path: Path) -> None:
    evaluation = signed(HEADER + "A;2003-01-02;12;open;Xylophonie;14:00;15:30\n" * 3)
    read_sources(evaluation, tmp_path / "out", largest=0)
    written = [p for p in (tmp_path / "out").rglob("*") if p.is_file()]
    assert [p.name for p in written] == ["all.parquet"]
    assert not any(b"ylophonie" in p.read_bytes() for p in written)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_other_encodings_stream_too(signed: MakeSigned, tmp_path: Path, encoding: str) -> None:
    text = HEADER + "A;2003-01-02;12;libellé open;x;14:00;15:30\nA;2003-01-02;12;libellé workshop;y;14:00;15:30\n"
    evaluation = signed("-")
    evaluation.received(evaluation.source("users").files["all"]).write_bytes(text.encode(encoding))
    table, streamed, records = _both(evaluation, tmp_path / "out")
    _same(table.clean["users"], records, ["_line"])
    _same(table.decisions, streamed.decisions, ["source", "kind", "key"])
