"""The subset of Quarto that the embedded renderer has; anything else fails with file, line and name."""

from __future__ import annotations

import re
from typing import Any

from pipeline.errors import PublishError
from pipeline.render.qmd import Cell, Document, Markdown, inline_code, prose

CALLOUTS = ("note", "tip", "important", "warning", "caution")
FORMATS = ("html", "typst")
REFERENCES = ("fig", "tbl", "sec")
SHORTCODES = ("include", "pagebreak")

#: Options of a cell, and the values they take.
CELL_OPTIONS: dict[str, tuple[object, ...] | type] = {
    "label": str,
    "tags": list,
    "include": (True, False),
    "echo": (True, False),
    "eval": (True, False),
    "output": (True, False, "asis"),
    "warning": (True, False),
}
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
#: Keys of the front matter. ``publication`` holds what staging adds for the templates; ``needs`` names the kinds of
#: source that a document cannot do without.
FRONT_MATTER: dict[str, tuple[str, ...] | None] = {
    **dict.fromkeys(("title", "subtitle", "author", "date", "lang", "jupyter", "description", "keywords", *_ANYWHERE)),
    "execute": ("echo", "warning"),
    "crossref": ("fig-title", "fig-prefix", "tbl-title", "tbl-prefix", "sec-prefix", "title-delim"),
    "publication": None,
    **dict.fromkeys(("needs", "nav", "layout", "anchors")),
    "format": FORMATS,
}
FORMAT_KEYS: dict[str, tuple[str, ...]] = {
    "html": ("embed-resources", "minimal", "theme", "css", "template", "section-divs", *_ANYWHERE),
    "typst": ("papersize", "pdf-standard", "template-partials", "margin", "mainfont", "fontsize", *_ANYWHERE),
}

_SHORTCODE = re.compile(r"\{\{+<\s*(/?[\w-]+)[^>]*>\}+\}")
_DIV = re.compile(r"^\s*:{3,}\s*\{([^}]*)\}|\]\{([^}]*)\}")
_CITATION = re.compile(r"(?<![\w.@\\/])@([A-Za-z][\w-]*)")
_REMOTE = re.compile(r"!\[[^\]]*\]\(\s*(?:https?:)?//")
_CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_RAW_BLOCK = re.compile(r"^[ ]*(?:`{3,}|~{3,})[ ]*\{=\w+\}", re.MULTILINE)
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
    level = 1
    for block in document.blocks:
        if isinstance(block, Cell):
            _check_cell(block)
        else:
            level = _check_text(block, level)


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
    for key in ("execute", "crossref"):
        _known_keys(document, settings.get(key) or {}, FRONT_MATTER[key] or (), key)
    formats = settings.get("format") or {}
    if not isinstance(formats, dict):
        raise unsupported("a format that is not a mapping", _line_of(document, "format"), formats, FORMATS)
    _known_keys(document, formats, FORMATS, "format")
    for name, options in formats.items():
        if options != "default":
            _known_keys(document, options or {}, FORMAT_KEYS[name], f"format: {name}")
    if settings.get("jupyter", "python3") != "python3":
        raise unsupported("this Jupyter kernel", _line_of(document, "jupyter"), settings["jupyter"], "python3")


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


def _check_cell(cell: Cell) -> None:
    where = f"{cell.path}:{cell.line}"
    if cell.engine != "python":
        raise unsupported(f"a cell of the engine '{cell.engine}'", where, allowed="{python}, options as #| name: value")
    for name, value in cell.options.items():
        if name not in CELL_OPTIONS:
            raise unsupported(f"the cell option '{name}'", where, allowed=sorted(CELL_OPTIONS))
        allowed = CELL_OPTIONS[name]
        if not (isinstance(value, allowed) if isinstance(allowed, type) else value in allowed):
            shown = allowed.__name__ if isinstance(allowed, type) else allowed
            raise unsupported(f"this value of the cell option '{name}'", where, found=value, allowed=shown)


def _check_text(block: Markdown, level: int) -> int:
    for start, end, engine, _ in inline_code(block.text):
        if engine != "python":
            where = f"{block.path}:{block.line + block.text.count(chr(10), 0, start)}"
            raise unsupported(f"inline code of the engine '{engine}'", where, found=block.text[start:end])
    for match in _RAW_BLOCK.finditer(block.text):
        where = f"{block.path}:{block.line + block.text.count(chr(10), 0, match.start())}"
        raise unsupported("raw HTML, LaTeX or Typst", where, match.group().strip(), "Markdown, divisions and spans")
    for offset, line in prose(block.text):
        where = f"{block.path}:{block.line + block.text.count(chr(10), 0, offset)}"
        level = _check_heading(line, level, where)
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
