"""A wave's name is only a name: waves called otherwise give the same numbers, figures and sentences, in the same order.

The received files are the same: nothing is simulated again.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline import results
from tests.acceptance.edited_site import NAME
from tests.acceptance.in_process import run_here
from tests.acceptance.renamed_waves import Names, differing_rows, differing_text, rename, said_in, text_of

NAMES = {
    "words": {"2003": "avant", "2006": "après"},
    "numbers": {"2003": "V9", "2006": "V10"},
}


def compared(before: Path, after: Path, evaluation: str, names: Names) -> tuple[dict[str, int], list[str]]:
    """Return how much of two built projects was compared, and all that differs but for the names of waves."""
    counted = {"rows": 0, "figures": 0, "pages": 0, "pieces": 0}
    faults: list[str] = []
    for stage in ("analyse", "protect"):
        tables = [pd.read_parquet(p / "build" / evaluation / stage / "results.parquet") for p in (before, after)]
        counted["rows"] += len(tables[0])
        faults += differing_rows(*tables, names)
    drawn = [p / "build" / evaluation / "draw" / "fr" for p in (before, after)]
    for path in sorted(drawn[0].rglob("*")):
        if path.suffix in (".json", ".svg"):
            told = [said_in(d / path.relative_to(drawn[0])) for d in drawn]
            counted["figures"] += path.suffix == ".svg"
            faults += [f"{path.name}: {x!r} became {y!r}" for x, y in differing_text(*told, names)]
    sites = [p / "reports" / "_site" / evaluation for p in (before, after)]
    for path in sorted(sites[0].rglob("*.html")):
        pieces = [text_of(s / path.relative_to(sites[0])) for s in sites]
        if path.name == "report.html":
            # the fingerprint of the data is made of the ids, names of waves included
            pieces = [[p for p in each if not re.fullmatch("[0-9a-f]{12}", p)] for each in pieces]
        counted["pages"] += 1
        counted["pieces"] += len(pieces[0])
        faults += [f"{path.name}: {x!r} became {y!r}" for x, y in differing_text(*pieces, names)]
    return counted, faults


@pytest.mark.slow
@pytest.mark.parametrize("kind", NAMES)
def test_waves_of_other_names_change_no_number_no_figure_and_no_sentence(built: Path, project: Path, kind: str) -> None:
    shutil.rmtree(project / "build")
    if kind == "numbers":  # simulated again, under the other names: the same files
        shutil.rmtree(project / "data" / "raw")
    rename(project / "surveys" / NAME, NAMES[kind])
    run = run_here(project, "report", NAME, "--renderer", "embedded")
    assert run.code == 0, run.out + run.err
    counted, faults = compared(built, project, NAME, NAMES[kind])
    print(f"waves called {', '.join(NAMES[kind].values())}: {counted} compared, {len(faults)} differ")
    assert not faults, "\n".join(faults[:40])


@pytest.mark.parametrize("kind", NAMES)
def test_the_comparison_sees_a_number_and_a_wave_taken_for_the_other(kind: str) -> None:
    names = NAMES[kind]
    first, last = names.values()
    row = results.Result(
        "a", "b", "share", "users", "region", "53", "share", "sample", 0.5, wave="2006", quality="publish"
    )
    before = results.frame([row], waves=list(names))
    after = results.frame([dataclasses.replace(row, wave=last)], waves=[first, last])
    assert differing_rows(before, after, names) == []
    assert len(differing_rows(before, after.assign(estimate=0.6), names)) == 1
    assert differing_rows(before, after.assign(order=0.0), names)
    assert differing_rows(before, results.frame([dataclasses.replace(row, wave=first)], waves=[first, last]), names)
    assert differing_text(["en 2006, 5"], [f"à la vague {last}, 5"], names) == []
    for other in (f"à la vague {first}, 5", f"à la vague {last}, 6"):
        assert differing_text(["en 2006, 5"], [other], names)
