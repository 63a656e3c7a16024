"""Every shipped programme told by tables: its report is published, and its numbers are those of the public sources."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline.evaluation import load
from pipeline.simulate.declared import read_tables, told_by_tables
from tests.acceptance.conftest import ROOT
from tests.acceptance.in_process import run_here
from tests.acceptance.page_quality import faults

PROGRAMMES = sorted(
    folder.name
    for folder in (ROOT / "surveys").iterdir()
    if (folder / "truth.yaml").is_file() and told_by_tables(load(folder.name, ROOT))
)


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMMES)
def test_the_report_gives_the_published_figures(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "surveys" / name, tmp_path / "surveys" / name)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    shutil.copytree(ROOT / "reports", tmp_path / "reports", ignore=shutil.ignore_patterns("_site"))
    done = run_here(tmp_path, "report", name)
    assert done.code == 0, done.err
    table = pd.read_parquet(tmp_path / "build" / name / "protect" / "results.parquet").set_index("result_id")
    found = table["estimate"].rename(index=_without_place)
    apart = []
    for each in read_tables(load(name, tmp_path)).published:
        value = float(sum(found[key] for key in each.result))
        print(f"{each.figure.fr}: published {each.value:g}, computed {value:g} ({each.source})")
        if not abs(value - each.value) <= each.within + 1e-9:
            apart.append((each.figure.fr, each.value, value))
    assert not apart
    for lang in load(name, tmp_path).settings.languages:
        site = tmp_path / "reports" / "_site" / name / ("" if lang == "fr" else lang)
        assert {"report.html", "brief.pdf"} <= {path.name for path in site.iterdir()}
        assert not [text for path in site.glob("*.pdf") for text in faults(path, flowing=path.stem != "slides")]


def _without_place(result_id: str) -> str:
    """Return a result_id of the whole without its place, as published figures name it; others as they are."""
    return "/".join(part for part in result_id.split("/") if not part.startswith("region="))
