"""Finding the folders of questions: those of the package, and those of a project's own ``questions/``."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from pipeline.errors import EvaluationError, PipelineError
from pipeline.questions.labelling import Labelling
from pipeline.results.statement import FigureSpec, StatementSpec

#: Folder of a project that holds questions of its own, and the name under which they are imported.
OWN = "questions"
_PACKAGE = "project_questions"


@dataclass(frozen=True)
class Question:
    """What the folder of a question declares: what may be said of its results, and its figures.

    defaults : settings that its statements name, where the plan does not give them.
    weakened_by : warnings of method that weaken its results (`WEAKENED_BY`).
    weakens_answers : warnings of its own that weaken whatever rests on answers to the survey (`WEAKENS_ANSWERS`).
    contrasts : the kind of source whose waves its contrast names, or ``years`` (`CONTRASTS`).
    needs_months : whether counts of visits of longer periods than months do not answer it (`NEEDS_MONTHS`).
    effort : how long it takes beside others; those that take longest are answered first (`EFFORT`).
    after_others : whether it reads the results of others, and is answered after them (`AFTER_OTHERS`).
    """

    name: str
    statements: Sequence[StatementSpec] = ()
    figures: Sequence[FigureSpec] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    weakened_by: Sequence[str] = ()
    weakens_answers: Sequence[str] = ()
    needs_months: bool = False
    contrasts: str = "survey"
    effort: int = 0
    after_others: bool = False


def discover(root: Path) -> dict[str, Question]:
    """Return the questions that have a folder, by name, in alphabetical order.

    Parameters
    ----------
    root : the project; a folder ``questions/`` in it adds to those of the package.

    Raises
    ------
    EvaluationError
        When the project's folder has a question of the package's own name, or a question's code cannot be imported.
    """
    shipped = _shipped()
    found = {name: _declared(name, _imported(name, f"pipeline.questions.{name}")) for name in shipped}
    folder = root / OWN
    for path in sorted(folder.glob("*/__init__.py")):
        name = path.parent.name
        if name in found:
            raise EvaluationError(
                "the project has a question of the same name as one of the package",
                where=str(path.parent),
                found=name,
                allowed="another name than " + ", ".join(shipped),
                action="rename the folder, and those of its words and tests",
            )
        found[name] = _declared(name, _load(name, path))
    return dict(sorted(found.items()))


def declarations(root: Path, asked: Iterable[str]) -> dict[str, Question]:
    """Return what some questions declare, by name, as `discover` does of all: the others are not imported."""
    own = {name: root / OWN / name / "__init__.py" for name in asked}
    return {
        name: _declared(
            name, _imported(name, f"pipeline.questions.{name}") if name in _shipped() else _load(name, path)
        )
        for name, path in own.items()
    }


def answering(root: Path, name: str) -> ModuleType:
    """Return the module that answers a question: ``answer.py`` of its folder, with Settings, MEASURES and ``answer``.

    Raises
    ------
    EvaluationError
        When the folder of the question has none, or one that cannot be imported.
    """
    if name in _shipped():
        return _imported(name, f"pipeline.questions.{name}.answer")
    path = root / OWN / name / "answer.py"
    if not path.is_file():
        raise EvaluationError(
            "the folder of a question does not say how it is answered",
            where=str(path),
            action="write answer.py there, with Settings, MEASURES and answer(context, entry)",
        )
    _load(name, path.with_name("__init__.py"))
    return _imported(name, f"{_PACKAGE}_{name}.answer")


def labellings(root: Path) -> dict[str, Labelling]:
    """Return how the questions with ``labels.py`` in their folder make the labels of settings and sources."""
    package = Path(__file__).parent
    found = {name: f"pipeline.questions.{name}" for name in _shipped() if (package / name / "labels.py").is_file()}
    for path in sorted((root / OWN).glob("*/labels.py")):
        _load(path.parent.name, path.with_name("__init__.py"))
        found[path.parent.name] = f"{_PACKAGE}_{path.parent.name}"
    modules = {name: _imported(name, f"{module}.labels") for name, module in found.items()}
    return {name: Labelling(m.labels, getattr(m, "LOOKS_AT_OTHERS", False)) for name, m in modules.items()}


def names(root: Path) -> list[str]:
    """Return the names of the questions that a plan may ask: those of the package and of the project."""
    return sorted({*_shipped(), *(path.parent.name for path in (root / OWN).glob("*/__init__.py"))})


@functools.cache
def _shipped() -> tuple[str, ...]:
    import pipeline.questions as package

    return tuple(sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.ispkg))


def _declared(name: str, module: ModuleType) -> Question:
    return Question(
        name,
        getattr(module, "STATEMENTS", ()),
        getattr(module, "FIGURES", ()),
        getattr(module, "DEFAULTS", {}),
        getattr(module, "WEAKENED_BY", ()),
        getattr(module, "WEAKENS_ANSWERS", ()),
        getattr(module, "NEEDS_MONTHS", False),
        getattr(module, "CONTRASTS", "survey"),
        getattr(module, "EFFORT", 0),
        getattr(module, "AFTER_OTHERS", False),
    )


def _load(name: str, path: Path) -> ModuleType:
    """Return the module of a question of the project's own, read from its file."""
    known = sys.modules.get(f"{_PACKAGE}_{name}")
    if known is not None and known.__file__ == str(path):
        return known
    spec = importlib.util.spec_from_file_location(
        f"{_PACKAGE}_{name}", path, submodule_search_locations=[str(path.parent)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as fault:
        del sys.modules[spec.name]
        raise _unreadable(fault, name) from fault
    return module


def _imported(question: str, module: str) -> ModuleType:
    """Return a module of a question's folder."""
    try:
        return importlib.import_module(module)
    except PipelineError:
        raise
    except Exception as fault:
        raise _unreadable(fault, question) from fault


def _unreadable(fault: Exception, question: str) -> EvaluationError:
    """Return where the code of a question fails, and why: nothing that was received is read yet, so it may be told."""
    frames = [(f.filename, f.lineno) for f in traceback.extract_tb(fault.__traceback__)]
    inside = [place for place in frames if Path(place[0]).parent.name == question]
    file, line = (fault.filename, fault.lineno) if isinstance(fault, SyntaxError) else [*frames, *inside][-1]
    return EvaluationError(
        "the code of a question cannot be imported",
        where=f"{file}:{line}",
        found=f"{type(fault).__name__}: {fault}",
        action="correct it there",
    )
