"""Handing over designs (contract 3): weighted tables and design.json, and the designs rebuilt from them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import WeightError
from pipeline.evaluation import Evaluation
from pipeline.survey import Design, SurveyError
from pipeline.tables import read_stacked, write_kept

#: Units that answer once for themselves; visits are the other kind, of which a person may make several.
_UNITS = ("person", "household", "space")
#: Where a record comes from, which no estimate asks.
_ORIGIN = ("_file", "_line", "_row")
#: Steps that meet margins.
MET = ("rake", "calibrate")


@dataclass(frozen=True)
class WeightedSource:
    """Designs of one survey source over all its waves (column ``wave``).

    ``visit`` weights stand for visits and ``person`` weights for persons; either may be absent, they are never mixed.
    ``frame`` is what both designs hold: accepted answers, and rows of weight zero for sampled days without one.
    """

    source: str
    visit: Design | None
    person: Design | None
    frame: pd.DataFrame
    plan: dict[str, Any]


def replay(source: str, frame: pd.DataFrame, plan: dict[str, Any]) -> WeightedSource:
    """Build the designs of a prepared frame: base weights, then every adjustment in order.

    Replaying the steps, instead of reading final weights, is what takes calibration into every standard error.

    Raises
    ------
    WeightError
        When a step cannot be carried out; margin and category are named.
    """
    try:
        design = Design(
            frame,
            weights=plan["base"],
            strata=plan["strata"],
            clusters=plan["clusters"] or None,
            population_sizes=plan["population_sizes"] or None,
            waves="wave",
            lonely_psu=plan["lonely_psu"],
            shared_units=plan["clusters_across_waves"] == "shared",
        )
        person: Design | None = design if plan["unit"] in _UNITS else None
        for step in plan["steps"]:
            if step["step"] == "reweight":
                design = design.reweight(step["column"])
            elif step["step"] == "rake":
                design = design.rake([_series(m) for m in step["margins"]])
            elif step["step"] == "calibrate":
                bounds = tuple(step["bounds"] or (-np.inf, np.inf))
                margins = [_series(m) for m in step["margins"]]
                design = design.calibrate(margins, method=step["method"], bounds=bounds)
            elif step["step"] == "trim":
                design = design.trim(upper=step["upper"] or np.inf, lower=step["lower"] or -np.inf)
            elif step["step"] == "share_weights":
                person = design.share_weights(step["column"], cap=step["cap"])
                continue
            else:
                raise WeightError("design.json holds a step that this version does not know", found=step["step"])
            person = design if plan["unit"] in _UNITS else None
    except SurveyError as fault:
        raise WeightError(f"the recipe of source '{source}' cannot be carried out: {fault}") from None
    visit = None if plan["unit"] in _UNITS else design
    return WeightedSource(source, visit, person, frame, plan)


def _series(margin: dict[str, Any]) -> pd.Series:
    keys = [tuple(row[:-1]) for row in margin["totals"]]
    index = pd.MultiIndex.from_tuples(keys, names=margin["variables"])
    return pd.Series([row[-1] for row in margin["totals"]], index=index, dtype="float64")


def one_wave(weighted: WeightedSource, wave: str) -> WeightedSource:
    """Return the designs of one wave alone, every step replayed with the margins of that wave.

    Replicates need it: a design of several waves has none. Weights are those of the stacked design, since margins are
    declared by wave.

    Raises
    ------
    WeightError
        For a wave without rows, a margin that does not tell waves apart, or a step that cannot be carried out.
    """
    frame = weighted.frame[weighted.frame["wave"] == wave].reset_index(drop=True)
    if frame.empty:
        raise WeightError("this wave has no rows", where=f"source '{weighted.source}'", found=wave)
    steps = [
        step if step["step"] not in MET else {**step, "margins": [_of_wave(m, wave) for m in step["margins"]]}
        for step in weighted.plan["steps"]
    ]
    return replay(weighted.source, frame, {**weighted.plan, "steps": steps})


def _of_wave(margin: dict[str, Any], wave: str) -> dict[str, Any]:
    if "wave" not in margin["variables"]:
        raise WeightError("all waves share a margin: one wave cannot be weighted alone", found=margin["variables"])
    at = margin["variables"].index("wave")
    return {**margin, "totals": [row for row in margin["totals"] if row[at] == wave]}


def write(weighted: WeightedSource, folder: Path) -> None:
    """Write ``<source>/<wave>.parquet`` and ``<source>/design.json``; final weights stand beside the base weights."""
    target = folder / weighted.source
    target.mkdir(parents=True)
    frame = weighted.frame.copy(deep=False)
    for name, design in (("visit", weighted.visit), ("person", weighted.person)):
        if design is not None:
            frame[f"_weight_{name}"] = design.weights
    for wave, rows in sorted(frame.groupby("wave").indices.items()):
        kept = np.zeros(len(frame), dtype=bool)
        kept[rows] = True
        write_kept(frame, kept, target / f"{wave}.parquet")
    waves = list(frame["wave"].unique())
    content = {"source": weighted.source, "waves": waves, **weighted.plan}
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    (target / "design.json").write_text(text + "\n", encoding="utf-8")


def designs(evaluation: Evaluation, folder: Path, source: str) -> WeightedSource:
    """Rebuild the designs of a source from what the weight stage wrote.

    Raises
    ------
    WeightError
        When the stage has not run for this source.
    """
    place = folder / source
    if not (place / "design.json").is_file():
        raise WeightError("there is no weighted table of this source", where=str(place), action="run the weight stage")
    plan = json.loads((place / "design.json").read_text(encoding="utf-8"))
    frame = read_stacked([place / f"{w}.parquet" for w in plan["waves"]], without=_ORIGIN, narrow=True)
    return replay(source, frame, plan)
