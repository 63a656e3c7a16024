"""Figures hold no text: it stands in reports/<lang>/_figures.yaml, where every text is used and none is missing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pipeline.questions.discovery import names
from pipeline.wording import words
from pipeline.wording.grammar import Hole
from tests.figures.kinds import LANGUAGES, ROOT

MODULES = sorted((ROOT / "pipeline" / "figures").rglob("*.py"))
#: Errors speak English, in the code.
_ERRORS = ("DrawError", "working_on")
#: A word with an accent or a quotation mark, two words, a word as a heading writes it.
_READ = re.compile(r"[À-ÿœŒ«»“”’]|[A-Za-z]{2,} [A-Za-z]{2,}|^[A-Z][a-z]{2,}$")
_READS = re.compile(r"[a-z]\w*\.reading\.")
#: The typeface, and the metadata that a figure goes without.
_NOT_READ = ("Source Sans 3", "DejaVu Sans", "Date", "Creator", "Format", "Type", "Software")
#: Elements of SVG and their attributes.
_MARKUP = re.compile(r'<[a-z]+ [a-z]+="|" [a-z-]+="')


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def unread(module: ast.Module) -> set[int]:
    """Return what no reader sees: docstrings, and what stands in an error."""
    out: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            out.add(id(node.body[0].value))  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ERRORS:
            out |= {id(n) for n in ast.walk(node)}
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            out |= {id(n) for n in ast.walk(node)}
    return out


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.stem)
def test_no_literal_is_a_text_that_a_reader_sees(path: Path) -> None:
    skipped = unread(tree(path))
    literals = [n for n in ast.walk(tree(path)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    assert [
        (n.lineno, n.value)
        for n in literals
        if id(n) not in skipped and _READ.search(n.value) and n.value not in _NOT_READ and not _MARKUP.search(n.value)
    ] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.stem)
def test_no_figure_asks_which_language_it_is_drawn_in(path: Path) -> None:
    assert [
        n.lineno
        for n in ast.walk(tree(path))
        if (isinstance(n, ast.Constant) and n.value in LANGUAGES)
        or (isinstance(n, ast.Compare) and "lang" in ast.unparse(n.left).split("."))
    ] == []


def patterns(argument: ast.expr) -> list[str]:
    """Return what the key of a text may be, as regular expressions."""
    if isinstance(argument, ast.IfExp):
        return [*patterns(argument.body), *patterns(argument.orelse)]
    if isinstance(argument, ast.JoinedStr):
        parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else "[^.]+" for v in argument.values]
        return ["".join(parts)]
    assert isinstance(argument, ast.Constant), f"a key that nobody can look up: {ast.unparse(argument)}"
    return [re.escape(str(argument.value))]


def asked() -> Iterator[tuple[str, frozenset[str] | None]]:
    """Yield every key that figures ask for, with the values that they give; None where these are not to be read."""
    for path in MODULES:
        if path.name == "scope.py":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("say", "find_say"):
                given = {k.arg for k in node.keywords}
                for pattern in patterns(node.args[0]):
                    yield pattern, None if None in given else frozenset(filter(None, given))


def texts(lang: str) -> dict[str, words.Entry]:
    loaded = words.load(ROOT / "reports" / lang, lang, names(ROOT), None, {}, "pays").texts
    of_kinds = {k.removeprefix("_figures."): e for k, e in loaded.items() if k.startswith("_figures.")}
    # how questions read their numbers: figures find it under the name of an entry
    return of_kinds | {f"reading.of.{k.replace('.reading.', '.')}": e for k, e in loaded.items() if _READS.match(k)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_of_kinds_is_used_and_every_text_used_is_there(lang: str) -> None:
    known = texts(lang)
    used = {pattern for pattern, _ in asked()}
    assert [p for p in sorted(used) if not any(re.fullmatch(p, key) for key in known)] == []
    assert [key for key in known if not any(re.fullmatch(p, key) for p in used)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_text_names_values_that_its_figure_gives(lang: str) -> None:
    said = words.load(ROOT / "reports" / lang, lang, [], None, {}, "pays")

    def is_noun(hole: Hole) -> bool:
        return hole.name in said.vocabulary or hole.name.removesuffix("s") in said.vocabulary

    known = texts(lang)
    for pattern, given in asked():
        for key, entry in known.items():
            if given is not None and re.fullmatch(pattern, key):
                named = {hole.name for hole, _ in entry.template.holes() if not is_noun(hole)}
                assert named <= given, (key, named - given)


def test_languages_say_the_same_of_the_same() -> None:
    first, *others = [{k: {h.name for h, _ in e.template.holes()} for k, e in texts(x).items()} for x in LANGUAGES]
    for other in others:
        assert list(first) == list(other)
        values = {"person", "persons", "place", "places", "unit", "units", "payer"}
        assert {k: v - values for k, v in first.items()} == {k: v - values for k, v in other.items()}
