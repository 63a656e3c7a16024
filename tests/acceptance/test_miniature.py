"""The miniature evaluation, from received files to a site, as a user runs it."""

import csv
import re
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from pipeline.publish.documents.site import HOME, SEARCH, SitePage
from pipeline.publish.documents.staging import stage_language
from pipeline.stages.documents import Library, planned, staged_page
from pipeline.stages.loading import load_planned
from pipeline.wording.dependence import asking
from tests.acceptance import site_bars
from tests.acceptance.conftest import pipeline
from tests.acceptance.in_process import run_here
from tests.acceptance.site_reading import pages

SITE, BUILD, RAW = "reports/_site/miniature", "build/miniature", "data/raw/miniature"


def records(path: Path) -> int:
    """Return the number of records of a received file."""
    if path.suffix == ".sav":
        return int(pyreadstat.read_sav(path, metadataonly=True)[1].number_rows)
    with path.open(encoding="cp1252", errors="replace", newline="") as handle:
        return sum(1 for _ in csv.reader(handle, delimiter=";")) - 1


def test_pages_and_pdfs_are_all_there(built: Path) -> None:
    site_bars.check_pages_and_documents(built / SITE, units=3)


def test_pdfs_are_accessible_and_the_brief_has_two_pages(built: Path) -> None:
    site_bars.check_pdfs(built / SITE)
    site_bars.check_feet(built / SITE)


def test_sheets_are_full_and_share_no_estimate(built: Path) -> None:
    site_bars.check_sheets(built / SITE)


def test_alternative_texts_hold_numbers_of_their_figures(built: Path) -> None:
    assert site_bars.check_alt_texts(built / SITE) >= 10
    site_bars.check_figures_numbers(built / BUILD)


def test_nothing_suppressed_leaves_the_protect_stage(built: Path) -> None:
    site_bars.check_nothing_suppressed_is_exported(built / SITE, built / BUILD)


def test_the_validation_page_counts_the_lines_of_the_files(built: Path) -> None:
    files = ["users-2003.sav", "users-2006.csv", "attendance.csv", "register.csv"]
    lines = {file: records(built / RAW / file) for file in files}
    site_bars.check_validation_totals(built / SITE, built / RAW, lines)
    account = pd.read_parquet(built / BUILD / "ingest" / "account.parquet")
    received = account[account["kind"] == "received"].groupby("file")["n"].sum()
    for file, count in lines.items():
        assert received[file] == count, file


def test_every_page_says_that_the_data_are_synthetic_and_loads_nothing_from_elsewhere(built: Path) -> None:
    for name, page in pages(built / SITE).items():
        assert "Données fictives simulées" in " ".join(page.tree.xpath("//body//text()")), name
        for address in [*page.tree.xpath("//@src"), *page.tree.xpath("//link/@href")]:
            assert not re.match(r"(https?:)?//", str(address)), (name, address)
        # the one script is the template's own, which stands in the page
        assert len(page.tree.xpath("//script")) == len(page.tree.xpath("//script[not(@*)]")) == 1, name


def test_nothing_changed_runs_nothing(project: Path) -> None:
    run = run_here(project, "report", "miniature", "--renderer", "embedded")
    assert run.code == 0, run.err
    assert run.out.count("up to date") == 7, run.out
    assert run.out.strip().splitlines()[-1].endswith("reports/_site/miniature/index.html")


@pytest.mark.slow
def test_one_raw_answer_changes_the_report(project: Path) -> None:
    pages = [project / SITE / name for name in ("report.html", "tables.html")]
    before = [page.read_text(encoding="utf-8") for page in pages]
    path = project / RAW / "users-2006.csv"
    text = path.read_bytes().decode("cp1252")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    column = rows[0].index("Q02")
    line = next(i for i, row in enumerate(text.split("\r\n" if "\r\n" in text else "\n")) if i and '"A1"' in row)
    lines = text.split("\n")
    cells = next(csv.reader([lines[line]], delimiter=";"))
    assert cells[column] in ("A1", "A2")
    cells[column] = "A2" if cells[column] == "A1" else "A1"
    ending = "\r" if lines[line].endswith("\r") else ""
    lines[line] = ";".join(f'"{c}"' for c in cells).rstrip("\r") + ending
    path.write_bytes("\n".join(lines).encode("cp1252"))
    run = run_here(project, "report", "miniature", "--renderer", "embedded")
    assert run.code == 0, run.err
    assert [page.read_text(encoding="utf-8") for page in pages] != before


@pytest.mark.slow
def test_a_build_of_the_same_files_is_the_same_to_the_byte_whatever_the_pseudonym_key(project: Path) -> None:
    run = pipeline(project, "verify", "miniature", env={"PIPELINE_PSEUDONYM_KEY": "x" * 40})
    assert run.code == 0, run.err
    assert "all equal" in run.out


def test_a_page_asks_for_the_same_texts_whatever_was_staged_before_it(built: Path, tmp_path: Path) -> None:
    evaluation = load_planned("miniature", built, None)
    site = evaluation.stage("publish") / "site"
    library = Library(evaluation, "fr", site / "data")
    # search and the home are made of what the others say
    shown = [page for page in library.pages if page.document.name not in (SEARCH, HOME)]

    def asked_by(page: SitePage, library: Library) -> set[str]:
        with asking() as asked:
            staged = staged_page(evaluation, library, page)
            (_,) = stage_language([staged], {p.name for p in shown}, tmp_path / "fr", [], planned(evaluation), 2006)
        return asked

    together = {page.name: asked_by(page, library) for page in shown}
    assert len(set(map(frozenset, together.values()))) > 5
    for page in shown:
        assert asked_by(page, Library(evaluation, "fr", site / "data")) == together[page.name], page.name
