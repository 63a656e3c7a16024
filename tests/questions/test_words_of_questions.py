"""Every question that ships has whole and true words in every language, and plans without it still hold."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import EvaluationError
from pipeline.questions import discover
from pipeline.questions.discovery import OWN, answering
from pipeline.stages.language import figure_texts
from pipeline.state.expected import expected_texts
from pipeline.state.kinds import KINDS
from pipeline.wording import checking, words
from pipeline.wording.words import Words
from tests.questions.made_up import ROOT

#: Questions that say something; the others are answered, and their sentences still stand in the old documents.
QUESTIONS = {name: question for name, question in discover(ROOT).items() if question.statements}
LANGUAGES = ("fr", "en")


def read(lang: str) -> Words:
    return words.load(ROOT / "reports" / lang, lang, list(QUESTIONS), None, {})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_verdict_has_a_text_that_can_be_filled(lang: str) -> None:
    expected = [e for name, q in QUESTIONS.items() for e in expected_texts(name, q.statements)]
    said = read(lang)
    assert list(map(str, checking.faults(said, expected, QUESTIONS, figure_texts(QUESTIONS, said)))) == []


def test_languages_have_the_same_texts_and_name_the_same_values() -> None:
    assert list(map(str, checking.parity(read("fr"), read("en"), QUESTIONS))) == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_declares_kinds_that_exist_and_names_each_once(name: str) -> None:
    specs = QUESTIONS[name].statements
    assert {spec.kind for spec in specs} <= set(KINDS)
    assert {spec.each for spec in specs if spec.rows.by} <= set(KINDS)
    assert len({spec.name for spec in specs}) == len(specs)


def test_no_figure_of_a_question_has_the_name_of_another() -> None:
    names = [figure.shown(name) for name, q in QUESTIONS.items() for figure in q.figures]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_question_has_a_chapter_in_every_language(name: str, lang: str) -> None:
    # cross-tables have their place among the annexes, models of territories among the territories
    chapters = ("report", "annex", "territories")
    assert any((ROOT / "reports" / lang / name / f"{chapter}.qmd").is_file() for chapter in chapters)


def test_no_chapter_holds_a_cell_and_no_declaration_a_sentence() -> None:
    chapters = [p for lang in LANGUAGES for name in QUESTIONS for p in (ROOT / "reports" / lang / name).glob("*.qmd")]
    assert len(chapters) >= 4 * len(QUESTIONS)
    assert [p for p in chapters if "{python}" in p.read_text(encoding="utf-8")] == []
    declared = [ROOT / "pipeline" / "questions" / name / "__init__.py" for name in QUESTIONS]
    texts = [text for path in declared for text in _literals(path)]
    assert [text for text in texts if " " in text] == []


def _literals(path: Path) -> Iterator[str]:
    """Yield the texts of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    docstrings = {ast.get_docstring(n, clean=False) for n in ast.walk(tree) if isinstance(n, documented)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docstrings:
            yield node.value


def test_a_project_adds_a_question_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / OWN / "queues"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(
        "from pipeline.results.statement import Pick, StatementSpec\n"
        "STATEMENTS = (StatementSpec('level', 'level', Pick('waiting', 'mean')),)\n",
        encoding="utf-8",
    )
    found = discover(tmp_path)
    assert [s.name for s in found["queues"].statements] == ["level"]
    assert set(QUESTIONS) < set(found)


def test_a_project_does_not_take_the_name_of_a_question_that_ships(tmp_path: Path) -> None:
    (tmp_path / OWN / "demand").mkdir(parents=True)
    (tmp_path / OWN / "demand" / "__init__.py").write_text("", encoding="utf-8")
    with pytest.raises(EvaluationError, match="same name"):
        discover(tmp_path)


_PICK = "from pipeline.results.statement import Pick\n\n"


@pytest.mark.parametrize(
    ("code", "line", "found"),
    [
        (_PICK + "LEVEL = Pick('waiting', 'mean', 'users', at='last')\n", 3, "TypeError: .*multiple values"),
        (_PICK + "LEVEL = Pick('waiting', 'mean'\n", 3, "SyntaxError"),
        ("from pipeline.results.statement import Peck\n", 1, "ImportError: .*Peck"),
    ],
)
@pytest.mark.parametrize("file", ["__init__.py", "answer.py"])
def test_code_of_a_question_that_fails_is_told_with_file_line_and_reason(
    tmp_path: Path, file: str, code: str, line: int, found: str
) -> None:
    folder = tmp_path / OWN / "queues"
    folder.mkdir(parents=True)
    for each in ("__init__.py", "answer.py"):
        (folder / each).write_text("", encoding="utf-8")
    (folder / file).write_text(code, encoding="utf-8")
    for _ in range(2):
        with pytest.raises(EvaluationError, match="cannot be imported") as told:
            answering(tmp_path, "queues")
        assert told.value.where == f"{folder / file}:{line}"
        assert re.match(found, str(told.value.found))


_ASKED_FOR = re.compile(r"\{\{<.*?>\}\}|said=\"[^\"]+\"|\{#sec-[\w-]+|^order: .*|^once: .*", re.MULTILINE)


@pytest.mark.parametrize("name", QUESTIONS)
def test_languages_ask_for_the_same_in_the_same_order(name: str) -> None:
    """So their traces are equal whatever the results: what is said, shown and conditioned, section by section."""
    asked = {
        lang: {p.name: _ASKED_FOR.findall(p.read_text(encoding="utf-8")) for p in sorted(_chapters(lang, name))}
        for lang in LANGUAGES
    }
    assert asked["fr"] == asked["en"]


def _chapters(lang: str, name: str) -> Iterator[Path]:
    yield from (ROOT / "reports" / lang / name).glob("*.qmd")


@pytest.mark.parametrize("document", sorted(p.name for p in (ROOT / "reports" / "en").glob("*.qmd")))
def test_sections_of_a_document_have_the_same_names_in_every_language(document: str) -> None:
    """A trace names the section that says something: without a name of its own it would be its title."""
    texts = [(ROOT / "reports" / lang / document).read_text(encoding="utf-8") for lang in LANGUAGES]
    headings = [re.findall(r"^#{2,}\s.*", text, re.MULTILINE) for text in texts]
    named = [
        [m.group(1) if (m := re.search(r"#([\w-]+)\}?", line[3:])) else None for line in lines] for lines in headings
    ]
    assert named[0] == named[1]
    assert None not in named[0]
