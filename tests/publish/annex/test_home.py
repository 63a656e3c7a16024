"""The home page lists what is there: documents with their formats, files with their size, sheets by name."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from pipeline.evaluation import Evaluation
from pipeline.publish.annex import home
from pipeline.publish.annex.blocks import Listed
from tests.publish.annex.grounds import ground


def test_documents_are_listed_with_the_formats_that_they_have(evaluation: Evaluation) -> None:
    listed = (
        Listed("report", "report", "Rapport", ("html", "pdf")),
        Listed("validation", "validation", "Validation", ("html",)),
    )
    text = home.documents(dataclasses.replace(ground(evaluation), documents=listed)).text
    report, validation = text.splitlines()
    assert report.startswith("- [Rapport](report.html) ([PDF : Rapport](report.pdf)) : ")
    assert validation.startswith("- [Validation](validation.html) : ")


@pytest.mark.parametrize(("lang", "size"), [("fr", "[1,2]{.file-size} ko"), ("en", "[1.2]{.file-size} kB")])
def test_only_files_that_exist_are_listed_with_their_size(
    evaluation: Evaluation, tmp_path: Path, lang: str, size: str
) -> None:
    annex = tmp_path / "annex"
    annex.mkdir()
    (annex / "results.csv").write_bytes(b"x" * 1234)
    (annex / "own.xyz").write_bytes(b"x")
    made = dataclasses.replace(ground(evaluation, lang), annex=annex, data="../data")
    first, other, manifest = home.data_files(made).text.splitlines()
    assert "](../data/results.csv)" in first
    assert size in first
    assert "[own.xyz](../data/own.xyz) (XYZ, " in other
    assert "](../manifest.json)" in manifest


def test_an_evaluation_without_units_lists_no_sheets(evaluation: Evaluation) -> None:
    made = ground(evaluation)
    assert home.sheets(made).text == ""
    sheets = home.sheets(dataclasses.replace(made, units=("20",))).text
    assert sheets == "[Vannes](territories/20.html)"


def test_what_was_evaluated_tells_waves_in_order_and_sources(evaluation: Evaluation) -> None:
    text = home.evaluated(ground(evaluation)).text
    assert text.index("2003") < text.index(", puis ") < text.index("2006")
    assert "registre des espaces" in text
