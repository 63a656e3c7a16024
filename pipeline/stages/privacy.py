"""What the command line does about persons: comments to code, and forgetting."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable

from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.stages.order import alone


def write_comments(evaluation: Evaluation) -> str:
    """Write the sheet of comments to code and return where it is and what to do with it."""
    from pipeline.ingest.privacy.to_code import write_sheets

    with alone(evaluation):
        path, said = write_sheets(evaluation)
    return f"{path}\n{said}"


def forget(evaluation: Evaluation, yes: bool, ask: Callable[[str], bool]) -> str:
    """Destroy the key, the identifying files and the tables by person, after asking; return what to tell.

    Raises
    ------
    IngestError
        There is nobody to ask and ``yes`` was not given, or something could not be removed.
    """
    from pipeline.ingest.privacy import forget as forgetting

    with alone(evaluation):
        condemned = forgetting.doomed(evaluation)
        if not condemned:
            return f"nothing to destroy: no key, no identifying file, no table by person of {evaluation.name}"
        if not yes:
            if not sys.stdin.isatty():
                raise IngestError(
                    "nobody is there to confirm that these are destroyed",
                    found="\n" + forgetting.listed(evaluation, condemned),
                    action="run it in a terminal, or with --yes",
                )
            print(f"to be destroyed for good:\n{forgetting.listed(evaluation, condemned)}", flush=True)
            if not ask("destroy them?"):
                return "nothing was destroyed"
        return forgetting.forget(evaluation, condemned)


def research_file(evaluation: Evaluation) -> str:
    """Write the research file and its k-anonymity report and return what to tell.

    Raises
    ------
    PublishError
        Too few people are alike.
    """
    from pipeline.publish.annex.research.file import write_research_file

    with alone(evaluation):
        return write_research_file(evaluation)


def retention_reminder(evaluation: Evaluation) -> str | None:
    """Return one line when individual data are kept beyond the declared date."""
    today, privacy = dt.date.today(), evaluation.settings.privacy
    if privacy is None or not privacy.is_over(today):
        return None
    from pipeline.ingest.privacy.forget import reminder

    return reminder(evaluation, today)
