"""No module outside the folder of a question names it, or holds a measure that is its alone.

What still does is listed in ``held.txt`` (module, word), and the list only gets shorter.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.questions.discovery import answering
from tests.questions.conftest import ROOT
from tests.questions.test_house import FOLDERS

PACKAGE = ROOT / "pipeline"
HELD = Path(__file__).with_name("held.txt")
#: What passes from results to pages. Ingest, weighting and statistics have words of their own (a source of kind
#: attendance, the response of a model, the mean of a column), which are no question of the plan.
PARTS = ("evaluation", "figures", "publish", "state", "wording")
#: Kinds of source and populations that bear the name of a question, and words of every day that one measure alone is.
NOT_MEANT = {
    *("attendance", "workshops", "records", "framework", "spaces", "networks", "comments", "label", "profile"),
    *(
        "from",
        "after",
        "before",
        "min",
        "max",
        "sum",
        "n",
        "item",
        "items",
        "units",
        "number",
        "value",
        "state",
        "total",
        "used",
    ),
    *(
        "index",
        "notes",
        "months",
        "score",
        "ratio",
        "stable",
        "listed",
        "parts",
        "declared",
        "under",
        "over",
        "coverage",
    ),
    *("deff", "n_effective", "boxes", "comparable", "communes", "composition", "largest", "among", "offered", "cost"),
    *("variance", "distance", "target", "level", "response", "alpha"),
}


def measures() -> set[str]:
    """Return the measures that one question alone declares."""
    declared = Counter(m for name in FOLDERS for m in {m.name for m in getattr(answering(ROOT, name), "MEASURES", ())})
    return {name for name, questions in declared.items() if questions == 1}


def literals(path: Path) -> Iterator[str]:
    """Yield the texts of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def held() -> Iterator[str]:
    words = ({*FOLDERS} | measures()) - NOT_MEANT
    for part in PARTS:
        for path in sorted((PACKAGE / part).rglob("*.py")):
            found = {text for text in literals(path) if text in words}
            yield from (f"{path.relative_to(PACKAGE).as_posix()} {word}" for word in sorted(found))


def test_no_other_module_names_a_question_or_holds_its_measures() -> None:
    listed = set(filter(None, HELD.read_text(encoding="utf-8").splitlines()))
    assert set(held()) - listed == set(), "give it to the figure by its FigureSpec, or declare it in the folder"


def test_what_is_listed_is_still_held() -> None:
    assert set(filter(None, HELD.read_text(encoding="utf-8").splitlines())) <= set(held())


def test_no_kind_of_figure_is_of_one_question_by_default() -> None:
    for path in sorted((PACKAGE / "figures").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                given = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
                assert not {d.value for d in given if isinstance(d, ast.Constant)} & set(FOLDERS), (
                    f"{path}: {node.name}"
                )
