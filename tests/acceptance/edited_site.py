"""A miniature evaluation declared otherwise and published: its pages, and what no page may hold."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from lxml import html

from tests.acceptance.in_process import run_here

NAME = "miniature"
PAGES = ("report.html", "brief.html", "methods.html", "index.html")


@dataclasses.dataclass(frozen=True)
class Site:
    """A built site: the text of its pages, and what was drawn for the region."""

    folder: Path
    drawn: Path

    def text(self, page: str) -> str:
        """Return the text of a page, spaces as one blank."""
        tree = html.parse(str(self.folder / page)).getroot()
        return re.sub(r"\s+", " ", tree.text_content())

    def figures(self, page: str) -> list[Any]:
        """Return the figures of a page."""
        return list(html.parse(str(self.folder / page)).getroot().xpath("//figure | //table"))


def edit(project: Path, file: str, change: Callable[[Any], None]) -> None:
    """Change the content of a YAML file of the evaluation."""
    path = project / "surveys" / NAME / file
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def published(project: Path) -> Site:
    """Publish the evaluation and return its site."""
    run = run_here(project, "report", NAME, "--renderer", "embedded")
    assert run.code == 0, run.out + run.err
    return Site(project / "reports" / "_site" / NAME, project / "build" / NAME / "draw" / "fr" / "region")


def no_empty_figure(site: Site) -> None:
    """Hold that every figure and table of the report has content, and nothing is printed as missing."""
    for page in PAGES:
        for figure in site.figures(page):
            assert figure.xpath(".//td | .//svg | .//img"), f"{page}: {figure.get('id')} is empty"
        assert not re.search(r"\b(nan|None|NaN)\b", site.text(page)), page
