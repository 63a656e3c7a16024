"""Sheets back to the spaces: what was set aside of each, to be corrected, and `corrections.csv` from their return."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipeline.evaluation import Evaluation, FileSpec
from pipeline.ingest.checks.kinds import KINDS
from pipeline.ingest.corrections import COLUMNS
from pipeline.ingest.faults import Blocked, Fault, raise_faults, some
from pipeline.ingest.quarantine import FORMULA
from pipeline.ingest.readers.received import Choose, read_received
from pipeline.ingest.values import text_of

#: The sheet of records whose space is not told.
NO_SPACE = "no-space"
#: Beside the columns of `corrections.csv`, what the space reads.
SHEET = [*COLUMNS, "why", "what to do"]


def sheets(evaluation: Evaluation) -> dict[str, pd.DataFrame]:
    """Return space -> what was set aside of it: a row a value, with its key, what was received, and why.

    Values that may say something of a person stay blank: the space finds them at its own line.
    """
    folder = evaluation.stage("ingest")
    failures = pd.read_parquet(folder / "failures.parquet")
    failures = failures[(failures["severity"] != "flag") & failures["line"].notna()]
    rows: dict[str, list[list[str]]] = {}
    for source, part in failures.groupby("source", sort=False):
        aside = pd.read_parquet(folder / str(source) / "quarantine.parquet")
        at = aside.drop_duplicates(["_file", "_line"]).set_index(["_file", "_line"])
        site = evaluation.instruments[str(source)].by_role("site")
        for failing in part.drop_duplicates(["file", "line", "column"]).to_dict("records"):
            place = (failing["file"], int(failing["line"]))
            record = at.loc[[place]].iloc[0] if place in at.index else pd.Series(dtype=object)
            space = text_of(record.get(site.name)) if site is not None else None
            column = str(failing["column"]) if failing["column"] in record.index else ""
            received = text_of(record.get(column)) or "" if column else ""
            key, rule = f"{place[0]}:{place[1]}", str(failing["rule"])
            action = KINDS[rule].action if rule in KINDS else ""
            why = f"{rule.replace('_', ' ')}: {failing['found']}".removesuffix(": ")
            line = [str(source), key, column, received, "", "", "", why, action]
            rows.setdefault(space or NO_SPACE, []).append([_no_formula(cell) for cell in line])
    return {space: pd.DataFrame(rows[space], columns=SHEET) for space in sorted(rows)}


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def write_sheets(evaluation: Evaluation) -> tuple[Path, int]:
    """Write a CSV a space below ``build/NAME/to-correct/`` and return the folder and how many there are."""
    folder = evaluation.build / "to-correct" / "sheets"
    made = sheets(evaluation)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        old.unlink()
    for space, table in made.items():
        name = re.sub(r"[^\w-]+", "_", space)[:80]
        table.to_csv(folder / f"{name}.csv", sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return folder, len(made)


def gather(evaluation: Evaluation, returned: Sequence[Path]) -> tuple[Path, int, int]:
    """Write the lines of returned sheets that correct something as `corrections.csv`, with those that stand already.

    Returns the file below ``build/NAME/to-correct/``, how many lines correct, and how many were sent back as they were.

    Raises
    ------
    IngestError
        A sheet cannot be read or lacks a column, or a line gives a new value without saying why, or none.
    """
    kept: dict[tuple[str, ...], list[str]] = {}
    faults: list[Fault] = []
    untouched = 0
    standing = [evaluation.corrections] if evaluation.corrections.is_file() else []
    for path in [*standing, *returned]:
        try:
            received = read_received(path, path.name, FileSpec(path=path.name), _columns(path.name))
        except Blocked as blocked:
            faults += blocked.faults
            continue
        for line, row in zip(received.lines.tolist(), received.table.to_dict("records"), strict=True):
            cells = [(text_of(row[c]) or "").removeprefix("'") for c in COLUMNS]
            corrects = dict(zip(COLUMNS, cells, strict=True))
            if path not in standing and not (corrects["new"] or corrects["reason"]):
                untouched += 1
                continue
            absent = [c for c in ("column", "reason") if not corrects[c]]
            if absent:
                faults.append(_incomplete(path.name, int(line), absent))
            kept[tuple(cells[:3])] = cells
    raise_faults(faults)
    out = evaluation.build / "to-correct" / "corrections.csv"
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows([COLUMNS, *kept.values()])
    return out, len(kept), untouched


def _columns(file: str) -> Choose:
    def choose(columns: list[str]) -> list[str]:
        absent = [c for c in COLUMNS if c not in columns]
        if absent:
            action = "send back the sheet with its columns as they were"
            raise Blocked(Fault("a returned sheet lacks a column", file, line=1, found=some(absent), action=action))
        return list(COLUMNS)

    return choose


def _incomplete(file: str, line: int, absent: Sequence[str]) -> Fault:
    return Fault(
        "a correction does not say everything",
        file,
        line=line,
        column=absent[0],
        found="(blank)",
        allowed="the column that is corrected, its new value (blank where there is none) and the reason",
        action="complete the line, or leave both its new value and its reason blank",
    )
