"""Rows of one form pass Pandoc as one, and stand in pages as Pandoc itself would have written them."""

import random
from pathlib import Path

import pytest

from pipeline.publish.render import pandoc
from pipeline.publish.render.passages import fold_words
from pipeline.publish.render.rows import SHORT, fold_rows
from pipeline.publish.render.spans import Folded, fold

from .written import WRITERS, written

NUMBER = '[+ 7 points]{.number data-result="a.b/users/region=53"}'
HEAD = "[Les espaces ouverts]{.row-header}"
#: Cells of plain words, and those that have a form.
CELLS = (
    HEAD,
    "nd",
    "–",
    "12\u00a0%",
    NUMBER,
    f"de {NUMBER}",
    "l'eau",
    "des mots de plus",
    "",
    "9",
    "4 324",
    "2006.",
    "(a)",
)
FORMS = (
    "*eau*",
    "[a](b.html)",
    "+ 3",
    "- 3",
    "1. eau",
    "a.",
    "; eau",
    "= 3",
    "/ 3",
    "`a`",
    "\\*",
    "&",
    '"eau"',
    "eau~",
    "#1",
    "@a",
)


def _passed(text: str) -> Folded:
    return fold_rows(fold_words(fold(text.split("\n"))))


def _table(rows: list[tuple[str, ...]]) -> str:
    lines = [" | ".join(("", *row, "")).strip() for row in rows]
    return "\n".join(["|  | a | b |", "|:--|--:|:-:|", *lines])


def _agrees(text: str, to: str) -> bool:
    passed = _passed(text)
    return getattr(passed, to)(written("\n".join(passed.lines), WRITERS[to])) == written(text, WRITERS[to])


@pytest.mark.parametrize("to", WRITERS)
def test_tables_are_those_that_pandoc_makes_of_all_rows(to: str) -> None:
    draw = random.Random(15)
    tables = []
    for _ in range(150):
        kinds = [(HEAD,) if draw.random() < 0.5 else CELLS, CELLS if draw.random() < 0.8 else CELLS + FORMS, CELLS]
        rows = [tuple(draw.choice(kind) for kind in kinds) for _ in range(draw.randint(1, 9))]
        tables.append(_table(rows))
    text = "\n\n: Une légende\n\n".join(tables)
    assert len(_passed(text).lines) < text.count("\n") - 100
    assert _agrees(text, to)


@pytest.mark.parametrize("cell", FORMS)
@pytest.mark.parametrize("to", WRITERS)
def test_a_cell_of_another_form_is_as_pandoc_writes_it(cell: str, to: str) -> None:
    assert _agrees(
        _table([(HEAD, "un", "deux"), (HEAD, cell, "deux"), (HEAD, cell, "trois"), ("un", cell, "trois")]), to
    )


@pytest.mark.parametrize("width", [60, 79, 80, 81, 99, 101, 200])
def test_a_table_is_as_wide_as_with_all_its_rows(width: int) -> None:
    rows = _table([(HEAD, "un", "deux"), (HEAD, "un", "trois")])
    text = f"{rows[:-1]}{' ' * (width - len(rows.splitlines()[-1]))}|"
    assert _agrees(text, "html")


@pytest.mark.parametrize("count", [2, SHORT, SHORT + 1, SHORT + 2, SHORT + 9])
def test_a_table_that_does_not_stay_on_one_page_passes_with_as_many_rows(count: int) -> None:
    passed = _passed(_table([(HEAD, "un", "deux")] * count))
    assert len(passed.lines) - 2 == (1 if count <= SHORT else SHORT + 1)
    assert f"local SHORT = {SHORT}\n" in (Path(pandoc.FILTERS) / "crossref.lua").read_text(encoding="utf-8")


def test_rows_of_code_and_of_no_table_stay() -> None:
    for text in (
        "```\n| a | b |\n|---|---|\n| un | deux |\n| un | deux |\n```",
        "| des vers\n| d'autres\n| encore |\n| et un |",
    ):
        assert _passed(text).cells == ()
        assert all(_agrees(text, to) for to in WRITERS)


@pytest.mark.parametrize("width", range(76, 90, 3))
def test_rows_below_a_wide_rule_need_not_be_wide(width: int) -> None:
    row = f"| {NUMBER} | *eau* |"
    text = f"| a | b |\n|:{'-' * (width - 7)}|--:|\n{row}\n{row}"
    folded = _passed(text)
    page = written(text, "html")
    assert folded.html(written("\n".join(folded.lines), "html")) == page
    assert ("colgroup" in page) == (width > 80)
    assert (len(folded.lines[-1]) < len("| + 7 points | *eau* |") + 4) == (width > 80)
