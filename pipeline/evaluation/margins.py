"""Margins of calibration that stand in a file beside evaluation.yaml: official numbers of the population surveyed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.companions import companion_table
from pipeline.errors import EvaluationError
from pipeline.evaluation.settings import Wave

TOTAL, SOURCE = "population", "source"
_WAVE, _YEAR = "wave", "year"


@dataclass(frozen=True)
class OutsideMargin:
    """Population totals by the categories of one or several variables crossed.

    Attributes
    ----------
    path : the file.   variables : columns of the survey, in the file's order.   source : where the numbers are from.
    table : one row a category (codes as text), ``population`` as a number, and ``wave`` or ``year`` where they change.
    """

    path: Path
    variables: tuple[str, ...]
    table: pd.DataFrame
    source: str

    def of(self, wave: Wave) -> pd.DataFrame:
        """Return the rows of a wave: the variables and ``population``.

        Raises
        ------
        EvaluationError
            The file has other waves or years only, or a category twice.
        """
        rows = self.table
        for column, wanted in ((_WAVE, wave.name), (_YEAR, str(wave.year))):
            if column in rows:
                given = sorted(rows[column].unique())
                rows = rows[rows[column] == wanted]
                if rows.empty:
                    raise _fault(
                        self.path, f"no margin of wave {wave.name}", f"{column}: {given}", f"{column} {wanted}"
                    )
        twice = rows[rows.duplicated(list(self.variables))]
        if len(twice):
            found = f"line {int(twice.index[0]) + 2}: {', '.join(twice.iloc[0][list(self.variables)])}"
            raise _fault(self.path, "a category stands twice", found, "each category once (a wave, or a year)")
        return rows[[*self.variables, TOTAL]].reset_index(drop=True)


def read_margin(path: Path) -> OutsideMargin:
    """Read a file of margins: variables of the survey, ``population``, ``source``, and ``wave`` or ``year``.

    Raises
    ------
    EvaluationError
        For a missing file or column, a total that is no number above nothing, or a line without its source.
    """
    if not path.is_file():
        raise _fault(path, "the file of margins is missing", path.name, "a file beside evaluation.yaml")
    table = companion_table(path).fillna("")
    variables = tuple(c for c in table.columns if c not in (TOTAL, SOURCE, _WAVE, _YEAR))
    if not {TOTAL, SOURCE} <= set(table.columns) or not variables or {_WAVE, _YEAR} <= set(table.columns):
        wanted = "variables of the survey, population, source, and wave or year where the numbers change"
        raise _fault(path, "columns are missing, or stand too many", list(table.columns), wanted)
    bare = table[TOTAL].str.replace(r"[\s\u00a0\u202f]", "", regex=True).str.replace(",", ".")
    totals = pd.to_numeric(bare, errors="coerce")
    for bad, problem, allowed in (
        (~totals.gt(0), "a total is no number of people", "numbers above 0; leave out who is not surveyed"),
        (table[SOURCE].eq(""), "a number has no source", "the source of each number"),
        ((table[list(variables)] == "").any(axis=1), "a category is empty", "a code of each variable"),
    ):
        if bad.any():
            line = int(bad.to_numpy().argmax())
            raise _fault(path, problem, f"line {line + 2}: {table.loc[line].to_dict()}", allowed)
    sources = " ; ".join(dict.fromkeys(table[SOURCE]))
    return OutsideMargin(path, variables, table.assign(**{TOTAL: totals.astype("float64")}), sources)


def _fault(path: Path, problem: str, found: object, allowed: object) -> EvaluationError:
    return EvaluationError(problem, where=path.name, found=found, allowed=allowed, action=f"correct {path.name}")
