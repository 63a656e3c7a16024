"""The page of a project leads to the sites that stand and whose evaluation is declared, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.stages.sites import index_of_sites
from tests.simulate.conftest import ROOT, new_project


def project(folder: Path) -> Path:
    root = new_project(folder)
    (root / "reports").mkdir()
    for part in ("fr", "en", "theme"):
        (root / "reports" / part).symlink_to(ROOT / "reports" / part)
    return root


def test_only_published_sites_of_declared_evaluations_are_listed(tmp_path: Path) -> None:
    root = project(tmp_path)
    for name in ("miniature", "montbeliard-epn", "forgotten"):
        site = root / "reports" / "_site" / name
        site.mkdir(parents=True)
        (site / "index.html").write_text("", encoding="utf-8")
    (root / "reports" / "_site" / "miniature" / "report.html").write_text("", encoding="utf-8")
    opened = index_of_sites(root)
    french, english = (opened.with_name(name).read_text(encoding="utf-8") for name in ("index.html", "index.en.html"))
    assert 'href="miniature/report.html"' in french
    assert 'href="montbeliard-epn/index.html"' in french
    assert 'href="montbeliard-epn/en/index.html"' in english
    assert "forgotten" not in french


def test_without_a_site_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="no site has been published"):
        index_of_sites(project(tmp_path))
