"""Reading an evaluation with what the folders of questions say of the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline import provenance
from pipeline.evaluation import Evaluation, load


def load_planned(name: str, root: Path, data: Path | None = None) -> Evaluation:
    """Read an evaluation; entries that need monthly counts are withheld where those received are of longer periods.

    Raises
    ------
    EvaluationError, InstrumentError
        Naming file, line, key, what was found and what is allowed.
    """
    # before they are read: whoever writes to one meanwhile is found out by the first stage that takes its digest
    as_read = {path: provenance.file_digest(path) for path in sorted((root / "surveys" / name).rglob("*.yaml"))}
    return replace(load(name, root, data, monthly=_monthly, contrasts=_contrasts), as_read=as_read)


def _monthly(root: Path) -> list[str]:
    from pipeline.questions import discover

    return [name for name, question in discover(root).items() if question.needs_months]


def _contrasts(root: Path) -> dict[str, str]:
    from pipeline.questions import discover

    return {name: question.contrasts for name, question in discover(root).items()}
