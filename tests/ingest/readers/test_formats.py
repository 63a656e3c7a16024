"""The format is what name, declaration and first bytes agree on."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers.containers import open_container
from pipeline.ingest.readers.formats import FORMATS, format_of

from ..hostile_files import XLS, binary_answers

TABLE = pd.DataFrame({"q": [1.0, 2.0]})


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("honest")
    pyreadstat.write_sav(TABLE, folder / "f.sav")
    pyreadstat.write_por(TABLE, folder / "f.por")
    pyreadstat.write_dta(TABLE, folder / "f.dta", version=12)
    pyreadstat.write_xport(TABLE, folder / "f.xpt")
    TABLE.to_csv(folder / "f.csv")
    TABLE.to_excel(folder / "f.xlsx", engine="openpyxl")
    TABLE.to_excel(folder / "f.ods", engine="odf")
    TABLE.to_parquet(folder / "f.parquet")
    TABLE.to_json(folder / "f.json", orient="records")
    sas = bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11"
    old = {"xls": gzip.decompress(XLS.read_bytes()), "xlsb": binary_answers()}
    return {**{p.suffix[1:]: p.read_bytes() for p in folder.iterdir()}, "sas7bdat": sas, **old}


def found(tmp_path: Path, name: str, raw: bytes, **spec: Any) -> str:
    (tmp_path / name).write_bytes(raw)
    content = open_container(tmp_path / name, name)
    return format_of(content, name, FileSpec.model_validate({"path": name, **spec}))


def refused(tmp_path: Path, name: str, raw: bytes, **spec: Any) -> Fault:
    with pytest.raises(Blocked) as caught:
        found(tmp_path, name, raw, **spec)
    return caught.value.faults[0]


def test_every_format_is_told_by_name_and_bytes_or_by_declaration_and_bytes(
    tmp_path: Path, honest: dict[str, bytes]
) -> None:
    assert set(honest) == set(FORMATS)
    for kind, raw in honest.items():
        assert found(tmp_path, f"f.{kind}", raw) == kind
        assert found(tmp_path, "export", raw, format=kind) == kind


def test_every_format_under_another_name_is_refused_for_what_it_is(tmp_path: Path, honest: dict[str, bytes]) -> None:
    for really, raw in honest.items():
        for claimed in FORMATS:
            if claimed != really:
                fault = refused(tmp_path, f"f.{claimed}", raw)
                assert "whatever its name says" in fault.problem
                told = "plain text" if really == "csv" else FORMATS[really].title
                assert told in str(fault.found), (really, claimed)


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [("sav", "separator", ";"), ("csv", "sheet", "x"), ("parquet", "encoding", "utf-8"), ("xlsx", "separator", ",")],
)
def test_a_key_that_would_do_nothing_is_refused(
    tmp_path: Path, honest: dict[str, bytes], kind: str, key: str, value: str
) -> None:
    assert f"`{key}:` means nothing" in refused(tmp_path, f"f.{kind}", honest[kind], **{key: value}).problem
