"""The real Quarto: where it is, which version, and one run of it a document and format."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import PublishError
from pipeline.render.publishable import PROJECT
from pipeline.render.staging import Staged

RENDERERS = ("auto", "quarto", "embedded")
#: What Quarto calls our formats, and the file it writes.
_FORMATS = {"html": ("html", ".html"), "pdf": ("typst", ".pdf")}
_LAST_LINES = 12


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
    reason = "asked for" if asked == "quarto" else "Quarto is installed"
    return "quarto", f"{reason}: {path} {version(path)}"


def find() -> Path | None:
    """Return the ``quarto`` command on PATH or beside this Python, or None."""
    places = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    found = shutil.which("quarto", path=places)
    return Path(found) if found else None


def version(path: Path) -> str:
    """Return Quarto's version, as it says it."""
    done = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PublishError("Quarto does not start", where=str(path), found=_last(done.stderr or done.stdout))
    return done.stdout.strip()


def render(staged: Staged, outputs: Mapping[str, Path], root: Path) -> None:
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
            env=_environment(root, staged.edition),
            capture_output=True,
            text=True,
            check=False,
        )
        written = staged.path.with_suffix(suffix)
        if done.returncode != 0 or not written.is_file():
            raise PublishError(
                f"Quarto cannot render the document to {kind}",
                where=str(staged.origin),
                found=_last(done.stderr + done.stdout),
                action=f"run quarto render by hand in {staged.path.parent}",
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(written, target)


def _environment(root: Path, edition: int) -> dict[str, str]:
    moment = int(dt.datetime(edition, 12, 31, tzinfo=dt.UTC).timestamp())
    return {
        "IPYTHONDIR": str(root / "build" / ".ipython"),
        **os.environ,
        "QUARTO_PYTHON": sys.executable,
        PROJECT: str(root),
        "SOURCE_DATE_EPOCH": str(moment),
    }


def _last(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return "\n".join(lines[-_LAST_LINES:]) or "(it printed nothing)"
