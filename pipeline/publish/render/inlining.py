"""A page that loads nothing: its styles and figures are put inside it."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from pipeline.errors import PublishError

_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]*)">')
_IMAGE = re.compile(r'<img src="([^":]*\.(svg|png))"([^>]*)>')
_ALT = re.compile(r' alt="([^"]*)"')
#: What says that an image is a figure: the results that it shows, and its drawing for a phone.
_RESULTS, _NARROW = re.compile(r' data-result="([^"]*)"'), re.compile(r' data-narrow="([^"]*)"')
#: What a drawing carries for those who see it alone, and the page has: its typeface and its size.
_FACES = re.compile(r"<style>@font-face.*?</style>", re.DOTALL)
_SIZE = re.compile(r' (width|height)="[^"]*"')
#: Names within a drawing: of shapes and of what cuts them.
_NAMES = re.compile(r'(\bid="|href="#|url\(#)')
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
#: A typeface of the theme, beside the style.
_LETTERS = re.compile(r'url\("(fonts/[\w-]+\.(woff2?))"\)')
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
    page = _IMAGE.sub(lambda image: _shown(folder, image[1], image[2], image[3]), page)
    if found := _FETCHED.search(page):
        raise PublishError(
            "a page would load something from elsewhere",
            found=found.group(),
            action="take it out of the template: pages hold the styles and figures of their folder alone",
        )
    return page


def _style(path: Path) -> str:
    return f'<style type="text/css">\n{style(path)}\n</style>'


def style(path: Path) -> str:
    """Return the rules of a style that loads nothing: its typefaces are inside.

    Raises
    ------
    PublishError
        Naming the file and what it would load.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PublishError("a style of the page is missing", where=str(path)) from error
    text = _INDENT.sub("", _COMMENT.sub("", text)).rstrip()
    text = _LETTERS.sub(lambda font: f"url(data:font/{font[2]};base64,{_held(path.parent / font[1])})", text)
    if found := _IMPORTED.search(text):
        raise PublishError(
            "a style would load something from elsewhere",
            where=str(path),
            found=found.group(),
            allowed="url(data:...)",
        )
    return text


def _held(path: Path) -> str:
    try:
        return base64.b64encode(path.read_bytes()).decode()
    except OSError as error:
        raise PublishError("a typeface of the page is missing", where=str(path)) from error


def _shown(folder: Path, name: str, kind: str, others: str) -> str:
    results = _RESULTS.search(others)
    if kind != "svg" or results is None:
        return _image(folder / name, kind, others)
    return _drawing(folder, name.removesuffix(".svg"), others, results[0])


def _drawing(folder: Path, name: str, others: str, results: str) -> str:
    """Return a figure as part of the page: its text is text in the page's typeface; a phone gets its narrow drawing."""
    said, narrow = _ALT.search(others), _NARROW.search(others)
    files = {"wide": f"{name}.svg", "narrow": narrow[1]} if narrow else {"only": f"{name}.svg"}
    drawn = "".join(_within(folder / file, kind, f"{name}-{kind}-") for kind, file in files.items())
    label = f' aria-label="{said[1]}"' if said else ""
    return f'<span class="drawing" role="img"{label}{results}>{drawn}</span>'


def _within(path: Path, kind: str, prefix: str) -> str:
    """Return a drawing without what the page has, its names told apart from those of the page's other drawings."""
    opening, _, rest = _FACES.sub("", path.read_text(encoding="utf-8")).partition(">")
    opening = _SIZE.sub("", opening).replace("<svg", f'<svg class="{kind}" aria-hidden="true"', 1)
    return f"{opening}>{_NAMES.sub(lambda found: found[0] + prefix, rest)}".strip()


def _image(path: Path, kind: str, others: str) -> str:
    content = base64.b64encode(path.read_bytes()).decode()
    said = _ALT.search(others)
    # screen readers announce a drawing within a page as an image when it says that it is one
    role = f' role="img" aria-label="{said[1]}"' if kind == "svg" and said else ""
    return f'<img{role} src="data:{_TYPES[kind]};base64,{content}"{others}>'
