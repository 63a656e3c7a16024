"""The real Quarto: where it is, which version, and one run of it a document and format."""

from __future__ import annotations

import datetime as dt
import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from pipeline.errors import PublishError
from pipeline.publish.render import pandoc
from pipeline.publish.render.staging import Staged

RENDERERS = ("auto", "quarto", "embedded")
#: What the embedded renderer is made of.
_WHEELS = ("pypandoc-binary", "typst")
#: What Quarto calls our formats, and the file it writes.
_FORMATS = {"html": ("html", ".html"), "pdf": ("typst", ".pdf")}
_LAST_LINES = 12
#: The oldest Quarto whose documents are known to come out right: its Typst takes PDF/A-2a with PDF/UA-1.
OLDEST = (1, 9)


def choose_renderer(asked: str) -> tuple[str, str]:
    """Return the renderer to use, ``quarto`` or ``embedded``, and why in a few words.

    Raises
    ------
    PublishError
        When the name is unknown, or Quarto is asked for and absent.
    """
    if asked not in RENDERERS:
        raise PublishError("no such renderer", found=asked, allowed=RENDERERS)
    if asked == "embedded":
        return "embedded", "asked for"
    path = find()
    if path is None:
        if asked == "quarto":
            raise PublishError(
                "Quarto is not installed",
                where="PATH and the environment's bin folder",
                action="run make quarto, or use --renderer embedded",
            )
        return "embedded", "Quarto is not installed"
    told, oldest = version(path), ".".join(map(str, OLDEST))
    if _numbers(told) < OLDEST:
        if asked == "quarto":
            raise PublishError(
                "Quarto is too old",
                where=str(path),
                found=told,
                allowed=f"{oldest} or later",
                action="run make quarto, or use --renderer embedded",
            )
        return "embedded", f"Quarto {told} is older than {oldest}"
    reason = "asked for" if asked == "quarto" else "Quarto is installed"
    return "quarto", f"{reason}: {path} {told}"


def _numbers(told: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", told)[:2]))


def made_by(renderer: str) -> dict[str, str]:
    """Return a renderer by name, with the versions of what it is made of, as the manifest tells it."""
    path = find() if renderer == "quarto" else None
    tools = {"quarto": version(path)} if path else {name: metadata.version(name) for name in _WHEELS}
    return {"name": renderer, **tools}


def find() -> Path | None:
    """Return the ``quarto`` command on PATH or beside this Python, or None."""
    places = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    found = shutil.which("quarto", path=places)
    return Path(found) if found else None


@functools.cache
def version(path: Path) -> str:
    """Return Quarto's version, as it says it."""
    done = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PublishError("Quarto does not start", where=str(path), found=_last(done.stderr or done.stdout))
    return done.stdout.strip()


def render(staged: Staged, outputs: Mapping[str, Path]) -> None:
    """Render a staged document with Quarto, one format after the other, and put the files where they belong.

    Raises
    ------
    PublishError
        Naming the document and giving Quarto's last lines.
    """
    path = find()
    if path is None:
        raise PublishError("Quarto is not installed", action="run make quarto, or use --renderer embedded")
    for kind, target in outputs.items():
        name, suffix = _FORMATS[kind]
        done = subprocess.run(
            [str(path), "render", staged.path.name, "--to", name],
            cwd=staged.path.parent,
            env=_environment(staged.edition),
            capture_output=True,
            text=True,
            check=False,
        )
        written = staged.path.with_suffix(suffix)
        if done.returncode != 0 or not written.is_file():
            raise PublishError(
                f"Quarto cannot render the document to {kind}",
                where=_where(done.stderr, staged),
                found=_last(done.stderr + done.stdout).replace(f"{staged.path.parent}/", ""),
                action="correct it there; --renderer embedded renders without Quarto",
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(written, target)


def _where(errors: str, staged: Staged) -> str:
    """Return the author's file and line that Quarto's errors name, or the document."""
    found = re.search(rf"{re.escape(staged.path.name)}\W{{1,3}}(?:line )?(\d+)", errors)
    return staged.places.of(staged.path, int(found[1])) if found else str(staged.origin)


def _environment(edition: int) -> dict[str, str]:
    moment = int(dt.datetime(edition, 12, 31, tzinfo=dt.UTC).timestamp())
    return {
        **pandoc.environment(),
        "QUARTO_PYTHON": sys.executable,
        "SOURCE_DATE_EPOCH": str(moment),
    }


def _last(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return "\n".join(lines[-_LAST_LINES:]) or "(it printed nothing)"
