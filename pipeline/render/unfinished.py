"""What a rendered page never holds: a shortcode, a cell, a reference that leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import PublishError

_UNFINISHED = re.compile(r"\{\{<.{0,60}|\{python\}.{0,60}|\?@(?:fig|tbl|sec)-[\w-]+")
_CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)


def refuse_unfinished(page: Path, origin: Path) -> None:
    """Refuse a rendered page that still holds what a renderer should have taken away.

    Raises
    ------
    PublishError
        Naming the author's document and what stands in the page.
    """
    found = _UNFINISHED.search(_CODE.sub("", page.read_text(encoding="utf-8")))
    if found:
        raise PublishError(
            "the rendered page holds what is no text",
            where=str(origin),
            found=found.group(),
            action="correct the document where that stands",
        )
