"""The protect stage: a private results table in, a publishable one out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline import results
from pipeline.protect.cells import cells_of, weigh
from pipeline.protect.confidentiality import Thresholds, mask
from pipeline.protect.differences import compared_levels, follow_levels
from pipeline.protect.equations import equations_of
from pipeline.protect.feasible import System, systems
from pipeline.protect.followers import PRIMARY, SECONDARY, follow, made_of
from pipeline.protect.precision import Verdict, judge
from pipeline.protect.printed import STEP, printed
from pipeline.protect.secondary import choose

#: The one public reason of what is confidential; the account alone tells the kinds apart.
CONFIDENTIAL = "c"


def protect(table: pd.DataFrame, thresholds: Thresholds | None = None) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Apply the precision and confidentiality rules to a results table.

    Parameters
    ----------
    table : private results (contract 4).
    thresholds : of primary confidentiality.

    Returns
    -------
    DataFrame, dict
        The table with quality and reason, numbers on their printed step (column ``step``), those of suppressed rows
        blank; the account of what was shown. Confidential rows have one reason, ``c``, and no n: whether a number is
        hidden for itself or for another's sake tells how many people it rests on. Numbers of contributors are blank
        wherever persons answered: they stay private.

    Raises
    ------
    ProtectError
        When a row cannot be judged.
    """
    thresholds = thresholds or Thresholds()
    results.check(table)
    table = table.reset_index(drop=True)
    shown = printed(table)
    verdict = decide(table, shown, thresholds)
    told = account(_judged(table, verdict.quality, verdict.reason))
    confidential = np.array([str(r).partition("_")[0] == CONFIDENTIAL for r in verdict.reason], dtype=bool)
    out = _judged(shown, verdict.quality, np.where(confidential, CONFIDENTIAL, verdict.reason))
    hidden = out["quality"] == "suppress"
    out = results.blank(out, hidden)
    out.loc[hidden, STEP] = np.nan
    answers = ~out["inference"].eq("census")
    out.loc[hidden | answers, ["contributors", "largest_share"]] = np.nan
    out.loc[(hidden & confidential) | (hidden & (out["n"] < thresholds.minimum_contributors)), "n"] = np.nan
    return out, told


def _judged(table: pd.DataFrame, quality: Any, reason: Any) -> pd.DataFrame:
    return table.assign(quality=pd.array(quality, dtype="str"), reason=pd.array(reason, dtype="str"))


def decide(table: pd.DataFrame, shown: pd.DataFrame, thresholds: Thresholds) -> Verdict:
    """Return quality and reason of every row: nothing to estimate, confidentiality, precision, then what follows.

    Parameters
    ----------
    table, shown : private results, and the same as they are printed.
    """
    compared = compared_levels(table)
    verdict, parts = _first(table, thresholds)
    hide_more(table, shown, thresholds, verdict, parts)
    follow(table, verdict, parts)
    follow_levels(verdict, compared)
    follow(table, verdict, parts)
    return verdict


def hide_more(
    table: pd.DataFrame, shown: pd.DataFrame, thresholds: Thresholds, verdict: Verdict, parts: dict[int, list[str]]
) -> None:
    """Suppress, in place, the rows of cells without which a confidential one would be known."""
    more = np.zeros(len(table), dtype=bool)
    for system in _components(table, shown, thresholds, verdict, parts):
        for position in np.flatnonzero(choose(system)):
            more[system.cells[position].rows] = True
    verdict.suppress(more, SECONDARY)


def _components(
    table: pd.DataFrame, shown: pd.DataFrame, thresholds: Thresholds, verdict: Verdict, parts: dict[int, list[str]]
) -> list[System]:
    told = shown.assign(exact=table["estimate"])
    cells = cells_of(told, np.isin(verdict.reason, PRIMARY), verdict.quality == "suppress", thresholds)
    weigh(cells, parts)
    return systems(cells, equations_of(cells, thresholds))


def components(table: pd.DataFrame, thresholds: Thresholds) -> list[System]:
    """Return what secondary suppression chooses from: cells that are connected, a confidential one among them."""
    verdict, parts = _first(table, thresholds)
    return _components(table, printed(table), thresholds, verdict, parts)


def _first(table: pd.DataFrame, thresholds: Thresholds) -> tuple[Verdict, dict[int, list[str]]]:
    """Return what primary confidentiality and precision say, and what rows are made of."""
    verdict = Verdict.silent(len(table))
    verdict.suppress(table["estimate"].isna().to_numpy(), "nd")
    parts = made_of(table)
    mask(table, thresholds, verdict)
    judge(table, verdict)
    follow(table, verdict, parts)
    return verdict, parts


def account(table: pd.DataFrame) -> dict[str, Any]:
    """Return how many numbers are published, shown with caution and suppressed, by reason and by analysis."""
    counts = table["quality"].value_counts()
    reasons = table.loc[table["reason"] != "", "reason"].value_counts().sort_index()
    by_analysis = pd.crosstab(table["analysis"], table["quality"]).reindex(
        columns=list(results.QUALITIES), fill_value=0
    )
    return {
        "rows": len(table),
        "published": int(counts.get("publish", 0)),
        "caution": int(counts.get("caution", 0)),
        "suppressed": int(counts.get("suppress", 0)),
        "by_reason": {str(k): int(v) for k, v in reasons.items()},
        "by_analysis": {str(a): {str(q): int(v) for q, v in row.items()} for a, row in by_analysis.iterrows()},
    }


def protect_folder(in_dir: Path, out_dir: Path, thresholds: Thresholds | None = None) -> dict[str, Any]:
    """Read ``in_dir``/results.parquet, write the publishable table and account.json to ``out_dir``."""
    table, told = protect(results.read(in_dir / "results.parquet"), thresholds)
    out_dir.mkdir(parents=True, exist_ok=True)
    results.write(table, out_dir / "results.parquet")
    text = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (out_dir / "account.json").write_text(text, encoding="utf-8")
    return told
