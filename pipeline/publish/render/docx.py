"""A staged document as DOCX, for those who annotate it in a word processor: the same text, tables and figures."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import PublishError
from pipeline.publish.render import pandoc, pdf, qmd

#: Points in an inch of a figure: sharp on paper.
RESOLUTION = 200
_FIGURE = re.compile(r"(?<=\]\()([\w-][\w.-]*)\.svg(?=\))")


def write_docx(staged: Path, target: Path, authors: Sequence[str]) -> None:
    """Write a staged document as DOCX.

    Parameters
    ----------
    staged : the document as plain Markdown, its figures beside it.   authors : who signs it, as plain text.

    Raises
    ------
    PublishError
        When Pandoc cannot convert it.
    """
    document = qmd.read(staged)
    settings = pandoc.for_format(document.settings, "html")
    own = pandoc.listed(settings.get("filters"))
    house = [str(pandoc.FILTERS / f"{name}.lua") for name in ("figures", "callouts", "crossref")]
    filters = [str(pandoc.FILTERS / "conditional.lua"), *own, *house]
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as pictures:
        for name in set(_FIGURE.findall("\n".join(document.lines))):
            (Path(pictures) / f"{name}.png").write_bytes(_picture(staged.parent / f"{name}.svg"))
        command = [
            pandoc.executable(),
            f"--from={pandoc.READER}",
            "--to=docx",
            f"--output={target.resolve()}",
            f"--resource-path={pictures}",
            *(f"--lua-filter={name}" for name in filters),
            *(f"--metadata=author:{name}" for name in authors),
        ]
        done = subprocess.run(
            command,
            input=_text(document).encode(),
            capture_output=True,
            cwd=staged.parent,
            env=pandoc.environment(),
            check=False,
        )
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise PublishError("Pandoc cannot convert the document to DOCX", where=str(staged), found=said[-600:])


def _text(document: qmd.Document) -> str:
    """Return the Markdown of a document: its front matter, the notice that its pages bear, and figures as pictures."""
    front = yaml.safe_dump({k: v for k, v in document.settings.items() if k != "format"}, allow_unicode=True)
    notice = document.settings.get("publication", {}).get("notice")
    body = _FIGURE.sub(r"\1.png", "\n".join(document.lines))
    return "\n".join(["---", front, "---", "", *([f"**{notice}**", ""] if notice else []), body, ""])


def _picture(drawing: Path) -> bytes:
    """Return a drawing as PNG: word processors show few SVG as they are."""
    import typst

    page = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{drawing.name}")'
    # the stubs want a page in memory and the names of folders to be of one type
    compiled: Any = typst.compile
    made = compiled(
        page.encode(),
        root=str(drawing.parent),
        font_paths=[str(folder) for folder in pdf.font_folders(drawing.parent)],
        ignore_system_fonts=True,
        format="png",
        ppi=RESOLUTION,
    )
    return bytes(made)
