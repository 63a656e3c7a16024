"""Which published numbers differ between two publications, and what differs of all that they were made of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline import provenance, results
from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation
from pipeline.protect import ledger
from pipeline.protect.printed import STEP
from pipeline.stages.publish import MANIFEST

#: What became of a number, in the order in which it is told.
FATES = ("changed", "hidden now", "shown now", "no longer there", "new")
CHANGES = "changes.csv"
#: How many changes are listed; the file has all.
LISTED = 20
#: Kinds of what a publication is made of, by the names of its inputs; the first that fits.
_KINDS = (
    ("documents and words (they change no number)", r"reports/.*|surveys/[^/]+/(?:texts|words|chapters)/.*"),
    ("populations", r"data/reference/.*population.*"),
    ("boundaries", r"data/reference/.*"),
    ("ledgers of earlier editions", r"surveys/.*ledger.*\.csv"),
    ("declarations", r"surveys/.*"),
    ("tools", r"requirements\.lock"),
    ("received files", r".*"),
)
_BESIDE_ROUNDING = 1e-9


def compare(evaluation: Evaluation, earlier: Path) -> Iterator[str]:
    """Yield what differs between the published site of an evaluation and an earlier publication.

    Numbers are matched by what they measure, not by names in the plan, so that a renamed entry differs in nothing.
    All changes are written to ``build/<evaluation>/changes.csv``, with their size in steps of the printed precision
    and, where the last run still stands in ``build/``, the result_id of ``results.csv``.

    Parameters
    ----------
    earlier : the folder of a published site, as it was archived.

    Raises
    ------
    PublishError, ProtectError
        When one of both is no published site, or its ledger is not as it was published.
    """
    before, now = _Publication(earlier), _Publication(evaluation.site)
    changes = changes_of(before.ledger, now.ledger)
    known = _identifiers(evaluation)
    changes.insert(1, "result_id", [known.get(quantity, "") for quantity in changes["quantity"]])
    path = evaluation.build / CHANGES
    path.parent.mkdir(parents=True, exist_ok=True)
    changes.to_csv(path, index=False, lineterminator="\n")
    yield f"{now.folder}, edition {now.edition}, against {before.folder}, edition {before.edition}"
    counts = changes["fate"].value_counts()
    told = ", ".join(f"{counts[fate]:,} {fate}" for fate in FATES if fate in counts)
    yield f"numbers: {_shown(before):,} shown before, {_shown(now):,} now; {told or 'none differs'}"
    causes = dict(before.differences(now))
    for kind, names in causes.items():
        yield f"differs: {kind}: {', '.join(names[:6])}{f' and {len(names) - 6} more' if len(names) > 6 else ''}"
    if not causes:
        yield "nothing differs of what they were made of"
    for row in changes.head(LISTED).to_dict("records"):
        name = row["result_id"] or row["quantity"]
        yield f"  {row['fate']:<15} {_value(row['before'])} -> {_value(row['after'])}  {name}"
    if len(changes) > LISTED:
        yield f"  and {len(changes) - LISTED:,} more"
    yield f"all in {path}"


def changes_of(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers that differ between two ledgers of one edition each, the largest change first.

    Returns
    -------
    Columns: fate, quantity, unit, before, after, difference, steps (the difference in steps of the printed precision),
    outside (the new estimate lies outside the interval that was printed), lower and upper as they were printed.
    """
    keys = ["quantity", "unit"]
    both = before.drop_duplicates(keys).merge(
        now.drop_duplicates(keys), on=keys, how="outer", suffixes=("", "_now"), indicator="where"
    )
    hidden, hidden_now = both["quality"] == "suppress", both["quality_now"] == "suppress"
    difference = both["estimate_now"] - both["estimate"]
    cases = [
        both["where"] == "left_only",
        both["where"] == "right_only",
        ~hidden & hidden_now,
        hidden & ~hidden_now,
        difference.abs() > _BESIDE_ROUNDING,
    ]
    fate = np.select(cases, ["no longer there", "new", "hidden now", "shown now", "changed"], "")
    changes = pd.DataFrame(
        {
            "fate": fate,
            "quantity": both["quantity"],
            "unit": both["unit"],
            "before": both["estimate"],
            "after": both["estimate_now"],
            "difference": difference,
            "steps": (difference / both[[STEP, f"{STEP}_now"]].max(axis=1)).round(1),
            "outside": (both["estimate_now"] < both["lower"]) | (both["estimate_now"] > both["upper"]),
            "lower": both["lower"],
            "upper": both["upper"],
        }
    )
    order = changes.assign(fate=pd.Categorical(changes["fate"], FATES, ordered=True), size=changes["steps"].abs())
    order = order[changes["fate"] != ""].sort_values(["fate", "size", "quantity"], ascending=[True, False, True])
    return changes.loc[order.index].reset_index(drop=True)


def _identifiers(evaluation: Evaluation) -> dict[str, str]:
    """Return, for what the last run made, the first result of each quantity: the name that ``results.csv`` gives it."""
    path = evaluation.stage("protect") / "results.parquet"
    if not path.is_file():
        return {}
    table = results.read_once(path).drop_duplicates("quantity")
    return dict(zip(table["quantity"], table["result_id"], strict=True))


class _Publication:
    """A published site: its manifest, and the numbers of its own edition."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = folder / MANIFEST
        try:
            self.manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            self.edition = int(self.manifest["settings"]["edition"])
        except (OSError, ValueError, KeyError, TypeError):
            raise PublishError(
                "this is not the folder of a published site",
                where=str(folder),
                found=f"no {MANIFEST} that can be read",
                allowed=f"a folder with {MANIFEST} and data/{results.LEDGER}, as `report` writes under reports/_site/",
                action="give the folder of the earlier site, or publish the evaluation first (pipeline report)",
            ) from None
        held = ledger.read_one(folder / "data" / results.LEDGER)
        mine = held[ledger.EDITIONS].str.split().map(lambda years: str(self.edition) in years)
        self.ledger = held[mine.to_numpy(bool)]

    def differences(self, other: _Publication) -> Iterator[tuple[str, list[str]]]:
        """Yield what differs between two manifests: a kind, and the names within it."""
        here, there = self.manifest, other.manifest
        names = provenance.differing(here["inputs"], there["inputs"])
        for kind, pattern in _KINDS:
            found = [name for name in names if re.fullmatch(pattern, name)]
            names = [name for name in names if name not in found]
            if found:
                yield kind, found
        for kind in ("settings", "code", "renderer"):
            found = provenance.differing(here[kind], there[kind])
            if found:
                yield kind, found
        if here["python"] != there["python"]:
            yield "python", [f"{here['python']} before, {there['python']} now"]


def _shown(publication: _Publication) -> int:
    return int((publication.ledger["quality"] != "suppress").sum())


def _value(value: Any) -> str:
    return "–" if pd.isna(value) else f"{value:g}"
