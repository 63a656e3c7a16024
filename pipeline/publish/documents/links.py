"""Links of a site: none leads nowhere."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from pipeline.errors import PublishError


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
    """Refuse a site one of whose relative links, or anchors, leads nowhere.

    Raises
    ------
    PublishError
        Naming every page and link that fails.
    """
    seen: dict[Path, _Anchors] = {}
    for path in sorted(site.rglob("*.html")):
        seen[path.resolve()] = parser = _Anchors()
        parser.feed(path.read_text(encoding="utf-8"))
    broken = []
    for path, parser in seen.items():
        for href in parser.hrefs:
            target, _, anchor = href.partition("#")
            if ":" in target:
                continue
            place = (path.parent / target).resolve() if target else path
            if not place.is_file() or (anchor and place in seen and anchor not in seen[place].ids):
                broken.append(f"{path.relative_to(site.resolve())} -> {href}")
    if broken:
        raise PublishError("links of the site lead nowhere", where=str(site), found=broken[:10])
