"""From a Typst file to an archival, accessible PDF whose bytes depend on nothing but the document."""

from __future__ import annotations

import datetime as dt
import functools
import importlib.util
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import PublishError
from pipeline.publish.render.row_headers import tables_with_headers, with_row_headers

#: PDF/A-2a keeps structure for archives, PDF/UA-1 enforces tags, language, title and alternative text.
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


def compile_pdf(source: Path, edition: int) -> bytes:
    """Return the PDF of a Typst file, dated the last day of the edition's year.

    Parameters
    ----------
    source : Typst file; images are read below its folder.
    edition : year, which becomes the document's date so that equal documents have equal bytes.

    Raises
    ------
    PublishError
        When Typst refuses the document, for instance because an image has no alternative text.
    """
    import typst

    moment = dt.datetime(edition, 12, 31, tzinfo=dt.UTC)
    try:
        content = typst.compile(
            str(source),
            root=str(source.parent),
            font_paths=_fonts(font_folders(source.parent)),
            ignore_system_fonts=True,
            pdf_standards=list(STANDARDS),
            timestamp=moment,
        )
    except typst.TypstError as error:
        detail = getattr(error, "diagnostic", "") or str(error)
        raise PublishError("Typst refuses the document", where=str(source), found=detail.strip()[:1500]) from error
    return with_row_headers(bytes(content), tables_with_headers(source.read_text(encoding="utf-8")))


@functools.lru_cache(maxsize=4)
def _fonts(folders: tuple[Path, ...]) -> Any:
    """Return the typefaces of folders, looked through once for all documents."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder) for folder in folders])


def font_folders(beside: Path) -> tuple[Path, ...]:
    """Return where typefaces are: those of the theme staged ``beside`` documents, and the spare one of matplotlib."""
    return (beside.parent / "theme" / "fonts", *_spare())


@functools.cache
def _spare() -> tuple[Path, ...]:
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        return ()
    return (Path(found.origin).parent / "mpl-data" / "fonts" / "ttf",)
