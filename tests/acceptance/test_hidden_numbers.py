"""No document stops because a number is hidden: whatever is hidden, the site is built and says so in place."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import results
from tests.acceptance.edited_site import NAME
from tests.acceptance.in_process import run_here
from tests.acceptance.renamed_waves import text_of


def at_random(share: float, seed: int) -> object:
    """Return what hides a share of the rows."""
    return lambda table: np.random.default_rng(seed).random(len(table)) < share


def half_the_kinds(seed: int) -> object:
    """Return what hides every row of half the kinds of number."""

    def hidden(table: pd.DataFrame) -> np.ndarray:
        kind = table["analysis"] + "." + table["indicator"] + "." + table["measure"] + "/" + table["territory_level"]
        names = np.unique(kind.to_numpy(str))
        return kind.isin(names[np.random.default_rng(seed).random(len(names)) < 0.5]).to_numpy()

    return hidden


HIDDEN = {
    "half": at_random(0.5, 2),
    "half of the kinds": half_the_kinds(3),
    "the other kinds": half_the_kinds(4),
    "everything": at_random(1.0, 5),
}


def hide(path: Path, rows: np.ndarray) -> None:
    """Hide rows of a protected table as protect does: estimates and contributors blank, n of some blank too."""
    table = results.read(path)
    new = rows & (table["quality"] != "suppress").to_numpy()
    out = results.blank(table, pd.Series(rows, index=table.index))
    out.loc[new, "quality"], out.loc[new, "reason"] = "suppress", "c"
    out.loc[new, ["contributors", "largest_share"]] = np.nan
    out.loc[new & (np.arange(len(out)) % 2 == 0), "n"] = np.nan
    results.write(out, path)


@pytest.mark.slow
@pytest.mark.parametrize("what", HIDDEN)
def test_whatever_is_hidden_every_document_is_made_and_says_so(project: Path, what: str) -> None:
    built = project / "build" / NAME
    path = built / "protect" / "results.parquet"
    hide(path, HIDDEN[what](pd.read_parquet(path)))  # type: ignore[operator]
    shutil.rmtree(built / "draw")
    shutil.rmtree(built / "publish")
    run = run_here(project, "report", NAME, "--renderer", "embedded")
    assert run.code == 0, run.out + run.err
    site = project / "reports" / "_site" / NAME
    texts = {p.name: " ".join(text_of(p)) for p in sorted(site.rglob("*.html"))}
    assert "secret statistique" in texts["report.html"]
    for name, text in texts.items():
        assert not {"nan", "NaN", "None"} & set(text.split()), name
