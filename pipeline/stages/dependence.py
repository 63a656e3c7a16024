"""The code that a stage depends on: all that ``stages/<stage>.py`` imports, now or when first used, itself or not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

_PACKAGE = "pipeline"
_ROOT = Path(__file__).parents[1]
_NAME = rf"{_PACKAGE}(?:\.\w+)*"
_IMPORT = re.compile(
    rf"^[ \t]*(?:from[ \t]+({_NAME})[ \t]+import[ \t]+(\([^)]*\)|[^\n#]+)|import[ \t]+({_NAME}))", re.MULTILINE
)
#: A module, or a package whose modules are called by name, in a string.
_QUOTED = re.compile(rf'"({_PACKAGE}(?:\.\w+)+)')
#: Questions are called by name too, but only those that are planned.
_QUESTIONS = f"{_PACKAGE}.questions"


def code_of(stage: str, questions: Iterable[str] = ()) -> list[Path]:
    """Return the files of the package that a stage depends on, in order: modules, and the data that lie beside them.

    Parameters
    ----------
    stage : a module of ``pipeline.stages``.   questions : modules of ``pipeline.questions`` that it calls by name.
    """
    return list(_closure(stage, tuple(questions)))


@lru_cache(maxsize=64)
def _closure(stage: str, questions: tuple[str, ...]) -> tuple[Path, ...]:
    wanted = [f"{_PACKAGE}.stages.{stage}", *(f"{_QUESTIONS}.{name}" for name in questions)]
    seen: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in seen and (path := _file(name)) is not None:
            seen.add(name)
            # a module is imported with the packages that it lies in
            wanted += [*_imported(path), name.rpartition(".")[0]]
    files = {path for name in seen if (path := _file(name)) is not None}
    return tuple(sorted({*files, *(data for folder in {f.parent for f in files} for data in _data(folder))}))


@lru_cache(maxsize=8192)
def _file(module: str) -> Path | None:
    if not module:
        return None
    base = _ROOT.parent.joinpath(*module.split("."))
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)


@lru_cache(maxsize=2048)
def _imported(path: Path) -> tuple[str, ...]:
    """Return names of modules that a file imports or calls by name; some may name things within a module."""
    text = path.read_text(encoding="utf-8")
    found: list[str] = []
    for source, names, plain in _IMPORT.findall(text):
        found += [plain] if plain else [source, *(f"{source}.{name}" for name in _names(names))]
    for quoted in _QUOTED.findall(text):
        if not quoted.startswith(_QUESTIONS):
            found += [quoted, *_within(quoted)]
    return tuple(found)


def _names(listed: str) -> Iterator[str]:
    for part in re.sub(r"#[^\n]*", "", listed).strip("() \t\n").split(","):
        if words := part.split():
            yield words[0]


def _within(name: str) -> list[str]:
    """Return the modules of a package."""
    folder = _ROOT.parent.joinpath(*name.split("."))
    return [f"{name}.{path.stem}" for path in sorted(folder.glob("*.py")) if path.stem != "__init__"]


@lru_cache(maxsize=512)
def _data(folder: Path) -> tuple[Path, ...]:
    """Return the files of a folder that are no modules, and those of folders below that hold none."""
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "__pycache__")):
            continue
        if path.is_file():
            found += [path] if path.suffix != ".py" else []
        elif not any(path.rglob("*.py")):
            found += [p for p in path.rglob("*") if p.is_file()]
    return tuple(found)
