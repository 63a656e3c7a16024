"""The subset of Quarto that the embedded renderer has; anything else fails with file, line and name."""

from __future__ import annotations

import re
from typing import Any

from pipeline.errors import PublishError
from pipeline.publish.render.qmd import Document, cells, prose

CALLOUTS = ("note", "tip", "important", "warning", "caution")
FORMATS = ("html", "typst")
REFERENCES = ("fig", "tbl", "sec")
SHORTCODES = ("pagebreak",)

_ANYWHERE = (
    "toc",
    "toc-title",
    "toc-depth",
    "number-sections",
    "number-depth",
    "fig-cap-location",
    "tbl-cap-location",
    "filters",
)
#: Keys of the front matter. ``publication`` holds what staging adds for the templates.
FRONT_MATTER: dict[str, tuple[str, ...] | None] = {
    **dict.fromkeys(("title", "subtitle", "author", "date", "lang", "description", "keywords", *_ANYWHERE)),
    "crossref": ("fig-title", "fig-prefix", "tbl-title", "tbl-prefix", "sec-prefix", "title-delim"),
    "publication": None,
    "format": FORMATS,
}
FORMAT_KEYS: dict[str, tuple[str, ...]] = {
    "html": ("embed-resources", "minimal", "theme", "css", "template", "section-divs", *_ANYWHERE),
    "typst": (
        "papersize",
        "pdf-standard",
        "font-paths",
        "template-partials",
        "margin",
        "mainfont",
        "fontsize",
        *_ANYWHERE,
    ),
}

_SHORTCODE = re.compile(r"\{\{+<\s*(/?[\w-]+)[^>]*>\}+\}")
_DIV = re.compile(r"^\s*:{3,}\s*\{([^}]*)\}|\]\{([^}]*)\}")
_CITATION = re.compile(r"@(?<![\w.@\\/]@)([A-Za-z][\w-]*)")
_REMOTE = re.compile(r"!\[[^\]]*\]\(\s*(?:https?:)?//")
_CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_RAW_BLOCK = re.compile(r"^[ ]*(?:`{3,}|~{3,})[ ]*\{=\w+\}")
_INLINE = re.compile(r"`\{(\w+)\}\s+[^`]+`")
_RAW = re.compile(r"`\{=\w+\}|<(?:[!?/]|[A-Za-z][\w-]*(?=[\s/>]))[^>]*>")
_LAYOUT_CLASSES = re.compile(r"^\.(panel-\w+|column-[\w-]+|aside|layout\w*|unlisted|incremental|quarto-\w+|theorem)$")
_LAYOUT_KEYS = ("layout", "layout-ncol", "layout-nrow", "layout-align", "when-meta", "when-profile", "unless-meta")


def check(document: Document) -> None:
    """Refuse the first feature of Quarto that the embedded renderer does not have.

    Raises
    ------
    PublishError
        Naming file, line and feature.
    """
    _check_settings(document)
    for i, engine in cells(document):
        raise unsupported(f"a cell of the engine '{engine}'", document.where(i), allowed="statements, figures, tables")
    for i, line in enumerate(document.lines):
        if raw := _RAW_BLOCK.match(line):
            raise unsupported("raw HTML, LaTeX or Typst", document.where(i), raw.group().strip())
    level = 1
    for i, line in prose(document):
        level = _check_line(line, level, document.where(i))


def unsupported(feature: str, where: str, found: object = None, allowed: object = None) -> PublishError:
    """Return the error that names a feature which the embedded renderer does not have."""
    return PublishError(
        f"the embedded renderer does not support {feature}",
        where=where,
        found=found,
        allowed=allowed,
        action="write it otherwise, or install Quarto (make quarto) and use --renderer quarto",
    )


