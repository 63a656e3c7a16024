"""Nothing that is hidden can be worked out of two editions together, whatever happened between them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from pipeline import results
from pipeline.evaluation import load
from pipeline.protect import ledger, protect
from pipeline.stages.order import Options, run
from pipeline.stages.progress import Progress
from tests.attack import editions
from tests.attack.published import Row, read_rows
from tests.attack.score import Score

NAME = "miniature"
#: A pays whose eight spaces are parted, two of them in a pays of their own.
PARTED, NEW, COMMUNES = "06", "30", ("22029", "22061")
#: Returns that come in after the first edition.
LATE = 5
#: Lines of returns that a correction takes back: of one space, and of several.
WRONG = (slice(29, 70), slice(140, 201))

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Edition:
    """What readers hold of an edition, and what is true."""

    rows: list[Row]
    truth: Path


def private(project: Path) -> pd.DataFrame:
    """Return the private results of a project."""
    evaluation = load(NAME, project)
    run(evaluation, Options(), Progress(say=lambda text: None), last="analyse")
    return results.read(evaluation.stage("analyse") / "results.parquet")


def published(table: pd.DataFrame, folder: Path, before: pd.DataFrame | None) -> tuple[Edition, pd.DataFrame]:
    """Return an edition of a private table, and its ledger."""
    folder.mkdir(parents=True)
    results.write(table, folder / "results.parquet")
    shown = protect(table, None, before)[0]
    rows = read_rows(editions.table_of(shown, folder / "site"))
    return Edition(rows, folder / "results.parquet"), ledger.ledger_of(shown, str(2005 + (before is not None)), before)


@pytest.fixture(scope="module")
def project(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("editions") / "project", symlinks=True))


@pytest.fixture(scope="module")
def now(project: Path) -> pd.DataFrame:
    return private(project)


def before_a_wave(now: pd.DataFrame, project: Path) -> pd.DataFrame:
    """Return what was known before the last wave."""
    return now[~(now["wave"].str.contains("2006") | now["period"].str.contains("2006"))]


def with_another_analysis(now: pd.DataFrame, project: Path) -> pd.DataFrame:
    """Return all: the later edition drops an analysis."""
    return now


def before_late_returns(now: pd.DataFrame, project: Path) -> pd.DataFrame:
    """Return what was known before the last returns of the users came in."""
    return without_returns(project, slice(-LATE - 1, -1))


def after_a_correction(now: pd.DataFrame, project: Path) -> pd.DataFrame:
    """Return what is known once returns that were keyed twice are taken back."""
    return without_returns(project, *WRONG)


def without_returns(project: Path, *taken: slice) -> pd.DataFrame:
    """Return the private results without some lines of the returns of the users."""
    received = project / "data" / "raw" / NAME / "users-2006.csv"
    whole = received.read_bytes()
    lines = whole.split(b"\n")
    for each in reversed(taken):
        del lines[each]
    try:
        received.write_bytes(b"\n".join(lines))
        return private(project)
    finally:
        received.write_bytes(whole)


def before_a_split(now: pd.DataFrame, project: Path) -> pd.DataFrame:
    """Return all: the later edition parts a pays."""
    return now


def all_of_it(now: pd.DataFrame, project: Path) -> pd.DataFrame:
    """Return all."""
    return now


def without_an_analysis(now: pd.DataFrame, project: Path) -> pd.DataFrame:
    """Return what is left without what was asked of satisfaction."""
    return now[now["analysis"] != "satisfaction"]


def after_a_split(now: pd.DataFrame, project: Path) -> pd.DataFrame:
    """Return what is known with two spaces in a pays of their own."""
    folder = project / "data" / "reference" / "53"
    kept = {path: path.read_bytes() for path in (folder / "communes.csv", folder / "pays.csv")}
    communes = pd.read_csv(folder / "communes.csv", dtype=str, keep_default_na=False)
    communes.loc[communes["code"].isin(COMMUNES), "pays_2023"] = NEW
    pays = pd.read_csv(folder / "pays.csv", dtype=str, keep_default_na=False)
    try:
        communes.to_csv(folder / "communes.csv", index=False)
        pd.concat([pays, pays.tail(1).assign(code=NEW)]).to_csv(folder / "pays.csv", index=False)
        return private(project)
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


Case = Callable[[pd.DataFrame, Path], pd.DataFrame]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (before_a_wave, all_of_it),
        (with_another_analysis, without_an_analysis),
        (before_late_returns, all_of_it),
        (all_of_it, after_a_correction),
        (before_a_split, after_a_split),
    ],
)
def test_two_editions_together_open_nothing(
    before: Case, after: Case, now: pd.DataFrame, project: Path, tmp_path: Path
) -> None:
    first, told = published(before(now, project), tmp_path / "first", None)
    last, _ = published(after(now, project), tmp_path / "last", told)
    parted = (PARTED, NEW) if after is after_a_split else ()
    score = editions.on_both(first.rows, last.rows, (first.truth, last.truth), parted)
    found = editions.halves(first.rows, last.rows, PARTED, (PARTED, NEW))
    halves = editions.primary_among(found, last.rows, last.truth)
    changed = editions.since(first.rows, last.rows)
    print(f"{before.__name__}, {after.__name__}: {score}; halves {halves}; differences {len(changed)}")
    assert score.hidden > 0
    assert score == Score(score.hidden, exact=0, near=0, few=0)
    assert (halves.exact, halves.near, halves.few) == (0, 0, 0)
    assert changed == []
