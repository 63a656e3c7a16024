"""A page that loads nothing: its styles and figures are put inside it."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from pipeline.errors import PublishError

_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]*)">')
_IMAGE = re.compile(r'<img src="([^":]*\.(svg|png))"([^>]*)>')
_ALT = re.compile(r' alt="([^"]*)"')
#: What a browser would fetch.
_FETCHED = re.compile(
    r'<link\b[^>]*\bhref="(?!data:)[^"]*"'
    r'|<(?:img|script|iframe|video|audio|source|track|embed|object)\b[^>]*\s(?:src|srcset|data|poster)="(?!data:)[^"]*"'
)
#: Text between tags, where quotation marks may stand as they are; not what styles and scripts hold.
_TEXT = re.compile(r"<(style|script)\b.*?</\1>|>[^<]+", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_IMPORTED = re.compile(r"@import|url\((?!\s*[\"']?(?:data:|#))[^)]*\)?")
_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def inlined(page: str, folder: Path) -> str:
    """Return a page with the styles and figures of its folder inside.

    Raises
    ------
    PublishError
        Naming what the page would still load.
    """
    # what a received text says of markup is not even in its form found in the page
    page = _TEXT.sub(lambda text: text[0] if text[1] else text[0].replace('"', "&quot;"), page)
    page = _STYLE.sub(lambda link: _style(folder / link[1]), page)
    page = _IMAGE.sub(lambda image: _image(folder / image[1], image[2], image[3]), page)
    if found := _FETCHED.search(page):
        raise PublishError(
            "a page would load something from elsewhere",
            found=found.group(),
            action="take it out of the template: pages hold the styles and figures of their folder alone",
        )
    return page


def _style(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PublishError("a style of the page is missing", where=str(path)) from error
    text = _INDENT.sub("", _COMMENT.sub("", text)).rstrip()
    if found := _IMPORTED.search(text):
        raise PublishError(
            "a style would load something from elsewhere",
            where=str(path),
            found=found.group(),
            allowed="url(data:...)",
        )
    return f'<style type="text/css">\n{text}\n</style>'


def _image(path: Path, kind: str, others: str) -> str:
    content = base64.b64encode(path.read_bytes()).decode()
    said = _ALT.search(others)
    # screen readers announce a drawing within a page as an image when it says that it is one
    role = f' role="img" aria-label="{said[1]}"' if kind == "svg" and said else ""
    return f'<img{role} src="data:{_TYPES[kind]};base64,{content}"{others}>'
