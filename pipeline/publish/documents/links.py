"""Links of a site: none leads nowhere, and some page leads to each page."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from pipeline.errors import PublishError

#: Where a reader begins.
HOME = "index.html"
#: What an element is called, and where one leads: pages are large, and what else stands in their tags is not looked at.
_ID = re.compile(r'\sid="([^"]+)"[^<>]*>')
_HREF = re.compile(r'<a\b[^>]*?\shref="([^"]+)"')


@dataclass(frozen=True)
class _Anchors:
    ids: frozenset[str]
    hrefs: tuple[str, ...]


def _anchors(page: str) -> _Anchors:
    """Return what the elements of a page are called, and where its links lead, each once."""
    hrefs = dict.fromkeys(map(unescape, _HREF.findall(page)))
    return _Anchors(frozenset(map(unescape, _ID.findall(page))), tuple(hrefs))


def check_links(site: Path, beside: Collection[str] = ()) -> None:
    """Refuse a site one of whose relative links, or anchors, leads nowhere, or one of whose pages no other leads to.

    A site without a home is none of ours to read through: nothing leads to a page alone.

    Parameters
    ----------
    beside : pages below the site that will stand once it does.

    Raises
    ------
    PublishError
        Naming every page and link that fails.
    """
    top = site.resolve()
    seen = {str(path): _anchors(path.read_text(encoding="utf-8")) for path in sorted(top.rglob("*.html"))}
    files = {str(path) for path in top.rglob("*") if path.is_file()}
    files |= {os.path.normpath(top / page) for page in beside}
    broken, reached = [], {str(top / HOME)}
    for page, anchors in seen.items():
        for href in anchors.hrefs:
            target, _, anchor = href.partition("#")
            if ":" in target:
                continue
            place = os.path.normpath(os.path.join(os.path.dirname(page), target)) if target else page
            reached |= {place} if place != page else set()
            stands = place in files or os.path.isfile(place)
            if not stands or (anchor and place in seen and anchor not in seen[place].ids):
                broken.append(f"{os.path.relpath(page, top)} -> {href}")
    if broken:
        raise PublishError("links of the site lead nowhere", where=str(site), found=broken[:10])
    lost = sorted(os.path.relpath(page, top) for page in set(seen) - reached)
    if lost and (site / HOME).is_file():
        raise PublishError(
            "no page leads to a page of the site",
            where=str(site),
            found=lost[:10],
            action="give its document a `nav:` or a `foot:`, or link to it from another",
        )
