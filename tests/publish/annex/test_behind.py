"""Behind a figure: its numbers as they are printed, a sign for those that are hidden, its files."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd

from pipeline import results
from pipeline.evaluation import Evaluation
from pipeline.publish.annex.behind import MOST, behind, write_figure_files
from tests.publish.annex.grounds import ground
from tests.publish.annex.project import SECRET, result


def made(evaluation: Evaluation, *rows: results.Result, folder: str = "data/figures", kind: str = "figure") -> str:
    """Return what lies behind a figure or table of all the rows."""
    speaker = ground(evaluation, rows=rows).speaker
    record = {"kind": kind, "result_ids": list(results.frame(list(rows))["result_id"])}
    return behind(speaker, "demand", record, folder)


def test_a_number_stands_with_its_interval_and_base_and_leads_to_files(evaluation: Evaluation) -> None:
    text = made(evaluation, result(), result(wave="2003", estimate=0.39, lower=0.36, upper=0.42, n=850))
    for said in ("48\u202f%", "[entre 45\u202f% et 52\u202f%]{.number data-result=", "[900]{.number", "[850]{.number"):
        assert said in text
    for kind in ("csv", "png", "svg"):
        assert f"(data/figures/demand.{kind})" in text
    assert "](#fig-demand)" in text


def test_a_table_leads_to_its_numbers_which_it_does_not_say_again(evaluation: Evaluation) -> None:
    text = made(evaluation, result(), kind="table")
    assert "(data/figures/demand.csv)" in text
    assert "](#tbl-demand)" in text
    assert ".png" not in text
    assert "|" not in text
    assert made(evaluation, result(), kind="table", folder="") == ""


def test_a_hidden_number_is_a_sign_without_interval_or_base(evaluation: Evaluation) -> None:
    hidden = result(
        territory_level="pays", territory="20", quality="suppress", reason="ns_n", estimate=SECRET, lower=0.1, n=21
    )
    text = made(evaluation, result(), hidden)
    assert "| ns | – | – |" in text
    assert "21" not in text.replace("demand", "")


def test_a_figure_of_thousands_of_numbers_leaves_them_to_the_file(evaluation: Evaluation) -> None:
    rows = [result(domain={"age_band": f"{n}-{n + 1}"}) for n in range(MOST + 1)]
    text = made(evaluation, *rows)
    assert "| 48" not in text
    assert "demand.csv" in text
    assert "|" not in made(evaluation, *rows, folder="")


def test_the_files_of_a_figure_are_its_drawings_and_its_own_rows(evaluation: Evaluation, tmp_path: Path) -> None:
    drawn = tmp_path / "drawn"
    drawn.mkdir()
    table = results.frame(
        [result(), result(wave="2003"), result(estimate=math.nan, quality="suppress", domain={"a": "b"})]
    )
    ids = list(table["result_id"])
    record = {"kind": "figure", "file": "demand.svg", "result_ids": [ids[2], ids[0]]}
    content = {
        "demand": record,
        "other": {"kind": "table", "file": None, "result_ids": [ids[1]]},
        "absent": {"lost": "nd"},
    }
    (drawn / "figures.json").write_text(json.dumps(content), encoding="utf-8")
    for end in (".svg", ".png"):
        (drawn / f"demand{end}").write_bytes(end.encode())
    labels = ground(evaluation).labels
    written = write_figure_files(drawn, table, labels, "fr", tmp_path / "figures")
    assert sorted(path.name for path in written) == ["demand.csv", "demand.png", "demand.svg", "other.csv"]
    read = pd.read_csv(tmp_path / "figures" / "demand.csv", sep=";", decimal=",")
    assert list(read["result_id"]) == [ids[2], ids[0]]
    assert pd.isna(read["estimate"][0])
