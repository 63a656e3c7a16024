"""The protect stage: a private results table in, a publishable one out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline import results
from pipeline.protect import ledger
from pipeline.protect.cells import cells_of, weigh
from pipeline.protect.confidentiality import Thresholds, mask
from pipeline.protect.differences import compared_levels, follow_levels
from pipeline.protect.editions import (
    CONFIDENTIAL,
    KEPT,
    equations_before,
    hidden_before,
    kept,
    print_again,
    told_by_kept,
    unprinted,
)
from pipeline.protect.equations import equations_of
from pipeline.protect.feasible import System, systems
from pipeline.protect.followers import HIDDEN_BEFORE, PRIMARY, SECONDARY, follow, made_of
from pipeline.protect.precision import Verdict, judge
from pipeline.protect.printed import STEP, printed
from pipeline.protect.secondary import choose_each


@dataclass(frozen=True)
class Publication:
    """The edition that is made (a year; 2006-2 once it was corrected), and the ledgers of what readers hold."""

    edition: str
    ledgers: Sequence[Path] = field(default=())


def protect(
    table: pd.DataFrame, thresholds: Thresholds | None = None, before: pd.DataFrame | None = None, workers: int = 1
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Apply the precision and confidentiality rules to a results table.

    Parameters
    ----------
    table : private results (contract 4).
    thresholds : of primary confidentiality.
    before : the ledger of earlier editions (:mod:`pipeline.protect.editions`).
    workers : processes to use; the outcome does not depend on it.

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
    verdict = decide(table, shown, thresholds, before, workers)
    told = account(_judged(table, verdict.quality, verdict.reason))
    confidential = np.array([str(r).partition("_")[0] == CONFIDENTIAL for r in verdict.reason], dtype=bool)
    again = verdict.reason == KEPT
    if again.any() and before is not None:
        shown = print_again(shown, before, again)
    # one public reason: the account alone tells the kinds apart
    out = _judged(shown, verdict.quality, np.where(confidential, CONFIDENTIAL, verdict.reason))
    hidden = out["quality"] == "suppress"
    out = results.blank(out, hidden)
    out.loc[hidden, STEP] = np.nan
    answers = ~out["inference"].eq("census")
    out.loc[hidden | answers, ["contributors", "largest_share"]] = np.nan
    out["mass"] = np.nan
    out.loc[(hidden & confidential) | (hidden & (out["n"] < thresholds.minimum_contributors)), "n"] = np.nan
    return out, told


def _judged(table: pd.DataFrame, quality: Any, reason: Any) -> pd.DataFrame:
    return table.assign(quality=pd.array(quality, dtype="str"), reason=pd.array(reason, dtype="str"))


def decide(
    table: pd.DataFrame,
    shown: pd.DataFrame,
    thresholds: Thresholds,
    before: pd.DataFrame | None = None,
    workers: int = 1,
) -> Verdict:
    """Return quality and reason of every row: nothing to estimate, confidentiality, precision, then what follows.

    Parameters
    ----------
    table, shown : private results, and the same as they are printed.   before : the ledger of earlier editions.
    workers : processes to use.
    """
    compared = compared_levels(table)
    verdict, parts = _first(table, thresholds)
    if before is not None:
        shown = _carry(table, shown, thresholds, verdict, parts, before)
    more = np.zeros(len(table), dtype=bool)
    found = _components(table, shown, thresholds, verdict, _with_levels(parts, compared, table), before)
    for system, hidden in zip(found, choose_each(found, workers), strict=True):
        for position in np.flatnonzero(hidden):
            more[system.cells[position].rows] = True
    # without these rows a confidential one would be known
    verdict.suppress(more, SECONDARY)
    follow(table, verdict, parts)
    follow_levels(verdict, compared)
    follow(table, verdict, parts)
    return verdict


def _carry(
    table: pd.DataFrame,
    shown: pd.DataFrame,
    thresholds: Thresholds,
    verdict: Verdict,
    parts: dict[int, list[str]],
    before: pd.DataFrame,
) -> pd.DataFrame:
    """Hide, in place, what was hidden before, mark numbers that are kept, and return what is printed of the new."""
    again = kept(table, before, parts, thresholds)
    verdict.suppress(hidden_before(table, before) | told_by_kept(table, again, parts), HIDDEN_BEFORE)
    follow(table, verdict, parts)
    marked = again & (verdict.quality != "suppress")
    verdict.quality[marked], verdict.reason[marked] = "caution", KEPT
    return unprinted(shown.assign(exact=table["estimate"]), again)


def _components(
    table: pd.DataFrame,
    shown: pd.DataFrame,
    thresholds: Thresholds,
    verdict: Verdict,
    rests_on: dict[int, list[str]],
    before: pd.DataFrame | None = None,
) -> list[System]:
    told = shown.assign(exact=table["estimate"])
    cells = cells_of(told, np.isin(verdict.reason, PRIMARY), verdict.quality == "suppress", thresholds)
    shown_rows = np.flatnonzero(verdict.quality != "suppress").tolist()
    # the quantities with which a row that is shown would be hidden
    weigh(cells, {row: rests_on[row] for row in shown_rows if row in rests_on})
    now = dict(cells)
    equations = equations_of(cells, thresholds)
    if before is not None:
        equations += equations_before(cells, now, equations, before, thresholds)
    return systems(cells, equations)


def _with_levels(
    parts: dict[int, list[str]], compared: dict[int, list[int]], table: pd.DataFrame
) -> dict[int, list[str]]:
    """Return, by position, the quantities that a row is made of and those of the levels that it compares."""
    told = table["quantity"].astype(str).tolist()
    return parts | {i: [*parts.get(i, []), *(told[j] for j in levels)] for i, levels in compared.items()}


def components(table: pd.DataFrame, thresholds: Thresholds) -> list[System]:
    """Return what secondary suppression chooses from: cells that are connected, a confidential one among them."""
    verdict, parts = _first(table, thresholds)
    return _components(table, printed(table), thresholds, verdict, _with_levels(parts, compared_levels(table), table))


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


def protect_folder(
    in_dir: Path,
    out_dir: Path,
    thresholds: Thresholds | None = None,
    publication: Publication | None = None,
    workers: int = 1,
) -> dict[str, Any]:
    """Read ``in_dir``/results.parquet, write the publishable table, its ledger and account.json to ``out_dir``."""
    before = ledger.read(publication.ledgers) if publication else None
    table, told = protect(results.read(in_dir / "results.parquet"), thresholds, before, workers)
    out_dir.mkdir(parents=True, exist_ok=True)
    if publication:
        ledger.write(ledger.ledger_of(table, publication.edition, before), out_dir / results.LEDGER)
    results.write(table, out_dir / "results.parquet")
    text = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (out_dir / "account.json").write_text(text, encoding="utf-8")
    return told
