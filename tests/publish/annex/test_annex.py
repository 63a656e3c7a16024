"""The data annex: same results in every format, nothing suppressed, described column by column, same bytes twice."""

import csv
import hashlib
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from pipeline import results
from pipeline.evaluation import Evaluation
from pipeline.publish.annex.annex import write_annex
from pipeline.publish.annex.columns import COLUMNS
from pipeline.publish.annex.findings import write_findings
from pipeline.publish.annex.key_figures import write_key_figures
from pipeline.publish.annex.labels import evaluation_labels
from pipeline.questions.discovery import labellings
from pipeline.wording import words
from pipeline.wording.speaking import Speaker
from tests.publish.annex.project import REGION, ROOT, SECRET, UNITS, rows


@pytest.fixture
def folder(evaluation: Evaluation, tmp_path: Path) -> Path:
    return written(evaluation, tmp_path / "data")


def written(evaluation: Evaluation, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    # the unprotected table on purpose: the annex itself must not let a suppressed estimate through
    said = words.load(ROOT / "reports" / "fr", "fr", [], None, {})
    write_findings([], {}, lambda statement: "", folder)
    write_key_figures([], Speaker(said, {}, {}, lambda text, result_id: text), folder / "key-figures.csv")
    write_annex(
        evaluation,
        results.frame(rows()),
        evaluation_labels(evaluation, UNITS, REGION, labellings=labellings(ROOT)),
        folder,
        said,
    )
    return folder


def read_csv(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "results.csv", sep=";", decimal=",", dtype={"territory": str, "wave": str})


def test_csv_holds_every_result_once_with_declared_columns(folder: Path) -> None:
    table = read_csv(folder)
    assert list(table.columns) == [c.name for c in COLUMNS]
    assert list(table["result_id"]) == list(results.listed(results.frame(rows()))["result_id"])
    assert table["result_id"].is_unique


def test_no_format_holds_a_suppressed_estimate(folder: Path) -> None:
    table = read_csv(folder)
    hidden = table[table["quality"] == "suppress"]
    assert len(hidden) == 2
    assert hidden[["estimate", "lower", "upper", "p_value"]].isna().all(axis=None)
    digits = str(SECRET).removeprefix("0.")
    for path in folder.iterdir():
        content = path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                content = b"".join(book.read(name) for name in book.namelist())
        assert digits.encode() not in content, path.name


def test_xlsx_and_csv_hold_the_same_numbers(folder: Path) -> None:
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(folder / "results.xlsx").get_sheet_by_name("Résultats").to_python()
    book = pd.DataFrame(sheet[1:], columns=sheet[0]).set_index("result_id")
    table = read_csv(folder).set_index("result_id")
    estimates = pd.to_numeric(book["estimate"].replace("", None))
    pd.testing.assert_series_equal(estimates, table["estimate"], check_names=False, check_dtype=False)


def test_labels_and_territories_are_in_words(folder: Path) -> None:
    table = read_csv(folder).set_index("result_id")
    row = table.loc["demand.elaborate.share/users/wave=2006/pays=02"]
    assert row["territory_label"] == "Pays de Brest"
    assert row["label"] == "Au moins un service élaboré, 2006"


def test_datapackage_describes_the_files_as_they_are(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = next(csv.reader(content.decode().splitlines(), delimiter=resource["dialect"]["delimiter"]))
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert all(field["title"] for field in resource["schema"]["fields"])
    assert "fictives simulées" in package["description"]


def test_the_same_results_give_the_same_bytes(evaluation: Evaluation, folder: Path, tmp_path: Path) -> None:
    again = written(evaluation, tmp_path / "again")
    for path in folder.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_set_aside_rows_are_listed_by_place_with_impossible_numbers_only(folder: Path) -> None:
    table = pd.read_csv(folder / "set-aside.csv", sep=";").fillna("")
    assert table["line"].tolist() == [7, 12, 31]
    assert table["source"].tolist() == ["users", "users", "register"]
    assert [str(f) for f in table["found"]] == ["", "147.0", ""]
    text = (folder / "set-aside.csv").read_text(encoding="utf-8")
    for received in ("CYB999", "CYB031"):
        assert received not in text
