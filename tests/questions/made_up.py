"""A few made-up results about demand, statements of them, and a speaker: what words and documents are tried on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import results
from pipeline.questions import discover
from pipeline.results.statement import Statement
from pipeline.state import Asked, state
from pipeline.state.statements import Declared
from pipeline.wording import words
from pipeline.wording.speaking import Speaker

ROOT = Path(__file__).parents[2]
PERIMETER, UNIT = "region=53", "pays=01"
SHIFT = "demand.elaborate.shift/users/wave=2003..2006"
DESIGN_EFFECT = {"deff": 1.7, "deff_weighting": 2.0, "deff_clustering": 0.85}
LABELS = {
    "region=53": {"fr": "Bretagne", "en": "Brittany"},
    "region=53:dans": {"fr": "en Bretagne", "en": "in Brittany"},
    "pays=01": {"fr": "Auray", "en": "Auray"},
    "pays=01:dans": {"fr": "dans le pays d'Auray", "en": "in the pays of Auray"},
    "demand.email": {"fr": "Écrire *[à tous]*", "en": "Write *[to all]*"},
    "demand.printing": {"fr": "Imprimer", "en": "Print"},
}


def number(measure: str, estimate: float, half: float, **changes: Any) -> results.Result:
    """Return one result about demand, with its interval."""
    fields: dict[str, Any] = {
        "analysis": "demand",
        "indicator": "elaborate",
        "population": "users",
        "territory_level": "region",
        "territory": "53",
        "unit": "share" if measure == "share" else "point",
        "inference": "sample",
        "wave": "2006" if measure in ("share", "gap") else "2003..2006",
        "confirmatory": True,
        "p_adjusted": 0.001 if abs(estimate) > half else 0.4,
        "lower": estimate - half,
        "upper": estimate + half,
        **changes,
    }
    return results.Result(measure=measure, estimate=estimate, **fields)


def table(change: float = 9.0, withheld: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return publishable results: levels, changes, ages and services of the perimeter, one unit.

    ``withheld`` are measures whose rows of the whole population are suppressed.
    """
    rows = [
        number("share", 0.39, 0.03, wave="2003"),
        number("share", 0.48, 0.03),
        number("shift", change, 4.0),
        number("shift", 15.0, 7.0, domain={"age_band": "60+"}),
        number("shift", 1.0, 7.0, domain={"age_band": "15-24"}),
        number("share", 0.84, 0.02, indicator="basic"),
        number("shift", -7.0, 2.0, indicator="basic"),
        number("shift", 6.0, 2.0, indicator="email"),
        number("shift", 0.5, 2.0, indicator="printing"),
        number("share", 0.19, 0.06, territory_level="pays", territory="01"),
        number("gap", -29.0, 8.0, territory_level="pays", territory="01"),
        *(number(m, x, 0.0, wave="2006", unit="ratio", inference="census") for m, x in DESIGN_EFFECT.items()),
    ]
    made = results.frame(rows, ["2003", "2006"])
    hidden = made["measure"].isin(withheld) & (made["domain"] == "") & (made["indicator"] == "elaborate")
    made.loc[hidden, ["quality", "reason"]] = ["suppress", "ns_n"]
    return results.blank(made, hidden)


def statements(of: pd.DataFrame, margin: float | None = 3.0, units: tuple[str, ...] = (UNIT,)) -> list[Statement]:
    """Return what the question of demand may say of results."""
    asked = Asked("demand", "demand", "demand", discover(ROOT)["demand"].statements)
    return state(of, [asked], {SHIFT: Declared(margin)}, PERIMETER, units)


def of_place(made: list[Statement], place: str = PERIMETER) -> dict[str, Statement]:
    """Return the statements of a place by `<entry>.<name>`."""
    return {f"{s.entry}.{s.name}": s for s in made if s.place == place}


def speaker(of: pd.DataFrame, lang: str = "fr", nouns: dict[str, Any] | None = None) -> Speaker:
    """Return a speaker of the shipped words, whose numbers are text alone."""
    read = words.load(ROOT / "reports" / lang, lang, ["demand"], None, nouns or {})
    rows = {str(r["result_id"]): {str(k): v for k, v in r.items()} for r in of.to_dict("records")}
    return Speaker(read, rows, LABELS, lambda text, result_id: text)
