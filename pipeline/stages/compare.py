"""Which published numbers differ between two publications, and what differs of all that they were made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import results
from pipeline.evaluation import Evaluation
from pipeline.protect.revisions import FATES, changes_of
from pipeline.stages.archive import Publication
from pipeline.stages.publications import causes_among, causes_of, differences, numbers_of

CHANGES = "changes.csv"
#: How many changes are listed; the file has all.
LISTED = 20


def compare(evaluation: Evaluation, earlier: Path) -> Iterator[str]:
    """Yield what differs between the published site of an evaluation and an earlier publication.

    Numbers are matched by what they measure, not by names in the plan, so that a renamed entry differs in nothing.
    All changes are written to ``build/<evaluation>/changes.csv``, with their size in steps of the printed precision,
    their cause as far as it can be told, and, where the last run still stands in ``build/``, the result_id of
    ``results.csv``.

    Parameters
    ----------
    earlier : the folder of a published site, as it was archived.

    Raises
    ------
    PublishError, ProtectError
        When one of both is no published site, or its ledger is not as it was published.
    """
    before, now = Publication(earlier), Publication(evaluation.site)
    changes = changes_of(numbers_of(before), numbers_of(now))
    known = _identifiers(evaluation)
    causes = dict(differences(before.manifest, now.manifest))
    changes.insert(1, "result_id", [known.get(quantity, "") for quantity in changes["quantity"]])
    changes["cause"] = causes_of(changes, causes_among(causes))
    path = evaluation.build / CHANGES
    path.parent.mkdir(parents=True, exist_ok=True)
    changes.to_csv(path, index=False, lineterminator="\n")
    yield f"{now.folder}, edition {now.printing}, against {before.folder}, edition {before.printing}"
    counts = changes["fate"].value_counts()
    told = ", ".join(f"{counts[fate]:,} {fate}" for fate in FATES if fate in counts)
    yield f"numbers: {_shown(before):,} shown before, {_shown(now):,} now; {told or 'none differs'}"
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


def _identifiers(evaluation: Evaluation) -> dict[str, str]:
    """Return, for what the last run made, the first result of each quantity: the name that ``results.csv`` gives it."""
    path = evaluation.stage("protect") / "results.parquet"
    if not path.is_file():
        return {}
    table = results.read_once(path).drop_duplicates("quantity")
    return dict(zip(table["quantity"], table["result_id"], strict=True))


def _shown(publication: Publication) -> int:
    return int((numbers_of(publication)["quality"] != "suppress").sum())


def _value(value: Any) -> str:
    return "–" if pd.isna(value) else f"{value:g}"
