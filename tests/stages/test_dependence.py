"""What a stage depends on is derived from its code: every import, wherever it stands, and the data beside it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipeline.stages.dependence import code_of
from pipeline.stages.order import STAGES

ROOT = Path(__file__).parents[2]


def imported(path: Path) -> set[Path]:
    """Return the files of the package that a module names in an import, wherever it stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    bases = [ROOT.joinpath(*name.split(".")) for name in found if name.partition(".")[0] == "pipeline"]
    return {p for base in bases for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()}


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_that_the_code_of_a_stage_imports_is_left_out(stage: str) -> None:
    code = set(code_of(stage))
    assert ROOT / "pipeline" / "stages" / f"{stage}.py" in code
    left_out = {p for path in code if path.suffix == ".py" for p in imported(path)} - code
    assert left_out == set()


def test_stages_depend_on_what_they_do_and_not_on_all() -> None:
    folders = {s: {p.relative_to(ROOT / "pipeline").parts[0] for p in code_of(s)} for s in STAGES}
    assert "ingest" in folders["ingest"]
    assert not {"wording", "figures", "publish", "protect"} & folders["ingest"]
    assert not {"wording", "figures", "publish", "ingest"} & folders["analyse"]
    assert not {"survey", "ingest", "questions", "wording"} & folders["protect"]
    assert {"publish", "wording"} <= folders["publish"]
    assert "ingest" not in folders["publish"]


def test_words_that_betray_a_name_are_part_of_the_code_that_reads_them() -> None:
    lexicon = set((ROOT / "pipeline" / "ingest" / "lexicon").glob("*.yaml"))
    assert lexicon
    assert lexicon <= set(code_of("ingest"))


def test_a_question_counts_where_it_is_called_and_not_elsewhere() -> None:
    folder = ROOT / "pipeline" / "questions" / "networks"
    called = set(code_of("analyse", [f"networks.{p.stem}" for p in folder.glob("*.py")]))
    assert set(folder.glob("*.py")) <= called
    assert not set(folder.glob("*.py")) & set(code_of("analyse"))
