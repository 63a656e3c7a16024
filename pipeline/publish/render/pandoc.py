"""One run of Pandoc for many documents: Markdown and settings in, HTML and Typst out, with the filters of the house."""

from __future__ import annotations

import functools
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import PublishError
from pipeline.publish.render.attributes import fold_attributes
from pipeline.publish.render.passages import fold_words, plain
from pipeline.publish.render.qmd import Document, Places
from pipeline.publish.render.ready_programs import ReadyPrograms
from pipeline.publish.render.rows import fold_rows
from pipeline.publish.render.spans import Folded, fold

FILTERS = Path(__file__).parent / "filters"
_PAGES = Path(__file__).parent / "pages.lua"
#: Markdown as the documents write it: nothing of another language passes through it unread.
READER = "markdown" + "".join(
    f"-{extension}"
    for extension in (
        "raw_html",
        "raw_attribute",
        "raw_tex",
        "latex_macros",
        "native_divs",
        "native_spans",
        "markdown_in_html_blocks",
        "tex_math_dollars",
    )
)
#: Room for what a run makes before it looks for what it no longer needs: the pages fit, and it hardly ever looks.
_MEMORY = ("+RTS", "-A128m", "-RTS")
_WRITERS = {"html": "html", "typst": "typst-smart"}
_REFUSAL = re.compile(r"PUBLISH\t(.*?)\t(.*?)\tEND", re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """What one format asks: the front matter merged for it (:func:`for_format`), and a template beside its partials."""

    settings: Mapping[str, Any]
    template: Path


@dataclass(frozen=True)
class Source:
    """A staged document with what each of its formats asks; ``places`` tell the author's lines, for errors."""

    document: Document
    places: Places
    formats: Mapping[str, Asked]


@functools.cache
def executable() -> str:
    """Return the path of Pandoc, which comes with ``pypandoc-binary``."""
    import pypandoc

    return str(pypandoc.get_pandoc_path())


def environment() -> dict[str, str]:
    """Return the environment of Pandoc: under `LC_ALL=C` it could neither open nor name a file with an accent."""
    return {**os.environ, "LC_ALL": "C.UTF-8"} if sys.platform == "linux" else dict(os.environ)


def convert(sources: Sequence[Source], programs: ReadyPrograms) -> Iterator[dict[str, str]]:
    """Yield, for each document, a whole HTML page and Typst file by format (``html``, ``typst``).

    Parameters
    ----------
    sources : documents of one folder: styles and filters are relative to it.   programs : runs of Pandoc.

    Raises
    ------
    PublishError
        When a reference leads nowhere, a figure has no alternative text, or Pandoc fails.
    """
    texts = [_folded(source) for source in sources]
    documents = [_document(source, text.lines) for source, text in zip(sources, texts, strict=True)]
    job = {"reader": READER, "documents": documents}
    command = [executable(), *_MEMORY, "lua", str(_PAGES)]
    folder = sources[0].document.path.parent
    told, faults = programs.ask(command, folder, json.dumps(job).encode(), len(sources), environment())
    if len(told) < len(sources):
        raise _failure(faults, sources[len(told)])
    for source, text, line in zip(sources, texts, told, strict=True):
        made = json.loads(line)
        if made["fault"]:
            raise _failure(made["fault"], source)
        yield {kind: getattr(text, kind)(page) for kind, page in made["pages"].items()}


def _folded(source: Source) -> Folded:
    """Return the text of a document with what Pandoc need not read as signs."""
    text = fold(source.document.lines, links=set(source.formats) == {"html"})
    counted = any(asked.settings.get("publication", {}).get("layout") == "slides" for asked in source.formats.values())
    return fold_rows(fold_words(fold_attributes(text), tables_alone=counted))


def _document(source: Source, lines: Sequence[str]) -> dict[str, Any]:
    """Return a document as ``pages.lua`` takes it: metadata that is more than plain words is read with the text."""
    read: dict[str, int] = {}
    formats = {
        kind: {
            **_options(kind, asked, source.document),
            "metadata": _told(_metadata(asked.settings, source.document), read),
        }
        for kind, asked in source.formats.items()
    }
    text = "\n".join(lines)
    return {"text": f'---\n{{"read": [{", ".join(read)}]}}\n---\n\n{text}\n', "formats": formats}


def _told(value: Any, read: dict[str, int]) -> Any:
    """Return a value of metadata with the place in ``read``, from 1 on, of all that Pandoc has to read in it."""
    if value and isinstance(value, dict):
        return {key: _told(each, read) for key, each in value.items()}
    if value and isinstance(value, list):
        return [_told(each, read) for each in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and (words := plain(value)) is not None:
        return words
    text = json.dumps(value, ensure_ascii=False, default=str)
    return {_READ: read.setdefault(text, len(read) + 1)}


#: The key of what is read; none of metadata has blanks around it.
_READ = " read "


def _metadata(settings: Mapping[str, Any], document: Document) -> dict[str, Any]:
    metadata = {k: v for k, v in settings.items() if k not in _NOT_METADATA}
    metadata.setdefault("pagetitle", settings.get("title", document.path.stem))
    metadata["css"] = listed(settings.get("css"))
    return metadata


def _options(kind: str, asked: Asked, document: Document) -> dict[str, Any]:
    own = [str(document.path.parent / name) for name in listed(asked.settings.get("filters"))]
    house = [str(FILTERS / name) for name in ("figures.lua", "callouts.lua", "crossref.lua")]
    return {
        "writer": _WRITERS[kind],
        "template": str(asked.template),
        "filters": [str(FILTERS / "conditional.lua"), *own, *house],
        "toc": asked.settings.get("toc") is True,
        "section_divs": asked.settings.get("section-divs") is True,
        "toc_depth": int(asked.settings.get("toc-depth", 3)),
    }


_NOT_METADATA = ("format", "execute", "jupyter", "filters", "template", "template-partials", "toc", "toc-depth")


def for_format(settings: dict[str, Any], to: str) -> dict[str, Any]:
    """Return the front matter with the settings of one format over those of the document."""
    formats = settings.get("format") or {}
    own = formats.get(to)
    merged = {k: v for k, v in settings.items() if k != "format"}
    return {**merged, **(own if isinstance(own, dict) else {})}


def listed(value: object) -> list[str]:
    """Return one value or several, as YAML allows both, as texts."""
    if value is None:
        return []
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _failure(errors: str, source: Source) -> PublishError:
    refusal = _REFUSAL.search(errors)
    if refusal:
        problem, token = refusal.groups()
        return PublishError(problem, where=_find(token, source.document, source.places), found=token)
    where = str(source.places.origin)
    return PublishError("Pandoc cannot convert the document", where=where, found=errors.strip()[-600:])


def _find(token: str, document: Document, places: Places) -> str:
    """Return file and line of the first mention of a token, or the file."""
    found = next((i for i, line in enumerate(document.lines) if token in line), None)
    return str(places.origin) if found is None else places.of(document.path, document.body_line + found)
