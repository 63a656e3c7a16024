"""Checking words and documents of an evaluation before anything is read, and printing them for a person to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from pipeline.errors import PipelineError
from pipeline.evaluation import Evaluation
from pipeline.evaluation import Question as EvaluationQuestion
from pipeline.evaluation.traits import TRAITS
from pipeline.publish.annex.blocks import blocks
from pipeline.publish.documents import checking as documents
from pipeline.publish.documents.chapters import Document, assemble
from pipeline.publish.documents.site import SiteDocument, site_documents
from pipeline.questions import Question, discover
from pipeline.results.statement import ExpectedText
from pipeline.stages.documents import own_folder, planned
from pipeline.stages.language import KINDS, figure_texts, unused_of_kinds, words_of
from pipeline.stages.lists import LISTS
from pipeline.stages.state import asked
from pipeline.state.expected import expected_texts
from pipeline.wording import checking
from pipeline.wording.lexicon import SHARED
from pipeline.wording.words import Words


def word_faults(evaluation: Evaluation) -> list[PipelineError]:
    """Return what is wrong with the words and documents of the languages of an evaluation."""
    try:
        return list(_faults(evaluation))
    except PipelineError as fault:
        return [fault]


def text_faults(evaluation: Evaluation, words: Words) -> list[PipelineError]:
    """Return what is wrong with the texts of one language."""
    questions = asked_questions(evaluation)
    return [*checking.faults(words, expected(questions), questions, figure_texts(questions, words))]


def asked_questions(evaluation: Evaluation) -> dict[str, Question]:
    """Return the questions of the plan that have a folder, each once, with the settings of its first entry."""
    known = discover(evaluation.root)
    fitted_to_first = {a.question: a.specs for a in reversed(asked(evaluation))}
    return {name: replace(known[name], statements=fitted_to_first[name]) for name in reversed(fitted_to_first)}


def expected(questions: dict[str, Question]) -> list[ExpectedText]:
    """Return every text that the questions need."""
    return [text for name, question in questions.items() for text in expected_texts(name, question.statements)]


def _faults(evaluation: Evaluation) -> Iterator[PipelineError]:
    questions = asked_questions(evaluation)
    needed = expected(questions)
    read = [words_of(evaluation, lang) for lang in evaluation.settings.languages]
    for words in read:
        yield from checking.faults(words, needed, questions, figure_texts(questions, words))
        known = _known(evaluation, questions, words)
        for document in site_documents(evaluation, words.lang, units=True):
            yield from documents.faults(_assembled(evaluation, words, document), known)
        yield from unused_of_kinds(evaluation, words)
    for first, second in pairwise(read):
        yield from checking.parity(first, second, [*questions, KINDS.rstrip("."), SHARED])
    yield from _verdict_faults(evaluation, questions, read)


def _assembled(evaluation: Evaluation, words: Words, document: SiteDocument) -> Document:
    return assemble(document.path, planned(evaluation), own_folder(evaluation, words.lang))


def _known(evaluation: Evaluation, questions: dict[str, Question], words: Words) -> documents.Known:
    settings = evaluation.settings
    return documents.Known(
        statements=frozenset(
            f"{entry.name}.{spec.name}"
            for entry in settings.plan
            if entry.question in questions
            for spec in questions[entry.question].statements
        ),
        figures=frozenset(
            figure.shown(entry.name)
            for entry in settings.plan
            if entry.question in questions
            for figure in questions[entry.question].figures
        )
        | {figure.name for figure in settings.figures}
        | set(blocks()),
        facts=frozenset(fact.id for fact in settings.facts),
        lists=frozenset(LISTS),
        nouns=frozenset(words.vocabulary),
        dates=frozenset(w.name for w in settings.waves),
        traits=frozenset(TRAITS),
    )


def _verdict_faults(
    evaluation: Evaluation, questions: dict[str, Question], read: list[Words]
) -> Iterator[PipelineError]:
    from pipeline.errors import EvaluationError
    from pipeline.state import KINDS
    from pipeline.state.kinds import ANY

    if not {e.question for e in evaluation.settings.plan} <= set(questions):
        # a question that does not exist is told by the plan: what verdicts would say of it is no second fault
        return
    entries = {e.name: questions[e.question] for e in evaluation.settings.plan}
    specs = {f"{name}.{spec.name}": spec for name, q in entries.items() for spec in q.statements}
    for i, question in enumerate(evaluation.settings.questions):
        for j, case in enumerate(question.verdicts):
            where = f"{evaluation.folder / 'evaluation.yaml'}, key questions.{i}.verdicts.{j}"
            for name, verdicts in case.when.items():
                statement, _, item = name.partition("/")
                spec = specs.get(statement)
                if spec is None or (item and not spec.rows.by):
                    yield EvaluationError("there is no such statement", where=where, found=name, allowed=sorted(specs))
                    continue
                allowed = [*KINDS[spec.each if item else spec.kind].verdicts, *ANY]
                unknown = [v for v in verdicts if v not in allowed]
                if unknown:
                    yield EvaluationError("there is no such verdict", where=where, found=unknown, allowed=allowed)
            for words in read:
                yield from _answer_faults(evaluation, question, case.key, words)


def _answer_faults(
    evaluation: Evaluation, question: EvaluationQuestion, key: str, words: Words
) -> Iterator[PipelineError]:
    """Yield what is wrong with the text of an answer: it is missing, or names what may not be there."""
    from pipeline.errors import WordsError

    entry = words.texts.get(f"answers.{question.id}.{key}")
    if entry is None:
        yield WordsError(
            "an answer has no text",
            where=str(evaluation.folder / "words" / words.lang / "answers.yaml"),
            found=f"{question.id}.{key}",
            action="write it under the name of its question",
        )
        return
    for hole, inside in entry.template.holes():
        noun = hole.name in words.vocabulary or hole.name.removesuffix("s") in words.vocabulary
        if not noun and hole.name not in question.numbers:
            yield WordsError(
                "an answer names what its question does not give",
                where=entry.where,
                found=hole.written,
                allowed=[*question.numbers, *words.vocabulary],
                action="declare it under `numbers:` of the question, with the result that it is",
            )
        elif not noun and not inside:
            yield WordsError(
                "an answer names a number that may be withheld",
                where=entry.where,
                found=hole.written,
                action="put the part that names it between [ and ]",
            )
