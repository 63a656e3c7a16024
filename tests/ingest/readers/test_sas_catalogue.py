"""A SAS catalogue labels the values of the file beside it; what is no catalogue is one message."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.describe import describe
from pipeline.ingest.scaffold.draft_evaluation import draft_evaluation

REFERENCE = Path(__file__).parents[2] / "reference" / "ingest"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("accord.sas7bdat", "accord.sas7bcat"):
        (tmp_path / name).write_bytes(gzip.decompress((REFERENCE / f"{name}.gz").read_bytes()))
    return tmp_path


def test_a_catalogue_given_with_a_sas_file_labels_its_codes(folder: Path) -> None:
    drafted = draft_evaluation("essai", [folder / "accord.sas7bdat", folder / "accord.sas7bcat"], dt.date(2024, 12, 1))
    asked = drafted.instruments["accord.yaml"]["questions"][1]
    assert asked["codes"] == {1: {"fr": "Tout a fait d'accord"}, 2: {"fr": "Pas d'accord"}}
    assert asked["missing"].value == {9: "refused"}
    assert drafted.settings["sources"][0]["files"]["2024"]["catalog"] == "accord.sas7bcat"


def test_without_its_catalogue_a_sas_file_has_codes_alone(folder: Path) -> None:
    spec = FileSpec(path="accord.sas7bdat")
    assert describe(folder / "accord.sas7bdat", "accord.sas7bdat", spec).columns[1].values == {}


@pytest.mark.parametrize("name", ["absent.sas7bcat", "accord.sas7bdat"])
def test_what_is_no_catalogue_is_told(name: str, folder: Path) -> None:
    with pytest.raises(Blocked, match="catalogue"):
        describe(folder / "accord.sas7bdat", "accord.sas7bdat", FileSpec(path="accord.sas7bdat", catalog=name))


def test_a_catalogue_stands_in_the_folder_of_its_file() -> None:
    with pytest.raises(ValidationError):
        FileSpec(path="f.sas7bdat", catalog="../f.sas7bcat")


def test_a_damaged_catalogue_is_one_message(folder: Path) -> None:
    whole = (folder / "accord.sas7bcat").read_bytes()
    (folder / "accord.sas7bcat").write_bytes(whole[:9000])
    spec = FileSpec(path="accord.sas7bdat", catalog="accord.sas7bcat")
    with pytest.raises(Blocked, match="cannot be read"):
        describe(folder / "accord.sas7bdat", "accord.sas7bdat", spec)
