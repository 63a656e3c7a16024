"""Received files that a pattern names: `visits-2024-*.csv` is every such file of the folder, say a month each."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from pipeline.evaluation.sources import FileSpec, Source


def with_named_files(source: Source, folder: Path) -> Source:
    """Return a source whose patterns are the files that they name, in the order of their names.

    A pattern that names no file stays as it is: it is then a received file that is missing.

    Parameters
    ----------
    folder : that of the received files.
    """
    if not any("*" in path for spec in source.files.values() for path in (spec.path, *spec.also)):
        return source
    return source.model_copy(update={"files": {wave: _expanded(spec, folder) for wave, spec in source.files.items()}})


def _expanded(spec: FileSpec, folder: Path) -> FileSpec:
    named = [path for each in (spec.path, *spec.also) for path in _files_of(each, folder) or [each]]
    path, *also = dict.fromkeys(named)
    return spec.model_copy(update={"path": path, "also": also})


def _files_of(path: str, folder: Path) -> list[str]:
    """Return the files of a pattern, as the declaration would name them; none where it is no pattern."""
    within, pattern = PurePosixPath(path).parent, PurePosixPath(path).name
    if "*" not in pattern or not (folder / within).is_dir():
        return []
    found = (file.name for file in (folder / within).iterdir() if file.is_file() and fnmatchcase(file.name, pattern))
    return [str(within / name) for name in sorted(found)]
