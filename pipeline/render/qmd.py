"""Reading a Quarto document: front matter, Markdown, cells and inline code, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import PublishError

_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$")
_ENGINE = re.compile(r"^\{\s*([A-Za-z][\w+-]*)\s*(.*)\}$")
_OPTION = re.compile(r"^#\|\s?(.*)$")
_INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(\S+)\s*>\}\}\s*$")
_INLINE = re.compile(r"`\{(\w+)\}\s+([^`]+)`")


@dataclass(frozen=True)
class Markdown:
    """Text between cells. ``line`` is that of its first line in ``path``."""

    text: str
    path: Path
    line: int


@dataclass(frozen=True)
class Cell:
    """A cell to run. ``line`` is that of its fence, ``first`` that of its first line of code, ``last`` its end."""

    engine: str
    source: str
    options: dict[str, Any]
    path: Path
    line: int
    first: int
    last: int

    def option(self, name: str, default: object) -> Any:
        """Return an option of the cell, or what the document sets for all."""
        return self.options.get(name, default)


@dataclass(frozen=True)
class Document:
    """A Quarto document as read: settings of the front matter, then Markdown and cells in order."""

    path: Path
    settings: dict[str, Any]
    body_line: int
    blocks: list[Markdown | Cell] = field(default_factory=list)

    @property
    def parameters(self) -> Cell | None:
        """Return the cell tagged ``parameters``, if there is one."""
        return next((c for c in self.blocks if isinstance(c, Cell) and "parameters" in c.option("tags", [])), None)

    @property
    def included(self) -> list[Path]:
        """Return the files that the document includes, in order of first use."""
        return [p for p in dict.fromkeys(b.path for b in self.blocks) if p != self.path]


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
        if path == self.staged:
            return f"{self.origin}:{line - self.shift}"
        return f"{self.origin.parent / path.name}:{line}"


def read(path: Path) -> Document:
    """Read a Quarto document, includes and all.

    Raises
    ------
    PublishError
        With file and line, when the front matter, a fence or a cell's options are broken, or an include is missing.
    """
    lines = _lines(path, str(path))
    settings, body = front_matter(lines, path)
    return Document(path, settings, body + 1, list(_blocks(lines, body, path, depth=0)))


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
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = line + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or "not YAML"
        raise PublishError(f"{what} cannot be read", where=f"{path}:{at}", found=problem) from error
    if content is not None and not isinstance(content, dict):
        raise PublishError(f"{what} must be keys and values", where=f"{path}:{line}", found=content)
    return content or {}


def inline_code(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield start, end, engine and expression of every inline ``{python}`` of a text, code blocks apart."""
    for line_start, line in prose(text):
        for match in _INLINE.finditer(line):
            yield line_start + match.start(), line_start + match.end(), match.group(1), match.group(2).strip()


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield offset and text of every line that stands outside code blocks."""
    fence = ""
    offset = 0
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if fence:
            if match and not match.group(3) and match.group(2).startswith(fence):
                fence = ""
        elif match:
            fence = match.group(2)
        else:
            yield offset, line
        offset += len(line) + 1


def _lines(path: Path, where: str) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PublishError("the document cannot be read as UTF-8 text", where=where, found=str(path)) from error


def _blocks(lines: list[str], start: int, path: Path, depth: int) -> Iterator[Markdown | Cell]:
    held = start
    i = start
    while i < len(lines):
        fence, include = _FENCE.match(lines[i]), _INCLUDE.match(lines[i])
        close = _closing(lines, i, fence.group(2), path) if fence else i
        engine = _ENGINE.match(fence.group(3)) if fence else None
        if engine or include:
            if i > held:
                yield Markdown("\n".join(lines[held:i]), path, held + 1)
            if include:
                yield from _included(include.group(1), path, i + 1, depth)
            elif engine:
                yield _cell(lines, i, close, engine, path)
            held = close + 1
        i = close + 1
    if i > held:
        yield Markdown("\n".join(lines[held:i]), path, held + 1)


def _closing(lines: list[str], opening: int, fence: str, path: Path) -> int:
    for j in range(opening + 1, len(lines)):
        match = _FENCE.match(lines[j])
        if match and not match.group(3) and match.group(2).startswith(fence):
            return j
    raise PublishError("a code block does not end", where=f"{path}:{opening + 1}", action=f"close it with {fence}")


def _cell(lines: list[str], opening: int, close: int, engine: re.Match[str], path: Path) -> Cell:
    first = opening + 1
    options: list[str] = []
    while first < close and (match := _OPTION.match(lines[first])):
        options.append(match.group(1))
        first += 1
    settings = load_mapping("\n".join(options), "the options of a cell", path, opening + 2)
    source = "\n".join(lines[first:close])
    return Cell(" ".join(engine.groups()).strip(), source, settings, path, opening + 1, first + 1, close + 1)


def _included(name: str, path: Path, number: int, depth: int) -> Iterator[Markdown | Cell]:
    where = f"{path}:{number}"
    target = path.parent / name.strip("\"'")
    if not target.resolve().is_relative_to(path.parent.resolve()):
        raise PublishError("an included file must stand in the document's folder", where=where, found=name)
    if not target.is_file():
        raise PublishError("the included file is missing", where=where, found=str(target))
    if depth >= 5:
        raise PublishError("includes are nested too deep", where=where, found=name)
    yield from _blocks(_lines(target, where), 0, target, depth + 1)
