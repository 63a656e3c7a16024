"""The fourth stage: what may be published."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.evaluation import Evaluation
from pipeline.protect import Publication, Thresholds, protect_folder
from pipeline.stages.options import Options
from pipeline.stages.progress import Progress


def run(evaluation: Evaluation, out: Path, options: Options, progress: Progress) -> str:
    """Write the publishable results, and say how many are published, cautioned and suppressed."""
    limits = Thresholds(**evaluation.settings.disclosure.model_dump(exclude={"k"}))
    publication = Publication(evaluation.settings.printing, evaluation.ledgers())
    # quantities are looked at one by one, which takes twice as long where they are Arrow's
    with pd.option_context("mode.string_storage", "python"):
        account = protect_folder(evaluation.stage("analyse"), out, limits, publication, options.jobs)
    return (
        f"{account['published']:,} published, {account['caution']:,} with caution, {account['suppressed']:,} suppressed"
    )
