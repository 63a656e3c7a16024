"""Reading a Quarto document: front matter and body, each line with its number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import PublishError
from pipeline.yaml_data import PARSER

_FENCE = re.compile(r"^\s*(?P<mark>`{3,}|~{3,})\s*(?P<info>.*?)\s*$")
#: A block of code that an engine would run.
_ENGINE = re.compile(r"^\{\s*([A-Za-z][\w+-]*).*\}$")


@dataclass(frozen=True)
class Document:
    """A Quarto document as read: settings of the front matter, and the lines of its body.

    ``body_line`` is the number of the first of them in ``path``.
    """

    path: Path
    settings: dict[str, Any]
    body_line: int
    lines: tuple[str, ...]

    def where(self, index: int) -> str:
        """Return ``file:line`` of a line of the body."""
        return f"{self.path}:{self.body_line + index}"


@dataclass(frozen=True)
class Places:
    """Where lines of a staged document stand in the one the author edits.

    ``shift`` is the number of lines that staging added before the body.
    """

    staged: Path
    origin: Path
    shift: int = 0
    #: The author's place of every line of the body, where staging put several files together.
    lines: tuple[str, ...] = ()

    def of(self, path: Path, line: int) -> str:
        """Return ``file:line`` for the author."""
        if path == self.staged and self.lines:
            return self.lines[min(max(line - self.shift, 1), len(self.lines)) - 1]
        return f"{self.origin}:{line - self.shift}"


def read(path: Path) -> Document:
    """Read a Quarto document.

    Raises
    ------
    PublishError
        With file and line, when the front matter is broken or a block of code does not end.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PublishError("the document cannot be read as UTF-8 text", where=str(path)) from error
    settings, body = front_matter(lines, path)
    return Document(path, settings, body + 1, tuple(lines[body:]))


def front_matter(lines: list[str], path: Path) -> tuple[dict[str, Any], int]:
    """Return the settings between the two ``---`` lines, and the index of the line after them."""
    if not lines or lines[0].rstrip() != "---":
        return {}, 0
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        raise PublishError("the front matter does not end", where=f"{path}:1", action="close it with a line ---")
    return load_mapping("\n".join(lines[1:end]), "the front matter", path, 2), end + 1


def load_mapping(text: str, what: str, path: Path, line: int) -> dict[str, Any]:
    """Return the mapping that a piece of YAML holds; ``line`` is where it starts in ``path``."""
    if not text.strip():
        return {}
    try:
        content = _content(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = line + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or "not YAML"
        raise PublishError(f"{what} cannot be read", where=f"{path}:{at}", found=problem) from error
    if content is not None and not isinstance(content, dict):
        raise PublishError(f"{what} must be keys and values", where=f"{path}:{line}", found=content)
    return content or {}


def _content(text: str) -> Any:
    try:
        return yaml.load(text, PARSER)
    except yaml.YAMLError:
        # the parser in Python names the very line
        return yaml.safe_load(text)


def prose(document: Document) -> Iterator[tuple[int, str]]:
    """Yield position and text of every line of the body that stands outside blocks of code.

    Raises
    ------
    PublishError
        With file and line, when a block of code does not end.
    """
    opened, fence = 0, ""
    for i, line in enumerate(document.lines):
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and not mark["info"] and mark["mark"].startswith(fence) else fence
        elif mark:
            opened, fence = i, mark["mark"]
        else:
            yield i, line
    if fence:
        raise PublishError("a code block does not end", where=document.where(opened), action=f"close it with {fence}")


def cells(document: Document) -> Iterator[tuple[int, str]]:
    """Yield position and engine of every block of code that an engine would run."""
    fence = ""
    for i, line in enumerate(document.lines):
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and not mark["info"] and mark["mark"].startswith(fence) else fence
        elif mark:
            fence = mark["mark"]
            if engine := _ENGINE.match(mark["info"]):
                yield i, engine[1]
