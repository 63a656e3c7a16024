"""The command `corrections`: sheets back to the spaces of what was set aside, `corrections.csv` from their return."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.evaluation import Evaluation
from pipeline.stages.order import Options, alone, run
from pipeline.stages.progress import Progress


def corrections(evaluation: Evaluation, returned: Sequence[Path], progress: Progress) -> str:
    """Write the sheets, or what the returned ones correct, and return where it is and what to do with it.

    Raises
    ------
    IngestError
        The received files cannot be used, or a returned sheet is incomplete.
    """
    from pipeline.ingest import to_correct

    if not returned:
        run(evaluation, Options(), progress, last="ingest")
        with alone(evaluation):
            folder, n = to_correct.write_sheets(evaluation)
        where = folder.relative_to(evaluation.root)
        return (
            f"{where}: {n} sheets, one a space\nask each space to fill `new` and `reason`, and to leave the rest;"
            f" then `pipeline corrections {evaluation.name} SHEET...` with those that came back"
        )
    with alone(evaluation):
        path, n, untouched = to_correct.gather(evaluation, returned)
    where = path.relative_to(evaluation.root)
    return (
        f"{where}: {n} corrections ({untouched} lines came back without one)\nlook them over, and put the file beside"
        f" the received ones: {evaluation.corrections}"
    )
