"""Putting a document together: its own lines, and the chapters of every planned entry where it asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import PublishError
from pipeline.publish.render.qmd import front_matter

#: Stands alone in a document where the chapters of that name go.
_CHAPTERS = re.compile(r"^\s*\{\{<\s*chapters\s+(?P<name>[\w-]+)\s*>\}\}\s*$")
#: The chapters that show what evaluations ask for besides the figures of their questions.
REPORT = "report"
#: Where a chapter without an order stands.
LAST = 1000


@dataclass(frozen=True)
class Line:
    """A line as its author wrote it: text, file, number, and the entry of the plan whose chapter it is of."""

    text: str
    file: Path
    number: int
    entry: str = ""

    @property
    def where(self) -> str:
        """Return ``file:line``."""
        return f"{self.file}:{self.number}"


@dataclass(frozen=True)
class Planned:
    """An entry of the plan: its name, and the question whose folder holds its chapters.

    shown : figures and tables that the evaluation itself asks for of its results; they end its chapter of the report.
    """

    name: str
    question: str
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A document with its chapters in their places: front matter and lines."""

    path: Path
    settings: dict[str, Any]
    lines: tuple[Line, ...]


def assemble(path: Path, plan: Sequence[Planned], own: Path | None = None) -> Document:
    """Return a document of ``reports/<lang>/`` with the chapters of the planned entries and of the evaluation itself.

    Parameters
    ----------
    own : ``surveys/<evaluation>/chapters/<lang>/``; each file says under ``document`` which documents take it.

    Raises
    ------
    PublishError
        When the document, or the front matter of a chapter, cannot be read.
    """
    settings, lines = _read(path, "")
    made: list[Line] = []
    for line in lines:
        asked = _CHAPTERS.match(line.text)
        made += _chapters(path.parent, asked["name"], plan, own, settings.get("parts", ())) if asked else [line]
    return Document(path, settings, tuple(made))


def chapter_files(folder: Path, name: str, plan: Sequence[Planned]) -> list[tuple[Planned, Path]]:
    """Return the chapters of that name that planned entries have, in the order of the plan."""
    return [(entry, p) for entry in plan if (p := folder / entry.question / f"{name}.qmd").is_file()]


def own_chapters(folder: Path | None, name: str) -> list[Path]:
    """Return the evaluation's own chapters of a document, by file name."""
    paths = sorted(folder.glob("*.qmd")) if folder else []
    wanted = {path: _read(path, "")[0].get("document", ()) for path in paths}
    return [path for path, named in wanted.items() if name in ([named] if isinstance(named, str) else named)]


def _chapters(
    folder: Path, name: str, plan: Sequence[Planned], own: Path | None, parts: Sequence[str]
) -> Iterator[Line]:
    """Yield the lines of the chapters, part by part in the order of the document, then by their own order."""
    place = {part: i for i, part in enumerate(parts)}

    def order(each: tuple[dict[str, Any], list[Line]]) -> tuple[int, int]:
        return place.get(str(each[0].get("part", "")), len(place)), int(each[0].get("order", LAST))

    read = list(_planned(chapter_files(folder, name, plan)))
    read += [_read(path, "") for path in own_chapters(own, name)]
    for _, lines in sorted(read, key=order):
        yield from lines
        yield Line("", lines[-1].file, lines[-1].number) if lines else Line("", folder, 1)


def _planned(files: Sequence[tuple[Planned, Path]]) -> Iterator[tuple[dict[str, Any], list[Line]]]:
    """Yield the chapter of each entry; one that says `once: true` is of the first entry of its question alone."""
    seen: set[Path] = set()
    for entry, path in files:
        settings, lines = _read(path, entry.name)
        if path not in seen or not settings.get("once"):
            yield settings, [*lines, *(_shown(entry, path, len(lines)) if path.stem == REPORT else ())]
        seen.add(path)


def _shown(entry: Planned, path: Path, number: int) -> Iterator[Line]:
    """Yield the lines that show what the evaluation asks for of an entry."""
    for name in entry.shown:
        yield Line("", path, number, entry.name)
        yield Line(f"{{{{< show {name} >}}}}", path, number, entry.name)


def _read(path: Path, entry: str) -> tuple[dict[str, Any], list[Line]]:
    if not path.is_file():
        raise PublishError(
            "a document is missing in this language",
            where=str(path),
            action="write it, or take the language or the document out of evaluation.yaml",
        )
    texts = path.read_text(encoding="utf-8").splitlines()
    settings, body = front_matter(texts, path)
    return settings, [Line(text, path, n, entry) for n, text in enumerate(texts[body:], body + 1)]
