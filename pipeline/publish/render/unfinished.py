"""What a rendered page never holds: a shortcode, a cell, a reference that leads nowhere."""

from __future__ import annotations

import html
import re
from pathlib import Path

from pipeline.errors import PublishError

_UNFINISHED = re.compile(r"\{\{<.{0,60}|\{python\}.{0,60}|\?@(?:fig|tbl|sec)-[\w-]+")
_CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)


def refuse_unfinished(page: Path, origin: Path, staged: Path) -> None:
    """Refuse a rendered page that still holds what a renderer should have taken away.

    Text that was received may hold the same signs and is shown as it is: an author's is only what the staged document
    has itself, where received text stands under stand-ins (:mod:`pipeline.wording.markdown`) or is not yet.

    Raises
    ------
    PublishError
        Naming the author's document and what stands in the page.
    """
    written = staged.read_text(encoding="utf-8")
    shown = html.unescape(_CODE.sub("", page.read_text(encoding="utf-8")))
    found = next((m for m in _UNFINISHED.finditer(shown) if _own(m.group()) in written), None)
    if found:
        raise PublishError(
            "the rendered page holds what is no text",
            where=str(origin),
            found=found.group(),
            action="correct the document where that stands",
        )


def _own(found: str) -> str:
    """Return what an author wrote of what a page shows: the passage up to its end, a reference without its mark."""
    return found[1:] if found.startswith("?@") else re.split(r"`|</|>}}", found, maxsplit=1)[0].rstrip()
