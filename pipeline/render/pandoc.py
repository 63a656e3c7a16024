"""One call of Pandoc: Markdown and settings in, HTML or Typst out, with the filters of the house."""

from __future__ import annotations

import functools
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from pipeline.errors import PublishError
from pipeline.render.qmd import Document, Places

FILTERS = Path(__file__).parent / "filters"
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
_REFUSAL = re.compile(r"PUBLISH\t(.*?)\t(.*?)\tEND", re.DOTALL)


@functools.cache
def executable() -> str:
    """Return the path of Pandoc, which comes with ``pypandoc-binary``."""
    import pypandoc

    return str(pypandoc.get_pandoc_path())


def convert(
    markdown: str, settings: dict[str, Any], to: str, template: Path, document: Document, places: Places
) -> str:
    """Return a whole HTML page or Typst file.

    Parameters
    ----------
    markdown : the document's text.
    settings : the front matter with the settings of the format merged in (:func:`for_format`).
    to : ``html`` or ``typst``.
    template : a Pandoc template; its partials stand beside it.
    document : the staged document; images, styles and filters are relative to its folder.
    places : where its lines stand for the author, for errors.

    Raises
    ------
    PublishError
        When a reference leads nowhere, a figure has no alternative text, or Pandoc fails.
    """
    writer = "html" if to == "html" else "typst-smart"
    command = [executable(), "--sandbox", "--standalone", f"--from={READER}", f"--to={writer}", "--wrap=none"]
    command += [f"--template={template}"]
    command += [f"--lua-filter={FILTERS / 'conditional.lua'}"]
    command += [f"--lua-filter={document.path.parent / name}" for name in _listed(settings.get("filters"))]
    command += [f"--lua-filter={FILTERS / name}" for name in ("embed.lua", "callouts.lua", "crossref.lua")]
    command += ["--embed-resources"] if to == "html" else []
    if settings.get("toc") is True:
        command += ["--toc", f"--toc-depth={int(settings.get('toc-depth', 3))}"]
    metadata = {k: v for k, v in settings.items() if k not in _NOT_METADATA}
    metadata.setdefault("pagetitle", settings.get("title", document.path.stem))
    metadata["css"] = _listed(settings.get("css"))
    text = f"---\n{json.dumps(metadata, ensure_ascii=False, default=str)}\n---\n\n{markdown}"
    done = subprocess.run(command, input=text.encode(), capture_output=True, cwd=document.path.parent, check=False)
    errors = done.stderr.decode(errors="replace")
    if done.returncode != 0 or "[WARNING]" in errors:
        raise _failure(errors, document, places)
    return done.stdout.decode()


_NOT_METADATA = ("format", "execute", "jupyter", "filters", "template", "template-partials", "toc", "toc-depth")


def for_format(settings: dict[str, Any], to: str) -> dict[str, Any]:
    """Return the front matter with the settings of one format over those of the document."""
    formats = settings.get("format") or {}
    own = formats.get(to)
    merged = {k: v for k, v in settings.items() if k != "format"}
    return {**merged, **(own if isinstance(own, dict) else {})}


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _failure(errors: str, document: Document, places: Places) -> PublishError:
    refusal = _REFUSAL.search(errors)
    if refusal:
        problem, token = refusal.groups()
        return PublishError(problem, where=_find(token, document, places), found=token)
    return PublishError("Pandoc cannot convert the document", where=str(places.origin), found=errors.strip()[-600:])


def _find(token: str, document: Document, places: Places) -> str:
    """Return file and line of the first mention of a token, or the file."""
    found = next((i for i, line in enumerate(document.lines) if token in line), None)
    return str(places.origin) if found is None else places.of(document.path, document.body_line + found)
