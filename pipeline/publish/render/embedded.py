"""The embedded renderer: Pandoc, then Typst, over a stated subset of Quarto."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import PublishError, working_on
from pipeline.publish.render import pandoc, pdf, qmd
from pipeline.publish.render.inlining import inlined
from pipeline.publish.render.ready_programs import ReadyPrograms
from pipeline.publish.render.staging import Staged

THEME = "../theme"
_BACK = 'role="doc-backlink">'
#: Formats as Pandoc calls them.
_WRITTEN = {"html": "html", "pdf": "typst"}


def render(documents: Sequence[tuple[Staged, Mapping[str, Path]]], programs: ReadyPrograms | None = None) -> None:
    """Render staged documents of one folder to their outputs, in one run of Pandoc.

    Parameters
    ----------
    documents : each of features that :func:`pipeline.publish.render.features.check` knows, with its target file by
        format, ``html`` and ``pdf``.
    programs : runs of Pandoc that go on; one of its own unless given.

    Raises
    ------
    PublishError
        With file and line of the author's document.
    """
    sources = [_source(staged, outputs) for staged, outputs in documents]
    with contextlib.nullcontext(programs) if programs else ReadyPrograms() as those:
        pages = list(pandoc.convert(sources, those))
    for source, (staged, outputs), made in zip(sources, documents, pages, strict=True):
        with working_on(f"the document {staged.origin.name}"):
            _write(source, staged, outputs, made)


def _write(source: pandoc.Source, staged: Staged, outputs: Mapping[str, Path], made: Mapping[str, str]) -> None:
    for kind, target in outputs.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        if kind == "html":
            target.write_text(html_page(made["html"], source), encoding="utf-8")
        else:
            target.write_bytes(pdf_file(made["typst"], source, staged.edition))


def _source(staged: Staged, outputs: Iterable[str]) -> pandoc.Source:
    document = qmd.read(staged.path)
    unknown = sorted(set(outputs) - set(_WRITTEN))
    if unknown:
        raise PublishError("documents are not rendered in this format", found=unknown, allowed=tuple(_WRITTEN))
    asked = {_WRITTEN[kind]: _asked(document, _WRITTEN[kind]) for kind in outputs}
    return pandoc.Source(document, staged.places, asked)


def _asked(document: qmd.Document, kind: str) -> pandoc.Asked:
    settings = pandoc.for_format(document.settings, kind)
    if kind == "html":
        return pandoc.Asked(settings, _template(document, settings.get("template"), "report.html"))
    if settings.get("number-sections") is True:
        settings.setdefault("section-numbering", "1.1")
    return pandoc.Asked(settings, _template(document, None, "report.typst"))


def html_page(page: str, source: pandoc.Source) -> str:
    """Return one page that loads nothing: style and figures are inside."""
    settings: Mapping[str, Any] = source.formats["html"].settings
    page = inlined(page, source.document.path.parent)
    back = settings.get("publication", {}).get("words", {}).get("back", "")
    return page.replace(_BACK, f'aria-label="{back}" {_BACK}') if back else page


def pdf_file(text: str, source: pandoc.Source, edition: int) -> bytes:
    """Return the PDF; the Typst file stays beside the staged document, to look at."""
    path = source.document.path.with_suffix(".typ")
    path.write_text(text, encoding="utf-8")
    return pdf.compile_pdf(path, edition)


def _template(document: qmd.Document, named: object, default: str) -> Path:
    path = document.path.parent / (str(named) if named else f"{THEME}/{default}")
    if not path.is_file():
        raise PublishError("the template is missing", where=str(document.path), found=str(path))
    return path.resolve()
