"""A staged document: where it is, what the author wrote, and the settings and theme that all share."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.publish.render import qmd

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


def stage_theme(themes: Iterable[Path], language_folder: Path) -> None:
    """Copy the theme, and what a brand lays over it, beside staged documents, where ``../theme/`` finds it.

    Documents of another language may be rendered with it at the same time: no file that stands there is ever absent.
    """
    for theme in themes:
        for source in sorted(path for path in theme.rglob("*") if path.is_file()):
            copy_whole(source, language_folder / "theme" / source.relative_to(theme))


def copy_whole(source: Path, path: Path) -> None:
    """Copy a file beside staged documents, whole or not at all: another document may be rendered with it meanwhile."""
    if not (path.is_file() and path.read_bytes() == source.read_bytes()):
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f".{path.name}.new")
        shutil.copyfile(source, scratch)
        scratch.replace(path)


def defaults(origin: Path) -> dict[str, Any]:
    """Return what ``_quarto.yml`` and ``_metadata.yml`` set for all documents of a folder."""
    settings: dict[str, Any] = {}
    for folder, name in ((origin.parent.parent, _DEFAULTS[0]), (origin.parent, _DEFAULTS[1])):
        path = folder / name
        if path.is_file():
            content = qmd.load_mapping(path.read_text(encoding="utf-8"), "the settings", path, 1)
            settings = merge(settings, {k: _relative(v) for k, v in content.items() if k != "project"})
    return settings


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
