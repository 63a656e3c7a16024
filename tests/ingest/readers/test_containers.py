"""Packed files: unpacked in memory and within bounds, one data file each."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers import containers
from pipeline.ingest.readers.containers import open_container


def archive(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, raw in members:
            package.writestr(name, raw)
    return out.getvalue()


def refused(tmp_path: Path, name: str, raw: bytes, member: str | None = None) -> Fault:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(Blocked) as caught:
        open_container(tmp_path / name, name, member)
    (fault,) = caught.value.faults
    return fault


def test_a_gzipped_file_loses_one_suffix_and_keeps_its_bytes(tmp_path: Path) -> None:
    raw = bytes(range(256)) * 20_000
    path = tmp_path / "f.csv.gz"
    path.write_bytes(gzip.compress(raw[:1000]) + gzip.compress(raw[1000:]))  # two members, as `cat` makes them
    content = open_container(path, "f.csv.gz")
    assert (content.name, content.bytes()) == ("f.csv", raw)


@pytest.mark.parametrize("kept", [12, 20, -4])
def test_a_truncated_gzip_file_is_refused(tmp_path: Path, kept: int) -> None:
    assert "damaged" in refused(tmp_path, "f.csv.gz", gzip.compress(b"id,x\n" + bytes(500))[:kept]).problem


def test_the_one_data_file_of_an_archive_is_read_whatever_litter_lies_beside(tmp_path: Path) -> None:
    path = tmp_path / "f.zip"
    path.write_bytes(archive(("envoi/", b""), ("envoi/f.csv", b"a;b\n"), ("__MACOSX/envoi/._f.csv", b"x")))
    content = open_container(path, "f.zip")
    assert (content.name, content.bytes()) == ("f.csv", b"a;b\n")
    assert [p.name for p in tmp_path.iterdir()] == ["f.zip"]


def test_several_files_are_listed_and_a_declared_member_is_taken(tmp_path: Path) -> None:
    raw = archive(("2003.csv", b"a"), ("2006.csv", b"b"))
    fault = refused(tmp_path, "f.zip", raw)
    assert "2003.csv, 2006.csv" in str(fault.found)
    assert "member:" in str(fault.action)
    assert open_container(tmp_path / "f.zip", "f.zip", "2006.csv").bytes() == b"b"
    assert "no single file '2009.csv'" in refused(tmp_path, "f.zip", raw, "2009.csv").problem


@pytest.mark.parametrize("name", ["../f.csv", "/f.csv", "..\\f.csv", "C:\\f.csv", "a/../../f.csv"])
def test_names_that_lead_out_of_an_archive_are_refused(tmp_path: Path, name: str) -> None:
    assert "lead out" in refused(tmp_path, "f.zip", archive((name, b"a;b\n"))).problem


def test_an_archive_of_nothing_or_of_damage_is_refused(tmp_path: Path) -> None:
    assert "no file" in refused(tmp_path, "f.zip", archive(("vide/", b""))).problem
    raw = bytearray(archive(("f.csv", b"a;b\n" * 1000)))
    raw[40] ^= 255
    assert "damaged" in refused(tmp_path, "f.zip", bytes(raw)).problem
    assert "damaged" in refused(tmp_path, "f.zip", bytes(raw[:60])).problem


@pytest.mark.parametrize("name", ["f.csv.gz", "f.zip"])
def test_a_file_that_swells_out_of_bounds_is_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "SUSPECT", 1 << 20)
    raw = bytes(3 << 20)
    packed = gzip.compress(raw) if name.endswith(".gz") else archive(("f.csv", raw))
    assert "swells" in refused(tmp_path, name, packed).problem


def test_a_member_of_a_plain_file_is_refused(tmp_path: Path) -> None:
    assert "zip archive" in refused(tmp_path, "f.csv", b"a;b\n", "f.csv").problem
