"""A small programme that records what it does: loans to people, months of desks in places; received, then read."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from pipeline.evaluation import Evaluation, PlanEntry, load
from pipeline.ingest.stage import ingest
from pipeline.questions.context import Context
from tests.questions.conftest import ROOT

LOANS = {
    "name": "loans",
    "title": {"fr": "Prêts", "en": "Loans"},
    "record": {"fr": {"one": "prêt", "many": "prêts", "gender": "m"}, "en": {"one": "loan", "many": "loans"}},
    "questions": [
        {"name": "lent", "type": "date", "wording": {"fr": "Date"}, "column": "date", "role": "date"},
        {"name": "borrower", "type": "text", "wording": {"fr": "Emprunteur"}, "role": "identifier"},
        {
            "name": "equipment",
            "type": "single",
            "wording": {"fr": "Matériel", "en": "Equipment"},
            "role": "category",
            "codes": {c: {"fr": c, "en": c} for c in ("laptop", "camera", "robot")},
        },
        {
            "name": "use",
            "type": "multiple",
            "wording": {"fr": "Usages", "en": "Uses"},
            "role": "theme",
            "separator": "|",
            "column": "uses",
            "items": [{"name": n, "label": {"fr": n, "en": n}} for n in ("school", "work")],
        },
        {"name": "days", "type": "number", "wording": {"fr": "Jours", "en": "Days"}, "role": "quantity"},
    ],
}
DESKS = {
    "name": "desks",
    "title": {"fr": "Postes", "en": "Desks"},
    "record": {"fr": {"one": "mois", "many": "mois de télécentre"}, "en": {"one": "month", "many": "months"}},
    "questions": [
        {"name": "place", "type": "text", "wording": {"fr": "Télécentre"}, "role": "site"},
        {"name": "month", "type": "month", "wording": {"fr": "Mois"}, "role": "month"},
        {"name": "desks", "type": "count", "wording": {"fr": "Postes"}, "role": "offered"},
        {"name": "rented", "type": "count", "wording": {"fr": "Postes loués"}, "role": "used"},
        {"name": "occupied", "type": "count", "wording": {"fr": "Jours occupés"}, "role": "quantity"},
    ],
}

ACTIVITIES = {
    "name": "activities",
    "title": {"fr": "Activités", "en": "Activities"},
    "record": {
        "fr": {"one": "accompagnement", "many": "accompagnements"},
        "en": {"one": "session", "many": "sessions"},
    },
    "questions": [
        {"name": "activity", "type": "key", "wording": {"fr": "Activité"}},
        {"name": "day", "type": "date", "wording": {"fr": "Date"}, "role": "date"},
        {
            "name": "kind",
            "type": "single",
            "wording": {"fr": "Type"},
            "role": "category",
            "codes": {c: {"fr": c, "en": c} for c in ("single", "group")},
        },
        {
            "name": "sex",
            "type": "single",
            "wording": {"fr": "Genre"},
            "role": "category",
            "codes": {c: {"fr": c, "en": c} for c in ("F", "M")},
        },
        {"name": "minutes", "type": "number", "wording": {"fr": "Minutes"}, "role": "quantity"},
    ],
}


def activities(n: int = 400, seed: int = 7) -> pd.DataFrame:
    """Return activities of 2024 and 2025 with a row a person: one person alone, or a group of three to seven."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 731, n), unit="D")
    group = rng.random(n) < 0.2
    each = pd.DataFrame(
        {
            "activity": [f"A{k:04d}" for k in range(n)],
            "day": days.strftime("%Y-%m-%d"),
            "kind": np.where(group, "group", "single"),
            "minutes": np.where(group, 120, 45),
        }
    )
    rows = each.loc[each.index.repeat(np.where(group, rng.integers(3, 8, n), 1))].reset_index(drop=True)
    return rows.assign(sex=np.where(rng.random(len(rows)) < 0.6, "F", "M"))


def loans(n: int = 600, seed: int = 3) -> pd.DataFrame:
    """Return loans as they are received, from May 2004 to December 2005, some without an equipment or a duration."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2004-05-01") + pd.to_timedelta(rng.integers(0, 610, n), unit="D")
    uses = np.array(["school", "work", "school|work", ""], dtype=object)[rng.integers(0, 4, n)]
    equipment = np.array(["laptop", "camera", "robot", ""], dtype=object)[rng.choice(4, n, p=[0.55, 0.4, 0.02, 0.03])]
    duration = np.where(rng.random(n) < 0.05, "", rng.integers(1, 15, n).astype(str))
    borrower = [f"B{k:02d}" for k in rng.integers(0, 60, n)]
    table = pd.DataFrame({"borrower": borrower, "equipment": equipment, "uses": uses, "days": duration})
    return table.assign(date=days.strftime("%Y-%m-%d")).sort_values("date", kind="stable").reset_index(drop=True)


def desks(seed: int = 5) -> pd.DataFrame:
    """Return months of seven telecentres in 2006 and 2007, three of which open on the way."""
    rng = np.random.default_rng(seed)
    rows = []
    for k in range(7):
        for month in range(4 * max(0, k - 3), 24):
            offered = int(rng.integers(4, 12))
            rented = int(rng.integers(0, offered + 1))
            when = f"{2006 + month // 12}-{month % 12 + 1:02d}"
            rows.append((f"T{k}", when, offered, rented, int(rng.integers(0, 20 * offered))))
    return pd.DataFrame(rows, columns=["place", "month", "desks", "rented", "occupied"])


def programme(
    folder: Path,
    instrument: dict[str, Any],
    received: pd.DataFrame,
    source: dict[str, Any] | None = None,
    **settings: Any,
) -> Evaluation:
    """Write an evaluation with one source of records and its received file, and load it."""
    own, raw = folder / "surveys" / "made-up", folder / "data" / "raw" / "made-up"
    own.mkdir(parents=True)
    raw.mkdir(parents=True)
    (folder / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    name = instrument["name"]
    received.to_csv(raw / f"{name}.csv", sep=";", index=False)
    declared = {"name": name, "kind": "records", "instrument": f"{name}.yaml", "title": instrument["title"]}
    declared |= {"files": {"all": {"path": f"{name}.csv", "separator": ";"}}, **(source or {})}
    content = {
        "title": {"fr": "Essai", "en": "Trial"},
        "synthetic": True,
        "edition": 2006,
        "languages": ["fr", "en"],
        "territory": {"region": "FR", "level": "area"},
        "waves": [{"name": "2006", "field": ["2006-01-01", "2006-12-31"]}],
        "sources": [declared],
        "plan": [{"question": "records", "id": name, "settings": {"source": name}}],
        **settings,
    }
    for path, what in ((own / "evaluation.yaml", content), (own / f"{name}.yaml", instrument)):
        path.write_text(yaml.safe_dump(what, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return load("made-up", folder)


def context(evaluation: Evaluation) -> Context:
    """Return what the questions are answered from, once the files were read."""
    out = evaluation.root / "build" / "made-up" / "ingest"
    ingest(evaluation, out)
    return Context(evaluation, out, out)


def planned(of: Context, **settings: Any) -> Context:
    """Return the same records under other settings of their only entry."""
    entry = of.evaluation.settings.plan[0]
    plan = [PlanEntry(question=entry.question, id=entry.id, settings={**entry.settings, **settings})]
    changed = of.evaluation.settings.model_copy(update={"plan": plan})
    return dataclasses.replace(of, evaluation=dataclasses.replace(of.evaluation, settings=changed))
