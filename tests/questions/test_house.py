"""One question, one folder: no question knows another, and what a folder declares for the pages is light."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.questions.conftest import ROOT

PACKAGE = ROOT / "pipeline" / "questions"
FOLDERS = sorted(p.parent.name for p in PACKAGE.glob("*/__init__.py"))


@functools.cache
def imported(path: Path) -> tuple[str, ...]:
    """Return the modules that a file imports, names of a package included."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
        elif isinstance(node, ast.Import):
            found += [name.name for name in node.names]
    return tuple(found)


def questions_in(modules: Iterable[str]) -> set[str]:
    parts = [m.split(".") for m in modules if m.startswith("pipeline.questions.")]
    return {p[2] for p in parts} & set(FOLDERS)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_question_imports_no_other(name: str) -> None:
    others = {str(p.name): questions_in(imported(p)) - {name} for p in (PACKAGE / name).rglob("*.py")}
    assert {file: found for file, found in others.items() if found} == {}


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda p: p.stem)
def test_what_questions_share_knows_none_of_them(path: Path) -> None:
    assert questions_in(imported(path)) == set()


@pytest.mark.parametrize("name", FOLDERS)
def test_what_is_declared_for_the_pages_needs_results_only(name: str) -> None:
    """The stage that answers the plan is not put out of date by it, and later stages load no model for it."""
    found = {m for m in imported(PACKAGE / name / "__init__.py") if m.startswith("pipeline")}
    assert {m for m in found if not m.startswith("pipeline.results")} == set()
