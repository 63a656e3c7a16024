"""A small project of documents: a language folder with a document and chapters, and a shelf to fill it from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.publish.documents.chapters import Planned
from pipeline.publish.documents.expansion import Item, Shelf
from tests.questions.made_up import PERIMETER, of_place, speaker, statements, table

PLAN = (Planned("demand", "demand"), Planned("wishes", "demand"))
FIGURE = {
    "kind": "figure",
    "file": "demand-by-age.svg",
    "caption": "Part des usagers selon l'âge",
    "alt": "Points. Part des usagers selon l'âge. Ensemble : 48 %.",
    "width_mm": 130.0,
    "result_ids": ["demand.elaborate.share/users/wave=2006/region=53"],
}


def write(folder: Path, body: str, **chapters: str) -> Path:
    """Write a document, and chapters of the question of demand, and return the document."""
    (folder / "demand").mkdir(parents=True, exist_ok=True)
    path = folder / "report.qmd"
    path.write_text(f'---\ntitle: "Essai"\n---\n\n{body}\n', encoding="utf-8")
    for name, text in chapters.items():
        (folder / "demand" / f"{name}.qmd").write_text(f"---\norder: 1\n---\n\n{text}\n", encoding="utf-8")
    return path


def shelf(lang: str = "fr", place: str = PERIMETER, **changes: Any) -> Shelf:
    """Return a shelf of made-up statements about demand."""
    made = table()
    every = statements(made)
    fields: dict[str, Any] = {
        "speaker": speaker(made, lang),
        "statements": of_place(every, place),
        "whole": of_place(every),
        "known": frozenset(f"{s.entry}.{s.name}" for s in every),
        "figures": {"demand-by-age": FIGURE},
        "absent": {"demand-map": "effectif insuffisant"},
        "titles": {"demand-by-age": "demand.change"},
        "file": lambda file: f"region-{file}",
        "facts": {"spaces": "381"},
        "lists": {"ranked": [Item("demand.change@region=53", "rise", "La part a augmenté.", ("x",))]},
        **changes,
    }
    return Shelf(**fields)
