"""A wave of next year, made of the last one of the miniature: dates a year on, and what usually changes in a year."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

#: The same days of the week a year on.
YEAR = dt.timedelta(days=364)
#: A column that changed its name, and an answer that was added: both are declared, or refused.
RENAMED, NEW_CODE = {"Q07": "Q07B"}, "A9"
#: A space that opened, and its commune.
NEW_SPACE = "CYB22-099"
#: A commune of today, and the code of one that merged into it.
MERGED = {"29076": "29149"}


def read(path: Path, encoding: str, delimiter: str = ";") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding=encoding)), delimiter=delimiter))


def write(path: Path, rows: list[dict[str, str]], encoding: str) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))


def later(day: str) -> str:
    """Return a date, or a date and time, a year on."""
    return f"{dt.date.fromisoformat(day[:10]) + YEAR}{day[10:]}" if day else day


def make(data: Path, out: Path, *, code: bool = False, renamed: bool = True) -> dict[str, Path]:
    """Write the files of 2007 of the miniature into ``out``; ``code`` gives some answers a code of their own."""
    out.mkdir(parents=True, exist_ok=True)
    files = {name: out / f"{name}-2007.csv" for name in ("users", "fieldwork", "register", "attendance")}
    answers = read(data / "users-2006.csv", "cp1252")
    for i, row in enumerate(answers):
        row.update(id=str(100_000 + int(row["id"])), submitdate=later(row["submitdate"]), Q00B=later(row["Q00B"]))
        if code and i % 10 == 0:
            row["Q03"] = NEW_CODE
    columns = RENAMED if renamed else {}
    write(files["users"], [{columns.get(k, k): v for k, v in row.items()} for row in answers], "cp1252")
    log = [row for row in read(data / "fieldwork.csv", "utf-8") if row["vague"] == "2006"]
    for row in log:
        row.update(vague="2007", date_collecte=later(row["date_collecte"]))
    write(files["fieldwork"], log, "utf-8")
    register = read(data / "register.csv", "cp1252")
    # the whole list is typed anew, a commune under the code that it had before it merged
    register = [{**row, "code_insee": MERGED.get(row["code_insee"], row["code_insee"])} for row in register]
    opened = {**register[0], "id_espace": NEW_SPACE, "nom": "Cybercommune nouvelle", "date_ouverture": "2007-02-01"}
    write(files["register"], [*register, opened], "cp1252")
    counts = [row for row in read(data / "attendance.csv", "utf-8") if row["mois"].startswith("2006-")]
    # the return of December is not in yet
    kept = [{**row, "mois": row["mois"].replace("2006-", "2007-")} for row in counts if row["mois"] < "2006-12"]
    there = register[0]["id_espace"]
    write(
        files["attendance"], [*kept, *({**r, "id_espace": NEW_SPACE} for r in kept if r["id_espace"] == there)], "utf-8"
    )
    return files
