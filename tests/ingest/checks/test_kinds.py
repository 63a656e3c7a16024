"""What rules ask is told by key: every key that ingest names has its words in every language, and no other stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.evaluation.periods import LENGTH
from pipeline.ingest.checks.kinds import KINDS, Asked
from pipeline.ingest.checks.source_checks import RETURNS
from pipeline.wording import words

ROOT = Path(__file__).parents[3]
#: Keys made of the period of counts, of what a date is, and of the kind of a number.
MADE = {*LENGTH, *(f"every-{period}" for period in LENGTH), "date", "number", "whole_number"}


def _named() -> Iterator[str]:
    for path in (ROOT / "pipeline" / "ingest").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                at = {"rule": 4, "Asked": 0}.get(node.func.id)
                asked = node.args[at] if at is not None and len(node.args) > at else None
                if isinstance(asked, ast.Constant) and asked.value:
                    yield str(asked.value)


def _of_likely() -> Iterator[str]:
    """Yield the rules that ask by their own name: what is likely a mistake, of records and of returns."""
    yield from (name for name, _, _ in RETURNS)
    path = ROOT / "pipeline" / "ingest" / "checks" / "likely.py"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and node.value in KINDS:
            yield str(node.value)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_a_rule_asks_has_words_in_every_language(lang: str) -> None:
    told = words.load(ROOT / "reports" / lang, lang, [], None, {}).texts
    known = {key.removeprefix("_validation.asked.") for key in told if key.startswith("_validation.asked.")}
    # rules of networks and of two numbers take theirs from a pair
    pairs = {"listed_actor", "present", "enrolled", "used"}
    assert {*_named(), *_of_likely(), *MADE, *pairs} == known


def test_values_are_written_so_that_another_process_reads_them() -> None:
    assert Asked("codes").written == ""
    assert Asked("own", {"text": {"fr": "âge"}}).written == '{"text": {"fr": "âge"}}'
