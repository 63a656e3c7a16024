"""SPSS files: values, user-missing codes, dates and texts come back; damage is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers import native, statistical
from pipeline.ingest.readers.describe import describe
from pipeline.ingest.readers.received import Received, read_received

SPEC = FileSpec(path="f.sav")


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ID": ["a", "b", "c"],
            "Q1": [1.0, 9.0, np.nan],
            "TEXTE": ["été à l’ouest", "", "x" * 300],
            "JOUR": pd.to_datetime(["2003-11-17", None, "2003-12-12"]),
        }
    )


@pytest.fixture
def path(tmp_path: Path, table: pd.DataFrame) -> Path:
    target = tmp_path / "f.sav"
    pyreadstat.write_sav(
        table,
        str(target),
        variable_value_labels={"Q1": {1: "Oui", 9: "NSP"}},
        missing_ranges={"Q1": [{"lo": 8, "hi": 9}]},
        variable_format={"JOUR": "DATE10"},
    )
    return target


def read(path: Path) -> Received:
    return read_received(path, "f.sav", SPEC, lambda columns: columns)


def test_values_come_back_with_user_missing_codes_and_case_numbers(path: Path, table: pd.DataFrame) -> None:
    got = read(path)
    assert got.lines.tolist() == [1, 2, 3]
    assert got.table["Q1"].tolist()[:2] == [1.0, 9.0]
    assert np.isnan(got.table["Q1"].iloc[2])
    assert got.table["TEXTE"].tolist() == table["TEXTE"].tolist()
    assert got.table["JOUR"].tolist() == table["JOUR"].tolist()
    assert got.user_missing == {"Q1": [(8.0, 9.0)]}


@pytest.mark.parametrize("kept", [4, 100, 400, 0.5, 0.98])
def test_a_truncated_file_is_refused(path: Path, kept: float) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: int(kept if kept > 1 else kept * len(raw))])
    with pytest.raises(Blocked, match="SPSS file"):
        read(path)


@pytest.mark.parametrize(("content", "said"), [(b"a;b\n1;2\n", "plain text"), (b"PK\x03\x04", "zip"), (b"", "0 bytes")])
def test_another_file_under_this_name_is_refused(path: Path, content: bytes, said: str) -> None:
    path.write_bytes(content)
    with pytest.raises(Blocked) as caught:
        read(path)
    assert said in str(caught.value.faults[0].found)


@pytest.mark.parametrize("cut", [1, 80, 400])
def test_a_truncated_transport_file_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "f.xpt"
    pyreadstat.write_xport(pd.DataFrame({"q": np.arange(200.0)}), path)
    assert len(read_received(path, "f.xpt", FileSpec(path="f.xpt"), lambda columns: columns).table) == 200
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(Blocked, match="truncated"):
        read_received(path, "f.xpt", FileSpec(path="f.xpt"), lambda columns: columns)


@pytest.mark.parametrize(
    ("name", "write", "day", "unit"),
    [
        ("f.sav", lambda t, p: pyreadstat.write_sav(t, p, variable_format={"jour": "EDATE10"}), 13e9, 86400.0),
        ("f.dta", lambda t, p: pyreadstat.write_dta(t, p, variable_format={"jour": "%td"}), 15000.0, 1.0),
        ("f.xpt", lambda t, p: pyreadstat.write_xport(t, p, variable_format={"jour": "DATE9."}), 15000.0, 1.0),
    ],
)
def test_a_date_that_no_calendar_has_stays_with_its_case_and_the_others_are_dates(
    name: str, write: Callable[[pd.DataFrame, Path], None], day: float, unit: float, tmp_path: Path
) -> None:
    days = [day + unit * i for i in range(30)]
    days[7] = 6.2e12
    write(pd.DataFrame({"n": np.arange(30.0), "jour": days}), tmp_path / name)
    got = read_received(tmp_path / name, name, FileSpec(path=name), lambda columns: columns)
    assert [i for i, v in enumerate(got.table["jour"]) if isinstance(v, str)] == [7]
    assert (got.table["jour"][8] - got.table["jour"][6]).days == 2
    assert [(n.kind, n.key, n.line) for n in got.notes] == [("impossible_date", "jour", 8)]
    (column,) = [c for c in describe(tmp_path / name, name, FileSpec(path=name)).columns if c.name == "jour"]
    assert column.kind == "date"


def test_months_and_quarters_of_spss_are_dates_and_times_are_hours(tmp_path: Path) -> None:
    table = pd.DataFrame({"q": [13634179200.0, np.nan], "m": [13634179200.0] * 2, "t": [1000.0, 90000.0]})
    pyreadstat.write_sav(table, tmp_path / "f.sav", variable_format={"q": "QYR8", "m": "MOYR8", "t": "TIME8"})
    got = read(tmp_path / "f.sav").table
    assert got["q"].tolist()[0] == got["m"].tolist()[0] == pd.Timestamp("2014-11-01")
    assert got["t"].tolist() == ["00:16:40", "25:00:00"]


def _native(path: Path, reader: str, monkeypatch: pytest.MonkeyPatch, large: int) -> pd.DataFrame:
    """Return the table of a file, read in this process: whole up to ``large`` records, in blocks of them beyond."""
    for name, limit in (("LARGE", large), ("CELLS", large), ("FEW", 20)):
        monkeypatch.setattr(native, name, limit)
    request = {"path": str(path), "data": None, "reader": reader, "options": {}, "data_options": {"user_missing": True}}
    steps = native.statistical(request)
    found = steps.send(next(steps)["column_names"])
    assert found["number_rows"] == 100
    columns = found["columns"].items()
    return pd.DataFrame({name: statistical._column(values, found["codes"].get(name)) for name, values in columns})


@pytest.mark.parametrize("reader", ["sav", "dta"])
def test_a_large_file_read_in_blocks_holds_what_it_holds_read_whole(
    tmp_path: Path, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "key": [f"Q{i}" for i in range(100)],
            "text": draw.choice(["oui", "non", ""], 100),
            "code": draw.choice([1.0, 2.0, 9.0, np.nan], 100),
            "amount": draw.uniform(0, 1, 100),
            "late": [np.nan] * 60 + [3.0] * 40,
            "day": pd.to_datetime("2006-11-13") + pd.to_timedelta(draw.integers(0, 9, 100), unit="D"),
        }
    )
    path = tmp_path / f"f.{reader}"
    if reader == "sav":
        pyreadstat.write_sav(table, path, variable_format={"day": "DATE10"})
    else:
        pyreadstat.write_dta(table, path, variable_format={"day": "%td"})
    whole, blocks = (_native(path, reader, monkeypatch, large) for large in (100, 17))
    narrow = [c for c in blocks if isinstance(blocks[c].dtype, pd.CategoricalDtype)]
    assert narrow == ["text", "code", "late", "day"]
    for name in table:
        pd.testing.assert_series_equal(
            blocks[name].astype(whole[name].dtype), whole[name], check_categorical=False, obj=name
        )
