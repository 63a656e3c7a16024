"""No key is declared in vain: every setting of an evaluation, an instrument or a question is read somewhere."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

import pipeline
from pipeline.questions.discovery import answering, names

ROOT = Path(__file__).parents[1]
PARTS = ("evaluation", "instrument", "questions")


@cache
def read_names() -> frozenset[str]:
    """Return what the package reads of objects: attributes, and texts that name a key (as statements do)."""
    found: set[str] = set()
    for path in (ROOT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                found.add(node.attr)
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(node.value.replace("{", ".").replace("}", ".").split("."))
    return frozenset(found)


def models() -> Iterator[type[BaseModel]]:
    """Yield the models that keys of an evaluation's files are checked by."""
    for part in PARTS:
        package = importlib.import_module(f"pipeline.{part}")
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(info.name)
            for _, found in inspect.getmembers(module, inspect.isclass):
                if issubclass(found, BaseModel) and found.__module__ == info.name:
                    yield found


def unread(model: type[BaseModel]) -> list[str]:
    return [name for name in model.model_fields if name not in read_names()]


@pytest.mark.parametrize(
    "model", sorted(set(models()), key=lambda m: (m.__module__, m.__name__)), ids=lambda m: m.__name__
)
def test_every_key_is_read(model: type[BaseModel]) -> None:
    assert unread(model) == []


def test_a_key_that_nothing_reads_is_found() -> None:
    class Invented(BaseModel):
        source: str
        never_read_by_anybody: str

    assert unread(Invented) == ["never_read_by_" + "anybody"]


def test_every_question_declares_its_settings() -> None:
    assert pipeline.__file__
    for name in names(ROOT):
        assert issubclass(answering(ROOT, name).Settings, BaseModel), name
