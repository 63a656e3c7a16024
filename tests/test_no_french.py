"""No French stands in the code: report text is in reports/, words that ingest looks for are data files.

Where the language itself is made, it may: its agreement (wording/fr.py), made-up questionnaires (simulate).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1] / "pipeline"
LANGUAGE = ("simulate", "wording/fr.py")
_ACCENTED = r"[A-Za-z]{2,}[éèêëàâçùûôîïœ]|[éèêëàâçùûôîïœÉÈÀÂÊÎÔŒ][a-z]{2,}"
_FREQUENT = "des|les|une|dans|pour|avec|selon|sont|cette|qui|leur|leurs|aux|du|sur|chez|sans"
FRENCH = re.compile(rf"{_ACCENTED}|[a-z]{{3,}} (?:{_FREQUENT}) [a-z]{{3,}}", re.IGNORECASE)


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module with their lines, its docstrings aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, told)]
    first = [body[0].value for body in bodies if body and isinstance(body[0], ast.Expr)]
    # a text below an attribute documents it
    after = [n.value for body in bodies for n in body if isinstance(n, ast.Expr)]
    skipped = {id(node) for node in (*first, *after)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.lineno, node.value


def test_no_literal_of_the_code_is_french() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text[:60]}"
        for path in sorted(ROOT.rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(LANGUAGE)
        for line, text in literals(path)
        if FRENCH.search(text)
    ]
    assert not found, "\n".join(found)


def test_the_search_finds_sentences_with_and_without_accents() -> None:
    for text in ("donnée", "Étudiants", "Part des visites", "nombre des personnes"):
        assert FRENCH.search(text), text
    for text in ("share of visits", "level:dans", "sans", "[A-ZÀ-Ý]", "a-zà-ÿ"):
        assert not FRENCH.search(text), text
