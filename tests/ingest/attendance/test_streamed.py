"""Streamed sign-ins come out as the same file read as a table: counts, account, failures, records."""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.ingest import Ingested
from pipeline.ingest.attendance.streamed import blocks
from pipeline.ingest.attendance.streamed import engine as engines
from pipeline.ingest.readers import columnar
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
    _same_either_way(
        signed(_sheet(seed), {"rows": unit, "active_file": "month"}, checks=checks, engine=engine), tmp_path
    )


def _written(quarantine: pd.DataFrame) -> pd.DataFrame:
    """Return records set aside as they are sent back."""
    return pd.read_csv(io.StringIO(quarantine.to_csv(index=False)), dtype=str)


def _same_either_way(evaluation: Evaluation, tmp_path: Path) -> None:
    table, streamed, records = _both(evaluation, tmp_path / "out")
    _same(table.clean["users"], records, ["_line"])
    assert records["_line"].is_monotonic_increasing
    assert records["day"].dtype == table.clean["users"]["day"].dtype
    _same(table.counts["users"], streamed.counts["users"], ["site_id", "month", "age_band", "activity"])
    _same(_written(table.quarantine["users"]), _written(streamed.quarantine["users"]), ["_line"])
    _same(table.account, streamed.account, ["source", "kind", "reason"])
    _same(table.failures, streamed.failures, ["source", "line", "column", "rule"])
    _same(table.rules, streamed.rules, ["source", "column", "rule", "asked"])
    if "active_file" in table.tables:
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


#: What the sheet holds, in the types that programs write: text, dates, moments, whole numbers with gaps, decimals.
TYPED = pd.DataFrame(
    {
        "espace": ["A", "B", " a", "Z9", "A", None, "B", "A"],
        "date": pd.to_datetime(
            ["2003-01-02", "2003-01-03", None, "2003-02-14", "2003-01-02", "2003-01-03"] + ["2003-01-02"] * 2
        ),
        "age": pd.array([7, 16, 30, 61, 400, None, 12, 12], dtype="Int64"),
        "activite": ["open", "workshop", "libellé open", "nap", "open", "open", None, "open"],
        "carte": ["Jeanne", "paul", "PAUL", None, "Élise", "Zoé", "Zoé", "Jeanne"],
        "arrivee": ["09:00", "14h30", "09:00", "09:00", "25:00", "09:00", None, "10:00"],
        "depart": ["09:30", "15:30", "10:00", "08:00", "10:00", "10:00", None, "11:00"],
    }
)


def _as_is(table: pd.DataFrame) -> pd.DataFrame:
    return table


def _zoned(table: pd.DataFrame) -> pd.DataFrame:
    """Return the days as late moments of the place: in UTC some are another day."""
    return table.assign(date=(table["date"] + pd.Timedelta(hours=0, minutes=20)).dt.tz_localize("Europe/Paris"))


def _other_types(table: pd.DataFrame) -> pd.DataFrame:
    days = table["date"].dt.date
    codes = {c: table[c].astype("category") for c in ("espace", "activite")}
    return table.assign(age=table["age"].astype("float64"), date=days, carte=[1001, 7, 7, None, 3, 4, 4, 1001], **codes)


@pytest.mark.parametrize("written", [_as_is, _zoned, _other_types])
def test_parquet_streams_as_a_table(
    signed: MakeSigned, tmp_path: Path, written: Callable[[pd.DataFrame], pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columnar, "BLOCK", 3)
    checks = [{"rule": r, "threshold": 1.0} for r in ("not_a_date", "unknown_code", "unknown_site", "missing_required")]
    checks += [{"rule": r, "threshold": 1.0} for r in ("not_a_number", "out_of_range", "repeated_key")]
    evaluation = signed("-", checks=checks, files={"all": {"path": "sheet.parquet"}})
    written(TYPED).to_parquet(evaluation.received(evaluation.source("users").files["all"]))
    _same_either_way(evaluation, tmp_path)


@pytest.mark.parametrize("kept", [0.4, 0.9])
def test_a_torn_parquet_file_is_one_message(signed: MakeSigned, tmp_path: Path, kept: float) -> None:
    evaluation = signed("-", files={"all": {"path": "sheet.parquet"}})
    path = evaluation.received(evaluation.source("users").files["all"])
    pd.concat([TYPED] * 5000).to_parquet(path, row_group_size=4000)
    whole = path.read_bytes()
    # the end, which says what the file holds, is whole; what it holds is not
    torn = whole[: int(kept * len(whole))]
    path.write_bytes(torn + b"\xff" * (len(whole) - len(torn) - 4000) + whole[-4000:])
    with pytest.raises(IngestError, match=r"the Parquet file cannot be read|the file is damaged"):
        read_sources(evaluation, tmp_path / "out", largest=0)


def test_spoiled_accents_of_a_parquet_file_are_read_back(signed: MakeSigned, tmp_path: Path) -> None:
    evaluation = signed("-", files={"all": {"path": "sheet.parquet"}})
    person = ["Élise".encode().decode("cp1252"), "Élise"]
    spoiled = TYPED.iloc[[0, 1]].assign(activite="libellé open".encode().decode("cp1252"), carte=person)
    spoiled.to_parquet(evaluation.received(evaluation.source("users").files["all"]))
    table, streamed, records = _both(evaluation, tmp_path / "out")
    assert list(records["what"]) == list(table.clean["users"]["what"]) == ["open", "open"]
    assert list(records["card"]) == list(table.clean["users"]["card"])
    assert records["card"].nunique() == 1
    assert "encoding" in set(streamed.decisions["kind"])


@pytest.mark.parametrize("declared", [{"encoding": "utf-8"}, {"format": "csv"}])
def test_a_large_file_is_held_against_what_is_declared_as_a_small_one(
    signed: MakeSigned, tmp_path: Path, declared: dict[str, str]
) -> None:
    evaluation = signed("-", files={"all": {"path": "sheet.parquet", **declared}})
    TYPED.to_parquet(evaluation.received(evaluation.source("users").files["all"]))
    said = []
    for largest in (1 << 40, 0):
        with pytest.raises(IngestError) as told:
            read_sources(evaluation, tmp_path / "out", largest=largest)
        said.append(str(told.value))
    assert said[0] == said[1]
