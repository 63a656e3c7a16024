"""Findings: what the publishable results let one state about each evaluation question, graded, with its result_ids."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import results
from pipeline.errors import PublishError, ResultsError
from pipeline.export.grades import Grade, grade, sign_of
from pipeline.state.warnings import CHECKS, warnings_about

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation, Statement


@dataclass(frozen=True)
class Finding:
    """One declared statement with what the results make of it.

    Attributes
    ----------
    question : id of the evaluation question.
    about : the partial result_id that was declared.
    row : the row it is about.
    grade : direction, strength and why.
    result_ids : every result that the statement rests on, the first is its number.
    """

    question: str
    about: str
    row: pd.Series
    grade: Grade
    result_ids: tuple[str, ...]


def findings(evaluation: Evaluation, table: pd.DataFrame) -> list[Finding]:
    """Return the declared statements of every evaluation question, in order, graded.

    A statement about an analysis that the plan does not ask for is left out: the question is then not studied.

    Parameters
    ----------
    table : publishable results.

    Raises
    ------
    PublishError
        When a statement names a result that does not exist, or several.
    """
    analyses = {*table["analysis"].unique(), *(entry.name for entry in evaluation.settings.plan)}
    made = []
    for i, question in enumerate(evaluation.settings.questions):
        for j, statement in enumerate(question.statements):
            if statement.about.partition(".")[0] not in analyses:
                continue
            place = f"questions.{i}.statements.{j}"
            row = row_of(evaluation, table, statement.about, f"{place}.about")
            made.append(_finding(evaluation, table, question.id, statement, row, place))
    return made


def declared(evaluation: Evaluation, result_id: str) -> Statement | None:
    """Return the statement that an evaluation declares about a result, if any."""
    region = evaluation.settings.territory.region
    for question in evaluation.settings.questions:
        for statement in question.statements:
            if result_id in (statement.about, results.complete(statement.about, "region", region)):
                return statement
    return None


def graded(evaluation: Evaluation, table: pd.DataFrame, row: pd.Series) -> Grade:
    """Return the grade of any row: by the declared statement about it, else by the rules alone."""
    statement = declared(evaluation, str(row["result_id"]))
    others = _others(evaluation, table, statement.agrees, "questions") if statement else []
    return grade(
        row,
        margin=statement.margin if statement else None,
        above=statement.above if statement else None,
        others=[sign for _, sign in others],
        warnings=warnings_about(table, row),
    )


def _finding(
    evaluation: Evaluation, table: pd.DataFrame, question: str, statement: Statement, row: pd.Series, place: str
) -> Finding:
    others = _others(evaluation, table, statement.agrees, f"{place}.agrees")
    warned = warnings_about(table, row)
    found = grade(
        row,
        margin=statement.margin,
        above=statement.above,
        others=[sign for _, sign in others],
        warnings=warned,
    )
    if not found.strength:
        return Finding(question, statement.about, row, found, ())
    checks = table[(table["analysis"] == CHECKS) & table["indicator"].isin(warned)]["result_id"]
    ids = (str(row["result_id"]), *(id_ for id_, sign in others if sign), *map(str, checks))
    return Finding(question, statement.about, row, found, ids)


def _others(evaluation: Evaluation, table: pd.DataFrame, agrees: Sequence[str], place: str) -> list[tuple[str, int]]:
    """Return result_id and direction of the results that should agree; a leading minus turns the direction."""
    signs = []
    analyses = {*table["analysis"].unique(), *(entry.name for entry in evaluation.settings.plan)}
    for partial in (a for a in agrees if a.removeprefix("-").partition(".")[0] in analyses):
        turn = -1 if partial.startswith("-") else 1
        row = row_of(evaluation, table, partial.removeprefix("-"), place)
        signs.append((str(row["result_id"]), turn * sign_of(row)))
    return signs


def row_of(evaluation: Evaluation, table: pd.DataFrame, partial: str, key: str, path: Path | None = None) -> pd.Series:
    """Return the row of the region that a declaration names.

    Parameters
    ----------
    key, path : where the declaration stands; evaluation.yaml by default.

    Raises
    ------
    PublishError
        When there is no such result, or there are several.
    """
    try:
        return results.find(table, partial, "region", evaluation.settings.territory.region)
    except ResultsError as fault:
        raise PublishError(
            f"what is stated rests on a result that is not there: {fault.problem}",
            where=f"{path or evaluation.folder / 'evaluation.yaml'}, key {key}",
            found=fault.found,
            allowed=fault.allowed,
            action="name one of these results, take the key out, or add to the plan the analysis that computes it",
        ) from None


#: Columns of findings.csv, as its data package describes them.
FINDING_FIELDS: tuple[dict[str, str], ...] = (
    {"name": "question", "type": "string", "title": "Question évaluative"},
    {"name": "criterion", "type": "string", "title": "Critère d'évaluation"},
    {"name": "direction", "type": "string", "title": "Sens du constat ; vide : rien n'est affirmé"},
    {"name": "strength", "type": "string", "title": "Force : strong établi, moderate probable, weak à confirmer"},
    {"name": "reasons", "type": "string", "title": "Ce qui fonde ou affaiblit le constat"},
    {"name": "estimate", "type": "number", "title": "Valeur, dans l'unité du résultat"},
    {"name": "lower", "type": "number", "title": "Borne basse de l'intervalle"},
    {"name": "upper", "type": "number", "title": "Borne haute de l'intervalle"},
    {"name": "unit", "type": "string", "title": "Unité du résultat"},
    {"name": "result_ids", "type": "string", "title": "Résultats sur lesquels le constat repose"},
    {"name": "about", "type": "string", "title": "Résultat examiné"},
)


def write_findings(evaluation: Evaluation, table: pd.DataFrame, folder: Path) -> list[Path]:
    """Write findings.json and findings.csv: each statement, its grade, its number and the results it rests on."""
    criteria = {q.id: q.criterion for q in evaluation.settings.questions}
    entries = []
    for found in findings(evaluation, table):
        shown = found.grade.strength != ""
        entries.append(
            {
                "question": found.question,
                "criterion": criteria[found.question],
                "direction": found.grade.direction,
                "strength": found.grade.strength,
                "reasons": list(found.grade.reasons),
                **{k: _number(found.row[k]) if shown else None for k in ("estimate", "lower", "upper")},
                "unit": str(found.row["unit"]),
                "result_ids": list(found.result_ids),
                "about": str(found.row["result_id"]),
            }
        )
    as_json, as_csv = folder / "findings.json", folder / "findings.csv"
    as_json.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    with as_csv.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\r\n")
        names = [field["name"] for field in FINDING_FIELDS]
        writer.writerow(names)
        for entry in entries:
            writer.writerow([_cell(entry[name]) for name in names])
    return [as_json, as_csv]


def _number(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(value)
    return repr(value).replace(".", ",") if isinstance(value, float) else str(value)
