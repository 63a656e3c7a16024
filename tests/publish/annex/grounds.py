"""What blocks are made from in tests: an evaluation's declarations, the shipped words, results and statements given."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline import results
from pipeline.evaluation import Evaluation, Source
from pipeline.publish.annex.blocks import Ground
from pipeline.publish.annex.labels import evaluation_labels
from pipeline.questions.discovery import labellings
from pipeline.results.statement import Statement
from pipeline.wording import words
from pipeline.wording.speaking import Speaker
from pipeline.wording.values import Mark

from .project import REGION, ROOT, UNITS


def ground(
    evaluation: Evaluation,
    lang: str = "fr",
    rows: Iterable[results.Result] = (),
    statements: tuple[Statement, ...] = (),
    mark: Mark = lambda text, result_id: text,
) -> Ground:
    """Return the ground of an evaluation in a language, with publishable rows and statements of any question."""
    questions = [p.parent.name for p in (ROOT / "reports" / lang).glob("*/words.yaml")]
    read = words.load(ROOT / "reports" / lang, lang, questions, None, {})
    table = results.frame(list(rows))
    published = {str(r["result_id"]): {str(k): v for k, v in r.items()} for r in table.to_dict("records")}
    speaker = Speaker(read, published, evaluation_labels(evaluation, UNITS, REGION, labellings=labellings(ROOT)), mark)
    return Ground(evaluation, speaker, {}, "data", (), statements)


def changed(evaluation: Evaluation, **changes: object) -> Evaluation:
    """Return an evaluation whose first survey is declared otherwise."""
    sources = list(evaluation.settings.sources)
    at = next(i for i, s in enumerate(sources) if s.kind == "survey")
    sources[at] = sources[at].model_copy(update=changes)
    return declared(evaluation, sources=sources)


def declared(evaluation: Evaluation, **changes: object) -> Evaluation:
    """Return an evaluation with other settings."""
    settings = evaluation.settings.model_copy(update=changes)
    return Evaluation(evaluation.name, evaluation.root, evaluation.data, settings, evaluation.instruments)


def with_survey(evaluation: Evaluation, source: Source) -> Evaluation:
    """Return an evaluation with one more survey, of the questions of its first."""
    first = evaluation.sources("survey")[0].name
    instruments = {**evaluation.instruments, source.name: evaluation.instruments[first]}
    both = declared(evaluation, sources=[*evaluation.settings.sources, source])
    return Evaluation(both.name, both.root, both.data, both.settings, instruments)


def cells(text: str) -> list[list[str]]:
    """Return the cells of a Markdown table below its head, without the mark of row headers."""
    lines = [line for line in text.splitlines() if line.startswith("| ")][1:]
    return [
        [c.strip().removeprefix("[").removesuffix("]{.row-header}") for c in row[2:-2].split(" | ")] for row in lines
    ]
