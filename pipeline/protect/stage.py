"""The protect stage: a private results table in, a publishable one out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline import results
from pipeline.protect.confidentiality import Thresholds, mask
from pipeline.protect.differences import compared_levels, follow_levels
from pipeline.protect.precision import Verdict, judge
from pipeline.protect.secondary import mask_derivable


def protect(table: pd.DataFrame, thresholds: Thresholds | None = None) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Apply the precision and confidentiality rules to a results table.

    Parameters
    ----------
    table : private results (contract 4).
    thresholds : of primary confidentiality.

    Returns
    -------
    DataFrame, dict
        The table with quality and reason, estimates of suppressed rows blank; the account of what was shown.
        Numbers of contributors are blank wherever persons answered: they stay private.

    Raises
    ------
    ProtectError
        When a row cannot be judged.
    """
    thresholds = thresholds or Thresholds()
    results.check(table)
    table = table.reset_index(drop=True)
    verdict = decide(table, thresholds)
    out = table.assign(quality=pd.array(verdict.quality, dtype="str"), reason=pd.array(verdict.reason, dtype="str"))
    hidden = out["quality"] == "suppress"
    out = results.blank(out, hidden)
    answers = ~out["inference"].eq("census")
    out.loc[hidden | answers, ["contributors", "largest_share"]] = np.nan
    few = hidden & out["reason"].str.startswith("c") & (out["n"] < thresholds.minimum_contributors)
    out.loc[few, "n"] = np.nan
    return out, account(out)


def decide(table: pd.DataFrame, thresholds: Thresholds) -> Verdict:
    """Return quality and reason of every row: nothing to estimate, confidentiality, precision, then what follows."""
    verdict = Verdict.silent(len(table))
    verdict.suppress(table["estimate"].isna().to_numpy(), "nd")
    compared = compared_levels(table)
    mask(table, thresholds, verdict)
    judge(table, verdict)
    mask_derivable(table, verdict)
    follow_levels(verdict, compared)
    return verdict


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
