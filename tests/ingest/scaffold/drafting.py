"""What the tests of drafts share: small files written down, drafted against the communes that the reference knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.ingest.scaffold.draft_evaluation import Drafted, draft_evaluation
from pipeline.ingest.scaffold.text import Reviewed

ROOT = Path(__file__).parents[3]
TODAY = dt.date(2026, 11, 29)


def plain(value: Any) -> Any:
    """Return a declaration without the remarks on it."""
    if isinstance(value, Reviewed):
        return plain(value.value)
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value


def drafted(folder: Path, files: dict[str, Iterable[str]]) -> Drafted:
    """Return the draft of files, given by name with their lines."""
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return draft_evaluation("essai", [folder / name for name in files], TODAY, ROOT)


def kinds(made: Drafted) -> dict[str, str]:
    """Return source -> its kind."""
    return {s["name"]: s["kind"] for s in made.settings["sources"]}


def questions(made: Drafted) -> dict[str, dict[str, Any]]:
    """Return received column -> question, of all instruments."""
    found = [plain(q) for each in made.instruments.values() for q in each["questions"]]
    return {q.get("column", q["name"]): q for q in found}


def planned(made: Drafted) -> set[str]:
    """Return every question and variable that the plan names."""
    names: set[str] = set()
    for entry in plain(made.settings["plan"]):
        settings = entry.get("settings", {})
        names |= {*settings.get("variables", []), *settings.get("items", []), *settings.get("by", [])}
        names |= {i["question"] for i in settings.get("indicators", [])}
    return names
