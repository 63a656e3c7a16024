"""Modules and public functions are called by nouns or verbs of the field: no bare participle, which names nothing.

Those that bear one still are listed, and the list only gets shorter.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "pipeline"
HELD = Path(__file__).with_name("participles.txt")
#: Participles that do not end in -ed, and words that end so and are none.
_IRREGULAR = {
    *("begun", "bound", "built", "chosen", "cut", "drawn", "found", "given", "gone", "held", "hidden", "kept", "known"),
    *("left", "lent", "lost", "made", "meant", "met", "put", "read", "said", "seen", "sent", "set", "shown", "split"),
    *("spoken", "spread", "taken", "told", "won", "written"),
}
_NONE = {"bed", "embed", "exceed", "feed", "need", "proceed", "read", "seed", "set", "shed", "speed", "succeed"}
_REGULAR = re.compile(r"[a-z]+ed")


def is_participle(name: str) -> bool:
    """Return whether a name is one participle alone."""
    return name not in _NONE and (name in _IRREGULAR or _REGULAR.fullmatch(name) is not None)


def participles() -> Iterator[str]:
    """Yield modules, and public functions of modules, that bear a bare participle."""
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if is_participle(path.stem):
            yield place
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and is_participle(node.name):
                yield f"{place}:{node.name}"


def test_no_other_name_is_a_bare_participle() -> None:
    held = set(HELD.read_text(encoding="utf-8").split())
    found = set(participles())
    assert found - held == set(), "call it what the field calls it"


@pytest.mark.parametrize(("name", "bare"), [("told", True), ("valued", True), ("seed", False), ("kept_rows", False)])
def test_participles_are_told_from_other_words(name: str, bare: bool) -> None:
    assert is_participle(name) == bare
