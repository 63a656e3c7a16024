"""Reading a published site as a test needs it: pages, tables and figures, result ids, alt texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lxml import html


@dataclass(frozen=True)
class Page:
    """One HTML page of a site."""

    path: Path
    tree: html.HtmlElement

    @property
    def result_ids(self) -> set[str]:
        """Return every result_id that the page's text or tables print."""
        ids: set[str] = set()
        for value in self.tree.xpath("//@data-result"):
            ids.update(str(value).split())
        return ids

    @property
    def floats(self) -> int:
        """Return how many figures and tables the page shows."""
        return len(self.tree.xpath("//figure")) + len(self.tree.xpath("//table"))

    @property
    def alt_texts(self) -> list[str]:
        """Return the alternative text of every figure of the page; a map that says where a place lies has no number."""
        return [str(alt) for alt in self.tree.xpath("//figure//*[@role='img']/@aria-label")]

    @property
    def text(self) -> str:
        """Return the text of the main part."""
        return " ".join(self.tree.xpath("//main//text()"))


def pages(site: Path) -> dict[str, Page]:
    """Return relative path -> page of every HTML file of a site."""
    return {
        path.relative_to(site).as_posix(): Page(path, html.parse(str(path)).getroot())
        for path in sorted(site.rglob("*.html"))
    }


def without_region(ids: set[str]) -> set[str]:
    """Return the ids that are not about the whole region."""
    return {i for i in ids if not re.search(r"/region=[^/]+", i)}
