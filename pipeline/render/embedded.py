"""The embedded renderer: Pandoc, then Typst, over a stated subset of Quarto."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import PublishError
from pipeline.render import pandoc, pdf, qmd
from pipeline.render.staging import Staged

THEME = "../theme"
_BACK = 'role="doc-backlink">'


def render(staged: Staged, outputs: Mapping[str, Path]) -> None:
    """Render a staged document to its outputs.

    Parameters
    ----------
    staged : the document, of features that :func:`pipeline.render.features.check` knows.
    outputs : target file by format, ``html`` and ``pdf``.

    Raises
    ------
    PublishError
        With file and line of the author's document.
    """
    document = qmd.read(staged.path)
    markdown = "\n".join(document.lines) + "\n"
    for kind, target in outputs.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        if kind == "html":
            target.write_text(html_page(document, markdown, staged), encoding="utf-8")
        elif kind == "pdf":
            target.write_bytes(pdf_file(document, markdown, staged))
        else:
            raise PublishError("documents are not rendered in this format", found=kind, allowed=("html", "pdf"))


def html_page(document: qmd.Document, markdown: str, staged: Staged) -> str:
    """Return one page that loads nothing: style and figures are inside."""
    settings = pandoc.for_format(document.settings, "html")
    template = _template(document, settings.get("template"), "report.html")
    page = pandoc.convert(markdown, settings, "html", template, document, staged.places)
    back = settings.get("publication", {}).get("words", {}).get("back", "")
    return page.replace(_BACK, f'aria-label="{back}" {_BACK}') if back else page


def pdf_file(document: qmd.Document, markdown: str, staged: Staged) -> bytes:
    """Return the PDF; the Typst file stays beside the staged document, to look at."""
    settings = pandoc.for_format(document.settings, "typst")
    if settings.get("number-sections") is True:
        settings.setdefault("section-numbering", "1.1")
    template = _template(document, None, "report.typst")
    text = pandoc.convert(markdown, settings, "typst", template, document, staged.places)
    source = document.path.with_suffix(".typ")
    source.write_text(text, encoding="utf-8")
    return pdf.compile_pdf(source, staged.edition)


def _template(document: qmd.Document, named: object, default: str) -> Path:
    path = document.path.parent / (str(named) if named else f"{THEME}/{default}")
    if not path.is_file():
        raise PublishError("the template is missing", where=str(document.path), found=str(path))
    return path.resolve()
