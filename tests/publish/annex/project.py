"""The miniature's declarations in a project of their own, with a handful of results and nothing else built."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd

from pipeline import results
from pipeline.evaluation import Evaluation, load
from pipeline.publish.annex.labels import evaluation_labels
from pipeline.questions.discovery import labellings

ROOT = Path(__file__).parents[3]
UNITS = pd.DataFrame(
    {
        "code": ["02", "20"],
        "label": ["Brest", "Vannes"],
        "name": ["Pays de Brest", "Pays de Vannes"],
        "name_de": ["du pays de Brest", "du pays de Vannes"],
        "name_a": ["au pays de Brest", "au pays de Vannes"],
        "name_dans": ["dans le pays de Brest", "dans le pays de Vannes"],
    }
)
REGION = {
    "name": "Bretagne",
    "label": "Bretagne",
    "name_de": "de Bretagne",
    "name_a": "à la Bretagne",
    "name_dans": "en Bretagne",
}
#: What the suppressed row held before protect, to look for in what is published.
SECRET = 0.123457


def result(**changes: object) -> results.Result:
    """Return a share of users of the region in 2006, with changes."""
    fields: dict[str, object] = {
        "analysis": "demand",
        "indicator": "elaborate",
        "measure": "share",
        "population": "users",
        "territory_level": "region",
        "territory": "53",
        "unit": "share",
        "inference": "sample",
        "wave": "2006",
        "estimate": 0.484,
        "lower": 0.45,
        "upper": 0.52,
        "n": 900,
        "source": "users",
    }
    if "period" in changes:
        fields["wave"] = None
    return results.Result(**{**fields, **changes})  # type: ignore[arg-type]


def rows() -> list[results.Result]:
    """Return published, fragile and suppressed results, of the region and of two units."""
    pays = {"territory_level": "pays", "boundaries": "pays=2023"}
    shift = {"measure": "shift", "unit": "point", "wave": "2003..2006"}
    census = {"inference": "census", "lower": float("nan"), "upper": float("nan")}
    return [
        result(),
        result(wave="2003", estimate=0.39, lower=0.36, upper=0.42),
        result(**shift, estimate=9.4, lower=5.2, upper=13.6, p_value=0.0001),
        result(**pays, territory="02", quality="caution", reason="df", estimate=0.51),
        result(**pays, territory="20", quality="suppress", reason="ns_n", estimate=SECRET, n=21),
        result(
            **pays, territory="20", method="eblup", inference="model", quality="caution", reason="model", estimate=0.46
        ),
        result(**pays, territory="02", measure="gap", unit="point", estimate=6.0, lower=1.0, upper=11.0, p_value=0.02),
        result(
            **pays, territory="20", measure="gap", unit="point", quality="suppress", reason="ns_level", estimate=SECRET
        ),
        result(analysis="satisfaction", indicator="overall", estimate=0.87, lower=0.84, upper=0.89),
        result(
            analysis="satisfaction", indicator="equipment", **shift, estimate=-3.0, lower=-9.0, upper=3.0, p_value=0.4
        ),
        result(
            analysis="attendance",
            indicator="visits",
            measure="evolution",
            population="visits",
            unit="ratio",
            period="2003..2006",
            estimate=-0.09,
            **census,
        ),
    ]


def make(tmp: Path) -> Evaluation:
    """Write the project and what protect and draw would have left, and return its evaluation."""
    shutil.copytree(ROOT / "surveys" / "miniature", tmp / "surveys" / "miniature")
    shutil.copytree(ROOT / "reports", tmp / "reports", ignore=shutil.ignore_patterns("_site", ".quarto"))
    (tmp / "pyproject.toml").write_text("")
    declared = tmp / "surveys" / "miniature" / "evaluation.yaml"
    # the handful of results below answers none of the declared statements
    # texts are looked at in both languages
    text = declared.read_text(encoding="utf-8").replace("languages: [fr]", "languages: [fr, en]")
    text = re.sub(r"    statements:\n(      - .*\n)+", "", text)
    declared.write_text(text, encoding="utf-8")
    evaluation = load("miniature", tmp)
    table = results.frame(rows(), waves=["2003", "2006"])
    table = results.blank(table, table["quality"] == "suppress")
    (evaluation.stage("protect")).mkdir(parents=True)
    results.write(table, evaluation.stage("protect") / "results.parquet")
    drawn = evaluation.stage("draw") / "fr"
    for territory in ("region", "02", "20"):
        (drawn / territory).mkdir(parents=True)
        (drawn / territory / "figures.json").write_text('{"absent": {}}')
    labels = json.dumps(evaluation_labels(evaluation, UNITS, REGION, "2023", labellings=labellings(ROOT)))
    (evaluation.stage("draw") / "labels.json").write_text(labels)
    _ingested(evaluation.stage("ingest"))
    return evaluation


def _ingested(folder: Path) -> None:
    folder.mkdir(parents=True)
    failures = [
        ("users", "2006", "users-2006.csv", 12, "Q01", "out_of_range", "out_of_range", "147", "set aside"),
        ("users", "2006", "users-2006.csv", 7, "Q00A", "unknown_site", "unknown_site", "CYB999", "set aside"),
        ("register", None, "register.csv", 31, "id_espace", "duplicate_site", "duplicate_site", "CYB031", "set aside"),
    ]
    columns = ["source", "wave", "file", "line", "column", "rule", "reason", "found", "severity"]
    pd.DataFrame(failures, columns=columns).to_parquet(folder / "failures.parquet")
    rules = [
        ("users", "out_of_range", "age", "within", '{"low": 15, "high": 99}', 900, 1, "set aside", "record"),
        ("users", "unknown_code", "sex", "codes", "", 900, 0, "set aside", "record"),
        ("users", "straight_lining", "sat_overall", "varied", '{"scales": 6}', 900, 45, "flag", "record"),
        ("users", "drift", "", "stable", '{"points": 10}', 12, 1, "flag", "code"),
    ]
    columns = ["source", "rule", "column", "asked", "values", "checked", "failing", "severity", "unit"]
    pd.DataFrame(rules, columns=columns).to_parquet(folder / "rules.parquet")
    decisions = [("register", "register.csv", 3, "alias", "CYB003", "a", "b", "")] * 2
    columns = ["source", "file", "line", "kind", "key", "before", "after", "note"]
    pd.DataFrame(decisions, columns=columns).to_parquet(folder / "decisions.parquet")
    asked = [
        ("2003", "home_internet", 500, 240, 234, 6, 260, "users"),
        ("2006", "home_internet", 400, 9, 8, 1, 391, "users"),
        ("2006", "visits_4w", 400, 400, 300, 100, 0, "users"),
    ]
    columns = ["wave", "question", "records", "asked", "answered", "silent", "routed", "source"]
    pd.DataFrame(asked, columns=columns).to_parquet(folder / "nonresponse.parquet")
    moved = [
        ("home_computer", "yes", "2003", "2006", 500, 400, 0.44, 0.58, 0.0001, True, "users"),
        ("sex", "1", "2003", "2006", 500, 400, 0.49, 0.5, 1.0, False, "users"),
    ]
    columns = ["question", "code", "wave_from", "wave_to", "n_from", "n_to", "share_from", "share_to", "p_adjusted"]
    pd.DataFrame(moved, columns=[*columns, "flagged", "source"]).to_parquet(folder / "drift.parquet")
