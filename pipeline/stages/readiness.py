"""What stands in the way of a report besides the received files: the plan, the figures, the documents, the statements.

`check` asks for it, so that nothing that evaluation.yaml declares is refused first by `report`.
"""

from __future__ import annotations

from pipeline.errors import PipelineError
from pipeline.evaluation import Evaluation
from pipeline.stages.order import Options, run
from pipeline.stages.progress import Progress


def declared_faults(evaluation: Evaluation) -> list[PipelineError]:
    """Return what is wrong with the declarations as they are written, before anything is read."""
    from pipeline.figures.draw import unfit_figures
    from pipeline.publish.documents.site import unfit_documents
    from pipeline.questions.plan import refusals
    from pipeline.stages.words import word_faults

    return [
        *refusals(evaluation),
        *unfit_figures(evaluation.settings.figures),
        *unfit_documents(evaluation),
        *word_faults(evaluation),
        *unfit_ledgers(evaluation),
    ]


def unfit_ledgers(evaluation: Evaluation) -> list[PipelineError]:
    """Return what is wrong with the ledgers of earlier editions, and which of them are not declared."""
    from pipeline.protect import ledger
    from pipeline.stages.editions import refuse_unguarded

    faults: list[PipelineError] = []
    for path in evaluation.ledgers():
        try:
            ledger.read([path])
        except PipelineError as fault:
            faults.append(fault)
    if not faults:
        try:
            refuse_unguarded(evaluation)
        except PipelineError as fault:
            faults.append(fault)
    return faults


def result_faults(evaluation: Evaluation, progress: Progress) -> list[PipelineError]:
    """Answer the plan from what was read, and return what cannot be answered or is stated of no result.

    What is made is kept: `report` goes on from there.
    """
    from pipeline import results
    from pipeline.publish.annex.promises import unfounded
    from pipeline.questions.plan import Unanswered
    from pipeline.stages.editions import refuse_unexplained

    try:
        run(evaluation, Options(), progress, last="protect")
        refuse_unexplained(evaluation)
    except Unanswered as several:
        return several.faults
    except PipelineError as fault:
        return [fault]
    table = results.read_once(evaluation.stage("protect") / "results.parquet")
    return unfounded(evaluation, table)
