"""What a document may open: protected results, drawn figures, labels, and the evaluation's settings.

Every text of labels, settings and instruments is a literal (:mod:`pipeline.wording.markdown`): a document may put it
anywhere.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import results
from pipeline.errors import NotPublished, PublishError
from pipeline.wording.markdown import literal_texts

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation

PROJECT = "EVALUATION_PROJECT"

Row = Mapping[str, Any]

#: What a hidden row does not tell, and a document could otherwise compare without noticing that it is blank.
_TOLD = frozenset({"estimate", "se", "lower", "upper", "p_value", "p_adjusted"})


class _Hidden(dict[str, Any]):
    """A row that is not published: nothing can be concluded from its numbers, so that asking for one raises."""

    def __getitem__(self, key: str) -> Any:
        if key in _TOLD:
            raise NotPublished(
                "the document concludes from a number that is not published",
                where=str(self.get("result_id")),
                found=f"{key} of a row hidden for reason {self.get('reason')}",
                action="ask report.has(...) first",
                reason=str(self.get("reason")),
            )
        return super().__getitem__(key)


@dataclass(frozen=True)
class Rows:
    """The publishable results, each found by its identifier at once: a document asks for hundreds.

    ``at`` is the place of each identifier, ``columns`` are the values of the results table; ``anywhere`` are the
    identifiers without the territory.
    """

    table: pd.DataFrame
    at: dict[str, int]
    columns: dict[str, list[Any]]
    anywhere: frozenset[str]

    def find(self, partial: str, level: str, territory: str) -> Row:
        """Return the row a partial ``result_id`` means (:func:`pipeline.results.find`, which words the errors)."""
        place = self.at.get(partial)
        if place is None:
            place = self.at.get(results.complete(partial, level, territory))
        if place is None:
            place = self.at[results.find(self.table, partial, level, territory)["result_id"]]
        row = {name: values[place] for name, values in self.columns.items()}
        return _Hidden(row) if row["quality"] == "suppress" else row

    def known(self, partial: str) -> bool:
        """Return whether any territory has the result, published or not."""
        return partial in self.anywhere or partial in self.at


@dataclass(frozen=True)
class Publishable:
    """The evaluation, its publishable results, and what was drawn for one territory in one language."""

    evaluation: Evaluation
    results: Rows
    labels: dict[str, dict[str, str]]
    figures: dict[str, Any]
    absent: dict[str, str]
    drawn: Path


def project_root() -> Path:
    """Return the project: what ``EVALUATION_PROJECT`` says, else the folder above with pyproject.toml and surveys/.

    Raises
    ------
    PublishError
        When neither leads to a project.
    """
    told = os.environ.get(PROJECT)
    candidates = [Path(told)] if told else [Path.cwd(), *Path.cwd().parents]
    for folder in candidates:
        if (folder / "pyproject.toml").is_file() and (folder / "surveys").is_dir():
            return folder
    raise PublishError(
        "no project here: a folder with pyproject.toml and surveys/",
        where=told or str(Path.cwd()),
        action=f"render from inside the project, or set {PROJECT} to its folder",
    )


def open_publishable(evaluation: str, territory: str, lang: str) -> Publishable:
    """Open what draw and protect wrote for a territory (``region`` or a unit's code) and a language.

    Raises
    ------
    PublishError, ResultsError, EvaluationError
        When a stage has not run, or the evaluation is unknown.
    """
    root = project_root()
    build = root / "build" / evaluation
    drawn = build / "draw" / lang / territory
    figures = dict(_json(drawn / "figures.json"))
    absent = figures.pop("absent", {})
    table = build / "protect" / "results.parquet"
    labels = literal_texts(_json(build / "draw" / "labels.json"))
    return Publishable(_evaluation(evaluation, root), _results(table, _stamp(table)), labels, figures, absent, drawn)


@functools.lru_cache(maxsize=4)
def _evaluation(name: str, root: Path) -> Evaluation:
    from pipeline.evaluation import load

    declared = load(name, root)
    instruments = {key: literal_texts(each) for key, each in declared.instruments.items()}
    return replace(declared, settings=literal_texts(declared.settings), instruments=instruments)


@functools.lru_cache(maxsize=2)
def _results(path: Path, stamp: tuple[int, int]) -> Rows:
    table = results.read_once(path)
    columns = {str(name): table[name].tolist() for name in table.columns}
    parts = (rid.split("/") for rid in columns["result_id"])
    anywhere = frozenset("/".join([*p[:3], *p[4:]]) for p in parts)
    return Rows(table, {rid: place for place, rid in enumerate(columns["result_id"])}, columns, anywhere)


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise PublishError("what the document shows has not been drawn", where=str(path), action="run the stage draw")
    return _parsed(path, _stamp(path))


@functools.lru_cache(maxsize=64)
def _parsed(path: Path, stamp: tuple[int, int]) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _stamp(path: Path) -> tuple[int, int]:
    # an unchanged file is read once a process, a rewritten one again
    if not path.is_file():
        return (0, 0)
    state = path.stat()
    return (state.st_mtime_ns, state.st_size)
