"""Each question is deleted in turn: what remains loads, and plans without it are checked without a fault."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.evaluation import load
from pipeline.questions import discovery
from pipeline.stages.proof import proof
from pipeline.stages.readiness import declared_faults
from tests.questions.conftest import ROOT
from tests.questions.test_house import FOLDERS, imported

PACKAGE = ROOT / "pipeline"
EVALUATIONS = ("miniature", "bretagne-cybercommunes")


def outside(name: str) -> Iterator[Path]:
    """Yield the modules of the package that stay once a question is gone."""
    yield from (p for p in PACKAGE.rglob("*.py") if not p.is_relative_to(PACKAGE / "questions" / name))


@pytest.mark.parametrize("name", FOLDERS)
def test_nothing_imports_the_folder_of_a_question(name: str) -> None:
    """Questions are found by their folders: so what is left of the package loads without any of them."""
    gone = f"pipeline.questions.{name}"
    assert [p for p in outside(name) if any(m == gone or m.startswith(f"{gone}.") for m in imported(p))] == []


def without(content: dict[str, Any], question: str) -> dict[str, Any]:
    """Return an evaluation without the entries of a question, and without what it declares of their results."""
    plan = content["plan"]
    gone = {e.get("id", e["question"]) for e in plan if e["question"] == question}

    def stays(partial: str) -> bool:
        return partial.removeprefix("-").split(".")[0] not in gone

    asked = []
    for each in content["questions"]:
        statements = [s for s in each.get("statements", []) if stays(s["about"])]
        statements = [{**s, "agrees": [a for a in s.get("agrees", []) if stays(a)]} for s in statements]
        verdicts = [c for c in each.get("verdicts", []) if all(stays(name) for name in c.get("when", {}))]
        kept = {**each, "statements": statements, "indicators": [i for i in each.get("indicators", []) if stays(i)]}
        kept |= {"verdicts": verdicts if any("when" in c for c in verdicts) else []}
        asked.append(kept)
    return {**content, "questions": asked, "plan": [e for e in plan if e["question"] != question]}


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Return a project with the evaluations, their words and the reference tables."""
    for name in EVALUATIONS:
        shutil.copytree(ROOT / "surveys" / name, tmp_path / "surveys" / name)
    shutil.copytree(ROOT / "reports", tmp_path / "reports", ignore=shutil.ignore_patterns("_site", ".quarto"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("evaluation", EVALUATIONS)
@pytest.mark.parametrize("name", FOLDERS)
def test_plans_without_a_question_do_without_its_folder(
    name: str, evaluation: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lang in ("fr", "en"):
        shutil.rmtree(bare / "reports" / lang / name)
    path = bare / "surveys" / evaluation / "evaluation.yaml"
    content = without(yaml.safe_load(path.read_text(encoding="utf-8")), name)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    monkeypatch.setattr(discovery, "_shipped", lambda: [folder for folder in FOLDERS if folder != name])
    found = load(evaluation, bare)
    assert list(map(str, declared_faults(found))) == []
    # labels too, of which none is left to look for the question
    assert next(proof(found, ["fr"])) == "# fr"


@pytest.mark.parametrize("evaluation", EVALUATIONS)
def test_a_plan_that_asks_a_question_without_folder_is_refused(
    evaluation: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "_shipped", lambda: [folder for folder in FOLDERS if folder != "demand"])
    problems = [fault.problem for fault in declared_faults(load(evaluation, bare))]
    assert "there is no such question" in problems


#: Names of questions that are words of another trade too: kinds of sources, populations, columns.
_COMMON = {"attendance", "comments", "framework", "label", "profile", "records", "response", "spaces", "workshops"}
#: Modules that still name a question, and why.
KNOWING = {
    # the annex of cross-tables is a document of one question
    "publish/annex/crosstabs.py": {"crossings"},
}
#: Parts that name questions on purpose: data are simulated for them, words are theirs, a draft writes a plan of them.
_NAMING = ("simulate", "wording", "ingest/scaffold")


def named(module: ast.Module) -> set[str]:
    """Return the questions that a module names, but as the default of a parameter or of a setting."""
    defaults: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            defaults |= {id(d) for d in (*node.args.defaults, *node.args.kw_defaults)}
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            defaults |= {id(node.value)}
    texts = [n.value for n in ast.walk(module) if isinstance(n, ast.Constant) and id(n) not in defaults]
    return {text.partition(".")[0] for text in texts if isinstance(text, str)} & (set(FOLDERS) - _COMMON)


def test_no_module_outside_its_folder_names_a_question() -> None:
    """But what names them on purpose."""
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE)
        inside = place.parts[1] if place.parts[0] == "questions" and len(place.parts) > 2 else ""
        if place.as_posix().startswith(tuple(f"{part}/" for part in _NAMING)):
            continue
        others = named(ast.parse(path.read_text(encoding="utf-8"))) - {inside}
        if others and not inside:
            found[place.as_posix()] = others
    assert found == KNOWING
