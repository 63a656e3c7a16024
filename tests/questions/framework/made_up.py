"""A small framework of indicators: a share, a number that must fall, an amount, one without a last value."""

from __future__ import annotations

from typing import Any

import pandas as pd

LABELS = {
    "covered": "Part des communes couvertes",
    "staff": "Animateurs à temps plein",
    "queue": "Jours d'attente",
    "budget": "Dépenses",
    "reports": "Rapports publiés",
}
UNITS = {"percent": "%", "number": "nombre", "euros": "euros"}


def _codes(of: dict[str, str]) -> dict[str, dict[str, str]]:
    return {code: {"fr": label, "en": label} for code, label in of.items()}


def _asked(name: str, kind: str, role: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "wording": {"fr": name}, "role": role, **more}


INSTRUMENT: dict[str, Any] = {
    "name": "goals",
    "title": {"fr": "Référentiel", "en": "Framework"},
    "questions": [
        _asked("objective", "single", "objective", codes=_codes({"access": "Améliorer l'accès", "keep": "Maintenir"})),
        _asked("what", "single", "indicator", codes=_codes(LABELS), required=True),
        _asked("measured", "single", "measured_in", codes=_codes(UNITS)),
        _asked("start", "number", "baseline"),
        _asked("aim", "number", "target"),
        _asked("due", "count", "due"),
        _asked("y2005", "number", "reached"),
        _asked("y2006", "number", "reached"),
        _asked("who", "single", "responsible", codes=_codes({"region": "Région", "pays": "Pays"})),
    ],
}


def received() -> pd.DataFrame:
    """Return the framework as it is received, its labels in full."""
    rows = [
        ("Améliorer l'accès", LABELS["covered"], "%", 55, 70, 2008, 58, 62, "Région"),
        ("Améliorer l'accès", LABELS["queue"], "nombre", 20, 10, 2006, 15, 12, "Pays"),
        ("Maintenir", LABELS["staff"], "nombre", 120, 150, 2010, 140, 151.5, "Pays"),
        ("Maintenir", LABELS["budget"], "euros", 1000, 2000, 2010, 1200, 1100, "Région"),
        ("Maintenir", LABELS["reports"], "nombre", 0, 4, 2008, 1, "", "Région"),
    ]
    names = [q["name"] for q in INSTRUMENT["questions"]]
    return pd.DataFrame(rows, columns=names)
