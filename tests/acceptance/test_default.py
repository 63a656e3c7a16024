"""The default evaluation at its full size: 24 PDFs, 26 pages, and every bar of a site."""

from pathlib import Path

import pytest

from tests.acceptance import site_bars
from tests.acceptance.conftest import copy_project, pipeline

NAME = "bretagne-cybercommunes"


@pytest.fixture(scope="module")
def default(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copy_project(tmp_path_factory.mktemp("default"), (NAME,))
    run = pipeline(project, "report", NAME, "--renderer", "embedded")
    assert run.code == 0, run.out + run.err
    return project


@pytest.mark.slow
def test_the_default_site_holds_every_bar(default: Path) -> None:
    site, build = default / "reports/_site" / NAME, default / "build" / NAME
    site_bars.check_pages_and_documents(site, units=21)
    site_bars.check_pdfs(site)
    site_bars.check_sheets(site)
    assert site_bars.check_alt_texts(site) >= 60
    site_bars.check_figures_numbers(build)
    site_bars.check_nothing_suppressed_is_exported(site, build)
