"""Links of a site: none leads nowhere, and some page leads to each page."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from pipeline.errors import PublishError

#: Where a reader begins.
HOME = "index.html"


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            if name == "href" and value and tag == "a":
                self.hrefs.append(value)


def check_links(site: Path) -> None:
    """Refuse a site one of whose relative links, or anchors, leads nowhere, or one of whose pages no other leads to.

    A site without a home is none of ours to read through: nothing leads to a page alone.

    Raises
    ------
    PublishError
        Naming every page and link that fails.
    """
    seen: dict[Path, _Anchors] = {}
    for path in sorted(site.rglob("*.html")):
        seen[path.resolve()] = parser = _Anchors()
        parser.feed(path.read_text(encoding="utf-8"))
    broken, reached = [], {(site / HOME).resolve()}
    for path, parser in seen.items():
        for href in parser.hrefs:
            target, _, anchor = href.partition("#")
            if ":" in target:
                continue
            place = (path.parent / target).resolve() if target else path
            reached |= {place} if place != path else set()
            if not place.is_file() or (anchor and place in seen and anchor not in seen[place].ids):
                broken.append(f"{path.relative_to(site.resolve())} -> {href}")
    if broken:
        raise PublishError("links of the site lead nowhere", where=str(site), found=broken[:10])
    lost = sorted(path.relative_to(site.resolve()).as_posix() for path in set(seen) - reached)
    if lost and (site / HOME).is_file():
        raise PublishError(
            "no page leads to a page of the site",
            where=str(site),
            found=lost[:10],
            action="give its document a `nav:` or a `foot:`, or link to it from another",
        )
