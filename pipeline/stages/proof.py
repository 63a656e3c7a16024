"""The command `proof`: every text of an evaluation's chapters, as it may read, before any result exists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.errors import WordsError
from pipeline.evaluation import Evaluation
from pipeline.publish.documents.proof import Made, sheet
from pipeline.questions.plan import measures_of
from pipeline.results.statement import ALONE, ASKED, CUTS, TABLE, UNIT, ExpectedText
from pipeline.stages.language import words_of
from pipeline.stages.state import asked, perimeter
from pipeline.stages.words import asked_questions, expected, text_faults
from pipeline.state.settings import is_asked
from pipeline.wording.labels import Labels

#: Groups of a list that the evaluation does not declare, where no more is known of its codes.
_GROUPS = 3


def proof(evaluation: Evaluation, languages: Sequence[str] = ()) -> Iterator[str]:
    """Yield the proof sheet line by line: the key of each text, then how it reads with values at their edges.

    Parameters
    ----------
    languages : those to print, among those of the evaluation; by default all of them.

    Raises
    ------
    WordsError
        For a language in which the evaluation is not published; for a text that cannot be read: what `check` says of
        it, which knows what it may name.
    """
    settings = evaluation.settings
    unknown = [lang for lang in languages if lang not in settings.languages]
    if unknown:
        raise WordsError(
            "the evaluation is not published in this language",
            where=f"surveys/{evaluation.name}/evaluation.yaml, key languages",
            found=unknown,
            allowed=settings.languages,
            action="name one of these, or add the language to `languages:` first",
        )
    put = {f"{a.question}.{s.name}" for a in asked(evaluation) for s in a.specs if is_asked(s, a.settings)}
    needed = [e for e in expected(asked_questions(evaluation)) if ".".join(e.key.split(".")[:2]) in put]
    made = _made_up(evaluation, needed)
    for lang in languages or settings.languages:
        yield f"# {lang}"
        words, key = words_of(evaluation, lang), ""
        try:
            for each in sheet(words, needed, made):
                if each.key != key:
                    key = each.key
                    yield f"\n{key}"
                mark = "" if each.variant == "say" else f"[{each.variant}] "
                yield f"  {mark}{each.text}"
        except WordsError as met:
            raise next((f for f in text_faults(evaluation, words) if f.where == met.where), met) from None


def _made_up(evaluation: Evaluation, needed: Sequence[ExpectedText]) -> Made:
    names = [w.name for w in evaluation.settings.waves]
    labels = _labels(evaluation)
    level = f"{evaluation.settings.territory.level}="
    units = [key for key in labels if key.startswith(level) and f"{key}:de" in labels]
    elided = [u for u in units if any("d'" in said for said in labels[f"{u}:de"].values())]
    lists = [e for e in needed if e.spec.rows.by]
    # within each question, its indicators
    lists += [
        replace(e, spec=replace(e.spec, rows=replace(e.spec.rows, by=ALONE)))
        for e in lists
        if e.spec.rows.by in (ASKED, CUTS)
    ]
    groups = {e.spec.rows: units[:_GROUPS] if e.spec.rows.by == UNIT else _groups(e, evaluation, labels) for e in lists}
    places = list(dict.fromkeys([*elided[:1], *units[:1]]))
    questions = {e.key.partition(".")[0] for e in needed}
    measured = {(q, m.name): m.unit for q in questions for m in measures_of(evaluation.root, q)[::-1]}
    return Made(perimeter(evaluation), places, (names[0], names[-1]), groups, labels, measured)


def _groups(each: ExpectedText, evaluation: Evaluation, labels: Labels) -> list[str]:
    by, question = each.spec.rows.by, each.key.partition(".")[0]
    if by == "age_band":
        return [f"age_band={band}" for band in evaluation.age_band_labels()][-_GROUPS:]
    if by in (ASKED, CUTS):
        return [key for key in labels if key.startswith("by=")][:_GROUPS]
    entry = next(e for e in evaluation.settings.plan if e.question == question)
    head = f"{entry.settings.get('of', entry.name)}." if by in ("indicator", ALONE) else f"{by}="
    without = {f"{head}{name}" for name in each.spec.rows.without}
    if each.spec.rows.among:
        return [f"{head}{name}" for name in each.spec.rows.among][:_GROUPS]
    if by == TABLE:
        cut = [key for key in labels if key.startswith("by=")][: _GROUPS + 1]
        return [f"{key}/{TABLE}:{cut[0]}" for key in cut[1:]]
    known = [key for key in labels if key.startswith(head) and ":" not in key and key not in without]
    # columns that a question cuts by have labels of its entry too; its indicators say what was asked, where any does
    telling = [key for key in known if f"{key}:{ASKED}" in labels]
    return (telling or known)[:_GROUPS] or [f"{head}all"]


def _labels(evaluation: Evaluation) -> dict[str, dict[str, str]]:
    """Return the labels of an evaluation with its places, in their forms; no result is needed."""
    from pipeline.publish.annex.labels import evaluation_labels
    from pipeline.questions.discovery import labellings

    own = labellings(evaluation.root)
    territory = evaluation.settings.territory
    if territory.level == "area":
        return dict(evaluation_labels(evaluation, labellings=own))
    from pipeline.territory import load_units

    units = load_units(evaluation.root, evaluation.place, territory.level, territory.vintage)
    region = load_units(evaluation.root, evaluation.place, "region").to_dict("records")[0]
    return dict(evaluation_labels(evaluation, units, {str(k): v for k, v in region.items()}, labellings=own))
