"""The command `corrections`: sheets back to the spaces of what was set aside, `corrections.csv` from their return."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from pipeline.evaluation import Evaluation
from pipeline.stages.order import Options, alone, run
from pipeline.stages.progress import Progress


def corrections(evaluation: Evaluation, returned: Sequence[Path], progress: Progress, yes: bool = False) -> str:
    """Write the sheets, or what the returned ones correct, and return where it is and what to do with it.

    Parameters
    ----------
    yes : put what the returned sheets correct beside the received files, where the next run reads it.

    Raises
    ------
    IngestError
        The received files cannot be used, or a returned sheet is incomplete or wrong.
    """
    from pipeline.ingest.returned_sheets import gather
    from pipeline.ingest.to_correct import set_aside_by_space
    from pipeline.stages.correction_sheets import column_heads, write_sheets

    run(evaluation, Options(), progress, last="ingest")
    with alone(evaluation):
        if not returned:
            folder = evaluation.build / "to-correct" / "sheets"
            spaces, n = write_sheets(evaluation, set_aside_by_space(evaluation), folder)
            where = folder.relative_to(evaluation.root)
            if not n:
                return f"{where}: no sheet: nothing was set aside that a space could correct"
            return (
                f"{where}: {n} values of {spaces} spaces, a sheet each, as CSV and as XLSX\nsend either; ask to fill"
                " the last three columns and to leave the rest; then"
                f" `pipeline corrections {evaluation.name} SHEET...` with those that come back"
            )
        gathered = gather(evaluation, returned, column_heads(evaluation))
        known = f", {gathered.known} were corrected already" if gathered.known else ""
        told = (
            f"{gathered.corrections} corrections: {gathered.accepted} records come in, {gathered.aside} stay set aside"
            f" ({gathered.untouched} lines came back without a correction{known})"
        )
        if yes:
            fresh = evaluation.corrections.with_name(f"{evaluation.corrections.name}.new")
            shutil.copyfile(gathered.path, fresh)
            os.replace(fresh, evaluation.corrections)
            return f"{evaluation.corrections}: {told}\n`pipeline check {evaluation.name}` reads them"
    where = gathered.path.relative_to(evaluation.root)
    return (
        f"{where}: {told}\nlook them over, and put the file beside the received ones ({evaluation.corrections}), or run"
        " this again with --yes"
    )