def _check_settings(document: Document) -> None:
    settings = document.settings
    _known_keys(document, settings, tuple(FRONT_MATTER), "")
    _known_keys(document, settings.get("crossref") or {}, FRONT_MATTER["crossref"] or (), "crossref")
    formats = settings.get("format") or {}
    if not isinstance(formats, dict):
        raise unsupported("a format that is not a mapping", _line_of(document, "format"), formats, FORMATS)
    _known_keys(document, formats, FORMATS, "format")
    for name, options in formats.items():
        if options != "default":
            _known_keys(document, options or {}, FORMAT_KEYS[name], f"format: {name}")


def _known_keys(document: Document, mapping: Any, allowed: tuple[str, ...], under: str) -> None:
    if not isinstance(mapping, dict):
        raise unsupported(f"this value of '{under}'", _line_of(document, under), mapping, allowed)
    for key in mapping:
        if key not in allowed:
            where = _line_of(document, str(key))
            place = f"the front matter key '{key}'" + (f" under '{under}'" if under else "")
            raise unsupported(place, where, allowed=allowed)


def _line_of(document: Document, key: str) -> str:
    lines = document.path.read_text(encoding="utf-8").splitlines()[: document.body_line]
    name = key.rsplit(" ", 1)[-1]
    at = next((i for i, line in enumerate(lines, 1) if re.search(rf"(^|[\s{{,]){re.escape(name)}\s*:", line)), 1)
    return f"{document.path}:{at}"


def _check_line(line: str, level: int, where: str) -> int:
    """Refuse what a line of prose holds that the renderer does not have, and return the level of its section."""
    level = _check_heading(line, level, where)
    if inline := _INLINE.search(line):
        raise unsupported(f"inline code of the engine '{inline[1]}'", where, found=inline.group())
    bare = _CODE_SPAN.sub("", line)
    for match in _SHORTCODE.finditer(bare):
        alone = line.strip() == match.group(0) and line.strip().startswith("{{<")
        if match.group(1) not in SHORTCODES or not alone:
            raise unsupported(f"the shortcode '{match.group(1)}'", where, line.strip(), SHORTCODES)
    for match in _DIV.finditer(bare):
        _check_attributes(match.group(1) or match.group(2) or "", where)
    for match in _CITATION.finditer(bare):
        if match.group(1).split("-")[0].lower() not in REFERENCES or "-" not in match.group(1):
            raise unsupported(f"the reference '@{match.group(1)}'", where, allowed="@fig-, @tbl-, @sec-")
    if raw := _RAW.search(_SHORTCODE.sub("", line if "{=" in line else bare)):
        raise unsupported("raw HTML, LaTeX or Typst", where, raw.group(), "Markdown, divisions and spans")
    if _REMOTE.search(bare):
        raise unsupported("images from another host", where, found=line.strip())
    return level


def _check_heading(line: str, level: int, where: str) -> int:
    match = re.match(r"^(#{1,6})\s+\S", line)
    if not match:
        return level
    here = len(match.group(1))
    if here == 1:
        raise PublishError(
            "a heading of level 1 stands in the text", where=where, action="the title is level 1: begin at ##"
        )
    if here > level + 1:
        raise PublishError("a heading skips a level", where=where, found="#" * here, allowed="#" * (level + 1))
    return here


def _check_attributes(attributes: str, where: str) -> None:
    for word in attributes.split():
        if word.startswith(".callout-") and word.removeprefix(".callout-") not in CALLOUTS:
            raise unsupported(f"the callout '{word}'", where, allowed=[f".callout-{c}" for c in CALLOUTS])
        if _LAYOUT_CLASSES.match(word):
            raise unsupported(f"the class '{word}'", where)
        key, _, value = word.partition("=")
        if key in _LAYOUT_KEYS:
            raise unsupported(f"the attribute '{key}'", where)
        if key in ("when-format", "unless-format") and value.strip("\"'") not in FORMATS:
            raise unsupported(f"the format of '{key}'", where, found=value, allowed=FORMATS)
        if key in ("icon", "appearance", "collapse"):
            raise unsupported(f"the callout attribute '{key}'", where)
