"""The first stage: received files read, checked, and set aside or accepted."""

from __future__ import annotations

from pathlib import Path

from pipeline.evaluation import Evaluation
from pipeline.ingest import beside, ingest
from pipeline.stages.options import Options
from pipeline.stages.progress import Progress

#: Rows received from which on the process that ran their rules is not kept: later stages need its memory.
_MANY = 1_000_000


def run(evaluation: Evaluation, out: Path, options: Options, progress: Progress) -> str:
    """Write clean tables and the account of every record, and say how many there are."""
    account = ingest(evaluation, out).account
    totals = account[account["kind"].isin(["received", "accepted", "set_aside"])].groupby("kind")["n"].sum()
    received, accepted, aside = (int(totals.get(k, 0)) for k in ("received", "accepted", "set_aside"))
    if received >= _MANY:
        beside.end()
    return f"{received:,} rows received = {accepted:,} accepted + {aside:,} set aside"
