"""Staging: a copy of a document that stands alone, with its parameters, settings, figures and theme."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import PublishError
from pipeline.render import qmd
from pipeline.wording import typography

_DEFAULTS = ("_quarto.yml", "_metadata.yml")


@dataclass(frozen=True)
class Staged:
    """A staged document: where it is, where the author's is, and the lines that staging put before the body."""

    path: Path
    origin: Path
    shift: int
    edition: int
    #: Where each line of the body stands for the author, in a document put together from several files.
    lines: tuple[str, ...] = ()

    @property
    def places(self) -> qmd.Places:
        """Return where its lines stand for the author."""
        return qmd.Places(self.path, self.origin, self.shift, self.lines)


@dataclass(frozen=True)
class Content:
    """What staging writes into a document.

    ``parameters`` replace those of the tagged cell; ``settings`` go over the front matter; ``figures`` are copied
    beside the document.
    """

    parameters: Mapping[str, str]
    settings: Mapping[str, Any] = field(default_factory=dict)
    figures: Sequence[Path] = ()
    edition: int = 2000
    lang: str = "fr"


def stage_theme(theme: Path, language_folder: Path) -> None:
    """Copy the theme beside the staged documents of one language, where ``../theme/`` finds it."""
    target = language_folder / "theme"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(theme, target)


def stage(origin: Path, folder: Path, content: Content, document: qmd.Document | None = None) -> Staged:
    """Copy a document into an empty folder of its own, ready for either renderer or ``quarto render`` by hand.

    Parameters
    ----------
    origin : the author's document, below ``reports/<lang>/``.
    folder : ``build/<evaluation>/publish/<lang>/<document>/``; emptied first.
    content : parameters, settings and figures.
    document : what ``origin`` holds, where it was read already.

    Raises
    ------
    PublishError
        When the document has no cell tagged ``parameters``, or a parameter is not declared in it.
    """
    document = document or qmd.read(origin)
    lines = origin.read_text(encoding="utf-8").splitlines()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cell = document.parameters
    if cell is None or cell.path != origin:
        raise PublishError(
            "the document has no cell tagged parameters", where=str(origin), action="begin with #| tags: [parameters]"
        )
    written = _parameters(cell, content.parameters)
    lines[cell.first - 1 : cell.last - 1] = written
    settings = merge(merge(defaults(origin), document.settings), dict(content.settings))
    front = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False, width=10_000).splitlines()
    body = document.body_line - 1
    path = folder / origin.name
    text = typeset("\n".join(lines[body:]) + "\n", origin, content.lang)
    path.write_text("\n".join(["---", *front, "---", text]), encoding="utf-8")
    for source in document.included:
        part = folder / source.relative_to(origin.parent)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(typeset(source.read_text(encoding="utf-8"), source, content.lang), encoding="utf-8")
    for source in content.figures:
        shutil.copyfile(source, folder / source.name)
    return Staged(path, origin, len(front) + 2 - body, content.edition)


def typeset(text: str, origin: Path, lang: str) -> str:
    """Return a document's text with the spaces of its language, line by line as before."""
    spaced = typography.apply(text, lang)
    if spaced.count("\n") != text.count("\n"):
        raise PublishError("typesetting moved the lines of a document", where=str(origin))
    return spaced


def _parameters(cell: qmd.Cell, values: Mapping[str, str]) -> list[str]:
    """Return the lines of the parameter cell, as many as it had, each value quoted."""
    where = f"{cell.path}:{cell.line}"
    declared: dict[str, object] = {}
    try:
        for statement in ast.parse(cell.source).body:
            if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
                raise ValueError
            declared[statement.targets[0].id] = ast.literal_eval(statement.value)
    except (SyntaxError, ValueError) as error:
        raise PublishError(
            "the cell of parameters holds something else than name = value", where=where, found=cell.source
        ) from error
    unknown = sorted(set(values) - set(declared))
    if unknown:
        raise PublishError(
            "the document declares no such parameter", where=where, found=unknown, allowed=sorted(declared)
        )
    declared.update(values)
    line = "; ".join(f"{name} = {_quoted(value)}" for name, value in declared.items())
    height = cell.last - cell.first
    return [line, *[""] * (height - 1)]


def _quoted(value: object) -> str:
    # JSON strings are Python strings, and always in double quotes
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def defaults(origin: Path) -> dict[str, Any]:
    """Return what ``_quarto.yml`` and ``_metadata.yml`` set for all documents of a folder."""
    settings: dict[str, Any] = {}
    for folder, name in ((origin.parent.parent, _DEFAULTS[0]), (origin.parent, _DEFAULTS[1])):
        path = folder / name
        if path.is_file():
            content = qmd.load_mapping(path.read_text(encoding="utf-8"), "the settings", path, 1)
            settings = merge(settings, {k: v for k, v in content.items() if k != "project"})
    return _relative(settings)


def _relative(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _relative(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_relative(v) for v in value]
    return f"../{value}" if isinstance(value, str) and value.startswith("theme/") else value


def merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return settings with others over them, mappings merged key by key; ``default`` leaves a mapping as it is."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(old, dict) and value == "default":
            # `format: {html: default}` asks for the format as the project sets it
            continue
        merged[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
